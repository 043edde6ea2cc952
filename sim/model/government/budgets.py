"""Yearly budgets of programmes: who is decided first is paid first."""

from __future__ import annotations

import simpy


class Budget:
    """A programme's money of the year: who is decided first is paid first, while what remains covers it.

    A claim that the rest does not cover joins a waiting list, opened again on 1 January in the order of
    first decision. What is left on 31 December lapses.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.yearly = 0  # fen appropriated for this year
        self.remaining = 0  # fen, free
        self.committed = 0  # fen, set aside for approved claims and not paid yet
        self.waiting: list[tuple[int, simpy.Event]] = []

    def try_reserve(self, fen: int) -> bool:
        """Set money aside; true if what remains covered it."""
        if fen > self.remaining:
            return False
        self.remaining -= fen
        self.committed += fen
        return True

    def paid(self, fen: int) -> None:
        """Money that was set aside has left."""
        self.committed -= fen

    def returned(self, fen: int) -> None:
        """Money that was set aside is not needed after all."""
        self.committed -= fen
        self.remaining += fen

    def wait(self, fen: int) -> simpy.Event:
        """Join the waiting list: an event that happens once the money is set aside, in a later year or never."""
        event = self._env.event()
        self.waiting.append((fen, event))
        return event

    def new_year(self, fen: int) -> int:
        """Open the year with this much; returns what lapses of the old one."""
        lapsed, self.remaining, self.yearly = self.remaining, fen, fen
        self._reopen()
        return lapsed

    def amend(self, fen: int) -> int:
        """Set the year's money anew within the year; returns what was added, or (negative) taken back while free."""
        change = max(fen - self.yearly, -self.remaining)
        self.yearly += change
        self.remaining += change
        if change > 0:
            self._reopen()
        return change

    def _reopen(self) -> None:
        still = []
        for amount, event in self.waiting:
            if self.try_reserve(amount):
                event.succeed()
            else:
                still.append((amount, event))
        self.waiting = still
