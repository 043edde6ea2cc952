"""Claims for subsidies, the claims desk, grants, training and mentoring, the contest."""
