"""From published figures to a posterior: emcee's ensemble sampler on the emulator.

A figure y published with tolerance s is taken as y ~ N(f(theta), V + s^2), all figures together: f is the
emulator, V the covariance of what it leaves over (its own error, luck, unfitted numbers). Parameters are
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
from calibration.figures.published import Published
from calibration.fit.emulator import Emulator
from calibration.fit.single_thread import one_thread

Floats = npt.NDArray[np.float64]
STEPS: Final = 8000
WALKERS: Final = 4
"""For each parameter."""
NAMES: Final = tuple(FIGURES)


@dataclass(frozen=True)
class Likelihood:
    """How well parameters explain published figures.

    Attributes:
        emulator: what the simulator would say.
        columns: the figures among all.
        values: as published.
        spread: covariance of a published figure around what the emulator says.
    """

    emulator: Emulator
    columns: tuple[int, ...]
    values: Floats
    spread: Floats

    def __call__(self, quantiles: Floats) -> Floats:
        """Log posterior (point) up to a constant, at quantiles (point, parameter)."""
        inside = ((quantiles > 0) & (quantiles < 1)).all(axis=1)
        found = np.full(len(quantiles), -np.inf)
        if inside.any():
            miss = self.values - self.emulator(quantiles[inside])[:, self.columns]
            found[inside] = -0.5 * np.einsum("pk,kp->p", miss, cho_solve(self._factor, miss.T))
        return found

    @cached_property
    def _factor(self) -> Any:
        return cho_factor(self.spread, lower=True)


@dataclass(frozen=True)
class Sampled:
    """What the sampler leaves.

    Attributes:
        quantiles: draws (draw, parameter), of equal weight.
        autocorrelation: the longest of the parameters, in steps.
        independent: draws that the chain is worth.
        accepted: share of proposals.
        split: potential scale reduction (Gelman & Rubin) between the chains' halves, the largest of the parameters.
    """

    quantiles: Floats
    autocorrelation: float
    independent: float
    accepted: float
    split: float


def likelihood(emulator: Emulator, published: Sequence[Published]) -> Likelihood:
    """The likelihood of published figures."""
    columns = tuple(NAMES.index(p.id) for p in published)
    tolerance = np.diag([p.tolerance**2 for p in published])
    values = np.array([p.value for p in published])
    return Likelihood(emulator, columns, values, emulator.noise[np.ix_(columns, columns)] + tolerance)


@one_thread
def sample(posterior: Likelihood, seed: int, draws: int, steps: int = STEPS) -> Sampled:
    """Sample a posterior; the first half of the steps is thrown away.

    Args:
        posterior: what is sampled.
        seed: of the sampler.
        draws: wanted, evenly from what is left.
        steps: of each walker.
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
    at = np.linspace(0, len(flat) - 1, draws).round().astype(int)
    tau = float(emcee.autocorr.integrated_time(chain, tol=0, has_walkers=True).max())
    accepted = float(np.mean(sampler.acceptance_fraction))
    return Sampled(flat[at], tau, len(flat) / tau, accepted, _split(chain))


def _split(chain: Floats) -> float:
    """Halves of all walkers' chains as two chains."""
    half = len(chain) // 2
    parts = np.stack(
        [chain[:half].reshape(-1, chain.shape[2]), chain[half : 2 * half].reshape(-1, chain.shape[2])]
    )
    within = parts.var(axis=1).mean(axis=0)
    between = parts.mean(axis=1).var(axis=0, ddof=1)
    return float(np.sqrt(1 + between / within).max())
