"""Founder traits used by the submodels, drawn by founder id and identical under every policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.banking import applications
from sim.model.business_support import intellectual_property
from sim.model.entry import registration
from sim.model.firms import costs
from sim.model.incubation import tenancy

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Ints, Mask
    from sim.model.context import Context
    from sim.model.entry.founding import Indivisible, Traits


def traits(context: Context) -> Traits:
    """Return a function that draws founder traits, given founders' ids, segments, sectors and skill."""

    def columns(ids: Ints, segment: Codes, sector: Codes, skill: Floats) -> dict[str, Any]:
        return (
            registration.founder_traits(context, ids, segment, sector)
            | costs.founder_traits(context, ids)
            | intellectual_property.founder_traits(context, ids, segment, sector, skill)
            | applications.founder_traits(context, ids, segment)
            | tenancy.founder_traits(context, ids, segment)
        )

    return columns


def indivisible(context: Context) -> Indivisible:
    """Return a function that computes a mask of founders whose rows have weight 1 at every scale.

    These founders seek a place in a facility or hold a protected design.
    """

    def mask(ids: Ints, segment: Codes, sector: Codes, skill: Floats) -> Mask:
        seeks = tenancy.founder_traits(context, ids, segment)["seeks"] > 0
        design = intellectual_property.founder_traits(context, ids, segment, sector, skill)["design"]
        return np.asarray(seeks | design)

    return mask
