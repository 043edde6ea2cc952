"""Adapters that run studies with the methods of analysis and return the results as datasets."""
