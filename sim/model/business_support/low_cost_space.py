"""Low-cost space: young enterprises rent at a discount, for which the city reimburses the landlord.

Measures: M24. Evidence: none found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.ledger import whole_fen
from sim.model.business_support.parameters import LOW_COST, SPACE_AREA, SPACE_DISCOUNT, SPACE_SEEKERS
from sim.model.business_support.rules import leaves_low_cost_space, places_left, seeks_low_cost_space
from sim.model.government import flows
from sim.model.population.firm_table import NEVER

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context
    from sim.model.population.firm_table import Trading


class LowCostSpace:
    """Low-cost space of a company owned by the city, and its tenants."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def begin(self, enterprises: Rows) -> None:
        """End the tenancies of firms that leave, and let free places to enterprises in order of opening."""
        levers, day = self.context.levers, self.context.clock.first_day
        if levers.not_yet(SPACE_AREA) or levers.not_yet(SPACE_DISCOUNT):
            return
        firms, month = self.context.firms, self.context.clock.month
        tenants = enterprises[firms.low_cost[enterprises] != NEVER]
        leaving = leaves_low_cost_space(month - firms.low_cost[tenants], firms.space[tenants] >= 0)
        firms.low_cost[tenants[leaving]] = NEVER
        taken = int(firms.weight[tenants[~leaving]].sum())
        free = places_left(levers.at(SPACE_AREA, day), taken)
        if free and levers.at(SPACE_DISCOUNT, day) > 0:
            taken += self._fill(enterprises, free)
        self.context.recorder.put(LOW_COST, month, taken)

    def _fill(self, enterprises: Rows, free: int) -> int:
        """Let free places to the enterprises in the queue, and return the number of places let."""
        firms, let = self.context.firms, 0
        for row in self._queue(enterprises).tolist():
            weight = int(firms.weight[row])
            if weight <= free - let:  # skip a row that represents more firms than there are places
                firms.low_cost[row] = self.context.clock.month
                let += weight
                if self.context.events:
                    self.context.events.firms(
                        [firms.id[row]], "cost.low_cost_space", day=self.context.clock.first_day, rule="business_support.rules.places_left", free=free - let)  # fmt: skip
            if let == free:
                break
        return let

    def _queue(self, enterprises: Rows) -> Rows:
        """Return the enterprises that seek low-cost space, in order of opening."""
        context, firms = self.context, self.context.firms
        open_months = context.clock.month - firms.opened_month[enterprises]
        inside, in_facility = firms.low_cost[enterprises] != NEVER, firms.space[enterprises] >= 0
        rows = enterprises[seeks_low_cost_space(open_months, inside, in_facility)]
        u = context.streams.uniform(firms.id[rows], "low-cost space")
        rows = rows[u < context.parameters[SPACE_SEEKERS.id]]
        order = np.lexsort((context.ties(firms.id[rows], "low-cost space"), firms.opened[rows]))
        queue: Rows = rows[order]
        return queue

    def rent_after_discount(self, trading: Trading, rent: Floats) -> Floats:
        """Return the month's rent after the discount on low-cost space.

        The city reimburses the landlord, a company that it owns, for the discount.
        """
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
