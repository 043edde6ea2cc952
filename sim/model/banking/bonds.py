"""Bonds: the largest young borrowers replace their loan by debt of the interbank market. Numbers are in ``credit``.

Measures: M09 (access to the interbank market). Evidence: none found; zero to three young firms in four years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.banking.parameters import BOND_CHEAPER, BOND_MONTHS, BOND_SIZE, BONDS, ISSUES, TURNOVER
from sim.model.banking.rules import coupon, may_issue
from sim.model.environment import series
from sim.model.government import flows
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.banking.loan_book import LoanBook
    from sim.model.context import Context


@dataclass(frozen=True, slots=True)
class Bond:
    """Debt of one firm to investors, fen; repaid at once in the month ``until``."""

    row: int
    fen: int
    rate: float
    until: int


class Bonds:
    """The bonds that young firms have issued."""

    def __init__(self, context: Context, book: LoanBook) -> None:
        self.context, self.book = context, book
        self.held: list[Bond] = []

    def begin(self, enterprises: Rows) -> None:
        """Borrowers large enough issue, a few, and pay off their loan with it."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        rows = enterprises.compress(firms.debt.take(enterprises) > 0)
        turnover = 12 * TURNOVER * firms.value_added[rows]
        size = context.levers.at(BOND_SIZE, context.clock.first_day)
        rows = rows[may_issue(turnover, size, month - firms.opened_month[rows])]
        rows = rows[
            context.streams.uniform(firms.id[rows], "bond", month) < context.parameters[ISSUES.id] / 12
        ]
        if not len(rows):
            return
        rate = series.loan_rates(month).loan - BOND_CHEAPER
        fen = self.book.replace(rows, flows.BONDS)
        for row, owed in zip(rows.tolist(), fen.tolist(), strict=True):
            self.held.append(Bond(row, owed, rate, month + BOND_MONTHS))
        context.recorder.add(BONDS, month, firms.total(fen, rows) / 100)
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.bond", day=context.clock.first_day, yuan=fen / 100, rule="banking.rules.may_issue")  # fmt: skip

    def collect(self) -> None:
        """Interest of the month, and bonds that are due: who cannot repay at once issues anew."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        kept = []
        for bond in self.held:
            row = np.array([bond.row])
            if firms.state[bond.row] != OPEN:  # investors bear the loss: no money moves
                continue
            interest = coupon(bond.fen, bond.rate)
            context.accounts.pay(flows.COUPONS, row, [-interest])
            firms.interest[bond.row] += interest / 100
            if month >= bond.until and firms.cash[bond.row] >= bond.fen:
                context.accounts.pay(flows.BONDS_REPAID, row, [-bond.fen])
            else:
                kept.append(bond)
        self.held = kept
