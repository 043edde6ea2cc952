"""Who founds a firm, with what, and how it is registered and licensed."""
