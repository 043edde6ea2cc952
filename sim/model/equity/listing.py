"""Listing: technology firms with equity list on the New Third Board, and the city's award for it (M09). The rules are in ``equity``.

Those who could pay for it list at a rate of their own; an award draws in a few more. It is paid out of the
year's budget after notice and transfer, like a subsidy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.engine import clock
from sim.model.equity.parameters import (
    AWARD,
    LISTED,
    LISTING,
    LISTING_COST,
    LISTING_MONTHS,
    LISTING_RESPONSE,
    LISTING_TURNOVER,
    LISTINGS,
    TURNOVER,
)
from sim.model.equity.rules import lists
from sim.model.government import flows
from sim.model.government.budgets import Budget
from sim.model.population.firm_table import OPEN
from sim.model.subsidies import parameters as subsidies_parameters

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context


INSTRUMENT: Final = "listing_support"


class Listings:
    """Who has listed, and the awards of the year."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.awards = Budget(context.env)
        self.listed: set[int] = set()

    def able(self, technology: Rows) -> Rows:
        """Of technology firms those that a broker takes on and that can pay for it: equity had, two full years, turnover, cash."""
        firms = self.context.firms
        rows = technology[firms.raised.take(technology) > 0]
        turnover = 12 * TURNOVER * firms.value_added[rows]
        old = firms.opened_month[rows] <= self.context.clock.month - LISTING_MONTHS
        rows = rows[old & (turnover >= LISTING_TURNOVER) & (firms.cash[rows] >= 100 * LISTING_COST)]
        return np.array([row for row in rows.tolist() if row not in self.listed], dtype=np.intp)

    def begin(self, technology: Rows) -> None:
        """The year's money as policy sets it; the month's listings."""
        context, month, p = self.context, self.context.clock.month, self.context.parameters
        award = context.levers.at(AWARD, context.clock.first_day)
        context.accounts.appropriate(self.awards, round(100 * LISTINGS * award))
        rows = self.able(technology)
        usual = p[LISTING.id] / 12 * context.environment.deal_activity(month)
        u = context.streams.uniform(context.firms.id[rows], "listing", month)
        for row in rows[u < lists(usual, p[LISTING_RESPONSE.id], award)].tolist():
            self.list_(row, award)

    def list_(self, row: int, award: float) -> None:
        """A firm lists: it pays those who bring it there, and asks for the award."""
        context, fen = self.context, round(100 * LISTING_COST)
        self.listed.add(row)
        context.accounts.pay(flows.LISTING_FEES, np.array([row]), [-fen])
        context.recorder.add(LISTED, context.clock.month, 1)
        if context.events:
            context.events.firms(
                [context.firms.id[row]], "equity.listed", day=context.clock.first_day, yuan=fen / 100, rule="equity.rules.lists")  # fmt: skip
        if award > 0:
            context.env.process(self.pay(row, round(100 * award)))

    def pay(self, row: int, fen: int) -> Any:
        """The award, in the order of listing, from the year's budget; one who has closed meanwhile gets none."""
        context, firms = self.context, self.context.firms
        if not self.awards.try_reserve(fen):
            yield self.awards.wait(fen)
        yield context.env.timeout(
            clock.working_days(context.levers.at(subsidies_parameters.PROCESSING_DAYS, context.env.now))
        )
        if firms.state[row] != OPEN:
            self.awards.returned(fen)
            return
        self.awards.paid(fen)
        instrument, day = context.accounts.instruments.index(INSTRUMENT), int(context.env.now)
        context.accounts.pay(flows.GRANTS, np.array([row]), [fen])
        firms.granted[row] += fen
        context.accounts.spend(instrument, fen / 100)
        context.accounts.payments.append((row, instrument, day, fen))
        if context.events:
            context.events.firms([firms.id[row]], "equity.listing_award", day=day, yuan=fen / 100, rule="equity.listing.Listings")  # fmt: skip
