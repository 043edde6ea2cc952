"""Sections on studies."""
