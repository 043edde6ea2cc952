"""Public funds: capital that covers lending or is invested.

New business requires capacity: exposure + new <= leverage x balance. New business leaves the balance unchanged;
claims reduce it. A fund whose claims over twelve months exceed a share of its exposure is suspended from new business
until they fall below that share (CRED11). The balance is never negative: a claim that exceeds it is paid in part.
New capital is paid in at once; capital that policy withdraws is paid out unless it is tied up in exposure.
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
    """Public fund, with its balance, its exposure and its claims of the last twelve months; amounts are in fen.

    Attributes:
        balance: money held by the fund.
        outstanding: exposure to young firms.
        capital: capital provided by policy so far.
        leverage: permitted exposure per fen of balance.
        others: part of the leverage that is used for firms that are not young.
        claims_paid: claims paid this month.
        recovered: recoveries received this month.
        earned: fees received this month.
        lost: claims less recoveries and fees since the start.
        dry: first month in which capacity or money was insufficient, or ``None``.
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
        """Claims paid in this month and the previous eleven months, in fen."""
        return sum(self._months)

    @property
    def suspended(self) -> bool:
        """Whether the fund is suspended from new business because of its claims."""
        return rules.is_suspended(self.outstanding, self.claims_of_a_year)

    def capacity(self) -> int:
        """Return the exposure that the fund may still take on, in fen."""
        return rules.capacity(self.leverage, self.others, self.balance, self.outstanding)

    def try_reserve(self, fen: int, month: int) -> bool:
        """Reserve capacity for new exposure; return whether the fund has the capacity and is not suspended."""
        if fen > self.capacity():
            self.dry = month if self.dry is None and self.capital > 0 else self.dry
            return False
        if self.suspended:
            return False
        self.outstanding += fen
        return True

    def release(self, fen: int) -> None:
        """Reduce the exposure by the amount of cover that has ended."""
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
        """Receive a recovery on a claim."""
        self.balance += fen
        self.recovered += fen

    def lend(self, fen: int) -> None:
        """Pay out money that the fund lends or invests."""
        self.balance -= fen

    def back(self, fen: int) -> None:
        """Receive the repayment of money lent, or the proceeds of an exit."""
        self.balance += fen

    def pay(self, fen: int, month: int) -> int:
        """Pay a claim up to the balance, and return the amount paid."""
        paid = rules.claim_paid(fen, self.balance)
        if paid < fen and self.dry is None:
            self.dry = month
        self.balance -= paid
        self.claims_paid += paid
        self._months[-1] += paid
        return paid

    def settle(self, record: Recorder, month: int, index: int) -> None:
        """Record the month's outcomes under the fund's index, and begin the next month."""
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
        """Begin the next month: reset the monthly totals, and drop claims older than twelve months."""
        self.claims_paid = self.recovered = self.earned = 0
        self._months.append(0)
