"""The command line program ``zsim``; its entry point is :func:`sim.cli.main.main`."""
