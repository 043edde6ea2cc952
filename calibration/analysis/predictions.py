"""Predictions of the fitted model against published figures, those that were fitted and those held out."""

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
"""Tolerances by which a published figure may lie outside the 90% interval and still count as near."""
TOLERANCE_DRAWS: Final = 400
"""Draws of the tolerance for each run."""
LEVELS: Final = (5, 25, 50, 75, 95)
"""Percentiles of the model's distribution."""


@dataclass(frozen=True)
class Prediction:
    """Published figure and the distribution of the same figure over runs.

    Attributes:
        published: the figure.
        fitted: whether the fit has used it.
        prior: 5, 50 and 95% over runs before the fit.
        model: 5, 25, 50, 75 and 95% over runs of the fitted model.
        with_tolerance: the same, with the tolerance of the published figure added.
    """

    published: PublishedFigure
    fitted: bool
    prior: Floats
    model: Floats
    with_tolerance: Floats

    @property
    def assessment(self) -> Assessment:
        """in50, in90: inside that interval of the model; near: outside, within tolerance; else miss."""
        low, lower, _, upper, high = self.model
        value, slack = self.published.value, NEAR * self.published.tolerance
        if lower <= value <= upper:
            return "in50"
        if low <= value <= high:
            return "in90"
        return "near" if low - slack <= value <= high + slack else "miss"

    def covers(self, level: int, *, with_tolerance: bool) -> bool:
        """Whether the 50 or 90% interval holds the published value."""
        percentiles = self.with_tolerance if with_tolerance else self.model
        low, high = (percentiles[1], percentiles[3]) if level == 50 else (percentiles[0], percentiles[4])
        return bool(low <= self.published.value <= high)


def simulate_validation_runs(
    fit: xr.Dataset, store: Store, progress: Progress, workers: int = 1, simulator: Simulator = simulate_city
) -> Floats:
    """Figures (validation run, figure) of draws of a fit under the present model.

    Raises:
        OutputError: the store does not accept a run.
    """
    design = dataset.design_of(fit)
    with executors.workers(workers) as (executor, ahead):
        jobs = dataset.validation_jobs(design, fit.draws.values, fit.sizes["validation_run"])
        return simulate_figures(jobs, simulator, store, executor, ahead, progress)


def predictions(fit: xr.Dataset, validation_figures: Floats | None = None) -> list[Prediction]:
    """Predictions of all published figures, fitted ones first.

    Args:
        fit: a fit.
        validation_figures: figures (validation run, figure) of runs of its draws; those kept with it if not given.
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
    """Mean and standard deviation of the emulator's error at the posterior, by fitted figure.

    The error is that of the validation runs, in standard deviations of the emulator's residuals: mean
    near 0 and standard deviation near 1 where the emulator is as good at the posterior as over the design.
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
