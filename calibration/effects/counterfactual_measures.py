"""A published study emulated: who was treated, and what became of them here and in the twin without.

Every measure gives a numerator and a denominator of one replicate, weighted to the city, so that a few
treated firms in one replicate count as few. The twins, the landmark comparison and the alignment of firms
are those of :mod:`sim.studies`; here only is who counts as treated, and which number a study reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.event_log import EventLog
from sim.engine.recorder import RunOutput
from sim.model.coordinates import COORDS
from sim.studies.comparison.counterfactual_pair import LATER, aligned
from sim.studies.trials import counterfactual, observational_estimate
from sim.studies.trials.quantities import SEGMENTS, Group

Array = npt.NDArray[Any]
Two = tuple[float, float]
NOTHING: Final[Two] = (0.0, 0.0)
EVENTS: Final = (
    "equity.round", "incubator.admitted", "incubator.graduated", "services.course",
    "credit.granted", "credit.default", "growth.year",
)  # fmt: skip
"""What a register keeps of every firm."""
COVERED: Final = ("guarantee", "startup")
"""Schemes of loans that public guarantors stand behind."""
SAME_LOAN: Final = (-90, 365)
"""Days around a guaranteed loan within which a loan of the twin is the same one without the guarantee."""


class Events(NamedTuple):
    """All events of a kind: who, when, what was said of it."""

    id: Array
    day: Array
    facts: dict[str, Array]

    def where(self, wanted: Mapping[str, Any]) -> Events:
        """Those whose facts are (among) what is wanted."""
        keep = np.ones(len(self.id), dtype=np.bool_)
        for name, values in wanted.items():
            keep &= np.isin(self.facts[name], values)
        return Events(self.id[keep], self.day[keep], {name: of[keep] for name, of in self.facts.items()})


class Register(EventLog):
    """A diary that keeps a few kinds of events of all firms, as arrays."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, list[dict[str, Array]]] = {event: [] for event in EVENTS}

    def firms(self, ids: npt.ArrayLike, event: str, **said: Any) -> None:
        """See :meth:`sim.engine.event_log.EventLog.firms`."""
        if event in self._kept:
            who = np.atleast_1d(np.asarray(ids, dtype=np.int64))
            facts = {name: of for name, of in said.items() if name != "rule" and of is not None}
            every = {name: np.array(np.broadcast_to(np.asarray(of), who.shape)) for name, of in facts.items()}
            self._kept[event].append({"id": who, **every})

    def of(self, event: str) -> Events:
        """All events of a kind since 2017."""
        parts = [part for part in self._kept[event] if len(part["id"])]
        names = set.intersection(*(set(part) for part in parts)) if parts else {"id", "day"}
        whole = {n: np.concatenate([part[n] for part in parts]) if parts else np.zeros(0) for n in names}
        keep = whole["day"] >= 0
        whole = {name: of[keep] for name, of in whole.items()}
        return Events(whole.pop("id").astype(np.int64), whole.pop("day"), whole)


@dataclass(frozen=True)
class Look:
    """What is looked at, as ``effects.yaml`` says it.

    Attributes:
        measure: one of :data:`MEASURES`.
        paid: instruments whose first payment makes a firm treated.
        event: of the register, in place of it.
        where: facts that the event must have.
        kind, segment: of the founders and firms; all if empty.
        until: the last month of treatment (0 is January 2017).
        months: of follow-up.
        approach: of the naive evaluation, where the study had no experiment.
        outcome, at, per, per_at: outcomes of a measure of the whole city, and their labels.
        dollars: yuan of a unit of the study's currency.
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
    dollars: float = 1.0


@dataclass(frozen=True)
class Lived:
    """One history and its register."""

    history: RunOutput
    register: Register


class Pair(NamedTuple):
    """A replicate with the treatment and without."""

    policy: Lived
    reference: Lived


class Followed(NamedTuple):
    """Treated firms that could be followed: their jobs at the end here and in the twin, weight, first month, id."""

    here: Array
    there: Array
    weight: Array
    month: Array
    id: Array


def treated(pair: Pair, look: Look) -> observational_estimate.Treated:
    """Firms of the policy's history that were treated, each once, and the month in which they were first."""
    history = pair.policy.history
    if look.paid:
        names = list(COORDS["instrument"].values)
        found = observational_estimate.paid_first(history, [names.index(name) for name in look.paid])
    else:
        events = pair.policy.register.of(look.event).where(look.where)
        order = np.argsort(events.day, kind="stable")
        ids, first = np.unique(events.id[order], return_index=True)
        rows = np.searchsorted(history.firms["id"], ids)
        found = observational_estimate.Treated(rows, clock.month_of(events.day[order][first]))
    keep = _group(look).among(history.firms)[found.row] & (found.month <= look.until) & (found.month >= 0)
    return observational_estimate.Treated(found.row[keep], found.month[keep])


