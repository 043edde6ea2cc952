"""Closure of firms.

A single hazard, which depends on years in operation, form and the owner's smoothed income, covers all causes
of closure, so that none is counted twice. Lack of cash raises the hazard only after three months beyond the
arrears limit; if firms closed as soon as cash ran out, two thirds of them would close in a two-month shutdown
(SHOCK04). Closed firms remain on the register until :mod:`sim.model.firms.deregistration` strikes them off
(M02). Evidence: SURV01-04, SURV12-13, SURV15, SURV17, SHOCK04, INC09.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.firms import rules
from sim.model.firms.parameters import BETA, LEVEL_E, LEVEL_G
from sim.model.government import flows
from sim.model.population.firm_table import CLOSED, G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context
    from sim.model.firms.deregistration import Deregistration
    from sim.model.population.firm_table import Trading


class Closures(NamedTuple):
    """Firms that close in a month.

    Attributes:
        rows: rows of the firms, ascending.
        chance: probability of closing in the month.
        income: owners' smoothed income relative to the usual wage.
    """

    rows: Rows
    chance: Floats
    income: Floats


class Exit:
    """Submodel of the closure of firms at the end of each month."""

    def __init__(self, context: Context, deregistration: Deregistration) -> None:
        self.context = context
        self.deregistration = deregistration

    def close(self, trading: Trading, profit: Floats, recalled: Rows) -> Closures:
        """Draw and record the closures of the month.

        A firm closes if u < hazard x share of the month in which it is open, where u is a uniform random
        number keyed to firm and month.

        Args:
            trading: firms open in the month.
            profit: profit of the month in yuan.
            recalled: rows of firms that close because their head returns to a research post.

        Returns:
            Firms that close; :meth:`distribute` settles their remaining cash.
        """
        context, firms, rows, p = self.context, self.context.firms, trading.rows, self.context.parameters
        x = rules.next_income(firms.income.take(rows), profit, firms.granted.take(rows) * np.float32(0.01))
        firms.income[rows] = x
        h = context.variants.closure(
            trading.years, trading.segment == G, x, firms.arrears.take(rows), trading.jobs,
            p[BETA.id], p[LEVEL_E.id], p[LEVEL_G.id])  # fmt: skip
        u = context.streams.uniform(trading.ids, "close", context.clock.month)
        closes = rules.closes(u, h, trading.open_share)
        if len(recalled):
            closes |= np.isin(rows, recalled)
        closing = rows.compress(closes)
        firms.state[closing] = CLOSED
        firms.closed[closing] = context.clock.last_day
        at = rows.searchsorted(closing)
        return Closures(closing, h[at], x[at])

    def distribute(self, closures: Closures) -> None:
        """Pay the remaining cash of closed firms to their owners and schedule deregistration."""
        context, firms, closing = self.context, self.context.firms, closures.rows
        if context.events:
            context.events.firms(
                firms.id[closing], "exit.closed", day=context.clock.last_day,
                rule=f"firms.rules.{context.variants.closure.__name__}", chance=closures.chance, income=closures.income,
                arrears=firms.arrears[closing], cash=firms.cash[closing] / 100)  # fmt: skip
        taken, written_off = rules.closing_balance(firms.cash[closing])
        context.accounts.pay(flows.CLOSING, closing, -taken)
        context.accounts.pay(flows.UNPAID, closing, written_off)
        firms.jobs[closing] = 0
        firms.unspent[closing] = 0
        self.deregistration.will_leave(closing, 1.0)
