"""Luck, parameters and structure apart: whose share of an outcome's variance is whose.

Every structure (a way of each rule that has rivals) is lived with the same sets of parameters, each set
with two lucks, so that structures may be subtracted set by set. With y(s, k, r) the outcome under structure
s, set k and luck r, the variance of one run whose structure is any of them with equal chance is

    luck         mean over s and k of the variance over r
    parameters   mean over s of the variance over k of E[y | s, k]
    structure    variance over s of E[y | s]

(law of total variance; cf. Hawkins and Sutton 2009, who split climate projections so). Estimates are those
of the analysis of variance, each less what the part before it adds to it, so a small part may come out below
nought and is told as nought. Intervals are the jackknife's over sets of parameters (Efron and Stein 1981).

Of the parameters' part, what rests on grades C and D is what is left of it, under the first structure, when
all of grade A and B stand at their centres.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import xarray as xr
from scipy.special import stdtrit

from sim.policy.scenario.scenario import Scenario
from sim.studies.adapters.ensemble import AGAIN
from sim.studies.adapters.evaluator import Evaluator, Variant
from sim.studies.adapters.sensitivity import asked
from sim.studies.methods import intervals
from sim.studies.specification.factors import Floats, Varied, applied, described, grid
from sim.studies.specification.sizing import LUCKS

FEWEST: Final = 5
"""Sets of parameters below which nothing is told."""
PARTS: Final = {
    "luck": ("运气", "luck"), "parameters": ("参数", "parameters"), "structure": ("结构", "structure"),
}  # fmt: skip
GUESSED: Final = ("C", "D")


class Parts(NamedTuple):
    """Variances of one outcome, in its unit squared; a small one may be estimated below nought."""

    luck: float
    parameters: float
    structure: float

    @property
    def total(self) -> float:
        """Variance of one run."""
        return self.luck + self.parameters + self.structure


def parts(values: Floats) -> Parts:
    """The three parts of an outcome's variance.

    Args:
        values: (structure, set, luck), at least two sets and two lucks.
    """
    luck = values.var(axis=2, ddof=1).mean(axis=1)
    means = values.mean(axis=2)
    parameters = means.var(axis=1, ddof=1) - luck / values.shape[2]
    return Parts(float(luck.mean()), float(parameters.mean()), between(means))


def between(means: Floats) -> float:
    """Variance among rows' expected values, all rows alike weighty, from columns that are paired draws.

    What the rows' means differ by chance is taken off: the variance of a row's distance from the middle.
    """
    apart = means - means.mean(axis=0)
    return float((apart.mean(axis=1) ** 2 - apart.var(axis=1, ddof=1) / means.shape[1]).mean())


def by_level(means: Floats, levels: Floats) -> Floats:
    """Means over all rows that share a level of one factor: (level, set) from (structure, set)."""
    return np.array([means[levels == level].mean(axis=0) for level in np.unique(levels)])


def jackknife(share: Callable[[Floats], float], values: Floats) -> tuple[float, float, float]:
    """A share with its 95% interval, within 0 and 1.

    Args:
        share: the share that sets of parameters tell, from values.
        values: (..., set, luck); sets are left out one at a time.
    """
    sets = values.shape[-2]
    found = share(values)
    without = np.array([share(np.delete(values, k, axis=-2)) for k in range(sets)])
    error = float(np.sqrt((sets - 1) * without.var()))
    half = float(stdtrit(sets - 1, 0.5 + intervals.LEVEL / 2)) * error
    low, middle, high = (float(v) for v in np.clip([found - half, found, found + half], 0, 1))
    return middle, low, high


def split(evaluator: Evaluator) -> xr.Dataset:
    """Shares of luck, parameters and structure for every outcome; of each rule; and of grades C and D."""
    study = evaluator.study
    points = grid(study.varied, 1)
    sets = study.replicates or 1
    luck = [(k + again * AGAIN, k) for k in range(sets) for again in range(LUCKS)]
    arms = [study.scenarios[0], *([study.reference] if study.reference else [])]
    variants = [_variants(arm, study.varied, points, arm is arms[0]) for arm in arms]
    lived = evaluator.of(variants[0], luck, variants[1] if len(arms) > 1 else ())
    values = lived.reshape(len(points) + 1, sets, LUCKS, -1)
    outcomes = range(values.shape[-1])
    return _dataset(evaluator, points, values[:-1], [_told(values[..., o], points) for o in outcomes])


def _variants(scenario: Scenario, factors: tuple[Varied, ...], points: Floats, policy: bool) -> list[Variant]:
    """A scenario under every structure, and under the first with what is known better at its centre."""
    found = [applied(scenario, factors, point, policy=policy) for point in points]
    return [*found, centred(found[0][0])]


def centred(scenario: Scenario) -> Variant:
    """A scenario with all parameters of grade A and B at their centres; those of C and D are drawn as ever.

    Drawn settings of the plan, its arrival and its delivery are guesses: they stay drawn too.
    """
    from sim.model.environment.parameters import INITIAL
    from sim.model.registry import PARAMETERS

    stated = {f"parameter.{p.id}": p.value * p.potency for p in PARAMETERS.values() if p.grade not in GUESSED}
    known = {p.id.partition(".")[2]: p.value for p in INITIAL if p.grade not in GUESSED}
    return replace(scenario, initial={**known, **scenario.initial}), stated


def _told(values: Floats, points: Floats) -> dict[str, Any]:
    """All that is told of one outcome, from (structure and one more, set, luck)."""
    factors = range(points.shape[1])
    rules, nothing = [np.full(3, np.nan) for _ in factors], np.full(3, np.nan)
    told: dict[str, Any] = {"share": [nothing] * len(PARTS), "rule": rules, "guessed": nothing, "sd": np.nan}
    if values.shape[1] < FEWEST or not np.isfinite(values).all():
        return told | {"reason": "too_few_replicates" if np.isfinite(values).all() else "no_number"}
    found = parts(values[:-1])
    if not found.total > 0:
        return told | {"reason": "does_not_move"}

    def part(name: str) -> Callable[[Floats], float]:
        return lambda v: float(getattr(p := parts(v[:-1]), name)) / p.total

    def rule(factor: int) -> Callable[[Floats], float]:
        levels = points[:, factor]
        return lambda v: between(by_level(v[:-1].mean(axis=2), levels)) / parts(v[:-1]).total

    def guessed(v: Floats) -> float:
        return parts(v[-1:]).parameters / parts(v[:1]).parameters

    told["share"] = [jackknife(part(name), values) for name in PARTS]
    told["rule"] = [jackknife(rule(factor), values) for factor in factors]
    told["sd"] = float(np.sqrt(found.total))
    if told["share"][1][1] > 0:  # else there is nothing to divide by
        told["guessed"] = jackknife(guessed, values)
    return told | {"reason": ""}


def _dataset(evaluator: Evaluator, points: Floats, values: Floats, told: list[dict[str, Any]]) -> xr.Dataset:
    study = evaluator.study
    unit = "as the outcome"
    shares = {
        "share": (("part", "outcome"), "share", "方差中的占比", "share of the variance of one run"),
        "rule": (("factor", "outcome"), "rule", "其中单项规则", "of it, this rule by itself"),
        "guessed": (("outcome",), "guessed", "参数部分中C、D级占比", "of the parameters' part, C and D"),
    }  # fmt: skip
    data: dict[str, Any] = {
        "value": (
            ("point", "set", "luck", "outcome"), values,
            {"units": unit, "long_name": "outcome", "long_name_zh": "结果"},
        ),
        "design": (
            ("point", "factor"), points,
            {"units": "as the factor", "long_name": "value of the factor", "long_name_zh": "因素取值"},
        ),
        "sd": (
            ("outcome",), [one["sd"] for one in told],
            {"units": unit, "long_name": "spread of one run", "long_name_zh": "单次运行的标准差"},
        ),
        "reason": (
            ("outcome",), np.array([one["reason"] for one in told], dtype=np.str_),
            {"units": "1", "long_name": "why a number is missing", "long_name_zh": "数值缺失的原因"},
        ),
    }  # fmt: skip
    for name, (dims, key, zh, en) in shares.items():
        numbers = np.moveaxis(np.array([one[key] for one in told]), 0, -2)  # (..., outcome, end)
        for i, end in enumerate(("", "_low", "_high")):
            words = {"units": "share", "long_name": en + end.replace("_", ", "),
                     "long_name_zh": zh + {"": "", "_low": "下限", "_high": "上限"}[end]}  # fmt: skip
            data[name + end] = (dims, numbers[..., i], words)
    means = [[intervals.mean(v.mean(axis=1)) for v in point.transpose(2, 0, 1)] for point in values]
    for i, name in enumerate(("mean", "mean_low", "mean_high")):
        zh = ("均值", "均值下限", "均值上限")[i]
        words = {"units": unit, "long_name": name.replace("_", ", "), "long_name_zh": zh}
        data[name] = (("point", "outcome"), [[m[i] for m in row] for row in means], words)
    coords: dict[str, Any] = {
        "part": np.array(list(PARTS), dtype=np.str_),
        "part_zh": ("part", np.array([zh for zh, _ in PARTS.values()], dtype=np.str_)),
        "part_en": ("part", np.array([en for _, en in PARTS.values()], dtype=np.str_)),
        "point": np.arange(len(points)),
        **described(study.varied),
        **asked(study.outcomes),
    }
    return xr.Dataset(data, coords, {"replicates_lived": study.replicates or 1})
