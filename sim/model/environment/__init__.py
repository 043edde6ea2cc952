"""Economic environment of the firms: growth, shocks, tax law, geography and sectors."""
