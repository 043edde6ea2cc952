"""Yearly budgets of programmes, from which claims are paid in the order in which they were approved."""

from __future__ import annotations

import simpy

from sim.model.government import rules


class Budget:
    """Yearly budget of a programme, which pays claims in order of approval until it is exhausted.

    A claim that exceeds the remaining budget joins a waiting list, which is served in order of approval on 1 January.
    The remaining budget lapses on 31 December.

    Attributes:
        yearly: amount appropriated for this year, in fen.
        remaining: amount not yet reserved, in fen.
        committed: amount reserved for approved claims that have not been paid yet, in fen.
        waiting: amount (in fen) and SimPy event of each claim on the waiting list.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.yearly = self.remaining = self.committed = 0
        self.waiting: list[tuple[int, simpy.Event]] = []

    def try_reserve(self, fen: int) -> bool:
        """Reserve money for a claim (in fen) if the remaining budget covers it; return whether it does."""
        if not rules.fits_budget(fen, self.remaining):
            return False
        self.remaining -= fen
        self.committed += fen
        return True

    def paid(self, fen: int) -> None:
        """Record that reserved money (in fen) has been paid out."""
        self.committed -= fen

    def returned(self, fen: int) -> None:
        """Release reserved money (in fen) that is no longer needed."""
        self.committed -= fen
        self.remaining += fen

    def wait(self, fen: int) -> simpy.Event:
        """Add a claim (in fen) to the waiting list.

        The returned event is triggered once the money is reserved, which may never happen.
        """
        event = self._env.event()
        self.waiting.append((fen, event))
        return event

    def new_year(self, fen: int) -> int:
        """Begin a year with a new budget, and return the amount of the old budget that lapses (both in fen)."""
        lapsed, self.remaining, self.yearly = self.remaining, fen, fen
        self._reopen()
        return lapsed

    def amend(self, fen: int) -> int:
        """Amend the year's budget, and return the amount added or, if negative, withdrawn (both in fen)."""
        change = rules.budget_change(self.yearly, fen, self.remaining)
        self.yearly += change
        self.remaining += change
        if change > 0:
            self._reopen()
        return change

    def _reopen(self) -> None:
        """Reserve money for claims on the waiting list, in order; claims that the budget does not cover stay on it."""
        waiting = []
        for amount, event in self.waiting:
            if self.try_reserve(amount):
                event.succeed()
            else:
                waiting.append((amount, event))
        self.waiting = waiting
