"""Would the fit find parameters that are known? Data made on the emulator, refitted, ranks and coverage counted.

Parameters are drawn from their priors; figures are what the emulator says of them, plus what it left over in
one of its own runs (so luck and unfitted numbers come as they are, normal or not), plus the tolerance of each
published figure. Each such set of figures is fitted as the published ones are. Simulation-based calibration
(Talts and others 2018): the rank of the truth among the draws is uniform, and an interval of 50% holds it in half
of the cases, if the fit does what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from calibration.fit import sampling as fit
from calibration.fit.sampling import Likelihood
from sim.studies.adapters.evaluator import Watch
from sim.studies.execution import executors

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
RANKS: Final = 99
"""Draws among which the truth is ranked."""
STEPS: Final = 1200
LEVELS: Final = (0.5, 0.9)
ERROR: Final = 0.05
"""Chance that a fit that does what it says falls outside its band, all parameters and levels together."""


@dataclass(frozen=True)
class Recovered:
    """What refits of known parameters found.

    Attributes:
        truth: quantiles (refit, parameter) that the data were made with.
        rank: how many of :data:`RANKS` draws lie below the truth (refit, parameter).
        narrowed: posterior over prior standard deviation (refit, parameter), in values.
        split: worst potential scale reduction of a refit.
    """

    truth: Floats
    rank: Whole
    narrowed: Floats
    split: float

    def covered(self, level: float) -> Floats:
        """Share of refits whose central interval holds the truth (parameter)."""
        return np.asarray(inside(self.rank, level).mean(axis=0))


def inside(rank: Whole, level: float) -> npt.NDArray[np.bool_]:
    """Whether the central interval of a level holds what has this rank among :data:`RANKS` draws."""
    edge = (1 - level) / 2 * (RANKS + 1)
    return (rank >= edge) & (rank < RANKS + 1 - edge)


def band(refits: int, level: float, tests: int) -> tuple[float, float]:
    """Range of a coverage that agrees with its level, for one of so many tests (Bonferroni)."""
    low, high = stats.binom.ppf([ERROR / tests / 2, 1 - ERROR / tests / 2], refits, level) / refits
    return float(low), float(high)


def recover(
    posterior: Likelihood,
    refits: int,
    seed: int,
    executor: Executor,
    ahead: int,
    watch: Watch,
    steps: int = STEPS,
) -> Recovered:
    """Refit as many made data sets."""
    watch.planned(refits, 0, 0)
    found: dict[int, tuple[Floats, Whole, Floats, float]] = {}
    for number, one in executors.finished(
        executor, ahead, partial(_refit, posterior, seed, steps), range(refits)
    ):
        found[number] = one
        watch.lived()
    rows: Sequence[tuple[Floats, Whole, Floats, float]] = [found[k] for k in range(refits)]
    truth, rank, narrowed = (np.array([row[part] for row in rows]) for part in range(3))
    return Recovered(truth, rank, narrowed, max(row[3] for row in rows))


def _refit(posterior: Likelihood, seed: int, steps: int, number: int) -> tuple[Floats, Whole, Floats, float]:
    emulator = posterior.emulator
    rng = np.random.default_rng([seed, 3, number])
    truth = rng.uniform(size=len(emulator.priors))
    columns = list(posterior.columns)
    left = emulator.left_over[rng.integers(len(emulator.left_over)), columns]
    tolerance = posterior.spread - emulator.noise[np.ix_(columns, columns)]
    published = rng.multivariate_normal(emulator(truth[None])[0, columns] + left, tolerance)
    again = replace(posterior, values=published)
    found = fit.sample(again, seed + number, RANKS, steps)
    values = np.column_stack([p.at(u) for p, u in zip(emulator.priors, found.quantiles.T, strict=True)])
    narrowed = values.std(axis=0) / np.array([p.sd for p in emulator.priors])
    return truth, (found.quantiles < truth).sum(axis=0), narrowed, found.split
