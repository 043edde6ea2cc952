"""One replicate lived twice, with an instrument and with it set back: what the trial of it counts.

Everything is weighted to the city and summed here, where both panels are. Three groups of firms are
told apart: ``all``; ``eligible``, as ``trials.yaml`` describes them; and ``recipients``, firms that
the instrument itself paid another sum in the two histories.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.recorder import RunOutput
from sim.studies.comparison.counterfactual_pair import LATER
from sim.studies.trials.quantities import Group, Yardstick

Array = npt.NDArray[Any]
Panel = Mapping[str, Array]
Mask = npt.NDArray[np.bool_]

GROUPS: Final = ("all", "eligible", "recipients")
HORIZON: Final = round(LATER * 365.25 / 12)
"""Days after its opening on which a firm is looked at."""


def compare(
    reference: RunOutput,
    policy: RunOutput,
    *,
    instruments: Sequence[int],
    eligible: Sequence[Group],
    yardsticks: Sequence[Yardstick],
) -> dict[tuple[str, str], tuple[float, float]]:
    """What a trial counts of one pair of histories.

    Args:
        reference: the history with the instrument set back.
        policy: the history with it; the same seed, replicate and scale.
        instruments: numbers of the tried instruments among those that pay.
        eligible: descriptions of the eligible; who fits one of them is eligible.
        yardsticks: first-order outcomes.

    Returns:
        by quantity and group the values in the reference and in the policy: ``survival_24`` (of the
        firms opened 2017-2018, the share open 24 months later), ``jobs`` (at the end of 2020),
        ``job_years``; for ``all`` also ``job_years_net`` (of the firms founded since 2012, less those
        displaced at incumbents), ``outlay`` (public money less what came back), ``outlay_own`` (the
        tried instruments' part of it) and the yardsticks.
    """
    paid = _paid_otherwise(reference, policy, instruments)
    found: dict[tuple[str, str], tuple[float, float]] = {}
    arms = [dict(_of_firms(history, eligible, paid)) for history in (reference, policy)]
    for key, value in arms[0].items():
        found[key] = value, arms[1][key]
    arms = [dict(_of_city(history.outcomes, instruments)) for history in (reference, policy)]
    for key, value in arms[0].items():
        found[key] = value, arms[1][key]
    for yardstick in yardsticks:
        here, there = (yardstick.of(history.outcomes) for history in (policy, reference))
        found[yardstick.name, "all"] = there, here
    return found


def survived(panel: Panel) -> tuple[Mask, Mask]:
    """Which firms opened in 2017-2018, early enough to be followed; which were open 24 months later."""
    opened, closed = panel["opened"].astype(np.int64), panel["closed"].astype(np.int64)
    followed = (opened >= 0) & (opened + HORIZON < clock.DAYS)
    return followed, followed & (closed > opened + HORIZON)


def _of_firms(
    history: RunOutput, eligible: Sequence[Group], paid: Array
) -> Iterator[tuple[tuple[str, str], float]]:
    """Survival, jobs and job-years of each group in one history."""
    panel = history.firms
    weight = panel["weight"].astype(np.float64)
    followed, there = survived(panel)
    last, years = panel["jobs"][-1] * weight, panel["jobs"].sum(axis=0, dtype=np.int64) * weight / 12
    entitled = np.zeros(len(weight), dtype=np.bool_)
    for one in eligible:
        entitled |= one.among(panel)
    everyone = np.ones(len(weight), dtype=np.bool_)
    for name, mask in zip(GROUPS, (everyone, entitled, np.isin(panel["id"], paid)), strict=True):
        if name == "recipients" and not paid.size:
            continue
        of = float(weight[followed & mask].sum())
        yield ("survival_24", name), float(weight[there & mask].sum()) / of if of else np.nan
        yield ("jobs", name), float(last[mask].sum())
        yield ("job_years", name), float(years[mask].sum())


def _of_city(
    outcomes: Mapping[str, Array], instruments: Sequence[int]
) -> Iterator[tuple[tuple[str, str], float]]:
    """Net job-years and public money of one history."""
    net = outcomes["jobs_universe"] - outcomes["jobs_displaced"]
    outlay = outcomes["public_spending"].sum(axis=0)
    if "public_returns" in outcomes:
        outlay = outlay - outcomes["public_returns"].sum(axis=0)
    yield ("job_years_net", "all"), float(net.sum() / 12)
    yield ("outlay", "all"), float(outlay.sum())
    if instruments:
        yield ("outlay_own", "all"), float(outlay[list(instruments)].sum())


def _paid_otherwise(reference: RunOutput, policy: RunOutput, instruments: Sequence[int]) -> Array:
    """Ids of the firms to which these instruments paid another sum in the two histories."""
    ids, fen = [], []
    for history, sign in ((policy, 1), (reference, -1)):
        ours = np.isin(history.payments["instrument"], list(instruments))
        ids.append(history.firms["id"][history.payments["row"][ours]])
        fen.append(sign * history.payments["fen"][ours].astype(np.int64))
    who, at = np.unique(np.concatenate(ids), return_inverse=True)
    return np.asarray(who[np.bincount(at, np.concatenate(fen), minlength=len(who)) != 0])
