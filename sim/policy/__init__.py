"""Policy: the plan as data (catalogue), and the scenarios that change it."""
