"""Scenario runs with many replicates, comparisons, trials, and studies that combine many runs."""
