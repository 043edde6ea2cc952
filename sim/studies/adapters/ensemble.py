"""Sweeps and ensembles: outcomes at every point of a grid, or over all uncertain quantities.

Means are reported with their 95% intervals, and quantiles with intervals based on order statistics; a
quantile is not reported if there are too few runs for its interval (72 are needed for the 5% quantile). If a
study names a reference, differences are paired replicate by replicate, with the same random numbers and the
same parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import xarray as xr
from scipy.special import fdtri, stdtrit
from scipy.stats import binom

from sim.policy.scenario.scenario import Scenario
from sim.studies.adapters.evaluator import Draw, Evaluator
from sim.studies.methods import intervals
from sim.studies.methods.interface import Floats
from sim.studies.methods.noise import noise
from sim.studies.specification import designs, factors, sizing
from sim.studies.specification.outcomes import outcome_coordinates

PILOT: Final = 8
"""Number of pilot replicates for estimating the number of replicates required (Stein 1945)."""
REPEAT: Final = 1_000_000
"""Offset added to replicate numbers, so that repeated parameter draws have different random numbers."""
QUANTILES: Final = {"p5": 0.05, "median": 0.5, "p95": 0.95}
DIFFERENCES: Final = ("difference", "difference_low", "difference_high")
NAMES: Final = {
    "mean": ("均值", "mean"), "mean_low": ("均值下限", "mean, low"), "mean_high": ("均值上限", "mean, high"),
    "p5": ("5%分位", "5%"), "median": ("中位数", "median"), "p95": ("95%分位", "95%"),
    "difference": ("与参照之差", "difference from the reference"),
    "difference_low": ("与参照之差下限", "difference, low"),
    "difference_high": ("与参照之差上限", "difference, high"),
    "random_share": ("单次运行方差中随机因素的占比", "share of random numbers in the variance of one run"),
}  # fmt: skip
ENDS_ZH: Final = {"": "", "_low": "下限", "_high": "上限"}

Arm = tuple[Floats, Floats | None]
"""Outcomes of a scenario, and their differences from the reference if there is one."""


def sweep(evaluator: Evaluator) -> xr.Dataset:
    """Evaluate every combination of the factors' values."""
    points = designs.points(evaluator.study)
    dataset, _ = _evaluated(evaluator, points)
    return dataset.assign(_summary(dataset, ("scenario", "point", "outcome")))


def ensemble(evaluator: Evaluator) -> xr.Dataset:
    """Evaluate an ensemble over random numbers and all uncertain quantities.

    The share of the outcomes' variance that is due to random numbers is also estimated.
    """
    study = evaluator.study
    points = designs.sobol_points(study)
    dataset, arms = _evaluated(evaluator, points)
    pairs = zip(study.scenarios, arms, strict=True)
    shares = np.array([_random_share(evaluator, scenario, points, arm[0]) for scenario, arm in pairs])
    for i, (end, end_zh) in enumerate(ENDS_ZH.items()):
        zh, en = NAMES["random_share"]
        names = {"units": "share", "long_name": en + end.replace("_", ", "), "long_name_zh": zh + end_zh}
        dataset[f"random_share{end}"] = ("scenario", "outcome"), shares[:, :, i], names
    return dataset.assign(_summary(dataset, ("scenario", "outcome")))


def _evaluated(evaluator: Evaluator, points: Floats) -> tuple[xr.Dataset, list[Arm]]:
    """Evaluate all scenarios of the study at the given points."""
    replicates = _replicates(evaluator, points)
    draws = [Draw(k, k) for k in range(replicates)]
    arms = [_arm(evaluator, scenario, points, draws) for scenario in evaluator.study.scenarios]
    return _dataset(evaluator, points, arms, replicates), arms


def _arm(evaluator: Evaluator, scenario: Scenario, points: Floats, draws: Sequence[Draw]) -> Arm:
    values = evaluator.at(scenario, points, draws)
    if evaluator.study.reference is None:
        return values, None
    return values, evaluator.at(scenario, points, draws, difference=True)


