"""Quantities of one counterfactual pair of a trial: a run with an instrument and a run without it.

All sums are weighted to represent the whole city and computed here, while both panels are in memory. There
are three groups of firms: ``all``; ``eligible``, as defined in ``trials.yaml``; and ``recipients``, to which
the instrument itself paid different amounts in the two runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.recorder import RunOutput
from sim.studies.comparison.counterfactual_pair import LATER
from sim.studies.trials.quantities import FirstOrderOutcome, Group

Array = npt.NDArray[Any]
Panel = Mapping[str, Array]
Mask = npt.NDArray[np.bool_]

GROUPS: Final = ("all", "eligible", "recipients")
HORIZON: Final = round(LATER * 365.25 / 12)
"""Number of days after opening at which the survival of a firm is measured."""


def compare(
    reference: RunOutput,
    policy: RunOutput,
    *,
    instruments: Sequence[int],
    eligible: Sequence[Group],
    first_order_outcomes: Sequence[FirstOrderOutcome],
) -> dict[tuple[str, str], tuple[float, float]]:
    """Compute the quantities of a trial from one counterfactual pair.

    Args:
        reference: run in which the instrument is set back to its counterfactual values.
        policy: run with the instrument, with the same seed, replicate and scale.
        instruments: indices of the trial's instruments among those that pay public money.
        eligible: groups of eligible firms; a firm in any of them is eligible.
        first_order_outcomes: first-order outcomes of the trial.

    Returns:
        the values in the reference and in the policy by quantity and group: ``survival_24`` (share of the
        firms opened in 2017-2018 that are open 24 months later), ``jobs`` (at the end of 2020),
        ``job_years``; for ``all`` also ``job_years_net`` (of firms founded since 2012, minus job-years
        displaced at incumbents), ``outlay`` (public spending minus returns), ``outlay_own`` (spending on the
        trial's instruments) and the first-order outcomes.
    """
    recipients = _differently_paid(reference, policy, instruments)
    values: dict[tuple[str, str], tuple[float, float]] = {}
    for arms in (
        [dict(_of_firms(run, eligible, recipients)) for run in (reference, policy)],
        [dict(_of_city(run.outcomes, instruments)) for run in (reference, policy)],
    ):
        values |= {key: (value, arms[1][key]) for key, value in arms[0].items()}
    for outcome in first_order_outcomes:
        values[outcome.name, "all"] = outcome.value(reference.outcomes), outcome.value(policy.outcomes)
    return values


def survived(panel: Panel) -> tuple[Mask, Mask]:
    """Return masks of firms opened in 2017-2018 that can be followed, and of those open 24 months later."""
    opened, closed = panel["opened"].astype(np.int64), panel["closed"].astype(np.int64)
    followed = (opened >= 0) & (opened + HORIZON < clock.DAYS)
    return followed, followed & (closed > opened + HORIZON)


def _of_firms(
    run: RunOutput, groups: Sequence[Group], recipients: Array
) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield survival, jobs and job-years of each group of firms in one run."""
    panel = run.firms
    weight = panel["weight"].astype(np.float64)
    followed, surviving = survived(panel)
    last, years = panel["jobs"][-1] * weight, panel["jobs"].sum(axis=0, dtype=np.int64) * weight / 12
    eligible = np.zeros(len(weight), dtype=np.bool_)
    for group in groups:
        eligible |= group.among(panel)
    everyone = np.ones(len(weight), dtype=np.bool_)
    for name, mask in zip(GROUPS, (everyone, eligible, np.isin(panel["id"], recipients)), strict=True):
        if name == "recipients" and not recipients.size:
            continue
        total = float(weight[followed & mask].sum())
        yield ("survival_24", name), float(weight[surviving & mask].sum()) / total if total else np.nan
        yield ("jobs", name), float(last[mask].sum())
        yield ("job_years", name), float(years[mask].sum())


def _of_city(
    outcomes: Mapping[str, Array], instruments: Sequence[int]
) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield the net job-years and the public spending of one run."""
    net = outcomes["jobs_universe"] - outcomes["jobs_displaced"]
    outlay = outcomes["public_spending"].sum(axis=0)
    if "public_returns" in outcomes:
        outlay = outlay - outcomes["public_returns"].sum(axis=0)
    yield ("job_years_net", "all"), float(net.sum() / 12)
    yield ("outlay", "all"), float(outlay.sum())
    if instruments:
        yield ("outlay_own", "all"), float(outlay[list(instruments)].sum())


def _differently_paid(reference: RunOutput, policy: RunOutput, instruments: Sequence[int]) -> Array:
    """Return the identifiers of firms to which the instruments paid different amounts in the two runs."""
    ids, fen = [], []
    for run, sign in ((policy, 1), (reference, -1)):
        own = np.isin(run.payments["instrument"], list(instruments))
        ids.append(run.firms["id"][run.payments["row"][own]])
        fen.append(sign * run.payments["fen"][own].astype(np.int64))
    firms, index = np.unique(np.concatenate(ids), return_inverse=True)
    return np.asarray(firms[np.bincount(index, np.concatenate(fen), minlength=len(firms)) != 0])
