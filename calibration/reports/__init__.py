"""Tables of fits and comparisons, and the generated parts of ``README.md``."""
