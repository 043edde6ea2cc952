"""Emulator of the simulator: a quadratic polynomial in the fitted parameters for each figure.

Each figure is regressed on the linear, squared and product terms of the fitted parameters (ridge regression, with the
penalty chosen by leave-one-out cross-validation). Approximation error, random variation and unfitted parameters form a
single residual, whose covariance over figures is estimated by ten-fold cross-validation.

Approximate Bayesian computation with the simulator is not feasible: with fourteen parameters and a budget of a thousand
runs of two seconds each, too few runs would be accepted. A Gaussian process promises little improvement because most of
the variation between runs of this city is random; :func:`gaussian_process_error_ratio` measures this for every fit.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from calibration.fit.priors import Prior, triangular_ppf
from calibration.fit.single_thread import single_threaded

Floats = npt.NDArray[np.float64]
FOLDS: Final = 10
PENALTIES: Final = tuple(np.logspace(-2, 4, 19))
TRAINING_RUNS: Final = 300
"""Maximum number of runs for training a Gaussian process."""
RUNS_PER_TERM: Final = 2.0
"""Minimum number of runs per term for a quadratic; with fewer runs, only linear terms are fitted."""


@dataclass(frozen=True)
class Emulator:
    """Emulator: a polynomial for each figure, with its residuals.

    Attributes:
        priors: priors of the parameters, in order.
        intercept: intercept (figure).
        coefficients: coefficients (term, figure) of the terms of :func:`polynomial_terms`.
        residuals: cross-validated residuals (run, figure), due to the emulator's error, random variation and unfitted
            parameters.
        variance_explained: cross-validated share of explained variance (figure).
        degree: degree of the polynomial: 2, or 1 if there were too few runs.
    """

    priors: tuple[Prior, ...]
    intercept: Floats
    coefficients: Floats
    residuals: Floats
    variance_explained: Floats
    degree: int

    @cached_property
    def residual_covariance(self) -> Floats:
        """Covariance (figure, figure) of the residuals."""
        return np.atleast_2d(np.cov(self.residuals, rowvar=False, bias=True))

    def __call__(self, quantiles: Floats) -> Floats:
        """Return expected figures (point, figure) at quantiles (point, parameter)."""
        terms = polynomial_terms(scaled(self.priors, quantiles), self.degree)
        return np.asarray(terms @ self.coefficients + self.intercept)


def scaled(priors: tuple[Prior, ...], quantiles: Floats) -> Floats:
    """Return parameter values at quantiles, scaled to -1 at the low end of the range and 1 at the high end."""
    low, mode, high = (np.array([getattr(p, end) for p in priors]) for end in ("low", "mode", "high"))
    return np.asarray(2 * (triangular_ppf(quantiles, low, mode, high) - low) / (high - low) - 1)


def polynomial_terms(points: Floats, degree: int) -> Floats:
    """Return linear terms and, for degree 2, all squares and products of scaled parameters (point, term)."""
    if degree < 2:
        return points
    first, second = np.triu_indices(points.shape[1])
    return np.hstack([points, points[:, first] * points[:, second]])


@single_threaded
def fit_emulator(priors: tuple[Prior, ...], quantiles: Floats, figures: Floats) -> Emulator:
    """Fit an emulator to the results of runs.

    Args:
        priors: priors of the parameters.
        quantiles: design of the runs (run, parameter).
        figures: results of the runs (run, figure).
    """
    from sklearn.model_selection import KFold, cross_val_predict

    degree = _degree(len(priors), len(quantiles))
    points = polynomial_terms(scaled(priors, quantiles), degree)
    folds = KFold(min(FOLDS, len(points) // 2), shuffle=True, random_state=1)
    residuals = figures - cross_val_predict(_regression(), points, figures, cv=folds)
    variance = figures.var(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        explained = np.where(variance > 0, 1 - (residuals**2).mean(axis=0) / variance, 0.0)
    scaler, ridge = (step for _, step in _regression().fit(points, figures).steps)
    coefficients = ridge.coef_.T / scaler.scale_[:, None]
    intercept = ridge.intercept_ - scaler.mean_ @ coefficients
    return Emulator(priors, intercept, coefficients, residuals, explained, degree)


def _degree(parameters: int, runs: int) -> int:
    """Return the degree of the polynomial: 2 if there are enough runs for squares and products, otherwise 1."""
    return 2 if runs >= RUNS_PER_TERM * (1 + parameters + parameters * (parameters + 1) // 2) else 1


def _regression() -> Any:
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), RidgeCV(alphas=PENALTIES, alpha_per_target=True))


@single_threaded
def gaussian_process_error_ratio(
    priors: tuple[Prior, ...], quantiles: Floats, figures: Floats, training_runs: int = TRAINING_RUNS
) -> Floats:
    """Return the prediction error of a Gaussian process relative to that of the quadratic, by figure.

    Both are trained on the first half of the runs and tested on the others. Training is limited to ``training_runs``,
    because the cost of a Gaussian process grows with the cube of the number of runs.
    """
    points = scaled(priors, quantiles)
    half = min(len(points) // 2, training_runs)
    seen, unseen = slice(None, half), slice(half, None)
    terms = polynomial_terms(points, _degree(len(priors), half))
    quadratic = _regression().fit(terms[seen], figures[seen])
    quadratic_error = ((quadratic.predict(terms[unseen]) - figures[unseen]) ** 2).mean(axis=0)
    ratio = np.full(figures.shape[1], np.nan)
    for k in range(figures.shape[1]):
        if figures[seen, k].std() == 0 or quadratic_error[k] == 0:
            continue
        process = _gaussian_process(points[seen], figures[seen, k])
        error = ((process.predict(points[unseen]) - figures[unseen, k]) ** 2).mean()
        ratio[k] = np.sqrt(error / quadratic_error[k])
    return ratio


def _gaussian_process(points: Floats, values: Floats) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

    kernel = (
        ConstantKernel(0.5) * RBF(np.full(points.shape[1], 3.0), (0.3, 100.0))
        + ConstantKernel(0.1) * DotProduct()
        + WhiteKernel(0.5)
    )
    with warnings.catch_warnings():
        # a length scale at its bound means that the parameter has no effect
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GaussianProcessRegressor(kernel, normalize_y=True, random_state=1).fit(points, values)
