"""Figures of a run that can be compared with evidence, and their published values."""
