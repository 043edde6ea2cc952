"""Sampling of the posterior given published figures, with emcee's ensemble sampler and the emulator.

Published figures y with tolerances s are modelled jointly as y ~ N(f(theta), V + diag(s^2)), where f is the emulator and
V the covariance of its residuals (due to its own error, random variation and unfitted parameters). Parameters are
sampled as quantiles of their priors, so the prior is uniform on the unit cube.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve

from calibration.figures.definitions import FIGURES
from calibration.figures.published import PublishedFigure
from calibration.fit.emulator import Emulator
from calibration.fit.single_thread import single_threaded

Floats = npt.NDArray[np.float64]
STEPS: Final = 8000
WALKERS: Final = 4
"""Number of walkers per parameter."""


@dataclass(frozen=True)
class Likelihood:
    """Likelihood of published figures given parameters.

    Attributes:
        emulator: emulator of the simulator.
        columns: positions of the published figures among all figures.
        values: published values.
        covariance: covariance of the published figures around the emulator's prediction.
    """

    emulator: Emulator
    columns: tuple[int, ...]
    values: Floats
    covariance: Floats

    def __call__(self, quantiles: Floats) -> Floats:
        """Return the log posterior density (point), up to a constant, at quantiles (point, parameter)."""
        inside = ((quantiles > 0) & (quantiles < 1)).all(axis=1)
        log_posterior = np.full(len(quantiles), -np.inf)
        if inside.any():
            error = self.values - self.emulator(quantiles[inside])[:, self.columns]
            log_posterior[inside] = -0.5 * np.einsum("pk,kp->p", error, cho_solve(self._factor, error.T))
        return log_posterior

    @cached_property
    def _factor(self) -> Any:
        return cho_factor(self.covariance, lower=True)


@dataclass(frozen=True)
class PosteriorSample:
    """Draws of a posterior and the diagnostics of the sampler.

    Attributes:
        quantiles: equally weighted draws (draw, parameter).
        autocorrelation: integrated autocorrelation time in steps, maximum over parameters.
        effective_sample_size: effective sample size of the chains.
        acceptance_rate: share of accepted proposals.
        split_rhat: potential scale reduction factor (Gelman & Rubin) over halves of the chains, maximum over parameters.
    """

    quantiles: Floats
    autocorrelation: float
    effective_sample_size: float
    acceptance_rate: float
    split_rhat: float


def likelihood(emulator: Emulator, published: Sequence[PublishedFigure]) -> Likelihood:
    """Return the likelihood of published figures under an emulator."""
    names = list(FIGURES)
    columns = tuple(names.index(p.id) for p in published)
    tolerance = np.diag([p.tolerance**2 for p in published])
    values = np.array([p.value for p in published])
    covariance = emulator.residual_covariance[np.ix_(columns, columns)] + tolerance
    return Likelihood(emulator, columns, values, covariance)


@single_threaded
def sample(posterior: Likelihood, seed: int, draws: int, steps: int = STEPS) -> PosteriorSample:
    """Sample a posterior and discard the first half of the steps.

    Args:
        posterior: posterior to sample.
        seed: seed of the sampler.
        draws: number of draws to return, evenly spaced over the second half of the chains.
        steps: number of steps of each walker.
    """
    import emcee

    d = len(posterior.emulator.priors)
    rng = np.random.default_rng([seed, 2])
    walkers = WALKERS * d
    start = rng.uniform(0.05, 0.95, (walkers, d))
    state = np.random.RandomState(int(rng.integers(2**32))).get_state()
    moves = [
        (emcee.moves.DEMove(), 0.7),
        (emcee.moves.DESnookerMove(), 0.1),
        (emcee.moves.StretchMove(), 0.2),
    ]
    sampler = emcee.EnsembleSampler(walkers, d, posterior, moves=moves, vectorize=True)
    sampler.run_mcmc(emcee.State(start, random_state=state), steps, skip_initial_state_check=True)
    chain = sampler.get_chain(discard=steps // 2)
    flat = chain.reshape(-1, d)
    kept = np.linspace(0, len(flat) - 1, draws).round().astype(int)
    tau = float(emcee.autocorr.integrated_time(chain, tol=0, has_walkers=True).max())
    acceptance = float(np.mean(sampler.acceptance_fraction))
    return PosteriorSample(flat[kept], tau, len(flat) / tau, acceptance, _split_rhat(chain))


def _split_rhat(chain: Floats) -> float:
    """Return the potential scale reduction factor between the first and second half of all walkers' chains."""
    half = len(chain) // 2
    parts = np.stack(
        [chain[:half].reshape(-1, chain.shape[2]), chain[half : 2 * half].reshape(-1, chain.shape[2])]
    )
    within = parts.var(axis=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    return float(np.sqrt(1 + between / within).max())
