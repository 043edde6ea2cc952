"""Comparison of published programme effects with the corresponding effects in the model."""
