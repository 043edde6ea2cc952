"""Public funds: capital that covers lending, or is invested.

New business needs capacity: exposure + new <= leverage x balance; it does not use up the capital, claims do. A fund
whose claims of twelve months exceed a share of its exposure takes no new business until they have fallen again
(CRED11). The balance is never negative: a claim that it does not cover is paid in part. Capital that policy sets is
paid in whole when it arrives; capital that policy takes back leaves as far as it is not tied up in exposure.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from sim.model.government import rules
from sim.model.government.parameters import (
    BALANCE,
    CLAIM_MONTHS,
    DRY,
    FUND_CLAIMS_PAID,
    FUND_OUTSTANDING,
    IN_USE,
    LOSS,
    RECOVERED,
    SUSPENDED,
)

if TYPE_CHECKING:
    from sim.engine.recorder import Recorder


class PublicFund:
    """A public fund: its balance, its exposure, and the claims of the last twelve months (all fen).

    Attributes:
        balance: its money.
        outstanding: its exposure to young firms.
        capital: that policy has given it.
        leverage: exposure that it may have for each fen of balance.
        others: of this, exposure to firms that are not young.
        claims_paid: this month.
        recovered: this month.
        earned: fees of this month.
        lost: claims less recoveries and fees since the start.
        dry: first month in which capacity or money was short.
    """

    def __init__(self, name: str) -> None:
        self.name: Final = name
        self.balance = self.outstanding = self.capital = 0
        self.leverage, self.others = 1.0, 0.0
        self.claims_paid = self.recovered = self.earned = self.lost = 0
        self.dry: int | None = None
        self._months: deque[int] = deque([0], maxlen=CLAIM_MONTHS)

    @property
    def claims_of_a_year(self) -> int:
        """Claims of this month and the eleven before."""
        return sum(self._months)

    @property
    def suspended(self) -> bool:
        """Whether it takes no new business because of its claims."""
        return rules.is_suspended(self.outstanding, self.claims_of_a_year)

    def capacity(self) -> int:
        """Exposure that it may still take on."""
        return rules.capacity(self.leverage, self.others, self.balance, self.outstanding)

    def try_reserve(self, fen: int, month: int) -> bool:
        """Reserve capacity for an exposure; true if there was capacity and the fund is not suspended."""
        if fen > self.capacity():
            self.dry = month if self.dry is None and self.capital > 0 else self.dry
            return False
        if self.suspended:
            return False
        self.outstanding += fen
        return True

    def release(self, fen: int) -> None:
        """Release exposure that has ended, wholly or in part."""
        self.outstanding -= fen

    def set_capital(self, fen: int) -> int:
        """Set the capital to the policy value; return the amount paid in (negative if withdrawn)."""
        change = rules.capital_change(
            self.capital, fen, self.balance, self.outstanding, self.leverage, self.others
        )
        self.capital += change
        self.balance += change
        return change

    def earn(self, fen: int) -> None:
        """Receive a fee."""
        self.balance += fen
        self.earned += fen

    def recover(self, fen: int) -> None:
        """Receive part of a claim that was recovered."""
        self.balance += fen
        self.recovered += fen

    def lend(self, fen: int) -> None:
        """Pay out money that is lent or invested."""
        self.balance -= fen

    def back(self, fen: int) -> None:
        """Receive money that was lent, or the proceeds of an exit."""
        self.balance += fen

    def pay(self, fen: int, month: int) -> int:
        """Pay a claim as far as the balance reaches, and return what was paid."""
        paid = rules.claim_paid(fen, self.balance)
        if paid < fen and self.dry is None:
            self.dry = month
        self.balance -= paid
        self.claims_paid += paid
        self._months[-1] += paid
        return paid

    def settle(self, record: Recorder, month: int, index: int) -> None:
        """Record the month under the fund's index and begin the next."""
        at = (month, index)
        record.put(BALANCE, at, self.balance / 100)
        record.put(FUND_OUTSTANDING, at, self.outstanding / 100)
        record.put(FUND_CLAIMS_PAID, at, self.claims_paid / 100)
        record.put(RECOVERED, at, self.recovered / 100)
        record.put(IN_USE, at, rules.leverage_in_use(self.outstanding, self.balance, self.others))
        record.put(SUSPENDED, at, self.suspended)
        self.lost += self.claims_paid - self.recovered - self.earned
        record.put(LOSS, index, self.lost / 100)
        record.put(DRY, index, -1 if self.dry is None else self.dry)
        self.roll()

    def roll(self) -> None:
        """Begin the next month."""
        self.claims_paid = self.recovered = self.earned = 0
        self._months.append(0)
