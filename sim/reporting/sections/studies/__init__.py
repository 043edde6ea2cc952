"""Sections on studies, one module each."""
