"""Specification of studies: study files, factors, outcomes, goals, designs and size."""
