"""Exit: closing for good, and leaving the register.

One hazard by years open and form, moved by the owner's smoothed income, so that nothing dies twice;
running out of cash adds to it only after three months beyond the arrears limit (SHOCK04: closing as
soon as cash is out would kill two thirds in two shut months). Closed firms stay registered until they
ask for deregistration and the window and the notice are through (M02). A founder who has failed may
found again: ``ventures`` tells how (M29). Insurance of technology firms against a bad month (M11) is in
``insurance``.
Evidence: SURV01-04, SURV12-13, SURV15, SURV17, SHOCK04, INC09, JOB06, SUB26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.firms.parameters import BETA, LEVEL_E, LEVEL_G
from sim.model.firms.rules import next_income
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
        chance: their chance of closing in the month.
        income: their owners' smoothed income, in usual wages.
    """

    rows: Rows
    chance: Floats
    income: Floats


class Exit:
    """Closure of firms."""

    def __init__(self, context: Context, deregistration: Deregistration) -> None:
        self.context = context
        self.deregistration = deregistration

    def close(self, trading: Trading, profit: Floats, recalled: Rows) -> Closures:
        """Who closes at the month's end.

        Args:
            trading: the firms that are open.
            profit: their profit of the month, yuan.
            recalled: firms that close because their head goes back to an institute.

        Returns:
            The firms that close; what they hold is settled by :meth:`distribute`.
        """
        context, firms, rows, p = self.context, self.context.firms, trading.rows, self.context.parameters
        x = next_income(firms.income.take(rows), profit, firms.granted.take(rows) * np.float32(0.01))
        firms.income[rows] = x
        h = context.variants.closure(
            trading.years, trading.segment == G, x, firms.arrears.take(rows), trading.jobs,
            p[BETA.id], p[LEVEL_E.id], p[LEVEL_G.id])  # fmt: skip
        closes = context.streams.uniform(trading.ids, "close", context.clock.month) < h * trading.open_share
        if len(recalled):
            closes |= np.isin(rows, recalled)
        closing = rows.compress(closes)
        firms.state[closing] = CLOSED
        firms.closed[closing] = context.clock.last_day
        at = rows.searchsorted(closing)
        return Closures(closing, h[at], x[at])

    def distribute(self, closures: Closures) -> None:
        """The owners of closed firms take what is left after creditors; the firms will ask for deregistration."""
        context, firms, closing = self.context, self.context.firms, closures.rows
        if context.events:
            context.events.firms(
                firms.id[closing], "exit.closed", day=context.clock.last_day,
                rule=f"firms.rules.{context.variants.closure.__name__}", chance=closures.chance, income=closures.income,
                arrears=firms.arrears[closing], cash=firms.cash[closing] / 100)  # fmt: skip
        left = firms.cash[closing]
        context.accounts.pay(flows.CLOSING, closing, -np.maximum(left, 0))
        context.accounts.pay(flows.UNPAID, closing, -np.minimum(left, 0))
        firms.jobs[closing] = 0
        firms.unspent[closing] = 0
        self.deregistration.will_leave(closing, 1.0)
