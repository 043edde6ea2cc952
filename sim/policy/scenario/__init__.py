"""Scenarios: reading, validation, and resolution to lever values by date."""
