"""Reading of files written by hand: YAML with source positions, faults, and suggestions of known names."""
