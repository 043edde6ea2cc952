"""Recovery test of the fit: coverage of known parameters in fits to data simulated with the emulator.

True parameters are drawn from their priors. Simulated figures are the emulator's predictions, plus its residuals in a
randomly chosen run (so that random variation and unfitted parameters need not be normal), plus an error with the
tolerance of each published figure. Each data set is fitted in the same way as the published one. If the fit is correct,
the rank of the truth among the draws is uniformly distributed (simulation-based calibration, Talts et al. 2018), and a
50% interval contains the truth in half of the cases.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from calibration.fit import sampling
from calibration.fit.sampling import Likelihood
from sim.studies.execution import executors
from sim.studies.execution.progress import Progress

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
RANKS: Final = 99
"""Number of draws among which the truth is ranked."""
STEPS: Final = 1200
LEVELS: Final = (0.5, 0.9)
ERROR: Final = 0.05
"""Probability that a correct fit falls outside its band for any parameter or level."""


class Refit(NamedTuple):
    """Results of the fit of one data set with known parameters, with the attributes of :class:`Recovery`."""

    truth: Floats
    rank: Integers
    sd_ratio: Floats
    split_rhat: float


@dataclass(frozen=True)
class Recovery:
    """Results of refits with known parameters.

    Attributes:
        truth: true parameters as quantiles of the priors (refit, parameter).
        rank: number of the :data:`RANKS` draws below the truth (refit, parameter).
        sd_ratio: ratio of posterior to prior standard deviation of the parameter values (refit, parameter).
        split_rhat: largest potential scale reduction factor of any refit.
    """

    truth: Floats
    rank: Integers
    sd_ratio: Floats
    split_rhat: float

    def coverage(self, level: float) -> Floats:
        """Return the share of refits whose central interval contains the truth, by parameter."""
        return np.asarray(in_central_interval(self.rank, level).mean(axis=0))


def in_central_interval(rank: Integers, level: float) -> npt.NDArray[np.bool_]:
    """Whether the central interval at a level contains the truth, given its rank among :data:`RANKS` draws."""
    edge = (1 - level) / 2 * (RANKS + 1)
    return (rank >= edge) & (rank < RANKS + 1 - edge)


def coverage_band(refits: int, level: float, tests: int) -> tuple[float, float]:
    """Return the range of coverage compatible with a nominal level, with Bonferroni correction for all tests."""
    low, high = stats.binom.ppf([ERROR / tests / 2, 1 - ERROR / tests / 2], refits, level) / refits
    return float(low), float(high)


def recover(
    posterior: Likelihood,
    refits: int,
    seed: int,
    executor: Executor,
    ahead: int,
    progress: Progress,
    steps: int = STEPS,
) -> Recovery:
    """Simulate data sets with known parameters and fit each of them."""
    progress.planned(refits, 0, 0)
    results: dict[int, Refit] = {}
    task = partial(_refit, posterior, seed, steps)
    for number, result in executors.finished(executor, ahead, task, range(refits)):
        results[number] = result
        progress.finished()
    truth, rank, sd_ratio, split_rhat = zip(*(results[number] for number in range(refits)), strict=True)
    return Recovery(np.array(truth), np.array(rank), np.array(sd_ratio), max(split_rhat))


def _refit(posterior: Likelihood, seed: int, steps: int, number: int) -> Refit:
    emulator = posterior.emulator
    rng = np.random.default_rng([seed, 3, number])
    truth = rng.uniform(size=len(emulator.priors))
    columns = list(posterior.columns)
    residual = emulator.residuals[rng.integers(len(emulator.residuals)), columns]
    tolerance = posterior.covariance - emulator.residual_covariance[np.ix_(columns, columns)]
    published = rng.multivariate_normal(emulator(truth[None])[0, columns] + residual, tolerance)
    drawn = sampling.sample(replace(posterior, values=published), seed + number, RANKS, steps)
    values = np.column_stack([p.ppf(u) for p, u in zip(emulator.priors, drawn.quantiles.T, strict=True)])
    sd_ratio = values.std(axis=0) / np.array([p.sd for p in emulator.priors])
    return Refit(truth, (drawn.quantiles < truth).sum(axis=0), sd_ratio, drawn.split_rhat)
