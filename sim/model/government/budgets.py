"""Yearly budgets of programmes, from which claims are paid in the order in which they were approved."""

from __future__ import annotations

import simpy

from sim.model.government import rules


class Budget:
    """Yearly budget of a programme, which pays claims in order of approval until it is exhausted.

    A claim that exceeds the remaining budget joins a waiting list, which is served in order of approval on 1 January.
    The remaining budget lapses on 31 December.

    Attributes:
        yearly: amount appropriated for this year, fen.
        remaining: amount not yet reserved, fen.
        committed: amount reserved for approved claims that are not paid yet, fen.
        waiting: amount (fen) and SimPy event of each claim on the waiting list.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.yearly = self.remaining = self.committed = 0
        self.waiting: list[tuple[int, simpy.Event]] = []

    def try_reserve(self, fen: int) -> bool:
        """Reserve money for a claim; return whether the remaining budget covers it."""
        if not rules.fits_budget(fen, self.remaining):
            return False
        self.remaining -= fen
        self.committed += fen
        return True

    def paid(self, fen: int) -> None:
        """Pay out reserved money."""
        self.committed -= fen

    def returned(self, fen: int) -> None:
        """Return reserved money that is no longer needed to the remaining budget."""
        self.committed -= fen
        self.remaining += fen

    def wait(self, fen: int) -> simpy.Event:
        """Join the waiting list, and return an event that is triggered when the money is reserved (possibly never)."""
        event = self._env.event()
        self.waiting.append((fen, event))
        return event

    def new_year(self, fen: int) -> int:
        """Begin a year with a new budget, and return the amount of the old budget that lapses, fen."""
        lapsed, self.remaining, self.yearly = self.remaining, fen, fen
        self._reopen()
        return lapsed

    def amend(self, fen: int) -> int:
        """Change the budget within the year, and return the amount added (negative if withdrawn), fen."""
        change = rules.budget_change(self.yearly, fen, self.remaining)
        self.yearly += change
        self.remaining += change
        if change > 0:
            self._reopen()
        return change

    def _reopen(self) -> None:
        """Reserve money for claims on the waiting list, in order, and keep the claims that the budget does not cover."""
        waiting = []
        for amount, event in self.waiting:
            if self.try_reserve(amount):
                event.succeed()
            else:
                waiting.append((amount, event))
        self.waiting = waiting
