"""Trials: the effect of each instrument or measure by itself."""
