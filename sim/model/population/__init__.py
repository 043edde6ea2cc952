"""The firms as columns, the initial population, statistics and survival."""
