"""Shared platforms: what users of public testing and computing save."""

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
from sim.model.business_support.rules import saved
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
        """What users of public testing and computing save this month; nothing where there is no discount."""
        day, total = self.context.clock.first_day, np.zeros(len(trading.rows), dtype=np.float32)
        for discount, share, sectors in (
            (self.context.levers.at(TESTING_DISCOUNT, day), TESTING_SHARE, TESTED),
            (self.context.levers.at(IT_DISCOUNT, day), IT_SHARE, COMPUTING),
        ):
            if discount > 0:
                theirs = np.array([s.slug in sectors for s in geography.sectors()])
                some = np.flatnonzero((trading.segment != G) & theirs.take(trading.sector))
                user = (
                    self.context.streams.uniform(trading.ids[some], "public platform")
                    < self.context.parameters[PLATFORM_USERS.id]
                )
                total[some] = saved(self.context.parameters[share.id], discount, value_added[some], user)
        return {flows.INPUTS_SAVED: total} if total.any() else {}
