"""Current month of a run, shared by all submodels."""

from __future__ import annotations


class Calendar:
    """Current month and its first and last day.

    Months are counted from January 2017 and days from 1 January 2017; earlier ones are negative.

    Attributes:
        month: current month.
        first_day, last_day: first and last day of the month.
    """

    def __init__(self, month: int = 0, first_day: int = 0, last_day: int = 0) -> None:
        self.month, self.first_day, self.last_day = month, first_day, last_day

    def turn(self, month: int, first_day: int, last_day: int) -> None:
        """Set the current month and its first and last day."""
        self.month, self.first_day, self.last_day = month, first_day, last_day
