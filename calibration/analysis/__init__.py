"""Predictions of the fitted model, value of information, and comparison of the unfitted model with evidence."""
