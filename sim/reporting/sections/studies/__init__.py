"""Report sections on studies, one module per section, and the blocks that they share."""
