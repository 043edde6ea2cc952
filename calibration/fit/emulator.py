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

from calibration.fit.priors import Prior, triangular
from calibration.fit.single_thread import one_thread

Floats = npt.NDArray[np.float64]
FOLDS: Final = 10
PENALTIES: Final = tuple(np.logspace(-2, 4, 19))
LEARNT: Final = 300
"""Runs that a Gaussian process learns from at most."""
ENOUGH: Final = 2.0
"""Runs for each term from which squares and products are fitted; with fewer only the first powers are."""


@dataclass(frozen=True)
class Emulator:
    """A quadratic for each figure, and what it leaves over.

    Attributes:
        priors: of the parameters, in order.
        intercept, slopes: of each figure (figure), (term, figure), on the terms of :func:`terms`.
        left_over: what it misses (run, figure) in runs that it has not seen: its error, luck, unfitted numbers.
        explained: share of a figure's variance that it explains in runs that it has not seen.
        degree: 2, or 1 where runs were too few.
    """

    priors: tuple[Prior, ...]
    intercept: Floats
    slopes: Floats
    left_over: Floats
    explained: Floats
    degree: int

    @cached_property
    def noise(self) -> Floats:
        """Covariance (figure, figure) of what it leaves over."""
        return np.atleast_2d(np.cov(self.left_over, rowvar=False, bias=True))

    def __call__(self, quantiles: Floats) -> Floats:
        """Expected figures (point, figure) at quantiles (point, parameter)."""
        return np.asarray(terms(scaled(self.priors, quantiles), self.degree) @ self.slopes + self.intercept)


def scaled(priors: tuple[Prior, ...], quantiles: Floats) -> Floats:
    """Values at quantiles, each from -1 at the low end of its range to 1 at the high one."""
    low, mode, high = (np.array([getattr(p, end) for p in priors]) for end in ("low", "mode", "high"))
    return np.asarray(2 * (triangular(quantiles, low, mode, high) - low) / (high - low) - 1)


def terms(points: Floats, degree: int) -> Floats:
    """First powers and, for degree 2, all squares and products, of scaled parameters (point, term)."""
    if degree < 2:
        return points
    first, second = np.triu_indices(points.shape[1])
    return np.hstack([points, points[:, first] * points[:, second]])


@one_thread
def emulator(priors: tuple[Prior, ...], quantiles: Floats, figures: Floats) -> Emulator:
    """Fit to runs.

    Args:
        priors: of the parameters.
        quantiles: where the runs are (run, parameter).
        figures: what came out (run, figure).
    """
    from sklearn.model_selection import KFold, cross_val_predict

    degree = _degree(len(priors), len(quantiles))
    points = terms(scaled(priors, quantiles), degree)
    folds = KFold(min(FOLDS, len(points) // 2), shuffle=True, random_state=1)
    left_out = figures - cross_val_predict(_regression(), points, figures, cv=folds)
    variance = figures.var(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        explained = np.where(variance > 0, 1 - (left_out**2).mean(axis=0) / variance, 0.0)
    scaler, ridge = (step for _, step in _regression().fit(points, figures).steps)
    slopes = ridge.coef_.T / scaler.scale_[:, None]
    return Emulator(priors, ridge.intercept_ - scaler.mean_ @ slopes, slopes, left_out, explained, degree)


def _degree(parameters: int, runs: int) -> int:
    """Squares and products only where there are runs enough for them."""
    return 2 if runs >= ENOUGH * (1 + parameters + parameters * (parameters + 1) // 2) else 1


def _regression() -> Any:
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), RidgeCV(alphas=PENALTIES, alpha_per_target=True))


@one_thread
def against_gaussian_process(
    priors: tuple[Prior, ...], quantiles: Floats, figures: Floats, most: int = LEARNT
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
    wide = terms(points, _degree(len(priors), half))
    quadratic = _regression().fit(wide[seen], figures[seen])
    ours = ((quadratic.predict(wide[unseen]) - figures[unseen]) ** 2).mean(axis=0)
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
