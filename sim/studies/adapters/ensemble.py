"""Sweeps and ensembles: outcomes at every point of a grid, or over what is uncertain.

A number of a mean has its 95% interval; a quantile the interval of its order statistics, and none is
told where there are too few runs for one (74 for 5%). Where a study names a reference, differences
are paired replicate by replicate, under the same luck and the same parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr
from scipy.special import fdtri, stdtrit
from scipy.stats import binom, qmc

from sim.engine.random_streams import key
from sim.policy.scenario.scenario import Scenario
from sim.studies.adapters.evaluator import Evaluator, Luck
from sim.studies.adapters.sensitivity import asked, noise
from sim.studies.methods import intervals
from sim.studies.specification import factors, sizing
from sim.studies.specification.factors import Floats

if TYPE_CHECKING:
    from sim.studies.specification.study_file import Study

PILOT: Final = 8
"""Replicates from which the number that a precision needs is told (Stein 1945: its own t is kept)."""
AGAIN: Final = 1_000_000
"""Luck of a set of parameters that is lived once more: replicate number plus this."""
QUANTILES: Final = {"p5": 0.05, "median": 0.5, "p95": 0.95}
NAMES: Final = {
    "mean": ("均值", "mean"), "mean_low": ("均值下限", "mean, low"), "mean_high": ("均值上限", "mean, high"),
    "p5": ("5%分位", "5%"), "median": ("中位数", "median"), "p95": ("95%分位", "95%"),
    "difference": ("与参照之差", "difference from the reference"),
    "difference_low": ("与参照之差下限", "difference, low"),
    "difference_high": ("与参照之差上限", "difference, high"),
    "luck_share": ("单次运行方差中的运气占比", "luck in the variance of one run"),
}  # fmt: skip
ENDS: Final = {"": "", "_low": "下限", "_high": "上限"}


def sweep(evaluator: Evaluator) -> xr.Dataset:
    """Outcomes at every combination of the factors' values."""
    study = evaluator.study
    points = factors.grid(study.varied, study.samples or 1)
    number = _replicates(evaluator, points)
    luck = [(k, k) for k in range(number)]
    arms = [_arm(evaluator, scenario, points, luck) for scenario in study.scenarios]
    found = _dataset(evaluator, points, arms, number)
    return found.assign(_summary(found, ("scenario", "point", "outcome")))


def ensemble(evaluator: Evaluator) -> xr.Dataset:
    """Outcomes over luck and all that is uncertain, and how much of their spread is luck."""
    study = evaluator.study
    points = drawn(evaluator)
    number = _replicates(evaluator, points)
    luck = [(k, k) for k in range(number)]
    arms = [_arm(evaluator, scenario, points, luck) for scenario in study.scenarios]
    found = _dataset(evaluator, points, arms, number)
    shares = np.array(
        [_luck_share(evaluator, s, points, arm[0]) for s, arm in zip(study.scenarios, arms, strict=True)]
    )
    for i, end in enumerate(("", "_low", "_high")):
        zh, en = NAMES["luck_share"]
        words = {"units": "share", "long_name": en + end.replace("_", ", "), "long_name_zh": zh + ENDS[end]}
        found[f"luck_share{end}"] = ("scenario", "outcome"), shares[:, :, i], words
    return found.assign(_summary(found, ("scenario", "outcome")))


def drawn(evaluator: Evaluator) -> Floats:
    """Points evenly spread over the factors (Sobol's sequence); the first stay as more are asked for."""
    return points(evaluator.study)


def points(study: Study) -> Floats:
    """The same, of a study."""
    if not study.varied:
        return np.zeros((1, 0))
    number = study.samples or 1
    rule = qmc.Sobol(len(study.varied), scramble=True, rng=np.random.default_rng(key("ensemble", study.seed)))
    return factors.spread(study.varied, rule.random_base2(max(1, (number - 1).bit_length()))[:number])


