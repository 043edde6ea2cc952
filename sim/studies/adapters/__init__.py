"""Adapters: from a study to runs and methods, and back to a dataset."""