def followed(pair: Pair, look: Look, *, to_the_end: bool = False) -> Followed:
    """The treated whose twin was open when they were treated, after ``look.months`` or at the end of 2020."""
    found = treated(pair, look)
    policy, reference = pair.policy.history.firms, pair.reference.history.firms
    twin = np.full(len(policy["id"]), -1, dtype=np.int64)
    ours, theirs = aligned(policy, reference)
    twin[ours] = theirs
    row, month = found.row, found.month
    then = np.full(len(row), clock.MONTHS - 1) if to_the_end else month + look.months
    keep = (then < clock.MONTHS) & (month < clock.MONTHS) & (twin[row] >= 0)
    row, month, then = row[keep], month[keep], then[keep]
    alive = reference["jobs"][month, twin[row]] > 0
    row, month, then = row[alive], month[alive], then[alive]
    return Followed(
        policy["jobs"][then, row].astype(np.float64),
        reference["jobs"][then, twin[row]].astype(np.float64),
        policy["weight"][row].astype(np.float64),
        month,
        policy["id"][row],
    )


# --- the treated against their twins ---------------------------------------------------------------
def survived(pair: Pair, look: Look) -> Two:
    """Share open, here less twin."""
    f = followed(pair, look)
    return float((f.weight * ((f.here > 0) * 1.0 - (f.there > 0))).sum()), float(f.weight.sum())


def ten_jobs(pair: Pair, look: Look) -> Two:
    """Share with ten jobs and more, here less twin."""
    f = followed(pair, look)
    return float((f.weight * ((f.here >= 10) * 1.0 - (f.there >= 10))).sum()), float(f.weight.sum())


def jobs(pair: Pair, look: Look) -> Two:
    """Relative gain in jobs, those of closed firms being none."""
    f = followed(pair, look)
    return float((f.weight * (f.here - f.there)).sum()), float((f.weight * f.there).sum())


def value_added(pair: Pair, look: Look) -> Two:
    """Relative gain in value added of the last December within ``months``, of firms open in both."""
    f = followed(pair, look)
    years = [_of_december(lived, f.id, f.month + look.months) for lived in pair]
    both = ~np.isnan(years[0]) & ~np.isnan(years[1])
    here, there = years[0][both], years[1][both]
    return float((f.weight[both] * (here - there)).sum()), float((f.weight[both] * there).sum())


def event_after(pair: Pair, look: Look) -> Two:
    """How many had a round within ``months`` of the treatment: here over twin."""
    f = followed(pair, look)
    counts = []
    for lived in pair:
        events = lived.register.of("equity.round")
        month = clock.month_of(events.day)
        later = [
            np.any((events.id == i) & (month >= m) & (month <= m + look.months))
            for i, m in zip(f.id, f.month, strict=True)
        ]
        counts.append(float((f.weight * np.array(later, dtype=np.float64)).sum()))
    return counts[0], counts[1]