def _replicates(evaluator: Evaluator, points: Floats) -> int:
    """Return the number of replicates needed for the required precision, up to the number in the study.

    The number is computed from the standard deviation of the pilot at the point where it is largest (Stein
    1945).
    """
    study = evaluator.study
    most = study.replicates or 1
    if not study.precision or most <= PILOT:
        return most
    draws = [Draw(k, k) for k in range(PILOT)]
    needed = PILOT
    for scenario in study.scenarios:
        paired = study.reference is not None
        pilot = evaluator.at(scenario, points, draws, difference=paired)
        for o, outcome in enumerate(study.outcomes):
            if outcome.name in study.precision:
                sd = float(np.nanmax(pilot[:, :, o].std(axis=1, ddof=1), initial=0.0))
                t = float(stdtrit(PILOT - 1, 0.5 + intervals.LEVEL / 2))
                needed = max(needed, int(np.ceil((t * sd / study.precision[outcome.name]) ** 2)))
    return min(most, needed)


def _random_share(
    evaluator: Evaluator, scenario: Scenario, points: Floats, values: Floats
) -> list[tuple[float, float, float]]:
    """Estimate the share of a run's variance that is due to random numbers, for every outcome.

    Some parameter draws are repeated with different random numbers. Half the mean squared difference between
    repeats estimates the variance due to random numbers. The share is its ratio to the total variance, with a
    95% interval from the F distribution.
    """
    study = evaluator.study
    outcomes = range(len(study.outcomes))
    if study.factors:
        return [(noise(values[:, :, o]).random_share, np.nan, np.nan) for o in outcomes]
    if study.uncertainty == "random":
        return [(1.0, 1.0, 1.0)] * len(outcomes)
    if values.shape[1] < 2:
        return [(np.nan, np.nan, np.nan)] * len(outcomes)
    number = sizing.repeated(values.shape[1])
    repeats = evaluator.at(scenario, points, [Draw(REPEAT + k, k) for k in range(number)])[0]
    first = values[0]
    random, total = (repeats - first[:number]) ** 2 / 2, first.var(axis=0, ddof=1)
    shares = []
    for o in outcomes:
        share = random[:, o].mean() / total[o] if total[o] > 0 else np.nan
        above, below = fdtri(number, len(first) - 1, 0.975), fdtri(len(first) - 1, number, 0.975)
        ends = share, share / above, share * below
        shares.append((float(min(1, ends[0])), float(min(1, ends[1])), float(min(1, ends[2]))))
    return shares


def _dataset(evaluator: Evaluator, points: Floats, arms: Sequence[Arm], replicates: int) -> xr.Dataset:
    """Return the values of all runs as a dataset."""
    study = evaluator.study
    dims = ("scenario", "point", "replicate", "outcome")
    unit, names = {"units": "as the outcome"}, {"long_name": "outcome", "long_name_zh": "结果"}
    data: dict[str, Any] = {
        "value": (dims, np.array([values for values, _ in arms]), unit | names),
        "design": (
            ("point", "factor"), points if points.shape[1] else np.zeros((len(points), len(study.factors))),
            {"units": "as the factor", "long_name": "value of the factor", "long_name_zh": "因素取值"},
        ),
    }  # fmt: skip
    if study.reference is not None:
        names = {"long_name": "difference from the reference", "long_name_zh": "与参照之差"}
        data["paired"] = (dims, np.array([differences for _, differences in arms]), {**unit, **names})
    coords: dict[str, Any] = {
        "scenario": np.array([s.name for s in study.scenarios], dtype=np.str_),
        "scenario_zh": ("scenario", np.array([s.title["zh"] for s in study.scenarios], dtype=np.str_)),
        "scenario_en": ("scenario", np.array([s.title["en"] for s in study.scenarios], dtype=np.str_)),
        "point": np.arange(len(points)),
        "replicate": np.arange(replicates),
        **factors.factor_coordinates(study.factors),
        **outcome_coordinates(study.outcomes),
    }
    return xr.Dataset(data, coords, {"replicates_run": replicates})


