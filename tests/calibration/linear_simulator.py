"""Simulator with a known fit: each fitted figure is linear in one parameter, with random noise.

The simulator is a function at module level, so that worker processes can import it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.figures.definitions import FIGURES
from calibration.figures.published import targets
from calibration.fit.parameters import fitted
from sim.engine.random_streams import RandomStreams
from sim.studies.execution.run_specification import Job

NOISE = 0.5
"""Standard deviation of the noise, in tolerances of a fitted figure."""
PARAMETERS = [prior.id for prior in fitted()]
TARGETS = list(targets())
INERT = "exit.beta"
"""Parameter that does not affect any figure."""


def simulator(job: Job) -> Mapping[str, float]:
    """Simulate figures; without noise, figure k has its published value if parameter k is at its midpoint."""
    known = {key.removeprefix("parameter."): value for key, value in job.stated.items()}
    known |= {f"initial.{key}": value for key, value in job.scenario.initial.items()}
    streams = RandomStreams(job.scenario.run.seed, job.replicate)
    figures = {name: float(streams.normal([0], name)[0]) for name in FIGURES}
    for prior, target in zip(fitted(), TARGETS, strict=True):
        position = 2 * (known[prior.id] - prior.low) / (prior.high - prior.low) - 1
        slope = 0.0 if prior.id == INERT else 6.0
        noise = float(streams.normal([0], "luck", target.id)[0])
        figures[target.id] = target.value + target.tolerance * (slope * position + NOISE * noise)
    return figures


def midpoints() -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the parameter values that the published figures imply: midpoints of the priors' ranges."""
    return np.array([(prior.low + prior.high) / 2 for prior in fitted()])
