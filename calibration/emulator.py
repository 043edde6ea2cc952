"""What the simulator would say, without running it: a quadratic in the parameters for every figure.

Each figure is regressed on all first and second powers of the fitted parameters (ridge, its penalty chosen by
leaving one out). What the quadratic misses, what luck does and what unfitted numbers do stand in one residual,
whose covariance over figures is taken from runs that were left out of the fit (ten folds).

Why not approximate Bayesian computation on runs: fourteen parameters and a budget of a thousand runs of two
seconds leave far too few acceptances. Why not a Gaussian process: luck is most of what a run of this city differs
by, so there is little for it to find; ``against_gaussian_process`` measures that at every fit.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from calibration.priors import Prior

Floats = npt.NDArray[np.float64]
FOLDS: Final = 10
PENALTIES: Final = tuple(np.logspace(-2, 4, 19))
ENOUGH: Final = 2.0
"""Runs for each term from which squares and products are fitted; with fewer only the first powers are."""


@dataclass(frozen=True)
class Emulator:
    """A quadratic for each figure, and what it leaves over.

    Attributes:
        priors: of the parameters, in order.
        model: takes scaled parameters.
        left_over: what it misses (run, figure) in runs that it has not seen: its error, luck, unfitted numbers.
        explained: share of a figure's variance that it explains in runs that it has not seen.
        degree: 2, or 1 where runs were too few.
    """

    priors: tuple[Prior, ...]
    model: Any
    left_over: Floats
    explained: Floats
    degree: int

    @cached_property
    def noise(self) -> Floats:
        """Covariance (figure, figure) of what it leaves over."""
        return np.atleast_2d(np.cov(self.left_over, rowvar=False, bias=True))

    def __call__(self, quantiles: Floats) -> Floats:
        """Expected figures (point, figure) at quantiles (point, parameter)."""
        found: Floats = self.model.predict(scaled(self.priors, quantiles))
        return found


def scaled(priors: tuple[Prior, ...], quantiles: Floats) -> Floats:
    """Values at quantiles, each from -1 at the low end of its range to 1 at the high one."""
    columns = [
        2 * (prior.at(u) - prior.low) / (prior.high - prior.low) - 1
        for prior, u in zip(priors, quantiles.T, strict=True)
    ]
    return np.column_stack(columns)


def emulator(priors: tuple[Prior, ...], quantiles: Floats, figures: Floats) -> Emulator:
    """Fit to runs.

    Args:
        priors: of the parameters.
        quantiles: where the runs are (run, parameter).
        figures: what came out (run, figure).
    """
    from sklearn.model_selection import KFold, cross_val_predict

    points = scaled(priors, quantiles)
    d = len(priors)
    terms = 1 + d + d * (d + 1) // 2
    degree = 2 if len(points) >= ENOUGH * terms else 1
    folds = KFold(min(FOLDS, len(points) // 2), shuffle=True, random_state=1)
    left_out = figures - cross_val_predict(_regression(degree), points, figures, cv=folds)
    variance = figures.var(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        explained = np.where(variance > 0, 1 - (left_out**2).mean(axis=0) / variance, 0.0)
    return Emulator(priors, _regression(degree).fit(points, figures), left_out, explained, degree)


def _regression(degree: int) -> Any:
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    return make_pipeline(
        PolynomialFeatures(degree, include_bias=False),
        StandardScaler(),
        RidgeCV(alphas=PENALTIES, alpha_per_target=True),
    )


def against_gaussian_process(
    priors: tuple[Prior, ...], quantiles: Floats, figures: Floats, most: int = 300
) -> Floats:
    """Error of a Gaussian process over that of the quadratic, by figure, in the runs that neither has seen.

    Both learn from the first half of the runs, at most ``most`` of them, since the process costs their cube.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

    points = scaled(priors, quantiles)
    half = min(len(points) // 2, most)
    seen, unseen = slice(None, half), slice(half, None)
    terms = 1 + len(priors) + len(priors) * (len(priors) + 1) // 2
    quadratic = _regression(2 if half >= ENOUGH * terms else 1).fit(points[seen], figures[seen])
    ours = ((quadratic.predict(points[unseen]) - figures[unseen]) ** 2).mean(axis=0)
    ratio = np.full(figures.shape[1], np.nan)
    for k in range(figures.shape[1]):
        y = figures[seen, k]
        if y.std() == 0 or ours[k] == 0:
            continue
        kernel = (
            ConstantKernel(0.5) * RBF(np.full(len(priors), 3.0), (0.3, 100.0))
            + ConstantKernel(0.1) * DotProduct()
            + WhiteKernel(0.5)
        )
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", ConvergenceWarning
            )  # a length at its bound: that parameter does nothing
            process = GaussianProcessRegressor(kernel, normalize_y=True, random_state=1).fit(points[seen], y)
        theirs = ((process.predict(points[unseen]) - figures[unseen, k]) ** 2).mean()
        ratio[k] = np.sqrt(theirs / ours[k])
    return ratio