def _summary(dataset: xr.Dataset, dims: tuple[str, ...]) -> dict[str, Any]:
    """Return means, quantiles and differences, with their intervals, as dataset variables.

    Args:
        dataset: values of all runs.
        dims: dimensions of the summary, with the outcome last.
    """
    over = [d for d in ("point", "replicate") if d not in dims]

    def flat(values: xr.DataArray) -> Floats:
        stacked = values.transpose(*dims, *over).values
        return stacked.reshape(*stacked.shape[: len(dims)], -1)

    values = flat(dataset.value)
    binary = np.array([unit == "bool" for unit in dataset.outcome_unit.values])
    ends = [f"{name}_{end}" for name in QUANTILES for end in ("low", "high")]
    names = [name for name in (*NAMES, *ends) if name != "random_share"]
    columns = {name: np.full(values.shape[:-1], np.nan) for name in names}
    reason = np.full(values.shape[:-1], "", dtype="<U32")
    for place in np.ndindex(values.shape[:-1]):
        sample = values[place]
        numbers, reason[place] = _statistics(sample[np.isfinite(sample)], bool(binary[place[-1]]))
        for name, number in numbers.items():
            columns[name][place] = number
    if "paired" in dataset:
        paired = flat(dataset.paired)
        for place in np.ndindex(paired.shape[:-1]):
            sample = paired[place]
            numbers = _paired_mean(sample[np.isfinite(sample)], bool(binary[place[-1]]))
            for name, number in numbers.items():
                columns[name][place] = number
    else:
        columns = {name: column for name, column in columns.items() if name not in DIFFERENCES}
    data = {name: (dims, column, _names(name, name in ends)) for name, column in columns.items()}
    words = {"units": "1", "long_name": "why a number is missing", "long_name_zh": "数值缺失的原因"}
    return {**data, "reason": (dims, reason, words)}


def _statistics(sample: Floats, binary: bool) -> tuple[dict[str, float], str]:
    """Return the statistics of a sample (no quantiles if it is binary), and the reason if any is missing."""
    if sample.size == 0:
        return {}, "no_number"
    numbers = dict(zip(("mean", "mean_low", "mean_high"), _mean(sample, binary), strict=True))
    if binary:
        return numbers, ""
    for name, share in QUANTILES.items():
        columns = (name, f"{name}_low", f"{name}_high")
        numbers |= dict(zip(columns, quantile(sample, share), strict=True))
    return numbers, "too_few_runs" if np.isnan(numbers["p5"]) else ""


def _paired_mean(sample: Floats, binary: bool) -> dict[str, float]:
    """Return the mean of paired differences with its interval, clipped to [-1, 1] for probabilities."""
    if not sample.size:
        return {}
    ends = intervals.mean(sample)[:3]
    return dict(zip(DIFFERENCES, np.clip(ends, -1, 1) if binary else ends, strict=True))


def _names(column: str, is_end: bool) -> dict[str, str]:
    """Return the attributes (unit and names) of a summary variable."""
    base, _, end = column.rpartition("_") if is_end else (column, "", "")
    zh, en = NAMES[base]
    zh, en = zh + {"low": "下限", "high": "上限"}.get(end, ""), en + (f", {end}" if end else "")
    return {"units": "as the outcome", "long_name": en, "long_name_zh": zh}


def _mean(sample: Floats, binary: bool) -> tuple[float, float, float]:
    if binary:
        low, high = intervals.wilson(int(sample.sum()), sample.size)
        return float(sample.mean()), low, high
    return intervals.mean(sample)[:3]


def quantile(sample: Floats, share: float) -> tuple[float, float, float]:
    """Return a quantile with its 95% interval from order statistics; NaN if the sample is too small.

    >>> [round(v, 1) for v in quantile(np.arange(101.0), 0.5)], quantile(np.arange(10.0), 0.05)
    ([50.0, 40.0, 60.0], (nan, nan, nan))
    """
    n = sample.size
    low, high = int(binom.ppf(0.025, n, share)), int(binom.ppf(0.975, n, share)) + 1
    if low < 1 or high > n:
        return np.nan, np.nan, np.nan
    ordered = np.sort(sample)
    return float(np.quantile(sample, share)), float(ordered[low - 1]), float(ordered[high - 1])
