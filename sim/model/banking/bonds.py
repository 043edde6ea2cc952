"""Bonds: the largest young borrowers replace their bank loans with bonds issued in the interbank market.

Measures: M09 (access to the interbank market). Evidence: none found; zero to three young issuers are expected in four
years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.banking import parameters, rules
from sim.model.environment import series
from sim.model.government import flows
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.banking.loan_book import LoanBook
    from sim.model.context import Context


@dataclass(frozen=True, slots=True)
class Bond:
    """Bond of one firm, repaid in full at maturity, or later if the firm is short of cash at maturity.

    Attributes:
        row: row of the firm.
        fen: principal, in fen.
        rate: yearly interest rate.
        until: month in which the bond matures.
    """

    row: int
    fen: int
    rate: float
    until: int


class Bonds:
    """All outstanding bonds of young firms.

    Args:
        context: see :class:`Context`.
        book: loan book with the loans that bonds replace.
    """

    def __init__(self, context: Context, book: LoanBook) -> None:
        self.context, self.book = context, book
        self.held: list[Bond] = []

    def begin(self, enterprises: Rows) -> None:
        """Issue the month's bonds; the issuers use the proceeds to repay their bank loans."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        rows = enterprises.compress(firms.debt.take(enterprises) > 0)
        turnover = rules.yearly_turnover(firms.value_added[rows])
        size = context.levers.at(parameters.BOND_SIZE, context.clock.first_day)
        rows = rows[rules.may_issue(turnover, size, month - firms.opened_month[rows])]
        u = context.streams.uniform(firms.id[rows], "bond", month)
        rows = rows[rules.issues(u, context.parameters[parameters.ISSUES.id])]
        if not len(rows):
            return
        rate = rules.bond_rate(series.loan_rates(month).loan)
        fen = self.book.replace(rows, flows.BONDS)
        for row, owed in zip(rows.tolist(), fen.tolist(), strict=True):
            self.held.append(Bond(row, owed, rate, month + parameters.BOND_MONTHS))
        context.recorder.add(parameters.BONDS, month, firms.total(fen, rows) / 100)
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.bond", day=context.clock.first_day, yuan=fen / 100, rule="banking.rules.may_issue")  # fmt: skip

    def collect(self) -> None:
        """Pay the month's interest on bonds, and repay the mature bonds of issuers with enough cash."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        outstanding = []
        for bond in self.held:
            row = np.array([bond.row])
            if firms.state[bond.row] != OPEN:  # investors bear the loss; nothing is paid
                continue
            interest = rules.coupon(bond.fen, bond.rate)
            context.accounts.pay(flows.COUPONS, row, [-interest])
            firms.interest[bond.row] += interest / 100
            if rules.bond_is_repaid(month >= bond.until, int(firms.cash[bond.row]), bond.fen):
                context.accounts.pay(flows.BONDS_REPAID, row, [-bond.fen])
            else:
                outstanding.append(bond)
        self.held = outstanding
