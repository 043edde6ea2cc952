"""Floor 2: the living city. ``city.py`` is the table of contents, each room one subject."""
