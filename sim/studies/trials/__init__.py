"""Trials: the individual effect of each instrument or measure."""
