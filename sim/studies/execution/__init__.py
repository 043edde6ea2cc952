"""Execution: runs, the processes in which they run, and the files in which they are kept."""
