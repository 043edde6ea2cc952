"""The command line program ``zsim``."""

from sim.cli.main import main

__all__ = ["main"]
