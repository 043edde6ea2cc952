"""Pools: public capital that stands behind lending. It is tested, never consumed, by new business; claims lower it.

New business needs exposure + new <= leverage x balance. A pool whose claims of twelve months pass a
share of what is outstanding takes no new business until they have fallen again (CRED11). It is never
negative: a claim that it cannot pay in full is paid in part.
Fund capital that policy sets is paid in whole when it arrives; what policy takes back leaves as far as
it is not tied up in exposure.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.government.parameters import (
    BALANCE,
    DRY,
    FUND_CLAIMS_PAID,
    FUND_OUTSTANDING,
    IN_USE,
    LOSS,
    NOT_BEFORE,
    RECOVERED,
    SUSPENDED,
    SUSPENDED_ABOVE,
)

if TYPE_CHECKING:
    from sim.engine.recorder import Recorder


class PublicFund:
    """One public fund: its balance, what it stands behind, and the claims of the last twelve months (all fen).

    Attributes:
        leverage: how much it may stand behind for a yuan of balance.
        others: times its balance that it stands behind for firms that are not young.
        capital: what policy has given it.
    """

    def __init__(self, name: str) -> None:
        self.name: Final = name
        self.balance = self.outstanding = self.capital = 0
        self.leverage, self.others = 1.0, 0.0
        self.claims_paid = self.recovered = self.earned = 0  # of the month
        self.lost = 0  # since the start
        self.dry: int | None = None
        self._months: deque[int] = deque([0], maxlen=12)

    @property
    def claims_of_a_year(self) -> int:
        """Claims of this month and the eleven before."""
        return sum(self._months)

    @property
    def suspended(self) -> bool:
        """Whether claims have passed the share at which new business stops."""
        return self.outstanding > NOT_BEFORE and self.claims_of_a_year > SUSPENDED_ABOVE * self.outstanding

    def room(self) -> int:
        """Fen of exposure that it may still take on."""
        return max(0, int((self.leverage - self.others) * self.balance) - self.outstanding)

    def try_reserve(self, fen: int, month: int) -> bool:
        """Reserve room for an exposure; true if there was room and business is not suspended."""
        if fen > self.room():
            self.dry = month if self.dry is None and self.capital > 0 else self.dry
            return False
        if self.suspended:
            return False
        self.outstanding += fen
        return True

    def release(self, fen: int) -> None:
        """An exposure has ended, wholly or in part."""
        self.outstanding -= fen

    def set_capital(self, fen: int) -> int:
        """Policy's capital of today: returns what is paid in, or (negative) taken back."""
        change = fen - self.capital
        if change < 0:
            free = self.leverage - self.others
            tied = int(np.ceil(self.outstanding / free)) if free > 0 else self.balance
            change = -min(-change, max(0, self.balance - tied))
        self.capital += change
        self.balance += change
        return change

    def earn(self, fen: int) -> None:
        """A fee."""
        self.balance += fen
        self.earned += fen

    def recover(self, fen: int) -> None:
        """Part of a claim comes back."""
        self.balance += fen
        self.recovered += fen

    def lend(self, fen: int) -> None:
        """Money that revolves, or is invested, goes out."""
        self.balance -= fen

    def back(self, fen: int) -> None:
        """Money that revolves, or an exit, comes in."""
        self.balance += fen

    def pay(self, fen: int, month: int) -> int:
        """Pay a claim as far as the balance reaches; returns what was paid."""
        paid = min(fen, self.balance)
        if paid < fen and self.dry is None:
            self.dry = month
        self.balance -= paid
        self.claims_paid += paid
        self._months[-1] += paid
        return paid

    def settle(self, record: Recorder, month: int, index: int) -> None:
        """Record the month and begin the next."""
        at = (month, index)
        record.put(BALANCE, at, self.balance / 100)
        record.put(FUND_OUTSTANDING, at, self.outstanding / 100)
        record.put(FUND_CLAIMS_PAID, at, self.claims_paid / 100)
        record.put(RECOVERED, at, self.recovered / 100)
        record.put(IN_USE, at, self.outstanding / self.balance + self.others if self.balance > 0 else 0.0)
        record.put(SUSPENDED, at, self.suspended)
        self.lost += self.claims_paid - self.recovered - self.earned
        record.put(LOSS, index, self.lost / 100)
        record.put(DRY, index, -1 if self.dry is None else self.dry)
        self.roll()

    def roll(self) -> None:
        """Begin the next month."""
        self.claims_paid = self.recovered = self.earned = 0
        self._months.append(0)
