"""Version number of the package; the build reads it, and result files record it."""

__version__ = "0.1.0"