def _arm(
    evaluator: Evaluator, scenario: Scenario, points: Floats, luck: Sequence[Luck]
) -> tuple[Floats, Floats | None]:
    """Outcomes of a scenario, and their differences from the reference if there is one."""
    values = evaluator.at(scenario, points, luck)
    if evaluator.study.reference is None:
        return values, None
    return values, evaluator.at(scenario, points, luck, difference=True)


def _replicates(evaluator: Evaluator, points: Floats) -> int:
    """Replicates that the precision wanted needs, at most those of the study.

    The pilot's spread at its noisiest point says how many (Stein 1945).
    """
    study = evaluator.study
    most = study.replicates or 1
    if not study.precision or most <= PILOT:
        return most
    luck = [(k, k) for k in range(PILOT)]
    needed = PILOT
    for scenario in study.scenarios:
        paired = study.reference is not None
        pilot = evaluator.at(scenario, points, luck, difference=paired)
        for o, outcome in enumerate(study.outcomes):
            if outcome.name in study.precision:
                sd = float(np.nanmax(pilot[:, :, o].std(axis=1, ddof=1), initial=0.0))
                t = float(stdtrit(PILOT - 1, 0.5 + intervals.LEVEL / 2))
                needed = max(needed, int(np.ceil((t * sd / study.precision[outcome.name]) ** 2)))
    return min(most, needed)


def _luck_share(
    evaluator: Evaluator, scenario: Scenario, points: Floats, values: Floats
) -> list[tuple[float, float, float]]:
    """Share of luck in the variance of a run, with its 95% interval, for every outcome.

    Sets of parameters are lived again with another luck: half the mean square of the two lucks'
    difference is the variance of luck, and its ratio to the whole one has the interval of F.
    """
    study = evaluator.study
    outcomes = range(len(study.outcomes))
    if study.varied:
        return [(noise(values[:, :, o]).luck, np.nan, np.nan) for o in outcomes]
    if study.uncertainty == "random":
        return [(1.0, 1.0, 1.0)] * len(outcomes)
    if values.shape[1] < 2:
        return [(np.nan, np.nan, np.nan)] * len(outcomes)
    number = sizing.repeated(values.shape[1])
    again = evaluator.at(scenario, points, [(AGAIN + k, k) for k in range(number)])[0]
    first = values[0]
    pairs, whole = (again - first[:number]) ** 2 / 2, first.var(axis=0, ddof=1)
    found = []
    for o in outcomes:
        share = pairs[:, o].mean() / whole[o] if whole[o] > 0 else np.nan
        above, below = fdtri(number, len(first) - 1, 0.975), fdtri(len(first) - 1, number, 0.975)
        ends = share, share / above, share * below
        found.append((float(min(1, ends[0])), float(min(1, ends[1])), float(min(1, ends[2]))))
    return found


def _dataset(
    evaluator: Evaluator, points: Floats, arms: Sequence[tuple[Floats, Floats | None]], number: int
) -> xr.Dataset:
    study = evaluator.study
    dims = ("scenario", "point", "replicate", "outcome")
    unit, words = {"units": "as the outcome"}, {"long_name": "outcome", "long_name_zh": "结果"}
    data: dict[str, Any] = {
        "value": (dims, np.array([a[0] for a in arms]), unit | words),
        "design": (
            ("point", "factor"), points if points.shape[1] else np.zeros((len(points), len(study.varied))),
            {"units": "as the factor", "long_name": "value of the factor", "long_name_zh": "因素取值"},
        ),
    }  # fmt: skip
    if study.reference is not None:
        words = {"long_name": "difference from the reference", "long_name_zh": "与参照之差"}
        data["paired"] = (dims, np.array([a[1] for a in arms]), {**unit, **words})
    names = ("name", [s.name for s in study.scenarios])
    coords: dict[str, Any] = {
        "scenario": np.array(names[1], dtype=np.str_),
        "scenario_zh": ("scenario", np.array([s.title["zh"] for s in study.scenarios], dtype=np.str_)),
        "scenario_en": ("scenario", np.array([s.title["en"] for s in study.scenarios], dtype=np.str_)),
        "point": np.arange(len(points)),
        "replicate": np.arange(number),
        **factors.described(study.varied),
        **asked(study.outcomes),
    }
    return xr.Dataset(data, coords, {"replicates_lived": number})


