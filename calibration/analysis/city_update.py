"""Update of a fit with the city's own figures, based on the emulator instead of new runs.

Given the fitted parameters, the figures of a run are modelled as jointly normal around the emulator's prediction, with
the covariance of its residuals. A figure of the city therefore carries information on the fitted parameters and also on
random variation and unfitted parameters. For example, the number of incubators at the end of 2018 narrows the prediction
for 2020 even if it contains no information on the fitted parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration.figures.definitions import FIGURES, HEADLINES
from calibration.figures.published import PublishedFigure, targets
from calibration.fit import dataset, sampling
from calibration.fit.sampling import Likelihood

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CityUpdate:
    """Distributions before and after an update with the city's own figures.

    Attributes:
        parameters: ids of the fitted parameters.
        before, after: draws of the fitted parameters (draw, parameter).
        headlines_before, headlines_after: draws of the headline outcomes (draw, headline).
        figures: figures supplied by the city.
        expected: mean and standard deviation of each figure expected from the fit, including its tolerance (figure, 2).
    """

    parameters: tuple[str, ...]
    before: Floats
    after: Floats
    headlines_before: Floats
    headlines_after: Floats
    figures: tuple[PublishedFigure, ...]
    expected: Floats


def merged(city: Sequence[PublishedFigure]) -> tuple[PublishedFigure, ...]:
    """Return the figures to fit: those of the city, and the published ones that they do not replace."""
    ids = {figure.id for figure in city}
    return (*(target for target in targets() if target.id not in ids), *city)


def update(fit: xr.Dataset, city: Sequence[PublishedFigure], steps: int = sampling.STEPS) -> CityUpdate:
    """Update a fit with the city's own figures.

    Args:
        fit: dataset of the fit.
        city: figures supplied by the city.
        steps: number of steps of the sampler.
    """
    design = dataset.design_of(fit)
    without = dataset.likelihood_of(fit, targets())
    with_city = sampling.likelihood(without.emulator, merged(city))
    seed, draws = design.seed, fit.sizes["draw"]
    before, after = (sampling.sample(each, seed, draws, steps).quantiles for each in (without, with_city))
    names = list(FIGURES)
    mean, variance = predictive_moments(without, before, [names.index(figure.id) for figure in city])
    expected_sd = np.sqrt(variance + np.array([figure.tolerance**2 for figure in city]))
    headlines = [names.index(name) for name in HEADLINES]
    return CityUpdate(
        tuple(prior.id for prior in design.priors),
        design.values(before),
        design.values(after),
        _predictive_draws(without, before, headlines, seed),
        _predictive_draws(with_city, after, headlines, seed),
        tuple(city),
        np.column_stack([mean, expected_sd]),
    )


def predictive_moments(
    likelihood: Likelihood, quantiles: Floats, columns: Sequence[int]
) -> tuple[Floats, Floats]:
    """Return the mean and variance of figures over the posterior and the emulator's residuals."""
    means, covariance = _conditional(likelihood, quantiles, columns)
    return means.mean(axis=0), means.var(axis=0) + np.diag(covariance)


def _predictive_draws(likelihood: Likelihood, quantiles: Floats, columns: Sequence[int], seed: int) -> Floats:
    means, covariance = _conditional(likelihood, quantiles, columns)
    rng = np.random.default_rng([seed, 4])
    zero = np.zeros(len(covariance))
    return np.asarray(means + rng.multivariate_normal(zero, covariance, len(means), method="eigh"))


def _conditional(likelihood: Likelihood, quantiles: Floats, columns: Sequence[int]) -> tuple[Floats, Floats]:
    """Return means (draw, figure) and covariance of figures, given the parameters and published figures."""
    at, known = list(columns), list(likelihood.columns)
    residuals = likelihood.emulator.residual_covariance
    means = likelihood.emulator(quantiles)
    gain = np.linalg.solve(likelihood.covariance, residuals[np.ix_(known, at)]).T
    conditional = means[:, at] + (likelihood.values - means[:, known]) @ gain.T
    return conditional, residuals[np.ix_(at, at)] - gain @ residuals[np.ix_(known, at)]
