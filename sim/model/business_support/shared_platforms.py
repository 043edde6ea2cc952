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
    from sim.model.city import City
    from sim.model.population.firm_table import Trading


def inputs_saved(city: City, trading: Trading, value_added: Floats) -> dict[Flow, Floats]:
    """What users of public testing and computing save this month; nothing where there is no discount."""
    day, total = city.first_day, np.zeros(len(trading.rows), dtype=np.float32)
    for discount, share, sectors in (
        (city.at(TESTING_DISCOUNT, day), TESTING_SHARE, TESTED),
        (city.at(IT_DISCOUNT, day), IT_SHARE, COMPUTING),
    ):
        if discount > 0:
            theirs = np.array([s.slug in sectors for s in geography.sectors()])
            some = np.flatnonzero((trading.segment != G) & theirs.take(trading.sector))
            user = city.chance.uniform(trading.ids[some], "public platform") < city.drawn[PLATFORM_USERS.id]
            total[some] = saved(city.drawn[share.id], discount, value_added[some], user)
    return {flows.INPUTS_SAVED: total} if total.any() else {}
