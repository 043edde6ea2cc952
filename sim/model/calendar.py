"""The month under way, as all submodels read it."""

from __future__ import annotations


class Calendar:
    """The month under way. Months count from January 2017, days from 1 January 2017; both are negative before.

    Attributes:
        month: number of the month.
        first_day, last_day: its days.
    """

    def __init__(self, month: int = 0, first_day: int = 0, last_day: int = 0) -> None:
        self.month, self.first_day, self.last_day = month, first_day, last_day

    def turn(self, month: int, first_day: int, last_day: int) -> None:
        """Begin a month."""
        self.month, self.first_day, self.last_day = month, first_day, last_day
