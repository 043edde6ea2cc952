"""Comparison of two policies with the same random numbers, firm by firm and in total."""
