"""Ledger: double entry of every payment by flow, checked every month.

A flow connects two accounts and is posted on both sides. An account that is a sum of many balances, such as
the cash of all firms, is compared with its control balance. All amounts are whole fen in Python integers, so
sums are exact.
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
    """A kind of payment.

    Attributes:
        name: in results.
        source: account that pays.
        target: account that receives.
        zh, en: labels.
    """

    name: str
    source: str
    target: str
    zh: str
    en: str


def whole_fen(yuan: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Round amounts to whole fen, as they are posted."""
    fen = yuan * np.float32(100)
    return np.asarray(np.rint(fen, out=fen), dtype=np.int64)


class Ledger:
    """Accounts and flows of one run.

    Args:
        flows: all kinds of payment.
        opening: balances of the accounts at the start, fen; zero where left out.
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
        """Declare how the actual holding of an account is counted, in fen."""
        self._holdings[account] = holding

    def post(self, flow: Flow, fen: int) -> None:
        """Post a payment on both sides."""
        self._paid[flow.name] += int(fen)
        self._received[flow.name] += int(fen)

    def close(self, when: str) -> list[int]:
        """End a month: check every account, carry balances on, and return the month's flows in fen.

        Raises:
            LedgerError: if payments and receipts of a flow differ, or an account does not hold its balance;
                names account, flow and amount.
        """
        month = []
        for flow in self.flows:
            paid, received = self._paid[flow.name], self._received[flow.name]
            if paid != received:
                raise LedgerError(
                    f"{when}: account {flow.target}, flow {flow.name} from {flow.source}: "
                    f"{paid} fen paid, {received} fen received, {received - paid:+d}"
                )
            self.balance[flow.source] -= paid
            self.balance[flow.target] += received
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
        """Holdings of all accounts, counted where declared, less opening balances: zero if all balance."""
        held = {account: count() for account, count in self._holdings.items()}
        return sum((self.balance | held).values()) - self._opening
