"""Floor 3: the plan as data, and scenarios, which say what of it to change."""
