"""Sections of a report on studies, one module for each."""
