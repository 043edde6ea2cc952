"""Floor 1: what any discrete-event policy model needs. Knows nothing of startups or of Zhongshan."""
