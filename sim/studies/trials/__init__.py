"""Each instrument or measure by itself, against the same plan without it."""
