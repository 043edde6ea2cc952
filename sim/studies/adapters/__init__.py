"""From a study to runs and to the methods, and back to a dataset."""
