"""Adapters that run studies with the analysis methods and return the results as datasets."""
