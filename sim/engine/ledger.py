"""Double-entry ledger of all payments by flow, checked every month.

A flow connects two accounts and is posted to both. An account that aggregates many balances, such as the
cash of all firms, is reconciled with a control balance. All amounts are integers in fen, so sums are exact.
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
    """Type of payment between two accounts.

    Attributes:
        name: name of the flow in the results.
        source: paying account.
        target: receiving account.
        zh, en: labels in Chinese and English.
    """

    name: str
    source: str
    target: str
    zh: str
    en: str


def whole_fen(yuan: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Convert amounts in yuan to whole fen."""
    fen = yuan * np.float32(100)
    return np.asarray(np.rint(fen, out=fen), dtype=np.int64)


class Ledger:
    """Accounts and flows of one run.

    Args:
        flows: all types of payment.
        opening: opening balances of the accounts in fen; zero for accounts not listed.
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
        """Register a function that returns the actual holding of an account in fen."""
        self._holdings[account] = holding

    def post(self, flow: Flow, fen: int) -> None:
        """Post a payment in fen to both accounts of a flow."""
        self._paid[flow.name] += int(fen)
        self._received[flow.name] += int(fen)

    def close(self, when: str) -> list[int]:
        """Close the month: check and update all balances, and return the month's flows in fen.

        Raises:
            LedgerError: if payments and receipts of a flow differ, or the holding of an account differs
                from its balance.
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
                    f"{when}: account {account} holds {held} fen, its postings sum to "
                    f"{self.balance[account]}, {held - self.balance[account]:+d}; "
                    f"flows of the month: {', '.join(touching) or 'none'}"
                )
        return month

    def residual(self) -> int:
        """Return total holdings minus total opening balances, in fen; zero if the accounts balance.

        Accounts without a registered function are included at their posted balances.
        """
        held = {account: count() for account, count in self._holdings.items()}
        return sum((self.balance | held).values()) - self._opening
