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
    from sim.model.city import City


@dataclass(frozen=True, slots=True)
class Bond:
    """Debt of one firm to investors, fen; repaid at once in the month ``until``."""

    row: int
    fen: int
    rate: float
    until: int


class Bonds:
    """The bonds that young firms have issued."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.held: list[Bond] = []

    def begin(self, enterprises: Rows) -> None:
        """Borrowers large enough issue, a few, and pay off their loan with it."""
        city, firms, month = self.city, self.city.firms, self.city.month
        rows = enterprises.compress(firms.debt.take(enterprises) > 0)
        turnover = 12 * TURNOVER * firms.value_added[rows]
        size = city.at(BOND_SIZE, city.first_day)
        rows = rows[may_issue(turnover, size, month - firms.opened_month[rows])]
        rows = rows[city.chance.uniform(firms.id[rows], "bond", month) < city.drawn[ISSUES.id] / 12]
        if not len(rows):
            return
        rate = series.loan_rates(month).loan - BOND_CHEAPER
        fen = city.banks.replace(rows, flows.BONDS)
        for row, owed in zip(rows.tolist(), fen.tolist(), strict=True):
            self.held.append(Bond(row, owed, rate, month + BOND_MONTHS))
        city.record.add(BONDS, month, firms.total(fen, rows) / 100)
        if city.diary:
            city.diary.firms(
                firms.id[rows], "credit.bond", day=city.first_day, yuan=fen / 100, rule="bonds.may_issue")  # fmt: skip

    def collect(self) -> None:
        """Interest of the month, and bonds that are due: who cannot repay at once issues anew."""
        city, firms, month = self.city, self.city.firms, self.city.month
        kept = []
        for bond in self.held:
            row = np.array([bond.row])
            if firms.state[bond.row] != OPEN:  # investors bear the loss: no money moves
                continue
            interest = coupon(bond.fen, bond.rate)
            city.pay(flows.COUPONS, row, [-interest])
            firms.interest[bond.row] += interest / 100
            if month >= bond.until and firms.cash[bond.row] >= bond.fen:
                city.pay(flows.BONDS_REPAID, row, [-bond.fen])
            else:
                kept.append(bond)
        self.held = kept
