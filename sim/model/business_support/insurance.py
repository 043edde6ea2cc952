"""Technology insurance against a fall in a firm's productivity, with premiums subsidised by the city.

An owner who considers insurance buys it if a payout of one yuan in a bad month is worth more to the owner
than the unsubsidised part of the premium for it. A policy pays out once, when the firm's productivity has
fallen far below its level at the start of the policy. It covers firm-specific shocks, not shocks to the
market.
Measures: M11 (technology insurance). Evidence: none found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.model.business_support.parameters import CONSIDERS, INSURANCE_PAID, INSURED, PREMIUM_SUBSIDY
from sim.model.business_support.rules import insurance_payout, premium, sum_insured, takes_insurance
from sim.model.government import flows
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context


@dataclass(frozen=True, slots=True)
class Policy:
    """One-year insurance policy, which ends early with its first payout.

    Attributes:
        row: row of the firm.
        until: month in which it ends.
        insured: sum insured, in yuan.
        productivity: log productivity of the firm at the start of the policy.
    """

    row: int
    until: int
    insured: float
    productivity: float


class Insurance:
    """Insurance policies in force."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.policies: list[Policy] = []
        self._instrument = context.accounts.instruments.index("tech_insurance")

    def begin(self, technology: Rows) -> None:
        """End expired policies, and issue policies to technology firms that buy insurance this month."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        self.policies = [p for p in self.policies if p.until > month and firms.state[p.row] == OPEN]
        subsidy = context.levers.at(PREMIUM_SUBSIDY, context.clock.first_day)
        if month == 0:  # policies issued in 2016, without subsidy, are still in force
            for ago in range(11, 0, -1):
                self._insure(self._takers(technology, -ago, 0.0), -ago)
        rows = self._takers(technology, month, subsidy)
        fen = premium(self._insure(rows, month))
        subsidised = np.rint(subsidy * fen)
        context.accounts.pay(flows.PREMIUMS, rows, -(fen - subsidised))
        public = firms.total(subsidised.astype(np.int64), rows)
        context.accounts.post(flows.PREMIUM_SUBSIDY, public)
        context.accounts.spend(self._instrument, public / 100)
        if context.events:
            context.events.firms(
                firms.id[rows], "exit.insured", day=context.clock.first_day, yuan=fen / 100, rule="business_support.rules.takes_insurance")  # fmt: skip

    def _takers(self, rows: Rows, month: int, subsidy: float) -> Rows:
        """Return the firms whose yearly decision on insurance is due this month and that buy it."""
        context, firms = self.context, self.context.firms
        rows = rows.compress((firms.id.take(rows) + month) % 12 == 0)
        u = context.streams.uniform(firms.id[rows], "considers insurance")
        rows = rows[u < context.parameters[CONSIDERS.id]]
        rows = rows[(firms.value_added[rows] > 0) & (firms.opened_month[rows] < month)]
        g = context.streams.normal(firms.id[rows], "worth of insurance")
        takers: Rows = rows[takes_insurance(g, subsidy)]
        return takers

    def _insure(self, rows: Rows, month: int) -> Floats:
        """Issue one-year policies that start in a month, and return the sum insured of each in yuan."""
        firms = self.context.firms
        insured = sum_insured(firms.value_added[rows])
        for row, yuan, productivity in zip(
            rows.tolist(), insured.tolist(), firms.productivity[rows].tolist(), strict=True
        ):
            self.policies.append(Policy(row, month + 12, yuan, productivity))
        return insured

    def pay(self) -> None:
        """Make the month's payouts, after sales; they count towards the owners' income in the same month."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        in_force = [p for p in self.policies if firms.state[p.row] == OPEN]
        rows = np.array([p.row for p in in_force], dtype=np.intp)
        fall = np.array([p.productivity for p in in_force]) - firms.productivity[rows]
        yuan = insurance_payout(np.array([p.insured for p in in_force]), fall)
        fen = np.rint(100 * yuan).astype(np.int64)
        paid = fen > 0
        context.accounts.pay(flows.INSURANCE, rows[paid], fen[paid])
        firms.granted[rows[paid]] += fen[paid]
        context.recorder.put(INSURANCE_PAID, month, firms.total(fen, rows) / 100)
        if context.events:
            context.events.firms(
                firms.id[rows[paid]], "exit.insurance_paid", day=context.clock.last_day, yuan=fen[paid] / 100,
                rule="business_support.rules.insurance_payout")  # fmt: skip
        self.policies = [p for p, ended in zip(in_force, paid.tolist(), strict=True) if not ended]
        context.recorder.put(INSURED, month, int(firms.weight[[p.row for p in self.policies]].sum()))
