"""What an outcome hangs on: elementary effects (Morris 1991) and shares of variance (Sobol').

SALib does the sampling and the indices; here noise is told from effect. Every point is lived with the
same lucks, so what luck does to all points alike cancels; what it does to each point differently is the
noise: the remainder of a two-way analysis of variance (point, replicate). An algorithm gets
``evaluate(points) -> (point, replicate, outcome)`` and knows no city.

An index whose own error is too wide to be read is NaN with a reason, and its interval stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.engine.random_streams import key
from sim.studies.methods.intervals import LEVEL
from sim.studies.specification.factors import Floats, Varied, described, spread
from sim.studies.specification.outcomes import Wanted

Evaluate = Callable[[Floats], Floats]

RESAMPLES: Final = 400
WIDEST: Final = 0.1
"""Half-width of the 95% interval of an index up to which it is told; or half of the index itself."""
NOISY: Final = 0.5
"""Share of noise in the variance between points above which no index is told."""
LEVELS: Final = 4
"""Of Morris's grid."""

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
    "effect_spread": ("效应离散（σ）", "spread of effects (sigma)"),
    "floor": ("噪声本身的效应大小", "size of effects that noise alone makes"),
    "reason": ("数值缺失的原因", "why a number is missing"),
    "noise_share": ("各点均值方差中的噪声占比", "noise in the variance between points"),
    "luck_share": ("单次运行方差中的运气占比", "luck in the variance of one run"),
}


class Noise(NamedTuple):
    """Variances of an outcome: between points, of luck alike at all points, of luck at each."""

    between: float
    common: float
    rest: float
    replicates: int

    @property
    def share(self) -> float:
        """Share of noise in the variance between the points' means; NaN with one replicate."""
        noise = self.rest / self.replicates
        total = self.between + noise
        return noise / total if total > 0 else np.nan

    @property
    def luck(self) -> float:
        """Share of luck in the variance of a single run."""
        total = self.between + self.common + self.rest
        return (self.common + self.rest) / total if total > 0 else np.nan


def noise(values: Floats) -> Noise:
    """Luck and factors apart: analysis of variance of (point, replicate)."""
    points, replicates = values.shape
    if replicates < 2 or points < 2:
        return Noise(
            float(values.mean(axis=1).var(ddof=1)) if points > 1 else 0.0, np.nan, np.nan, replicates
        )
    whole, by_point, by_luck = values.mean(), values.mean(axis=1), values.mean(axis=0)
    remainder = values - by_point[:, None] - by_luck[None, :] + whole
    rest = float((remainder**2).sum() / ((points - 1) * (replicates - 1)))
    between = max(0.0, float(by_point.var(ddof=1)) - rest / replicates)
    common = max(0.0, float(by_luck.var(ddof=1)) - rest / points)
    return Noise(between, common, rest, replicates)


def points(kind: str, factors: Sequence[Varied], samples: int, seed: int) -> Floats:
    """Where in the unit cube ``morris`` or ``sobol`` looks (point, factor); needs SALib."""
    problem, own = _cube(factors), _seed(kind, seed)
    if kind == "sobol":
        from SALib.sample import sobol as saltelli

        cube = saltelli.sample(problem, samples, calc_second_order=False, scramble=True, seed=own)
    else:
        from SALib.sample import morris as trajectories

        cube = trajectories.sample(problem, samples, num_levels=LEVELS, seed=own)
    return np.asarray(cube, dtype=np.float64)


def _seed(kind: str, seed: int) -> int:
    return key(kind, seed) % 2**32


def sobol(
    evaluate: Evaluate, factors: Sequence[Varied], outcomes: Sequence[Wanted], samples: int, seed: int
) -> xr.Dataset:
    """First-order and total shares of variance (Saltelli 2010, Jansen 1999), with bootstrap intervals.

    Noise is a share of the variance that no factor explains: it lowers first-order indices and raises
    total ones; ``noise_share`` says how much of it is in the points' means.

    Args:
        evaluate: the seam.
        factors: at least two.
        outcomes: what the numbers are.
        samples: base samples, a power of two; points are samples x (factors + 2).
        seed: of sampling and resampling.
    """
    from SALib.analyze import sobol as analysis

    problem, own = _cube(factors), _seed("sobol", seed)
    cube = points("sobol", factors, samples, seed)
    values = evaluate(spread(factors, cube))
    shape = (len(factors), len(outcomes))
    first, total = np.full((2, 3, *shape), np.nan)
    reasons = np.full(shape, "", dtype="<U32")
    heard = [noise(values[:, :, o]) for o in range(len(outcomes))]
    for o in range(len(outcomes)):
        means = values[:, :, o].mean(axis=1)
        why = _why_not(means, heard[o])
        if why in ("no_number", "does_not_move"):
            reasons[:, o] = why
            continue
        found = analysis.analyze(
            problem, means, calc_second_order=False, num_resamples=RESAMPLES, conf_level=LEVEL, seed=own
        )
        for kept, name in ((first, "S1"), (total, "ST")):
            middle, half = np.asarray(found[name]), np.asarray(found[f"{name}_conf"])
            kept[:, :, o] = middle, middle - half, middle + half
        for f in range(len(factors)):
            wide = max(_half(x[:, f, o]) / max(WIDEST, x[0, f, o] / 2) for x in (first, total))
            reasons[f, o] = why or ("too_few_samples" if not wide <= 1 else "")
    told = reasons == ""
    first[0][~told] = total[0][~told] = np.nan
    both = ("factor", "outcome")
    data: dict[str, Any] = {}
    for kept, name in ((first, "first"), (total, "total")):
        for numbers, end in zip(kept, ("", "_low", "_high"), strict=True):
            data[name + end] = both, numbers, _named("share", name + end)
    data["reason"] = both, reasons, _named("1", "reason")
    return _dataset(data, factors, outcomes, heard, samples=samples, points=len(values))


