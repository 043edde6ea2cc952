"""Technology and patent insurance: a few technology firms insure against a bad month; the city bears part of the premium.

An owner who considers insurance takes it if a yuan in a bad month is worth more to him than his part of the
premium. A bad month is one in which the firm's own luck has fallen far below where it stood when the policy
began: a mishap, not the market. Its socket, parameter and fixed numbers are in ``exit``.
Measures: M11 (technology insurance). Evidence: none found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.business_support.parameters import (
    CONSIDERS,
    COVER_MONTHS,
    INSURANCE_PAID,
    INSURED,
    PREMIUM,
    PREMIUM_SUBSIDY,
)
from sim.model.business_support.rules import insures, paid_out
from sim.model.government import flows
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy of one year, ended by its first payment: the sum insured (yuan) and the firm's luck at its start."""

    row: int
    until: int
    insured: float
    luck: float


class Insurance:
    """The policies in force."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.policies: list[Policy] = []
        self._subsidised = context.accounts.instruments.index("tech_insurance")

    def begin(self, technology: Rows) -> None:
        """Policies that are over end; technology firms whose month it is decide on a new one."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        self.policies = [p for p in self.policies if p.until > month and firms.state[p.row] == OPEN]
        subsidy = context.levers.at(PREMIUM_SUBSIDY, context.clock.first_day)
        if month == 0:  # policies of 2016 run on; nobody was subsidised then
            for ago in range(11, 0, -1):
                self.write(self.insuring(technology, -ago, 0.0), -ago)
        rows = self.insuring(technology, month, subsidy)
        insured = self.write(rows, month)
        premium = np.rint(100 * PREMIUM * insured)
        of_city = np.rint(subsidy * premium)
        context.accounts.pay(flows.PREMIUMS, rows, -(premium - of_city))
        whole = firms.total(of_city.astype(np.int64), rows)
        context.accounts.post(flows.PREMIUM_SUBSIDY, whole)
        context.accounts.spend(self._subsidised, whole / 100)
        if context.events:
            context.events.firms(
                firms.id[rows], "exit.insured", day=context.clock.first_day, yuan=premium / 100, rule="business_support.rules.insures")  # fmt: skip

    def insuring(self, rows: Rows, month: int, subsidy: float) -> Rows:
        """Who of these firms have their month of the year, consider insurance and find it worth their part of the premium."""
        context, firms = self.context, self.context.firms
        rows = rows.compress((firms.id.take(rows) + month) % 12 == 0)
        rows = rows[
            context.streams.uniform(firms.id[rows], "considers insurance") < context.parameters[CONSIDERS.id]
        ]
        rows = rows[(firms.value_added[rows] > 0) & (firms.opened_month[rows] < month)]
        worth: Rows = rows[insures(context.streams.normal(firms.id[rows], "worth of insurance"), subsidy)]
        return worth

    def write(self, rows: Rows, month: int) -> Floats:
        """Policies of a year from a month on. Returns the sum insured of each, yuan."""
        firms = self.context.firms
        insured = COVER_MONTHS * firms.value_added[rows].astype(np.float64)
        for row, yuan, luck in zip(
            rows.tolist(), insured.tolist(), firms.productivity[rows].tolist(), strict=True
        ):
            self.policies.append(Policy(row, month + 12, yuan, luck))
        return insured

    def pay(self) -> None:
        """After the month's sales: what policies pay is part of the owner's income of the month."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        there = [p for p in self.policies if firms.state[p.row] == OPEN]
        rows = np.array([p.row for p in there], dtype=np.intp)
        fallen = np.array([p.luck for p in there]) - firms.productivity[rows]
        fen = np.rint(100 * paid_out(np.array([p.insured for p in there]), fallen)).astype(np.int64)
        hit = fen > 0
        context.accounts.pay(flows.INSURANCE, rows[hit], fen[hit])
        firms.granted[rows[hit]] += fen[hit]
        context.recorder.put(INSURANCE_PAID, month, firms.total(fen, rows) / 100)
        if context.events:
            context.events.firms(
                firms.id[rows[hit]], "exit.insurance_paid", day=context.clock.last_day, yuan=fen[hit] / 100,
                rule="business_support.rules.paid_out")  # fmt: skip
        self.policies = [p for p, gone in zip(there, hit.tolist(), strict=True) if not gone]
        context.recorder.put(INSURED, month, int(firms.weight[[p.row for p in self.policies]].sum()))
