"""The population of firms, seen as Mesa agents."""
