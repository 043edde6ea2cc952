"""Sensitivity analysis: elementary effects (Morris 1991) and variance-based indices (Sobol').

SALib draws the samples and computes the indices; this module separates noise from effects. Every point is run
with the same random numbers, so that effects of random numbers common to all points cancel. Effects that
differ between points are the noise: the residual of a two-way analysis of variance (point, replicate).

An index with too large an error is NaN with a reason; its interval is still reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.studies.methods.interface import Evaluate, Floats
from sim.studies.methods.intervals import LEVEL
from sim.studies.methods.noise import Noise, noise
from sim.studies.specification.designs import MORRIS_LEVELS, salib_problem, salib_seed, sensitivity_cube
from sim.studies.specification.factors import Factor, at_shares, factor_coordinates
from sim.studies.specification.outcomes import StudyOutcome, outcome_coordinates

RESAMPLES: Final = 400
"""Number of bootstrap resamples."""
WIDEST: Final = 0.1
"""Maximum half-width of the 95% interval of a reported index; half of the index if that is larger."""
NOISY: Final = 0.5
"""Maximum share of noise in the variance of the point means for which indices are reported."""

NAMES: Final = {
    "first": ("一阶指数", "first-order index"),
    "first_low": ("一阶指数下限", "first-order index, low"),
    "first_high": ("一阶指数上限", "first-order index, high"),
    "total": ("总指数", "total index"),
    "total_low": ("总指数下限", "total index, low"),
    "total_high": ("总指数上限", "total index, high"),
    "effect": ("平均效应大小（μ*）", "mean size of effects (mu*)"),
    "effect_low": ("μ*下限", "mu*, low"),
    "effect_high": ("μ*上限", "mu*, high"),
    "effect_mean": ("平均效应（μ）", "mean effect (mu)"),
    "effect_spread": ("效应标准差（σ）", "standard deviation of effects (sigma)"),
    "floor": ("噪声本身的效应大小", "mean size of effects from noise alone"),
    "reason": ("数值缺失的原因", "why a number is missing"),
    "noise_share": ("各点均值方差中的噪声占比", "share of noise in the variance between points"),
    "random_share": ("单次运行方差中随机因素的占比", "share of random numbers in the variance of one run"),
}
BOTH: Final = ("factor", "outcome")


def sobol(
    evaluate: Evaluate, factors: Sequence[Factor], outcomes: Sequence[StudyOutcome], samples: int, seed: int
) -> xr.Dataset:
    """Estimate first-order and total Sobol' indices with bootstrap intervals.

    The estimators are those of Saltelli (2010) and Jansen (1999).

    Noise is variance that no factor explains: it lowers first-order indices and raises total indices.
    ``noise_share`` is the share of noise in the variance of the point means.

    Args:
        evaluate: evaluator of points, see :mod:`sim.studies.methods.interface`.
        factors: factors, at least two.
        outcomes: outcomes that the evaluator returns.
        samples: number of base samples, a power of two; the points are samples x (factors + 2).
        seed: seed for sampling and resampling.
    """
    cube = sensitivity_cube("sobol", factors, samples, seed)
    values = evaluate(at_shares(factors, cube))
    shape = (len(factors), len(outcomes))
    first, total = np.full((2, 3, *shape), np.nan)
    reasons = np.full(shape, "", dtype="<U32")
    noises = [noise(values[:, :, o]) for o in range(len(outcomes))]
    for o in range(len(outcomes)):
        means = values[:, :, o].mean(axis=1)
        reason = _reason(means, noises[o])
        if reason in ("no_number", "does_not_move"):
            reasons[:, o] = reason
            continue
        first[:, :, o], total[:, :, o] = _sobol_indices(factors, means, seed)
        for f in range(len(factors)):
            wide = max(_half_width(x[:, f, o]) / max(WIDEST, x[0, f, o] / 2) for x in (first, total))
            reasons[f, o] = reason or ("too_few_samples" if not wide <= 1 else "")
    first[0][reasons != ""] = total[0][reasons != ""] = np.nan
    data: dict[str, Any] = {}
    for index, name in ((first, "first"), (total, "total")):
        for numbers, end in zip(index, ("", "_low", "_high"), strict=True):
            data[name + end] = BOTH, numbers, _names("share", name + end)
    data["reason"] = BOTH, reasons, _names("1", "reason")
    return _dataset(data, factors, outcomes, noises, samples=samples, points=len(values))


def _sobol_indices(factors: Sequence[Factor], means: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return first-order and total indices, each as an array (3, factor) with value, low and high."""
    from SALib.analyze import sobol as analysis

    result = analysis.analyze(
        salib_problem(factors),
        means,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        seed=salib_seed("sobol", seed),
    )

    def index(name: str) -> Floats:
        value, half = np.asarray(result[name]), np.asarray(result[f"{name}_conf"])
        return np.array([value, value - half, value + half])

    return index("S1"), index("ST")


