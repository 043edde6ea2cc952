"""Effects in the model that correspond to published ones, computed from a counterfactual pair of runs.

Each measure returns a numerator and a denominator for one replicate, weighted to represent the whole city, so that a
replicate with few treated firms has little weight. :mod:`sim.studies` aligns the firms and computes observational
estimates; this module defines the treated firms and the quantities that the published studies reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from calibration.effects.event_arrays import EventArrays
from sim.engine import clock
from sim.engine.recorder import RunOutput
from sim.model.coordinates import COORDS
from sim.studies.comparison.counterfactual_pair import LATER, aligned
from sim.studies.trials import counterfactual, observational_estimate
from sim.studies.trials.quantities import SEGMENTS, Group

Array = npt.NDArray[Any]
Fraction = tuple[float, float]
"""Numerator and denominator."""
EMPTY: Final[Fraction] = (0.0, 0.0)
GUARANTEED: Final = ("guarantee", "startup")
"""Loan schemes with a public guarantee."""
SAME_LOAN: Final = (-90, 365)
"""Window in days around a guaranteed loan in which a loan to the firm in the reference counts as the same."""


@dataclass(frozen=True)
class Measurement:
    """Definition of a measurement in ``effects.yaml``.

    Attributes:
        measure: name of one of :data:`MEASURES`.
        paid: instruments whose first payment makes a firm treated.
        event: event that makes a firm treated, used instead of a payment.
        where: facts that the event must have, by name.
        kind, segment: kinds of founders and segments of firms to include; all if empty.
        until: last month of treatment (0 is January 2017).
        months: length of the follow-up in months.
        approach: method of the observational estimate, for studies without an experiment.
        outcome, at: outcome of a city-wide measure, and the label at which it is taken, by dimension.
        per, per_at: outcome by which the change is divided, and the label at which it is taken, by dimension.
        exchange_rate: yuan per unit of the study's currency.
    """

    measure: str
    paid: tuple[str, ...] = ()
    event: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    kind: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    until: int = clock.MONTHS
    months: int = 24
    approach: str = "landmark"
    outcome: str = ""
    at: Mapping[str, str] = field(default_factory=dict)
    per: str = ""
    per_at: Mapping[str, str] = field(default_factory=dict)
    exchange_rate: float = 1.0


@dataclass(frozen=True)
class ArmRun:
    """Run of one arm and its events."""

    output: RunOutput
    events: EventArrays


class CounterfactualPair(NamedTuple):
    """Runs of one replicate with and without the treatment."""

    policy: ArmRun
    reference: ArmRun


class FollowUp(NamedTuple):
    """Treated firms that could be followed in both runs.

    Attributes:
        with_policy: jobs at the end of the follow-up under the policy.
        without: jobs of the same firm in the reference.
        weight: number of firms in the city that each firm represents.
        month: month of treatment.
        id: permanent id of the firm.
    """

    with_policy: Array
    without: Array
    weight: Array
    month: Array
    id: Array


def treated(pair: CounterfactualPair, measurement: Measurement) -> observational_estimate.Treated:
    """Return the firms treated under the policy, with the month of their first treatment."""
    output = pair.policy.output
    if measurement.paid:
        names = list(COORDS["instrument"].values)
        firms = observational_estimate.first_paid(output, [names.index(name) for name in measurement.paid])
    else:
        events = pair.policy.events.of(measurement.event).where(measurement.where)
        order = np.argsort(events.day, kind="stable")
        ids, first = np.unique(events.id[order], return_index=True)
        rows = np.searchsorted(output.firms["id"], ids)
        firms = observational_estimate.Treated(rows, clock.month_of(events.day[order][first]))
    in_time = (firms.month <= measurement.until) & (firms.month >= 0)
    keep = _group(measurement).among(output.firms)[firms.row] & in_time
    return observational_estimate.Treated(firms.row[keep], firms.month[keep])


def follow_up(pair: CounterfactualPair, measurement: Measurement, *, to_the_end: bool = False) -> FollowUp:
    """Follow treated firms that were also open in the reference when they were treated.

    The follow-up lasts ``measurement.months``, or until the end of 2020 with ``to_the_end``.
    """
    firms = treated(pair, measurement)
    policy, reference = pair.policy.output.firms, pair.reference.output.firms
    counterpart = np.full(len(policy["id"]), -1, dtype=np.int64)
    rows, reference_rows = aligned(policy, reference)
    counterpart[rows] = reference_rows
    row, month = firms.row, firms.month
    end = np.full(len(row), clock.MONTHS - 1) if to_the_end else month + measurement.months
    keep = (end < clock.MONTHS) & (month < clock.MONTHS) & (counterpart[row] >= 0)
    row, month, end = row[keep], month[keep], end[keep]
    is_open = reference["jobs"][month, counterpart[row]] > 0
    row, month, end = row[is_open], month[is_open], end[is_open]
    return FollowUp(
        policy["jobs"][end, row].astype(np.float64),
        reference["jobs"][end, counterpart[row]].astype(np.float64),
        policy["weight"][row].astype(np.float64),
        month,
        policy["id"][row],
    )


# --- treated firms against their counterfactual ------------------------------------------------------
def survival(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Difference in the share of firms that are open at the end of the follow-up."""
    f = follow_up(pair, measurement)
    difference = (f.with_policy > 0) * 1.0 - (f.without > 0)
    return float((f.weight * difference).sum()), float(f.weight.sum())


