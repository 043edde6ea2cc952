"""Shared platforms: savings of firms that use public testing and computing.

Measures: M17 (testing), M18 (computing and data). Evidence: none found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.business_support.parameters import (
    COMPUTING,
    IT_DISCOUNT,
    IT_SHARE,
    PLATFORM_USERS,
    TESTED,
    TESTING_DISCOUNT,
    TESTING_SHARE,
)
from sim.model.business_support.rules import platform_saving
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.population.firm_table import G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats
    from sim.engine.ledger import Flow
    from sim.model.context import Context
    from sim.model.population.firm_table import Trading


class SharedPlatforms:
    """Public testing and computing platforms at a discount."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def inputs_saved(self, trading: Trading, value_added: Floats) -> dict[Flow, Floats]:
        """Return the month's savings of each trading firm in yuan, keyed by flow; empty if there are none."""
        context, day = self.context, self.context.clock.first_day
        total = np.zeros(len(trading.rows), dtype=np.float32)
        for discount, share, sectors in (
            (context.levers.at(TESTING_DISCOUNT, day), TESTING_SHARE, TESTED),
            (context.levers.at(IT_DISCOUNT, day), IT_SHARE, COMPUTING),
        ):
            if discount > 0:
                of_sector = np.array([s.slug in sectors for s in geography.sectors()])
                some = np.flatnonzero((trading.segment != G) & of_sector.take(trading.sector))
                u = context.streams.uniform(trading.ids[some], "public platform")
                user = u < context.parameters[PLATFORM_USERS.id]
                total[some] = platform_saving(context.parameters[share.id], discount, value_added[some], user)
        return {flows.INPUTS_SAVED: total} if total.any() else {}
