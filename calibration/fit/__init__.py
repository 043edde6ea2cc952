"""Fit of the model's parameters to published figures."""
