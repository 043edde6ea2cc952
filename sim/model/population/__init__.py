"""Population of firms: firm table, agent interface, statistics and survival."""
