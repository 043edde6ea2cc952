"""What trials found, as a dataset: numbers of both arms, paired differences, and a word for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.engine import clock
from sim.studies.execution import results
from sim.studies.methods import intervals
from sim.studies.run import attributes
from sim.studies.trials import counterfactual, observational_estimate, quantities

if TYPE_CHECKING:
    from sim.policy.scenario.scenario import Scenario
    from sim.studies.trials.trial import Trial

Array = npt.NDArray[Any]
Sums: TypeAlias = dict[tuple[str, str], tuple[float, ...]]
"""What a pair of histories gives: by quantity and group the two arms; by ``naive`` and method its numbers."""

NAIVE: Final = "naive"
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
    """What trials found.

    Args:
        trials: those asked for.
        rows: sums by trial and replicate; a trial may have more replicates than another.
        base: the policy whose parts they are.
        against: what they were set back to.
        seconds: how long it took.

    Returns:
        ``value`` (trial, quantity, group, arm, replicate) in the units of ``quantity``; the paired
        ``difference``, ``low``, ``high`` and a ``word`` (trial, quantity, group); ``replicates`` and
        ``status`` (trial); ``lever_value`` (trial, socket, arm, year); ``evaluation``, ``_low``,
        ``_high`` (trial, approach, number), the naive evaluation of programmes against ``off``.
    """
    measures = {y.name: {"unit": y.unit, "zh": y.zh, "en": y.en} for one in trials for y in one.yardsticks}
    told: dict[str, dict[str, str]] = quantities.declared()["quantities"] | measures
    names = list(told)
    value, found = _filled(trials, rows, names)
    levers = list(dict.fromkeys(lever for one in trials for lever in one.moved))
    moved = np.full((len(trials), len(levers), len(ARMS), len(YEARS)), np.nan)
    for t, one in enumerate(trials):
        for lever, arms in one.moved.items():
            moved[t, levers.index(lever)] = arms
    lived = [sum(name == one.id for name, _ in rows) for one in trials]
    data = {
        "value": (
            (*DIMS, "arm", "replicate"),
            value,
            _names("as the quantity", "逐次数值", "value in each arm and replicate"),
        ),
        **_judgements(trials, value, names),
        **_evaluation(found),
        "replicates": ("trial", np.array(lived), _names("count", "重复次数", "replicates")),
        "status": (
            "trial",
            np.array([one.status for one in trials], dtype=np.str_),
            _names("1", "试验状态", "whether it was run, or why not"),
        ),
        "lever_value": (
            ("trial", "lever", "arm", "year"),
            moved,
            _names("as the socket", "所作用接口的年均值", "yearly means of what is moved, at central values"),
        ),
    }  # fmt: skip
    coords = {
        "trial": np.array([one.id for one in trials]),
        "trial_zh": ("trial", [one.zh for one in trials]),
        "trial_en": ("trial", [one.en for one in trials]),
        "eligible_zh": ("trial", ["、".join(g.zh for g in one.eligible) for one in trials]),
        "eligible_en": ("trial", ["; ".join(g.en for g in one.eligible) for one in trials]),
        "quantity": np.array(names),
        **{
            f"quantity_{key}": ("quantity", [facts[key] for facts in told.values()])
            for key in ("unit", "zh", "en")
        },
        "group": np.array(counterfactual.GROUPS),
        "arm": np.array(ARMS),
        "replicate": np.arange(value.shape[-1]),
        "lever": np.array(levers, dtype=np.str_),
        "year": np.array(YEARS),
        "approach": np.array(observational_estimate.APPROACHES),
        "number": np.array(observational_estimate.NUMBERS),
    }  # fmt: skip
    return results.sealed(xr.Dataset(data, coords, attributes(base, seconds) | {"against": against}))


def judged(differences: Array) -> tuple[float, float, float, str]:
    """Mean of paired differences, its interval, and the word for it; no word where there is no number.

    >>> [judged(np.array(x))[3] for x in ([1.0, 1.1, 1.2], [1.0, -2.0], [0.0, 0.0])]
    ['up', 'unclear', 'zero']
    """
    there = differences[~np.isnan(differences)]
    if not there.size:
        return np.nan, np.nan, np.nan, ""
    if not there.any():
        return 0.0, 0.0, 0.0, "zero"
    estimate = intervals.mean(there)
    word = "unclear" if estimate.holds_zero else "up" if estimate.value > 0 else "down"
    return estimate.value, estimate.low, estimate.high, word


def _filled(
    trials: Sequence[Trial], rows: Mapping[tuple[str, int], Sums], names: list[str]
) -> tuple[Array, Array]:
    """Sums of all replicates in their places, NaN where there is none: of the twins, of the evaluation."""
    count = max((k + 1 for _, k in rows), default=1)
    value = np.full((len(trials), len(names), len(counterfactual.GROUPS), len(ARMS), count), np.nan)
    found = np.full(
        (len(trials), len(observational_estimate.APPROACHES), len(observational_estimate.NUMBERS), count),
        np.nan,
    )
    for t, one in enumerate(trials):
        for k in range(count):
            for (quantity, group), numbers in rows.get((one.id, k), {}).items():
                if quantity == NAIVE:
                    found[t, observational_estimate.APPROACHES.index(group), :, k] = numbers
                else:
                    value[t, names.index(quantity), counterfactual.GROUPS.index(group), :, k] = numbers
    return value, found


def _judgements(trials: Sequence[Trial], value: Array, names: list[str]) -> dict[str, Any]:
    """Differences with intervals and words; a trial that was not run has its reason for a word."""
    numbers = np.full((3, *value.shape[:3]), np.nan)
    words = np.full(value.shape[:3], "", dtype=object)
    fixed = quantities.declared()["quantities"]
    for t, one in enumerate(trials):
        if one.status == "run":
            for place in np.ndindex(value.shape[1:3]):
                arms = value[t, *place]
                *numbers[:, t, *place], words[t, *place] = judged(arms[1] - arms[0])
            continue
        asked = [q for q, name in enumerate(names) if name in {*fixed, *(y.name for y in one.yardsticks)}]
        words[t, asked, 0] = one.status
        if one.status == "no_addition":
            numbers[:, t, asked, 0] = 0.0
    unit = "as the quantity"
    return {
        "difference": (DIMS, numbers[0], _names(unit, "政策效果（配对差的均值）", "paired difference, mean")),
        "low": (DIMS, numbers[1], _names(unit, "95%区间下限", "95% interval: low")),
        "high": (DIMS, numbers[2], _names(unit, "95%区间上限", "95% interval: high")),
        "word": (DIMS, words.astype(np.str_), _names("1", "结论", "what can be said of it")),
    }


def _evaluation(found: Array) -> dict[str, Any]:
    """Means and intervals of the naive evaluation's numbers."""
    numbers = np.full((3, *found.shape[:-1]), np.nan)
    for place in np.ndindex(found.shape[:-1]):
        there = found[place][~np.isnan(found[place])]
        if there.size:
            numbers[:, *place] = intervals.mean(there)[:3]
    return {
        f"evaluation{end}": (
            ("trial", "approach", "number"),
            numbers[i],
            _names("as the number", f"朴素评估{zh}", f"naive evaluation{en}"),
        )
        for i, (end, zh, en) in enumerate(
            (("", "", ""), ("_low", "（下限）", ": low"), ("_high", "（上限）", ": high"))
        )
    }


def _names(unit: str, zh: str, en: str) -> dict[str, str]:
    return {"units": unit, "long_name": en, "long_name_zh": zh}
