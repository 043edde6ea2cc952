"""Yearly budgets of programmes: claims are paid in the order of their decisions."""

from __future__ import annotations

import simpy

from sim.model.government import rules


class Budget:
    """Money of a programme for a year; claims are paid in the order of their decisions while it lasts.

    A claim that what remains does not cover joins a waiting list, which is served on 1 January in the order of the
    decisions. What is left on 31 December lapses.

    Attributes:
        yearly: fen appropriated for this year.
        remaining: fen, free.
        committed: fen reserved for approved claims and not paid yet.
        waiting: claims on the waiting list, and the event of each.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.yearly = self.remaining = self.committed = 0
        self.waiting: list[tuple[int, simpy.Event]] = []

    def try_reserve(self, fen: int) -> bool:
        """Reserve money for a claim; true if what remains covers it."""
        if not rules.fits_budget(fen, self.remaining):
            return False
        self.remaining -= fen
        self.committed += fen
        return True

    def paid(self, fen: int) -> None:
        """Pay out reserved money."""
        self.committed -= fen

    def returned(self, fen: int) -> None:
        """Return reserved money that is not needed."""
        self.committed -= fen
        self.remaining += fen

    def wait(self, fen: int) -> simpy.Event:
        """Join the waiting list, and return an event that occurs once the money is reserved, in a later year or never."""
        event = self._env.event()
        self.waiting.append((fen, event))
        return event

    def new_year(self, fen: int) -> int:
        """Begin a year with this budget, and return what lapses of the old one."""
        lapsed, self.remaining, self.yearly = self.remaining, fen, fen
        self._reopen()
        return lapsed

    def amend(self, fen: int) -> int:
        """Change the budget within the year, and return what was added, or (negative) taken back."""
        change = rules.budget_change(self.yearly, fen, self.remaining)
        self.yearly += change
        self.remaining += change
        if change > 0:
            self._reopen()
        return change

    def _reopen(self) -> None:
        """Reserve money for claims on the waiting list, in their order."""
        waiting = []
        for amount, event in self.waiting:
            if self.try_reserve(amount):
                event.succeed()
            else:
                waiting.append((amount, event))
        self.waiting = waiting