def ten_jobs(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Difference in the share of firms with at least ten jobs at the end of the follow-up."""
    f = follow_up(pair, measurement)
    difference = (f.with_policy >= 10) * 1.0 - (f.without >= 10)
    return float((f.weight * difference).sum()), float(f.weight.sum())


def jobs(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Relative gain in jobs at the end of the follow-up, where closed firms have 0 jobs."""
    f = follow_up(pair, measurement)
    return float((f.weight * (f.with_policy - f.without)).sum()), float((f.weight * f.without).sum())


def value_added(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Relative gain in value added in the last December of the follow-up, for firms open in both runs."""
    f = follow_up(pair, measurement)
    years = [_of_december(run, f.id, f.month + measurement.months) for run in pair]
    both = ~np.isnan(years[0]) & ~np.isnan(years[1])
    with_policy, without = years[0][both], years[1][both]
    weight = f.weight[both]
    return float((weight * (with_policy - without)).sum()), float((weight * without).sum())


def later_round(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Number of treated firms with an equity round during the follow-up, relative to that in the reference."""
    f = follow_up(pair, measurement)
    counts = []
    for run in pair:
        events = run.events.of("equity.round")
        month = clock.month_of(events.day)
        later = [
            np.any((events.id == i) & (month >= m) & (month <= m + measurement.months))
            for i, m in zip(f.id, f.month, strict=True)
        ]
        counts.append(float((f.weight * np.array(later, dtype=np.float64)).sum()))
    return counts[0], counts[1]


def loan_additionality(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Share of guaranteed loans that go to firms without a loan around the same date in the reference."""
    events = pair.policy.events.of("credit.granted").where(measurement.where)
    reference = pair.reference.events.of("credit.granted")
    firms = pair.policy.output.firms
    weight = firms["weight"][np.searchsorted(firms["id"], events.id)].astype(np.float64)
    early, late = SAME_LOAN
    without = [
        not np.any((reference.id == i) & (reference.day >= d + early) & (reference.day <= d + late))
        for i, d in zip(events.id, events.day, strict=True)
    ]
    return float((weight * np.array(without, dtype=np.float64)).sum()), float(weight.sum())


def jobs_per_million(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Jobs gained per million lent, in the study's currency."""
    f = follow_up(pair, measurement)
    events = pair.policy.events.of(measurement.event).where(measurement.where)
    order = np.argsort(events.day, kind="stable")
    ids, first = np.unique(events.id[order], return_index=True)
    yuan = events.facts["yuan"][order][first][np.searchsorted(ids, f.id)]
    lent = float((f.weight * yuan).sum()) / 1e6 / measurement.exchange_rate
    return float((f.weight * (f.with_policy - f.without)).sum()), lent


def payment_per_job(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Payments to treated firms per job gained, in the study's currency."""
    f = follow_up(pair, measurement)
    output, names = pair.policy.output, list(COORDS["instrument"].values)
    paid = np.isin(output.payments["instrument"], [names.index(name) for name in measurement.paid])
    ids = output.firms["id"][output.payments["row"][paid]]
    known = np.isin(ids, f.id)
    position = np.searchsorted(np.sort(f.id), ids[known])
    weight = f.weight[np.argsort(f.id)][position]
    yuan = float((weight * output.payments["fen"][paid][known] / 100).sum())
    return yuan / measurement.exchange_rate, float((f.weight * (f.with_policy - f.without)).sum())


def capital_per_job(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Additional public capital of guarantors per job that guaranteed firms have gained by the end of 2020."""
    f = follow_up(pair, measurement, to_the_end=True)
    funds = [list(COORDS["fund"].values).index(name) for name in ("guarantee_fund", "startup_loan_fund")]
    capital = [float(run.output.outcomes["pool_balance"][:, funds].sum(axis=1).mean()) for run in pair]
    gained = float((f.weight * (f.with_policy - f.without)).sum())
    return (capital[0] - capital[1]) / measurement.exchange_rate, gained


# --- estimates with the study's own comparison group -------------------------------------------------
def observed_survival(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Observational estimate of the difference in survival between treated and other firms in one run."""
    firms = treated(pair, measurement)
    if not firms.row.size:
        return EMPTY
    estimates = observational_estimate.evaluate(pair.policy.output, pair.reference.output, firms)
    numbers = dict(zip(observational_estimate.NUMBERS, estimates[measurement.approach], strict=True))
    compared = numbers["treated"] * numbers["compared"]
    return EMPTY if np.isnan(compared) else (numbers["estimate"] * compared, compared)


def observed_growth(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Difference in job growth over two years after opening between surviving treated and untreated firms."""
    panel = pair.policy.output.firms
    followed, survivors = counterfactual.survived(panel)
    rows = np.flatnonzero(followed & survivors)
    month = clock.month_of(panel["opened"][rows])
    weight = panel["weight"][rows].astype(np.float64)
    last = np.minimum(month + LATER, clock.MONTHS - 1)
    start, later = panel["jobs"][month, rows], panel["jobs"][last, rows]
    ever = np.isin(np.arange(len(panel["id"])), treated(pair, measurement).row)[rows]
    if not ever.any():
        return EMPTY
    growth = [float((weight * later)[m].sum() / (weight * start)[m].sum() - 1) for m in (ever, ~ever)]
    size = float(weight[ever].sum())
    return (growth[0] - growth[1]) * size, size


def default_ratio(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Default rate of guaranteed loans, relative to that of loans without a guarantee (both by amount)."""
    outcomes, names = pair.policy.output.outcomes, list(COORDS["scheme"].values)
    shares = [
        float(
            outcomes["loans_defaulted_by_scheme"][:, columns].sum()
            / outcomes["loans_granted_by_scheme"][:, columns].sum()
        )
        for columns in ([names.index(name) for name in GUARANTEED], [names.index("plain")])
    ]
    return shares[0], shares[1]


# --- the whole city ----------------------------------------------------------------------------------
def relative_change(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Relative change in an outcome, summed over the months from January 2018 on."""
    policy, reference = (_total(run.output, measurement.outcome, measurement.at)[12:].sum() for run in pair)
    return float(policy - reference), float(reference)


def change_per_unit(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Change in one outcome per unit change in another, both summed over the run."""
    changes = [
        float((_total(pair.policy.output, name, at) - _total(pair.reference.output, name, at)).sum())
        for name, at in (
            (measurement.outcome, measurement.at),
            (measurement.per, measurement.per_at),
        )
    ]
    return changes[0], changes[1]


def firms_per_trainee(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Additional firms open at the end of 2020 per additional person trained."""
    firms = [float(run.output.outcomes["firms_universe"][-1]) for run in pair]
    trained = [float(run.output.outcomes["trainees"].sum()) for run in pair]
    return firms[0] - firms[1], trained[0] - trained[1]


def small_employer_growth(pair: CounterfactualPair, measurement: Measurement) -> Fraction:
    """Relative gain in jobs, over the months after ``until``, of firms with two to nine jobs in that month."""
    policy, reference = (run.output.firms for run in pair)
    rows, reference_rows = aligned(policy, reference)
    start = measurement.until
    before = policy["jobs"][start, rows].astype(np.float64)
    small = (before >= 2) & (before < 10) & (reference["jobs"][start, reference_rows] == before)
    small &= _group(measurement).among(policy)[rows]
    weight = policy["weight"][rows].astype(np.float64) * small
    end = start + measurement.months
    gain = policy["jobs"][end, rows].astype(np.float64) - reference["jobs"][end, reference_rows]
    return float((weight * gain).sum()), float((weight * before).sum())


MEASURES: Final[Mapping[str, Callable[[CounterfactualPair, Measurement], Fraction]]] = {
    f.__name__: f
    for f in (
        survival, ten_jobs, jobs, value_added, later_round, loan_additionality, jobs_per_million, payment_per_job,
        capital_per_job, observed_survival, observed_growth, default_ratio, relative_change, change_per_unit,
        firms_per_trainee, small_employer_growth,
    )
}  # fmt: skip


def _group(measurement: Measurement) -> Group:
    """Return the group of firms with the founder kinds and segments of a measurement."""
    kinds, segments = list(COORDS["founder_kind"].values), list(SEGMENTS)
    return Group(
        "", "", "",
        segment=tuple(segments.index(name) for name in measurement.segment) or None,
        kind=tuple(kinds.index(name) for name in measurement.kind) or None,
    )  # fmt: skip


def _of_december(run: ArmRun, ids: Array, month: Array) -> Array:
    """Return the value added of each firm in the last December up to a given month; NaN if the firm was not open."""
    events = run.events.of("growth.year")
    event_year = clock.month_of(events.day) // 12
    year = (month + 1) // 12 - 1
    result = np.full(len(ids), np.nan)
    for each in np.unique(year):
        of_year, rows = event_year == each, np.flatnonzero(year == each)
        order = np.argsort(events.id[of_year])
        known, values = events.id[of_year][order], events.facts["value_added"][of_year][order]
        position = np.minimum(np.searchsorted(known, ids[rows]), max(0, len(known) - 1))
        if len(known):
            result[rows] = np.where(known[position] == ids[rows], values[position], np.nan)
    return result


def _total(output: RunOutput, name: str, at: Mapping[str, str]) -> Array:
    """Return an outcome by month, taken at one label or summed over all dimensions."""
    values = np.asarray(output.outcomes[name], dtype=np.float64)
    if at:
        ((dimension, label),) = at.items()
        values = values[:, list(COORDS[dimension].values).index(label)]
    return np.asarray(values.reshape(clock.MONTHS, -1).sum(axis=1))