def lent_otherwise(pair: Pair, look: Look) -> Two:
    """Guaranteed loans whose firm has no loan about that time in the twin."""
    events = pair.policy.register.of("credit.granted").where(look.where)
    theirs = pair.reference.register.of("credit.granted")
    firms = pair.policy.history.firms
    weight = firms["weight"][np.searchsorted(firms["id"], events.id)].astype(np.float64)
    early, late = SAME_LOAN
    without = [
        not np.any((theirs.id == i) & (theirs.day >= d + early) & (theirs.day <= d + late))
        for i, d in zip(events.id, events.day, strict=True)
    ]
    return float((weight * np.array(without, dtype=np.float64)).sum()), float(weight.sum())


def jobs_per_million(pair: Pair, look: Look) -> Two:
    """Jobs gained for each million (of the study's currency) lent."""
    f = followed(pair, look)
    events = pair.policy.register.of(look.event).where(look.where)
    order = np.argsort(events.day, kind="stable")
    ids, at = np.unique(events.id[order], return_index=True)
    yuan = events.facts["yuan"][order][at][np.searchsorted(ids, f.id)]
    return float((f.weight * (f.here - f.there)).sum()), float((f.weight * yuan).sum()) / 1e6 / look.dollars


def paid_per_job(pair: Pair, look: Look) -> Two:
    """What the treated were paid for each job that they have more (in the study's currency)."""
    f = followed(pair, look)
    history, names = pair.policy.history, list(COORDS["instrument"].values)
    ours = np.isin(history.payments["instrument"], [names.index(name) for name in look.paid])
    ids = history.firms["id"][history.payments["row"][ours]]
    known = np.isin(ids, f.id)
    at = np.searchsorted(np.sort(f.id), ids[known])
    weight = f.weight[np.argsort(f.id)][at]
    yuan = float((weight * history.payments["fen"][ours][known] / 100).sum())
    return yuan / look.dollars, float((f.weight * (f.here - f.there)).sum())


def capital_per_job(pair: Pair, look: Look) -> Two:
    """Public capital tied up in guarantors for each job that the guaranteed have more at the end of 2020."""
    f = followed(pair, look, to_the_end=True)
    funds = [list(COORDS["fund"].values).index(name) for name in ("guarantee_fund", "startup_loan_fund")]
    held = [float(lived.history.outcomes["pool_balance"][:, funds].sum(axis=1).mean()) for lived in pair]
    return (held[0] - held[1]) / look.dollars, float((f.weight * (f.here - f.there)).sum())


# --- what the study's own comparison would find ----------------------------------------------------
def survival_found(pair: Pair, look: Look) -> Two:
    """Survival that an evaluator finds by comparing the treated with others of the same history."""
    who = treated(pair, look)
    if not who.row.size:
        return NOTHING
    numbers = observational_estimate.evaluate(pair.policy.history, pair.reference.history, who)[look.approach]
    found = dict(zip(observational_estimate.NUMBERS, numbers, strict=True))
    compared = found["treated"] * found["compared"]
    return NOTHING if np.isnan(compared) else (found["found"] * compared, compared)


def growth_found(pair: Pair, look: Look) -> Two:
    """Growth of jobs in the two years after opening, of survivors: the treated less firms never treated."""
    panel = pair.policy.history.firms
    followed_, there = counterfactual.survived(panel)
    rows = np.flatnonzero(followed_ & there)
    month = clock.month_of(panel["opened"][rows])
    weight = panel["weight"][rows].astype(np.float64)
    last = np.minimum(month + LATER, clock.MONTHS - 1)
    start, later = panel["jobs"][month, rows], panel["jobs"][last, rows]
    ever = np.isin(np.arange(len(panel["id"])), treated(pair, look).row)[rows]
    if not ever.any():
        return NOTHING
    gains = [float((weight * later)[m].sum() / (weight * start)[m].sum() - 1) for m in (ever, ~ever)]
    size = float(weight[ever].sum())
    return (gains[0] - gains[1]) * size, size


def default_ratio(pair: Pair, look: Look) -> Two:
    """Share of covered loans' money that went bad, over the same of loans without cover."""
    outcomes, names = pair.policy.history.outcomes, list(COORDS["scheme"].values)
    shares = [
        float(
            outcomes["loans_defaulted_by_scheme"][:, at].sum()
            / outcomes["loans_granted_by_scheme"][:, at].sum()
        )
        for at in ([names.index(n) for n in COVERED], [names.index("plain")])
    ]
    return shares[0], shares[1]