def morris(
    evaluate: Evaluate, factors: Sequence[Varied], outcomes: Sequence[Wanted], samples: int, seed: int
) -> xr.Dataset:
    """Elementary effects over the factors' ranges: mean size, mean, and spread, in the outcome's unit.

    Noise alone makes effects too: ``floor`` is the mean size that a factor would show which does
    nothing. Only a factor whose interval lies above the floor can be told from one.

    Args:
        evaluate: the seam.
        factors: at least two.
        outcomes: what the numbers are.
        samples: trajectories; points are samples x (factors + 1).
        seed: of sampling and resampling.
    """
    from SALib.analyze import morris as analysis

    problem, own = _cube(factors), _seed("morris", seed)
    cube = points("morris", factors, samples, seed)
    values = evaluate(spread(factors, cube))
    shape = (len(factors), len(outcomes))
    size, low, high, mean, sigma = np.full((5, *shape), np.nan)
    floor = np.full(len(outcomes), np.nan)
    reasons = np.full(shape, "", dtype="<U32")
    heard = [noise(values[:, :, o]) for o in range(len(outcomes))]
    step = LEVELS / (2 * (LEVELS - 1))
    for o in range(len(outcomes)):
        means = values[:, :, o].mean(axis=1)
        why = _why_not(means, heard[o], noisy=np.inf)
        if why in ("no_number", "does_not_move"):
            reasons[:, o] = why
            continue
        found = analysis.analyze(
            problem, cube, means, num_levels=LEVELS, num_resamples=RESAMPLES, conf_level=LEVEL, seed=own
        )
        size[:, o], mean[:, o], sigma[:, o] = (np.asarray(found[k]) for k in ("mu_star", "mu", "sigma"))
        half = np.asarray(found["mu_star_conf"])
        low[:, o], high[:, o] = size[:, o] - half, size[:, o] + half
        # a difference of two noisy means over the step; the mean size of a normal number is sqrt(2/pi) sd
        floor[o] = np.sqrt(2 / np.pi) * np.sqrt(2 * heard[o].rest / heard[o].replicates) / step
        unsure = ~(half <= np.maximum(0.5 * size[:, o], 0.1 * np.max(size[:, o])))
        reasons[unsure, o] = "too_few_samples"
        reasons[low[:, o] <= floor[o], o] = "within_noise"
        if heard[o].replicates < 2:
            reasons[:, o] = "noise_unknown"
    shown = size.copy()
    shown[reasons != ""] = np.nan
    both = ("factor", "outcome")
    told = np.where(reasons == "", 1.0, np.nan)
    unit = "as the outcome"
    data: dict[str, Any] = {
        "effect": (both, shown, _named(unit, "effect")),
        "effect_low": (both, low, _named(unit, "effect_low")),
        "effect_high": (both, high, _named(unit, "effect_high")),
        "effect_mean": (both, told * mean, _named(unit, "effect_mean")),
        "effect_spread": (both, told * sigma, _named(unit, "effect_spread")),
        "floor": (("outcome",), floor, _named(unit, "floor")),
        "reason": (both, reasons, _named("1", "reason")),
    }
    return _dataset(data, factors, outcomes, heard, samples=samples, points=len(values))


def _why_not(means: Floats, heard: Noise, noisy: float = NOISY) -> str:
    """Why an outcome has no indices, or nothing."""
    if not np.isfinite(means).all():
        return "no_number"
    if np.ptp(means) == 0:
        return "does_not_move"
    return "mostly_noise" if heard.share > noisy else ""


def _half(three: npt.ArrayLike) -> float:
    _, low, high = np.asarray(three, dtype=np.float64)
    return float(high - low) / 2


def _cube(factors: Sequence[Varied]) -> dict[str, Any]:
    return {
        "num_vars": len(factors),
        "names": [f.id for f in factors],
        "bounds": [[0.0, 1.0]] * len(factors),
    }


def _named(unit: str, name: str) -> dict[str, str]:
    zh, en = NAMES[name]
    return {"units": unit, "long_name": en, "long_name_zh": zh}


def _dataset(
    data: dict[str, Any],
    factors: Sequence[Varied],
    outcomes: Sequence[Wanted],
    heard: Sequence[Noise],
    **facts: int,
) -> xr.Dataset:
    one = ("outcome",)
    data["noise_share"] = one, [n.share for n in heard], _named("share", "noise_share")
    data["luck_share"] = one, [n.luck for n in heard], _named("share", "luck_share")
    return xr.Dataset(data, described(factors) | asked(outcomes), dict(facts))


def asked(outcomes: Sequence[Wanted]) -> dict[str, Any]:
    """Coordinates of a dataset with the dimension ``outcome``."""
    found: dict[str, Any] = {"outcome": np.array([o.name for o in outcomes], dtype=np.str_)}
    for name, words in (
        ("zh", [o.zh for o in outcomes]),
        ("en", [o.en for o in outcomes]),
        ("unit", [o.unit for o in outcomes]),
    ):
        found[f"outcome_{name}"] = ("outcome", np.array(words, dtype=np.str_))
    return found
