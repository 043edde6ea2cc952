"""Reading files that people write: YAML with the place of every value, faults, and the nearest known name."""
