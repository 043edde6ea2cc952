"""Algorithms of sensitivity analysis, attribution and optimisation; none knows the city."""
