"""Predictions of the fit, value of further information, and comparison of the unfitted model with evidence."""
