"""The plan as data: targets, measures, instruments, settings and levers."""
