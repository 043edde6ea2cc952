"""Floor 4: asking. Scenarios run many times over, and what one changes against another."""
