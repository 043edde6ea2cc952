"""Policy: the catalogue, which holds the plan as data, and the scenarios that change it."""
