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

from typing import TYPE_CHECKING

import numpy as np

from sim.model.firms.deregistration import will_leave
from sim.model.firms.parameters import BETA, LEVEL_E, LEVEL_G
from sim.model.firms.rules import next_income
from sim.model.government import flows
from sim.model.population.firm_table import CLOSED, G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.city import City
    from sim.model.population.firm_table import Trading


def settle(city: City, trading: Trading, profit: Floats) -> Rows:
    """Who closes at the month's end; the owner takes home what is left. Returns their rows."""
    firms, rows, p = city.firms, trading.rows, city.drawn
    x = next_income(firms.income.take(rows), profit, firms.granted.take(rows) * np.float32(0.01))
    firms.income[rows] = x
    h = city.rules.closure(
        trading.years, trading.segment == G, x, firms.arrears.take(rows), trading.jobs,
        p[BETA.id], p[LEVEL_E.id], p[LEVEL_G.id])  # fmt: skip
    closes = city.chance.uniform(trading.ids, "close", city.month) < h * trading.open_share
    if len(city.recalled):  # heads who have gone back to their institute
        closes |= np.isin(rows, city.recalled)
    closing = rows.compress(closes)
    firms.state[closing] = CLOSED
    firms.closed[closing] = city.last_day
    city.wind_up(closing)
    if city.diary and city.month >= 0:
        at = rows.searchsorted(closing)
        city.diary.firms(
            firms.id[closing], "exit.closed", day=city.last_day, rule=f"exit.{city.rules.closure.__name__}", chance=h[at],
            income=x[at], arrears=firms.arrears[closing], cash=firms.cash[closing] / 100)  # fmt: skip
    left = firms.cash[closing]
    city.pay(flows.CLOSING, closing, -np.maximum(left, 0))
    city.pay(flows.UNPAID, closing, -np.minimum(left, 0))
    firms.jobs[closing] = 0
    firms.unspent[closing] = 0
    will_leave(city, closing, 1.0)
    return closing
