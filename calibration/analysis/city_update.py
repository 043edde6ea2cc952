"""The city's own figures: what they change, on the emulator, without a run.

Figures of a run are, given the fitted parameters, jointly normal around what the emulator says, with the
covariance of what it leaves over. A figure of the city so tells of the fitted parameters, and of luck and
unfitted numbers too: incubators counted at the end of 2018 narrow those of 2020 though no parameter is learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration.figures.definitions import FIGURES, HEADLINES
from calibration.figures.published import Published, targets
from calibration.fit import pipeline as posterior
from calibration.fit import sampling as fit
from calibration.fit.sampling import Likelihood

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Changed:
    """Before and after the city's own figures.

    Attributes:
        parameters: ids of the fitted parameters.
        before, after: their draws (draw, parameter).
        headlines_before, headlines_after: draws (draw, headline) of what is told on page one.
        figures: the city's.
        expected: what the fit expected of each, mean and standard deviation with tolerance (figure, 2).
    """

    parameters: tuple[str, ...]
    before: Floats
    after: Floats
    headlines_before: Floats
    headlines_after: Floats
    figures: tuple[Published, ...]
    expected: Floats


def merged(own: Sequence[Published]) -> tuple[Published, ...]:
    """The fitted figures, with the city's in place of those published of the same."""
    ids = {one.id for one in own}
    return (*(one for one in targets() if one.id not in ids), *own)


def changed(found: xr.Dataset, own: Sequence[Published], steps: int = fit.STEPS) -> Changed:
    """Fit again with the city's own figures.

    Args:
        found: a fit.
        own: the city's figures.
        steps: of the sampler.
    """
    plan = posterior.plan_of(found)
    first = posterior.likelihood_of(found, targets())
    second = fit.likelihood(first.emulator, merged(own))
    seed, draws = plan.seed, found.sizes["draw"]
    before, after = (fit.sample(one, seed, draws, steps).quantiles for one in (first, second))
    columns = [list(FIGURES).index(one.id) for one in own]
    expected = predicted(first, before, columns)
    spread = np.sqrt(expected[1] + np.array([one.tolerance**2 for one in own]))
    heads = [list(FIGURES).index(name) for name in HEADLINES]
    return Changed(
        tuple(prior.id for prior in plan.priors),
        plan.values(before),
        plan.values(after),
        _drawn(first, before, heads, seed),
        _drawn(second, after, heads, seed),
        tuple(own),
        np.column_stack([expected[0], spread]),
    )


def _given(likelihood: Likelihood, quantiles: Floats, columns: Sequence[int]) -> tuple[Floats, Floats]:
    """Means (draw, figure) and covariance of figures given parameters and the figures that are fitted."""
    at, told = list(columns), list(likelihood.columns)
    noise = likelihood.emulator.noise
    means = likelihood.emulator(quantiles)
    gain = np.linalg.solve(likelihood.spread, noise[np.ix_(told, at)]).T
    found = means[:, at] + (likelihood.values - means[:, told]) @ gain.T
    return found, noise[np.ix_(at, at)] - gain @ noise[np.ix_(told, at)]


def predicted(likelihood: Likelihood, quantiles: Floats, columns: Sequence[int]) -> tuple[Floats, Floats]:
    """Mean and variance of figures over the posterior and what the emulator leaves over."""
    means, left = _given(likelihood, quantiles, columns)
    return means.mean(axis=0), means.var(axis=0) + np.diag(left)


def _drawn(likelihood: Likelihood, quantiles: Floats, columns: Sequence[int], seed: int) -> Floats:
    means, left = _given(likelihood, quantiles, columns)
    rng = np.random.default_rng([seed, 4])
    return np.asarray(means + rng.multivariate_normal(np.zeros(len(left)), left, len(means), method="eigh"))
