"""Execution of runs in local processes or on a cluster, and storage of their results."""