def _summary(found: xr.Dataset, dims: tuple[str, ...]) -> dict[str, Any]:
    """Means, quantiles and differences over what is not in ``dims``, with their intervals."""
    over = [d for d in ("point", "replicate") if d not in dims]
    stacked = found.value.transpose(*dims, *over).values
    values = stacked.reshape(*stacked.shape[: len(dims)], -1)
    chances = np.array([unit == "bool" for unit in found.outcome_unit.values])
    columns = {name: np.full(values.shape[:-1], np.nan) for name in NAMES if name != "luck_share"}
    ended = {
        f"{name}_{end}": np.full(values.shape[:-1], np.nan) for name in QUANTILES for end in ("low", "high")
    }
    columns |= ended
    reason = np.full(values.shape[:-1], "", dtype="<U32")
    for where in np.ndindex(values.shape[:-1]):
        x = values[where]
        x = x[np.isfinite(x)]
        if x.size == 0:
            reason[where] = "no_number"
            continue
        chance = bool(chances[where[-1]])
        mean, low, high = _mean(x, chance)
        columns["mean"][where], columns["mean_low"][where], columns["mean_high"][where] = mean, low, high
        for name, share in QUANTILES.items() if not chance else ():
            told = quantile(x, share)
            for end, number in zip(("", "_low", "_high"), told, strict=True):
                columns[name + end][where] = number
        if not chance and np.isnan(columns["p5"][where]):
            reason[where] = "too_few_runs"
    if "paired" in found:
        paired = found.paired.transpose(*dims, *over).values.reshape(values.shape)
        for where in np.ndindex(values.shape[:-1]):
            x = paired[where][np.isfinite(paired[where])]
            if x.size:
                ends = intervals.mean(x)
                if chances[where[-1]]:  # of chances: no more than from one to none
                    ends = intervals.Estimate(*np.clip(ends[:3], -1, 1))
                for name, number in zip(
                    ("difference", "difference_low", "difference_high"), ends[:3], strict=True
                ):
                    columns[name][where] = number
    elif any(name.startswith("difference") for name in columns):
        columns = {name: v for name, v in columns.items() if not name.startswith("difference")}
    data: dict[str, Any] = {}
    for name, numbers in columns.items():
        base, _, end = name.rpartition("_") if name in ended else (name, "", "")
        zh, en = NAMES[base]
        zh, en = zh + {"low": "下限", "high": "上限"}.get(end, ""), en + (f", {end}" if end else "")
        data[name] = (dims, numbers, {"units": "as the outcome", "long_name": en, "long_name_zh": zh})
    words = {"units": "1", "long_name": "why a number is missing", "long_name_zh": "数值缺失的原因"}
    data["reason"] = (dims, reason, words)
    return data


def _mean(x: Floats, chance: bool) -> tuple[float, float, float]:
    if chance:
        low, high = intervals.wilson(int(x.sum()), x.size)
        return float(x.mean()), low, high
    return intervals.mean(x)[:3]


def quantile(x: Floats, share: float) -> tuple[float, float, float]:
    """A quantile with the 95% interval of its order statistics; NaN where there are too few numbers.

    >>> [round(v, 1) for v in quantile(np.arange(101.0), 0.5)], quantile(np.arange(10.0), 0.05)
    ([50.0, 40.0, 60.0], (nan, nan, nan))
    """
    n = x.size
    low, high = int(binom.ppf(0.025, n, share)), int(binom.ppf(0.975, n, share)) + 1
    if low < 1 or high > n:
        return np.nan, np.nan, np.nan
    ordered = np.sort(x)
    return float(np.quantile(x, share)), float(ordered[low - 1]), float(ordered[high - 1])
