"""The economy around the city's firms: growth, shocks, tax law, geography and sectors."""
