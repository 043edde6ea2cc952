"""Subsidies: the claims desk, grants, training and mentoring, and the entrepreneurship contest."""
