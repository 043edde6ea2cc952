"""Scenarios: reading, checking and resolving them to lever values by date."""
