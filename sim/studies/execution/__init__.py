"""Runs: where they are computed, kept and identified."""
