"""Figures of a run that evidence can be compared with, and what is published of them."""
