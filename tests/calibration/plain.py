"""A city so plain that its fit is known: every fitted figure is a straight line of one parameter, with luck.

Module-level, so that worker processes can take it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.figures.definitions import FIGURES
from calibration.figures.published import targets
from calibration.fit.parameters import fitted
from sim.engine.random_streams import RandomStreams
from sim.studies.adapters.evaluator import Job

NOISE = 0.5
"""Luck's standard deviation, in tolerances of a fitted figure."""
PARAMETERS = [prior.id for prior in fitted()]
TARGETS = list(targets())
MUTE = "exit.beta"
"""No figure answers it."""


def city(job: Job) -> Mapping[str, float]:
    """Figure k answers parameter k: its published value where that is half-way up its prior's range."""
    known = {key.removeprefix("parameter."): value for key, value in job.stated.items()}
    known |= {f"initial.{key}": value for key, value in job.scenario.initial.items()}
    chance = RandomStreams(job.scenario.run.seed, job.replicate)
    found = {name: float(chance.normal([0], name)[0]) for name in FIGURES}
    for prior, target in zip(fitted(), TARGETS, strict=True):
        way = 2 * (known[prior.id] - prior.low) / (prior.high - prior.low) - 1
        slope = 0.0 if prior.id == MUTE else 6.0
        luck = float(chance.normal([0], "luck", target.id)[0])
        found[target.id] = target.value + target.tolerance * (slope * way + NOISE * luck)
    return found


def middle() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Where the figures say that each parameter is."""
    return np.array([(prior.low + prior.high) / 2 for prior in fitted()])
