"""Results of trials as a dataset: values in both arms, paired differences, and conclusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.engine import clock
from sim.policy.scenario.scenario import Scenario
from sim.studies.execution import results
from sim.studies.execution.run_specification import run_attributes
from sim.studies.methods import intervals
from sim.studies.trials import counterfactual, observational_estimate, quantities
from sim.studies.trials.quantities import Trial

Array = npt.NDArray[Any]
Sums: TypeAlias = dict[tuple[str, str], tuple[float, ...]]
"""Results of a pair of runs: both arms by (quantity, group), estimates by (``observational``, approach)."""

OBSERVATIONAL: Final = "observational"
YEARS: Final = tuple(range(clock.FIRST.year, clock.LAST.year + 1))
ARMS: Final = ("reference", "policy")
DIMS: Final = ("trial", "quantity", "group")


def assemble(
    trials: Sequence[Trial],
    rows: Mapping[tuple[str, int], Sums],
    base: Scenario,
    against: str,
    seconds: float = 0,
) -> xr.Dataset:
    """Assemble the results of trials.

    Args:
        trials: the trials.
        rows: sums by trial and replicate; trials may differ in their number of replicates.
        base: policy that contains the instruments and measures of the trials.
        against: values to which settings were set back.
        seconds: duration in seconds.

    Returns:
        ``value`` (trial, quantity, group, arm, replicate) in the units of ``quantity``; the paired
        ``difference``, ``low``, ``high`` and a conclusion ``word`` (trial, quantity, group); ``replicates``
        and ``status`` (trial); ``lever_value`` (trial, lever, arm, year); ``evaluation``, ``_low``, ``_high``
        (trial, approach, number), which are the observational estimates and are computed only against
        ``off``.
    """
    names = _quantities(trials)
    value, estimates = _filled(trials, rows, list(names))
    levers = list(dict.fromkeys(lever for trial in trials for lever in trial.moved))
    moved = np.full((len(trials), len(levers), len(ARMS), len(YEARS)), np.nan)
    for t, trial in enumerate(trials):
        for lever, arms in trial.moved.items():
            moved[t, levers.index(lever)] = arms
    replicates = [sum(name == trial.id for name, _ in rows) for trial in trials]
    data = {
        "value": (
            (*DIMS, "arm", "replicate"),
            value,
            _names("as the quantity", "逐次数值", "value in each arm and replicate"),
        ),
        **_conclusions(trials, value, list(names)),
        **_estimates(estimates),
        "replicates": ("trial", np.array(replicates), _names("count", "重复次数", "replicates")),
        "status": (
            "trial",
            np.array([trial.status for trial in trials], dtype=np.str_),
            _names("1", "试验状态", "status of the trial"),
        ),
        "lever_value": (
            ("trial", "lever", "arm", "year"),
            moved,
            _names("as the lever", "政策变量的年均值", "yearly means of the levers moved, at central values"),
        ),
    }
    coords = _coordinates(trials, names, levers, value.shape[-1])
    return results.sealed(xr.Dataset(data, coords, run_attributes(base, seconds) | {"against": against}))


def _quantities(trials: Sequence[Trial]) -> dict[str, dict[str, str]]:
    """Return the unit and names of all quantities: those common to all trials, then first-order outcomes."""
    outcomes = [outcome for trial in trials for outcome in trial.first_order_outcomes]
    first_order = {o.name: {"unit": o.unit, "zh": o.zh, "en": o.en} for o in outcomes}
    fixed: dict[str, dict[str, str]] = quantities.declared()["quantities"]
    return fixed | first_order


def _coordinates(
    trials: Sequence[Trial], names: Mapping[str, Mapping[str, str]], levers: Sequence[str], replicates: int
) -> dict[str, Any]:
    return {
        "trial": np.array([trial.id for trial in trials]),
        "trial_zh": ("trial", [trial.zh for trial in trials]),
        "trial_en": ("trial", [trial.en for trial in trials]),
        "eligible_zh": ("trial", ["、".join(g.zh for g in trial.eligible) for trial in trials]),
        "eligible_en": ("trial", ["; ".join(g.en for g in trial.eligible) for trial in trials]),
        "quantity": np.array(list(names)),
        **{
            f"quantity_{key}": ("quantity", [quantity[key] for quantity in names.values()])
            for key in ("unit", "zh", "en")
        },
        "group": np.array(counterfactual.GROUPS),
        "arm": np.array(ARMS),
        "replicate": np.arange(replicates),
        "lever": np.array(levers, dtype=np.str_),
        "year": np.array(YEARS),
        "approach": np.array(observational_estimate.APPROACHES),
        "number": np.array(observational_estimate.NUMBERS),
    }


def conclusion(differences: Array) -> tuple[float, float, float, str]:
    """Return the mean of paired differences, its interval and a conclusion (empty if there are no data).

    >>> [conclusion(np.array(x))[3] for x in ([1.0, 1.1, 1.2], [1.0, -2.0], [0.0, 0.0])]
    ['up', 'unclear', 'zero']
    """
    present = differences[~np.isnan(differences)]
    if not present.size:
        return np.nan, np.nan, np.nan, ""
    if not present.any():
        return 0.0, 0.0, 0.0, "zero"
    estimate = intervals.mean(present)
    word = "unclear" if estimate.holds_zero else "up" if estimate.value > 0 else "down"
    return estimate.value, estimate.low, estimate.high, word


def _filled(
    trials: Sequence[Trial], rows: Mapping[tuple[str, int], Sums], names: list[str]
) -> tuple[Array, Array]:
    """Arrange the sums of all replicates in arrays, with NaN for missing sums.

    Returns:
        the values (trial, quantity, group, arm, replicate) and the observational estimates (trial, approach,
        number, replicate).
    """
    count = max((k + 1 for _, k in rows), default=1)
    value = np.full((len(trials), len(names), len(counterfactual.GROUPS), len(ARMS), count), np.nan)
    approaches, numbers_ = observational_estimate.APPROACHES, observational_estimate.NUMBERS
    estimates = np.full((len(trials), len(approaches), len(numbers_), count), np.nan)
    for t, trial in enumerate(trials):
        for k in range(count):
            for (quantity, group), numbers in rows.get((trial.id, k), {}).items():
                if quantity == OBSERVATIONAL:
                    estimates[t, approaches.index(group), :, k] = numbers
                else:
                    value[t, names.index(quantity), counterfactual.GROUPS.index(group), :, k] = numbers
    return value, estimates


def _conclusions(trials: Sequence[Trial], value: Array, names: list[str]) -> dict[str, Any]:
    """Return differences, intervals and conclusions as dataset variables.

    For a trial that was not run, the conclusion is its status.
    """
    numbers = np.full((3, *value.shape[:3]), np.nan)
    words = np.full(value.shape[:3], "", dtype=object)
    fixed = quantities.declared()["quantities"]
    for t, trial in enumerate(trials):
        if trial.status == "run":
            for place in np.ndindex(value.shape[1:3]):
                arms = value[t, *place]
                *numbers[:, t, *place], words[t, *place] = conclusion(arms[1] - arms[0])
            continue
        own = {*fixed, *(o.name for o in trial.first_order_outcomes)}
        rows = [q for q, name in enumerate(names) if name in own]
        words[t, rows, 0] = trial.status
        if trial.status == "no_addition":
            numbers[:, t, rows, 0] = 0.0
    unit = "as the quantity"
    return {
        "difference": (DIMS, numbers[0], _names(unit, "政策效果（配对差的均值）", "paired difference, mean")),
        "low": (DIMS, numbers[1], _names(unit, "95%区间下限", "95% interval: low")),
        "high": (DIMS, numbers[2], _names(unit, "95%区间上限", "95% interval: high")),
        "word": (DIMS, words.astype(np.str_), _names("1", "结论", "conclusion")),
    }


def _estimates(estimates: Array) -> dict[str, Any]:
    """Return means and intervals of the observational estimates as variables."""
    numbers = np.full((3, *estimates.shape[:-1]), np.nan)
    for place in np.ndindex(estimates.shape[:-1]):
        present = estimates[place][~np.isnan(estimates[place])]
        if present.size:
            numbers[:, *place] = intervals.mean(present)[:3]
    return {
        f"evaluation{end}": (
            ("trial", "approach", "number"),
            numbers[i],
            _names("as the number", f"简单对比评估（未控制选择偏差）{zh}", f"observational estimate{en}"),
        )
        for i, (end, zh, en) in enumerate(
            (("", "", ""), ("_low", "（下限）", ": low"), ("_high", "（上限）", ": high"))
        )
    }


def _names(unit: str, zh: str, en: str) -> dict[str, str]:
    return {"units": unit, "long_name": en, "long_name_zh": zh}
