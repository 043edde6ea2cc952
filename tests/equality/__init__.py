"""Recorded runs: every number of them must stay as it was while the code is restructured."""
