"""Low-cost space: young enterprises at a discount on rent that the city makes good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.ledger import whole_fen
from sim.model.business_support.parameters import (
    LOW_COST,
    SPACE_AREA,
    SPACE_DISCOUNT,
    SPACE_MONTHS,
    SPACE_SEEKERS,
)
from sim.model.business_support.rules import places_left
from sim.model.government import flows
from sim.model.population.firm_table import NEVER

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context
    from sim.model.population.firm_table import Trading


class LowCostSpace:
    """Low-cost space of the city's own company, and who is in it."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def begin(self, enterprises: Rows) -> None:
        """Young enterprises move to low-cost space while there are places, who opened first before all; others leave it."""
        if self.context.levers.not_yet(SPACE_AREA) or self.context.levers.not_yet(SPACE_DISCOUNT):
            return
        firms, month = self.context.firms, self.context.clock.month
        held = enterprises[firms.low_cost[enterprises] != NEVER]
        out = (month - firms.low_cost[held] >= SPACE_MONTHS) | (firms.space[held] >= 0)
        firms.low_cost[held[out]] = NEVER
        taken = int(firms.weight[held[~out]].sum())
        free = places_left(self.context.levers.at(SPACE_AREA, self.context.clock.first_day), taken)
        if free and self.context.levers.at(SPACE_DISCOUNT, self.context.clock.first_day) > 0:
            for row in self._in_line(enterprises).tolist():
                weight = int(firms.weight[row])
                if weight <= free:  # a row that stands for more firms than there are places stays out
                    firms.low_cost[row] = month
                    free, taken = free - weight, taken + weight
                    if self.context.events:
                        self.context.events.firms(
                            [firms.id[row]], "cost.low_cost_space", day=self.context.clock.first_day, rule="business_support.rules.places_left", free=free)  # fmt: skip
                if not free:
                    break
        self.context.recorder.put(LOW_COST, month, taken)

    def _in_line(self, enterprises: Rows) -> Rows:
        """Young enterprises outside carriers that would move to low-cost space, in the order in which they opened."""
        firms = self.context.firms
        rows = enterprises[self.context.clock.month - firms.opened_month[enterprises] <= SPACE_MONTHS]
        rows = rows[(firms.low_cost[rows] == NEVER) & (firms.space[rows] < 0)]
        wants = (
            self.context.streams.uniform(firms.id[rows], "low-cost space")
            < self.context.parameters[SPACE_SEEKERS.id]
        )
        rows = rows[wants]
        order: Rows = rows[
            np.lexsort((self.context.ties(firms.id[rows], "low-cost space"), firms.opened[rows]))
        ]
        return order

    def rent_after_discount(self, trading: Trading, rent: Floats) -> Floats:
        """Rent of the month less the discount on low-cost space, which the city makes good to the landlord, its own company."""
        firms, discount = (
            self.context.firms,
            self.context.levers.at(SPACE_DISCOUNT, self.context.clock.first_day),
        )
        if discount <= 0 or self.context.levers.not_yet(SPACE_AREA):
            return rent
        inside = np.flatnonzero(
            (firms.low_cost.take(trading.rows) != NEVER) & (firms.space.take(trading.rows) < 0)
        )
        forgone = whole_fen(np.float32(discount) * rent[inside])
        rent[inside] -= forgone / np.float32(100)
        fen = int(np.dot(forgone, trading.weight[inside]))
        self.context.accounts.post(flows.SPACE_SUPPORT, fen)
        self.context.accounts.spend(self.context.accounts.instruments.index("low_cost_space"), fen / 100)
        return rent