def morris(
    evaluate: Evaluate, factors: Sequence[Factor], outcomes: Sequence[StudyOutcome], samples: int, seed: int
) -> xr.Dataset:
    """Estimate elementary effects over the ranges of the factors: mu* (mean absolute effect), mu and sigma.

    Effects are in the unit of the outcome. Noise alone also produces apparent effects: ``floor`` is the mean
    absolute effect that a factor without any true effect would show. The effect of a factor is significant
    only if its interval lies above the floor.

    Args:
        evaluate: evaluator of points, see :mod:`sim.studies.methods.interface`.
        factors: factors, at least two.
        outcomes: outcomes that the evaluator returns.
        samples: number of trajectories; the points are samples x (factors + 1).
        seed: seed for sampling and resampling.
    """
    cube = sensitivity_cube("morris", factors, samples, seed)
    values = evaluate(at_shares(factors, cube))
    shape = (len(factors), len(outcomes))
    size, low, high, mean, sigma = np.full((5, *shape), np.nan)
    floor = np.full(len(outcomes), np.nan)
    reasons = np.full(shape, "", dtype="<U32")
    noises = [noise(values[:, :, o]) for o in range(len(outcomes))]
    step = MORRIS_LEVELS / (2 * (MORRIS_LEVELS - 1))
    for o in range(len(outcomes)):
        means = values[:, :, o].mean(axis=1)
        reason = _reason(means, noises[o], noisy=np.inf)
        if reason in ("no_number", "does_not_move"):
            reasons[:, o] = reason
            continue
        size[:, o], half, mean[:, o], sigma[:, o] = _morris_effects(factors, cube, means, seed)
        low[:, o], high[:, o] = size[:, o] - half, size[:, o] + half
        # noise of a difference of two means over the step; a centred normal has mean size sqrt(2/pi) sd
        floor[o] = np.sqrt(2 / np.pi) * np.sqrt(2 * noises[o].rest / noises[o].replicates) / step
        wide = ~(half <= np.maximum(0.5 * size[:, o], 0.1 * np.max(size[:, o])))
        reasons[wide, o] = "too_few_samples"
        reasons[low[:, o] <= floor[o], o] = "within_noise"
        if noises[o].replicates < 2:
            reasons[:, o] = "noise_unknown"
    reported = np.where(reasons == "", 1.0, np.nan)
    unit = "as the outcome"
    data: dict[str, Any] = {
        "effect": (BOTH, np.where(reasons == "", size, np.nan), _names(unit, "effect")),
        "effect_low": (BOTH, low, _names(unit, "effect_low")),
        "effect_high": (BOTH, high, _names(unit, "effect_high")),
        "effect_mean": (BOTH, reported * mean, _names(unit, "effect_mean")),
        "effect_spread": (BOTH, reported * sigma, _names(unit, "effect_spread")),
        "floor": (("outcome",), floor, _names(unit, "floor")),
        "reason": (BOTH, reasons, _names("1", "reason")),
    }
    return _dataset(data, factors, outcomes, noises, samples=samples, points=len(values))


def _morris_effects(
    factors: Sequence[Factor], cube: Floats, means: Floats, seed: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mu*, the half-width of its 95% interval, mu and sigma of the elementary effects, by factor."""
    from SALib.analyze import morris as analysis

    result = analysis.analyze(
        salib_problem(factors),
        cube,
        means,
        num_levels=MORRIS_LEVELS,
        num_resamples=RESAMPLES,
        conf_level=LEVEL,
        seed=salib_seed("morris", seed),
    )
    size, half, mean, sigma = (np.asarray(result[k]) for k in ("mu_star", "mu_star_conf", "mu", "sigma"))
    return size, half, mean, sigma


def _reason(means: Floats, variance: Noise, noisy: float = NOISY) -> str:
    """Return the reason why no indices are reported for an outcome, or an empty string."""
    if not np.isfinite(means).all():
        return "no_number"
    if np.ptp(means) == 0:
        return "does_not_move"
    return "mostly_noise" if variance.share > noisy else ""


def _half_width(estimate: npt.ArrayLike) -> float:
    _, low, high = np.asarray(estimate, dtype=np.float64)
    return float(high - low) / 2


def _names(unit: str, name: str) -> dict[str, str]:
    zh, en = NAMES[name]
    return {"units": unit, "long_name": en, "long_name_zh": zh}


def _dataset(
    data: dict[str, Any],
    factors: Sequence[Factor],
    outcomes: Sequence[StudyOutcome],
    noises: Sequence[Noise],
    **attributes: int,
) -> xr.Dataset:
    data["noise_share"] = ("outcome",), [n.share for n in noises], _names("share", "noise_share")
    data["random_share"] = ("outcome",), [n.random_share for n in noises], _names("share", "random_share")
    return xr.Dataset(data, factor_coordinates(factors) | outcome_coordinates(outcomes), dict(attributes))
