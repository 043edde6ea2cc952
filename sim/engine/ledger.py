"""The ledger: every fen that moves, from whom, to whom, by which flow; checked every month.

Double entry with control accounts. A flow is posted once for each side, by whoever holds the sum on
that side; an account that is really many purses (the startups' cash) is laid beside its control
balance. All amounts are whole fen in Python integers, so the sums are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.errors import LedgerError


@dataclass(frozen=True)
class Flow:
    """A kind of payment: its name, who pays, who gets, and what people call it."""

    name: str
    source: str
    target: str
    zh: str
    en: str


def whole_fen(yuan: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Amounts rounded to whole fen, as they are booked."""
    fen = yuan * np.float32(100)
    return np.asarray(np.rint(fen, out=fen), dtype=np.int64)


class Ledger:
    """Accounts and flows of one run.

    Args:
        flows: all kinds of payment.
        opening: balance in fen of the accounts that start with something.
    """

    def __init__(self, flows: Iterable[Flow], opening: dict[str, int]) -> None:
        self.flows: Final = tuple(flows)
        self._paid = dict.fromkeys((f.name for f in self.flows), 0)
        self._received = dict(self._paid)
        accounts = {a for f in self.flows for a in (f.source, f.target)}
        self.balance = {a: opening.get(a, 0) for a in sorted(accounts)}
        self._opening = sum(self.balance.values())
        self._holdings: dict[str, Callable[[], int]] = {}

    def held(self, account: str, holding: Callable[[], int]) -> None:
        """Say how to count what an account really holds, purse by purse, in fen."""
        self._holdings[account] = holding

    def post(self, flow: Flow, fen: int) -> None:
        """Post a payment on both sides."""
        self._paid[flow.name] += int(fen)
        self._received[flow.name] += int(fen)

    def close(self, when: str) -> list[int]:
        """End a month: check every account, carry balances on, and return the month's flows in fen.

        Raises:
            LedgerError: what was paid by a flow is not what was received, or an account does not hold
                its balance; names account, flow and amount.
        """
        month = []
        for flow in self.flows:
            paid, got = self._paid[flow.name], self._received[flow.name]
            if paid != got:
                raise LedgerError(
                    f"{when}: account {flow.target}, flow {flow.name} from {flow.source}: "
                    f"{paid} fen paid, {got} fen received, {got - paid:+d}"
                )
            self.balance[flow.source] -= paid
            self.balance[flow.target] += got
            month.append(paid)
            self._paid[flow.name] = self._received[flow.name] = 0
        for account, holding in self._holdings.items():
            if (held := holding()) != self.balance[account]:
                touching = [
                    f"{f.name} {fen}"
                    for f, fen in zip(self.flows, month, strict=True)
                    if account in (f.source, f.target) and fen
                ]
                raise LedgerError(
                    f"{when}: account {account} holds {held} fen, its postings say "
                    f"{self.balance[account]}, {held - self.balance[account]:+d}; "
                    f"flows of the month: {', '.join(touching) or 'none'}"
                )
        return month

    def residual(self) -> int:
        """What all accounts hold now, purse by purse where they can be counted, less what they opened with.

        Zero unless money was made or lost.
        """
        held = {account: count() for account, count in self._holdings.items()}
        return sum((self.balance | held).values()) - self._opening
