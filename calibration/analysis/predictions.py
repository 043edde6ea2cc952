"""Published figures beside the fitted model's, those fitted and those never shown to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration.figures.definitions import FIGURES
from calibration.figures.published import Published, holdout, targets
from calibration.fit import pipeline as posterior
from calibration.fit.design import City, figures, the_city
from sim.studies.adapters.evaluator import Watch
from sim.studies.execution import executors
from sim.studies.execution.store import Store

Floats = npt.NDArray[np.float64]
Verdict = Literal["in50", "in90", "near", "miss"]
NEAR: Final = 2.0
"""Tolerances by which a published figure may lie outside the 90% interval and still be called near."""
MIXED: Final = 400
"""Draws of the tolerance for each run."""


@dataclass(frozen=True)
class Beside:
    """A published figure and the same figure of runs.

    Attributes:
        published: the figure.
        fitted: whether the fit has seen it.
        prior: 5, 50 and 95% over runs before the fit.
        model: 5, 25, 50, 75 and 95% over runs of the fitted model.
        whole: the same of a published figure, with its tolerance.
    """

    published: Published
    fitted: bool
    prior: Floats
    model: Floats
    whole: Floats

    @property
    def verdict(self) -> Verdict:
        """in50, in90: inside that interval of the model; near: outside, within tolerance; miss."""
        low, lower, _, upper, high = self.model
        value, slack = self.published.value, NEAR * self.published.tolerance
        if lower <= value <= upper:
            return "in50"
        if low <= value <= high:
            return "in90"
        return "near" if low - slack <= value <= high + slack else "miss"

    def held(self, level: int, *, whole: bool) -> bool:
        """Whether the 50 or 90% interval holds the published value."""
        edges = self.whole if whole else self.model
        low, high = (edges[1], edges[3]) if level == 50 else (edges[0], edges[4])
        return bool(low <= self.published.value <= high)


def checked_anew(
    found: xr.Dataset, store: Store, watch: Watch, workers: int = 1, city: City = the_city
) -> Floats:
    """Figures (check, figure) of draws of a fit, lived under the model of today.

    Raises:
        OutputError: the store does not take a run.
    """
    plan = posterior.plan_of(found)
    with executors.workers(workers) as (executor, ahead):
        jobs = posterior.check_jobs(plan, found.draws.values, found.sizes["check"])
        return figures(jobs, city, store, executor, ahead, watch)


def beside(found: xr.Dataset, seen: Floats | None = None) -> list[Beside]:
    """Every published figure beside the fitted model, those fitted first.

    Args:
        found: a fit.
        seen: figures (check, figure) of runs of its draws; else those kept with it.
    """
    names = list(FIGURES)
    seen = found.check_figures.sel(figure=names).values.astype(np.float64) if seen is None else seen
    before = found.figures.sel(figure=names).values.astype(np.float64)
    rng = np.random.default_rng([int(found.attrs["seed"]), 5])
    rows = []
    for fitted, published in ((True, targets()), (False, holdout())):
        for one in published:
            k = names.index(one.id)
            mixed = seen[:, k, None] + one.tolerance * rng.standard_normal((len(seen), MIXED))
            edges = (5, 25, 50, 75, 95)
            rows.append(
                Beside(
                    one, fitted, np.percentile(before[:, k], (5, 50, 95)),
                    np.percentile(seen[:, k], edges), np.percentile(mixed, edges))
            )  # fmt: skip
    return rows


def emulator_off(found: xr.Dataset) -> dict[str, tuple[float, float]]:
    """By fitted figure: mean and spread of (checking run - emulator) over what it says it leaves over.

    Near 0 and 1 where the emulator is as good at the posterior as where it was made.
    """
    likelihood = posterior.likelihood_of(found, targets())
    plan = posterior.plan_of(found)
    values = found.draws.values[found.check_draw.values]
    quantiles = np.column_stack([p.quantile(v) for p, v in zip(plan.priors, values.T, strict=True)])
    seen = found.check_figures.sel(figure=list(FIGURES)).values.astype(np.float64)
    miss = (seen - likelihood.emulator(quantiles)) / np.sqrt(np.diag(likelihood.emulator.noise))
    return {
        one.id: (float(miss[:, k].mean()), float(miss[:, k].std()))
        for one, k in zip(targets(), likelihood.columns, strict=True)
    }
