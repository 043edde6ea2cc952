"""Predictions of the fitted model compared with published figures, both fitted and held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration.figures.definitions import FIGURES
from calibration.figures.published import PublishedFigure, holdout, targets
from calibration.fit import dataset
from calibration.fit.design import Simulator, simulate_city, simulate_figures
from sim.studies.execution import executors
from sim.studies.execution.progress import Progress
from sim.studies.execution.store import Store

Floats = npt.NDArray[np.float64]
Assessment = Literal["in50", "in90", "near", "miss"]
NEAR: Final = 2.0
"""Maximum distance from the 90% interval, in tolerances, at which a published figure counts as near."""
TOLERANCE_DRAWS: Final = 400
"""Number of draws of the tolerance error for each run."""
LEVELS: Final = (5, 25, 50, 75, 95)
"""Percentiles of the model's distribution."""


@dataclass(frozen=True)
class Prediction:
    """Published figure and the distribution of this figure over runs.

    Attributes:
        published: published figure.
        fitted: whether the figure was used in the fit.
        prior: 5th, 50th and 95th percentiles over the design runs, before the fit.
        model: 5th, 25th, 50th, 75th and 95th percentiles over runs of the fitted model.
        with_tolerance: the percentiles of ``model`` with the tolerance of the published figure added.
    """

    published: PublishedFigure
    fitted: bool
    prior: Floats
    model: Floats
    with_tolerance: Floats

    @property
    def assessment(self) -> Assessment:
        """Assessment: inside the 50% or the 90% interval, within :data:`NEAR` tolerances of the latter, or a miss."""
        low, lower, _, upper, high = self.model
        value, slack = self.published.value, NEAR * self.published.tolerance
        if lower <= value <= upper:
            return "in50"
        if low <= value <= high:
            return "in90"
        return "near" if low - slack <= value <= high + slack else "miss"

    def covers(self, level: int, *, with_tolerance: bool) -> bool:
        """Whether the 50 or 90% interval contains the published value."""
        percentiles = self.with_tolerance if with_tolerance else self.model
        low, high = (percentiles[1], percentiles[3]) if level == 50 else (percentiles[0], percentiles[4])
        return bool(low <= self.published.value <= high)


def simulate_validation_runs(
    fit: xr.Dataset, store: Store, progress: Progress, workers: int = 1, simulator: Simulator = simulate_city
) -> Floats:
    """Simulate posterior draws of a fit with the current model and return their figures (validation run, figure).

    Raises:
        OutputError: the store does not accept a run.
    """
    design = dataset.design_of(fit)
    with executors.workers(workers) as (executor, ahead):
        jobs = dataset.validation_jobs(design, fit.draws.values, fit.sizes["validation_run"])
        return simulate_figures(jobs, simulator, store, executor, ahead, progress)


def predictions(fit: xr.Dataset, validation_figures: Floats | None = None) -> list[Prediction]:
    """Return the predictions of all published figures, fitted ones first.

    Args:
        fit: dataset of the fit.
        validation_figures: figures (validation run, figure) of new validation runs; by default those stored in the
            fit.
    """
    model = dataset.validation_figures_of(fit) if validation_figures is None else validation_figures
    prior = dataset.figures_of(fit)
    rng = np.random.default_rng([int(fit.attrs["seed"]), 5])
    names = list(FIGURES)
    rows = []
    for fitted, several in ((True, targets()), (False, holdout())):
        for published in several:
            k = names.index(published.id)
            noise = published.tolerance * rng.standard_normal((len(model), TOLERANCE_DRAWS))
            percentiles = (
                np.percentile(prior[:, k], (5, 50, 95)),
                np.percentile(model[:, k], LEVELS),
                np.percentile(model[:, k, None] + noise, LEVELS),
            )
            rows.append(Prediction(published, fitted, *percentiles))
    return rows


def emulator_bias(fit: xr.Dataset) -> dict[str, tuple[float, float]]:
    """Return mean and standard deviation of the emulator's error at the posterior, by fitted figure.

    The error is computed from the validation runs, in standard deviations of the emulator's residuals. A mean near 0 and
    a standard deviation near 1 show that the emulator is as accurate at the posterior as over the design.
    """
    likelihood = dataset.likelihood_of(fit, targets())
    design = dataset.design_of(fit)
    values = fit.draws.values[fit.validation_draw.values]
    quantiles = np.column_stack([p.cdf(v) for p, v in zip(design.priors, values.T, strict=True)])
    error = dataset.validation_figures_of(fit) - likelihood.emulator(quantiles)
    error /= np.sqrt(np.diag(likelihood.emulator.residual_covariance))
    return {
        published.id: (float(error[:, k].mean()), float(error[:, k].std()))
        for published, k in zip(targets(), likelihood.columns, strict=True)
    }
