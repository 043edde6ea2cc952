"""Closure of firms.

One hazard by years open and form, which responds to the owner's smoothed income, so that no cause is counted twice.
Running out of cash raises it only after three months beyond the arrears limit (SHOCK04: closing as soon as cash is
out would close two thirds of firms in two shut months). Closed firms stay on the register until
:mod:`sim.model.firms.deregistration` strikes them off (M02). Evidence: SURV01-04, SURV12-13, SURV15, SURV17, SHOCK04, INC09.
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
    """The firms that close in a month.

    Attributes:
        rows: their rows, ascending.
        chance: their probability of closing in the month.
        income: their owners' smoothed income, in usual wages.
    """

    rows: Rows
    chance: Floats
    income: Floats


class Exit:
    """Closure of firms at the month's end."""

    def __init__(self, context: Context, deregistration: Deregistration) -> None:
        self.context = context
        self.deregistration = deregistration

    def close(self, trading: Trading, profit: Floats, recalled: Rows) -> Closures:
        """Close firms at the month's end.

        Args:
            trading: the firms that are open.
            profit: their profit of the month, yuan.
            recalled: firms that close because their head goes back to an institute.

        Returns:
            The firms that close; what they hold is settled by :meth:`distribute`.
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
        """The owners of closed firms take what is left after creditors; the firms will apply for deregistration."""
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
