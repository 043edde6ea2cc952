"""Version number of the package, which the build reads and result files record."""

__version__ = "0.1.0"
