"""Fits and comparisons as tables, and the generated parts of README.md."""