# --- the whole city --------------------------------------------------------------------------------
def relative(pair: Pair, look: Look) -> Two:
    """Relative change of an outcome summed over the months after the plan's first year."""
    here, there = (_total(lived.history, look.outcome, look.at)[12:].sum() for lived in pair)
    return float(here - there), float(there)


def per_unit(pair: Pair, look: Look) -> Two:
    """Change of an outcome for each unit of change of another, over the run."""
    changes = [
        float((_total(pair.policy.history, name, at) - _total(pair.reference.history, name, at)).sum())
        for name, at in ((look.outcome, look.at), (look.per, look.per_at))
    ]
    return changes[0], changes[1]


def firms_per_trainee(pair: Pair, look: Look) -> Two:
    """Firms open at the end of 2020 more than without, for each person trained."""
    firms = [float(lived.history.outcomes["firms_universe"][-1]) for lived in pair]
    trained = [float(lived.history.outcomes["trainees"].sum()) for lived in pair]
    return firms[0] - firms[1], trained[0] - trained[1]


def growth_of_small(pair: Pair, look: Look) -> Two:
    """Growth of jobs in ``months`` after ``until``, of employers under ten jobs then: all of them, claimants or not."""
    panels = [lived.history.firms for lived in pair]
    ours, theirs = aligned(*panels)
    start = look.until
    before = panels[0]["jobs"][start, ours].astype(np.float64)
    small = (before >= 2) & (before < 10) & (panels[1]["jobs"][start, theirs] == before)
    small &= _group(look).among(panels[0])[ours]
    weight = panels[0]["weight"][ours].astype(np.float64) * small
    here, there = (
        panel["jobs"][start + look.months, rows] for panel, rows in zip(panels, (ours, theirs), strict=True)
    )
    return float((weight * (here.astype(np.float64) - there)).sum()), float((weight * before).sum())


MEASURES: Final[Mapping[str, Callable[[Pair, Look], Two]]] = {
    f.__name__: f
    for f in (
        survived, ten_jobs, jobs, value_added, event_after, lent_otherwise, jobs_per_million, paid_per_job,
        capital_per_job, survival_found, growth_found, default_ratio, relative, per_unit, firms_per_trainee,
        growth_of_small,
    )
}  # fmt: skip


def _group(look: Look) -> Group:
    """Firms of the founders and segments looked at."""
    kinds, segments = list(COORDS["founder_kind"].values), list(SEGMENTS)
    return Group(
        "", "", "",
        segment=tuple(segments.index(s) for s in look.segment) or None,
        kind=tuple(kinds.index(k) for k in look.kind) or None,
    )  # fmt: skip


def _of_december(lived: Lived, ids: Array, month: Array) -> Array:
    """Value added of firms in the last December not after a month; NaN where they were not open."""
    events = lived.register.of("growth.year")
    year = clock.month_of(events.day) // 12
    wanted = (month + 1) // 12 - 1
    found = np.full(len(ids), np.nan)
    for one in np.unique(wanted):
        here, asked = year == one, np.flatnonzero(wanted == one)
        order = np.argsort(events.id[here])
        known, values = events.id[here][order], events.facts["value_added"][here][order]
        at = np.minimum(np.searchsorted(known, ids[asked]), max(0, len(known) - 1))
        if len(known):
            found[asked] = np.where(known[at] == ids[asked], values[at], np.nan)
    return found


def _total(history: RunOutput, name: str, at: Mapping[str, str]) -> Array:
    """An outcome by month, at labels of its dimension, else summed over the rest."""
    values = np.asarray(history.outcomes[name], dtype=np.float64)
    if at:
        ((dim, label),) = at.items()
        values = values[:, list(COORDS[dim].values).index(label)]
    return np.asarray(values.reshape(clock.MONTHS, -1).sum(axis=1))
