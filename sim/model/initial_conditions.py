"""Initial conditions: what there was in the city at the end of 2016."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.model.environment.parameters import INITIAL
from sim.model.incubation.parameters import AREA
from sim.model.registry import draw

if TYPE_CHECKING:
    from sim.engine.random_streams import RandomStreams
    from sim.model.environment.world import World


def initial_conditions(
    world: World, parameters: Mapping[str, float], streams: RandomStreams, uncertain: bool
) -> dict[str, float]:
    """Initial conditions by name: as the scenario states them, else as drawn.

    Args:
        world: what the scenario takes as given.
        parameters: value of every uncertain parameter, by id.
        streams: random numbers of the draws.
        uncertain: draw from the priors; else the central values.
    """
    drawn = draw({p.id: p for p in INITIAL}, streams, uncertain)
    initial = {name.removeprefix("initial."): value for name, value in drawn.items()} | dict(world.initial)
    if "incubation_area" not in world.initial:  # the area follows from the number of incubators
        initial["incubation_area"] = initial["tech_incubators"] * parameters[AREA.id]
    return initial
