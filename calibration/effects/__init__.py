"""Published effects of programmes beside the same effects in the model."""
