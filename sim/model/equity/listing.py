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
    from sim.model.city import City


INSTRUMENT: Final = "listing_support"


class Listings:
    """Who has listed, and the awards of the year."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.awards = Budget(city.env)
        self.listed: set[int] = set()

    def able(self, technology: Rows) -> Rows:
        """Of technology firms those that a broker takes on and that can pay for it: equity had, two full years, turnover, cash."""
        firms = self.city.firms
        rows = technology[firms.raised.take(technology) > 0]
        turnover = 12 * TURNOVER * firms.value_added[rows]
        old = firms.opened_month[rows] <= self.city.month - LISTING_MONTHS
        rows = rows[old & (turnover >= LISTING_TURNOVER) & (firms.cash[rows] >= 100 * LISTING_COST)]
        return np.array([row for row in rows.tolist() if row not in self.listed], dtype=np.intp)

    def begin(self, technology: Rows) -> None:
        """The year's money as policy sets it; the month's listings."""
        city, month, p = self.city, self.city.month, self.city.drawn
        award = city.at(AWARD, city.first_day)
        city.appropriate(self.awards, round(100 * LISTINGS * award))
        rows = self.able(technology)
        usual = p[LISTING.id] / 12 * city.scene.deal_activity(month)
        u = city.chance.uniform(city.firms.id[rows], "listing", month)
        for row in rows[u < lists(usual, p[LISTING_RESPONSE.id], award)].tolist():
            self.list_(row, award)

    def list_(self, row: int, award: float) -> None:
        """A firm lists: it pays those who bring it there, and asks for the award."""
        city, fen = self.city, round(100 * LISTING_COST)
        self.listed.add(row)
        city.pay(flows.LISTING_FEES, np.array([row]), [-fen])
        city.record.add(LISTED, city.month, 1)
        if city.diary:
            city.diary.firms(
                [city.firms.id[row]], "equity.listed", day=city.first_day, yuan=fen / 100, rule="equity.lists")  # fmt: skip
        if award > 0:
            city.env.process(self.pay(row, round(100 * award)))

    def pay(self, row: int, fen: int) -> Any:
        """The award, in the order of listing, from the year's budget; one who has closed meanwhile gets none."""
        city, firms = self.city, self.city.firms
        if not self.awards.covers(fen):
            yield self.awards.wait(fen)
        yield city.env.timeout(
            clock.working_days(city.at(subsidies_parameters.PROCESSING_DAYS, city.env.now))
        )
        if firms.state[row] != OPEN:
            self.awards.returned(fen)
            return
        self.awards.paid(fen)
        instrument, day = city.instruments.index(INSTRUMENT), int(city.env.now)
        city.pay(flows.GRANTS, np.array([row]), [fen])
        firms.granted[row] += fen
        city.spend(instrument, fen / 100)
        city.payments.append((row, instrument, day, fen))
        if city.diary:
            city.diary.firms([firms.id[row]], "equity.listing_award", day=day, yuan=fen / 100, rule="listing.Listings")  # fmt: skip
