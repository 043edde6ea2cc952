"""Decomposition of the variance of outcomes into random numbers, parameters and model structure.

Every structure (a combination of variants of the rules that have alternatives) is run with the same parameter
draws, each with two sets of random numbers, so that structures can be compared draw by draw. Let y(s, k, r)
be the outcome under structure s, parameter draw k and random numbers r. The variance of one run, with all
structures equally probable, is the sum of

    random       mean over s and k of the variance over r
    parameters   mean over s of the variance over k of E[y | s, k]
    structure    variance over s of E[y | s]

(law of total variance; cf. Hawkins and Sutton 2009, who decompose climate projections in this way). The
estimates are those of the analysis of variance, each corrected for the contribution of the preceding
component, so that a small component may be estimated as negative and is reported as zero. Intervals are those
of the jackknife over parameter draws (Efron and Stein 1981).

The share of the parameter component that is due to parameters with evidence of grade C or D (weaker evidence)
is a ratio: the component with all other parameters at their central values, divided by the component with all
parameters drawn, both under the first structure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import xarray as xr
from scipy.special import stdtrit

from sim.policy.scenario.scenario import Scenario
from sim.studies.adapters.ensemble import REPEAT
from sim.studies.adapters.evaluator import Draw, Evaluator
from sim.studies.methods import intervals
from sim.studies.methods.interface import Floats
from sim.studies.specification.designs import Variant, centred
from sim.studies.specification.factors import Factor, applied, factor_coordinates, grid
from sim.studies.specification.outcomes import outcome_coordinates
from sim.studies.specification.sizing import REPEATS

FEWEST: Final = 5
"""Minimum number of parameter draws for which shares are reported."""
COMPONENTS: Final = {
    "random": ("随机因素", "random numbers"),
    "parameters": ("参数", "parameters"),
    "structure": ("结构", "structure"),
}
ENDS_ZH: Final = {"": "", "_low": "下限", "_high": "上限"}


class Components(NamedTuple):
    """Components of the variance of an outcome, in its unit squared; estimates may be negative."""

    random: float
    parameters: float
    structure: float

    @property
    def total(self) -> float:
        """Variance of one run."""
        return self.random + self.parameters + self.structure


def components(values: Floats) -> Components:
    """Estimate the three components of the variance of an outcome.

    Args:
        values: array (structure, parameter draw, random numbers), with at least two entries along each of the
            last two dimensions.
    """
    random = values.var(axis=2, ddof=1).mean(axis=1)
    means = values.mean(axis=2)
    parameters = means.var(axis=1, ddof=1) - random / values.shape[2]
    return Components(float(random.mean()), float(parameters.mean()), between(means))


def between(means: Floats) -> float:
    """Estimate the between-row variance, i.e. the variance of the rows' expected values.

    All rows have equal weight. The contribution of sampling error is subtracted, so the estimate may be
    negative.

    Args:
        means: array (row, draw), with draws paired across rows.
    """
    deviation = means - means.mean(axis=0)
    return float((deviation.mean(axis=1) ** 2 - deviation.var(axis=1, ddof=1) / means.shape[1]).mean())


def by_level(means: Floats, levels: Floats) -> Floats:
    """Average ``means`` over all structures with the same level of a factor: (level, draw)."""
    return np.array([means[levels == level].mean(axis=0) for level in np.unique(levels)])


def jackknife(share: Callable[[Floats], float], values: Floats) -> tuple[float, float, float]:
    """Return a share with its jackknife 95% interval, all clipped to [0, 1].

    Args:
        share: function that estimates the share from values.
        values: (..., parameter draw, random numbers); parameter draws are left out one at a time.
    """
    draws = values.shape[-2]
    estimate = share(values)
    without = np.array([share(np.delete(values, k, axis=-2)) for k in range(draws)])
    error = float(np.sqrt((draws - 1) * without.var()))
    half = float(stdtrit(draws - 1, 0.5 + intervals.LEVEL / 2)) * error
    low, middle, high = (float(v) for v in np.clip([estimate - half, estimate, estimate + half], 0, 1))
    return middle, low, high


def decompose(evaluator: Evaluator) -> xr.Dataset:
    """Decompose the variance of every outcome into random numbers, parameters and structure.

    Also estimate each rule's share of the variance, and the share of the parameter component that is due to
    parameters with evidence of grade C or D.
    """
    study = evaluator.study
    points = grid(study.factors, 1)
    number = study.replicates or 1
    draws = [Draw(k + repeat * REPEAT, k) for k in range(number) for repeat in range(REPEATS)]
    variants = _variants(study.scenarios[0], study.factors, points, policy=True)
    references = []
    if study.reference is not None:
        references = _variants(study.reference, study.factors, points, policy=False)
    values = evaluator.of(variants, draws, references)
    values = values.reshape(len(points) + 1, number, REPEATS, -1)
    shares = [_shares(values[..., o], points) for o in range(values.shape[-1])]
    return _dataset(evaluator, points, values[:-1], shares)


def _variants(
    scenario: Scenario, factors: tuple[Factor, ...], points: Floats, *, policy: bool
) -> list[Variant]:
    """Return a scenario under every structure, and the first of these with well-known parameters centred."""
    variants: list[Variant] = [applied(scenario, factors, point, policy=policy) for point in points]
    return [*variants, centred(variants[0][0])]


def _shares(values: Floats, points: Floats) -> dict[str, Any]:
    """Estimate all shares of the variance of one outcome.

    Args:
        values: (structure, parameter draw, random numbers); the last entry is the first structure, with
            well-known parameters at their central values.
        points: (structure, factor).
    """
    factors = range(points.shape[1])
    unknown = np.full(3, np.nan)
    shares: dict[str, Any] = {
        "share": [unknown] * len(COMPONENTS), "rule": [unknown for _ in factors], "guessed": unknown,
        "sd": np.nan,
    }  # fmt: skip
    if values.shape[1] < FEWEST or not np.isfinite(values).all():
        return shares | {"reason": "too_few_replicates" if np.isfinite(values).all() else "no_number"}
    total = components(values[:-1]).total
    if not total > 0:
        return shares | {"reason": "does_not_move"}

    def component(name: str) -> Callable[[Floats], float]:
        return lambda v: float(getattr(c := components(v[:-1]), name)) / c.total

    def rule(factor: int) -> Callable[[Floats], float]:
        levels = points[:, factor]
        return lambda v: between(by_level(v[:-1].mean(axis=2), levels)) / components(v[:-1]).total

    def guessed(v: Floats) -> float:
        return components(v[-1:]).parameters / components(v[:1]).parameters

    shares["share"] = [jackknife(component(name), values) for name in COMPONENTS]
    shares["rule"] = [jackknife(rule(factor), values) for factor in factors]
    shares["sd"] = float(np.sqrt(total))
    if shares["share"][1][1] > 0:  # otherwise the denominator is zero
        shares["guessed"] = jackknife(guessed, values)
    return shares | {"reason": ""}


def _dataset(
    evaluator: Evaluator, points: Floats, values: Floats, shares: list[dict[str, Any]]
) -> xr.Dataset:
    """Return values, shares and means as a dataset."""
    study = evaluator.study
    unit = "as the outcome"
    data: dict[str, Any] = {
        "value": (
            ("point", "set", "random", "outcome"), values,
            {"units": unit, "long_name": "outcome", "long_name_zh": "结果"},
        ),
        "design": (
            ("point", "factor"), points,
            {"units": "as the factor", "long_name": "value of the factor", "long_name_zh": "因素取值"},
        ),
        "sd": (
            ("outcome",), [s["sd"] for s in shares],
            {"units": unit, "long_name": "standard deviation of one run", "long_name_zh": "单次运行的标准差"},
        ),
        "reason": (
            ("outcome",), np.array([s["reason"] for s in shares], dtype=np.str_),
            {"units": "1", "long_name": "why a number is missing", "long_name_zh": "数值缺失的原因"},
        ),
    }  # fmt: skip
    data |= _share_variables(shares)
    means = [[intervals.mean(v.mean(axis=1)) for v in point.transpose(2, 0, 1)] for point in values]
    for i, (name, end_zh) in enumerate(zip(("mean", "mean_low", "mean_high"), ENDS_ZH.values(), strict=True)):
        names = {"units": unit, "long_name": name.replace("_", ", "), "long_name_zh": f"均值{end_zh}"}
        data[name] = (("point", "outcome"), [[m[i] for m in row] for row in means], names)
    coords: dict[str, Any] = {
        "part": np.array(list(COMPONENTS), dtype=np.str_),
        "part_zh": ("part", np.array([zh for zh, _ in COMPONENTS.values()], dtype=np.str_)),
        "part_en": ("part", np.array([en for _, en in COMPONENTS.values()], dtype=np.str_)),
        "point": np.arange(len(points)),
        **factor_coordinates(study.factors),
        **outcome_coordinates(study.outcomes),
    }
    return xr.Dataset(data, coords, {"replicates_run": study.replicates or 1})


def _share_variables(shares: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the shares and the limits of their intervals as variables."""
    data: dict[str, Any] = {}
    for name, (dims, zh, en) in {
        "share": (("part", "outcome"), "方差中的占比", "share of the variance of one run"),
        "rule": (("factor", "outcome"), "其中单项规则", "share of this rule alone"),
        "guessed": (
            ("outcome",),
            "参数部分中C、D级占比",
            "share of grades C and D in the parameter component",
        ),
    }.items():
        numbers = np.moveaxis(np.array([s[name] for s in shares]), 0, -2)  # (..., outcome, end)
        for i, (end, end_zh) in enumerate(ENDS_ZH.items()):
            names = {"units": "share", "long_name": en + end.replace("_", ", "), "long_name_zh": zh + end_zh}
            data[name + end] = (dims, numbers[..., i], names)
    return data
