"""Scenario -> Settings: what each socket of the model is worth on each day.

A plain value is issued on 2017-06-09 and bites after its instrument's arrival, ``without`` until
then; a dated value bites on its date. Doses and invested money fill up over a ramp, in monthly
steps; all else comes whole. What is not known is drawn by keyed quantiles, so a draw depends on
seed, replicate and setting only: what a scenario does not touch is the same in all of them.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sim.engine.clock import DAYS, ISSUED, day
from sim.engine.levers import PolicyLever, triangle
from sim.engine.random_streams import RandomStreams
from sim.model.registry import LEVERS, Settings
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Arrival, Catalogue, Instrument, Move, Setting, Value
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import Scenario

MONTH: Final = 365.25 / 12
"""Days in a month of a lag or a ramp."""

GATES: Final = ("budget", "places", "pool", "volume")
"""Settings without which a programme takes nobody."""

NEXT_BUDGET: Final = dt.date(ISSUED.year + 1, 1, 1)


@dataclass(frozen=True)
class Course:
    """A number over time: constant between its change days."""

    days: tuple[int, ...]
    at: Callable[[int], float]


@dataclass(frozen=True)
class Onset:
    """How the plan arrives at an instrument: from which day, over how many monthly steps."""

    bites: int
    ramp: int

    def share(self, day_: int) -> float:
        """Share that has arrived: k/ramp after k months, 1 from the start without a ramp."""
        if day_ < self.bites:
            return 0.0
        return bisect_right(self.days[1:], day_) / self.ramp if self.ramp else 1.0

    @property
    def days(self) -> tuple[int, ...]:
        """The day on which it bites, and those of the steps of its ramp."""
        return tuple(self.bites + round(k * MONTH) for k in range(self.ramp + 1))


def arrival(instrument: Instrument, chance: RandomStreams | None = None) -> dt.date:
    """The date on which the plan's values bite for an instrument.

    The lag is central, or drawn at the instrument's quantile; money waits for the next 1 January.
    """
    rule = catalogue().arrival[instrument.arrives]
    return ISSUED + dt.timedelta(days=_bites(instrument.id, rule, chance))


def _bites(instrument: str, arrival_: Arrival, chance: RandomStreams | None) -> int:
    """Days from the issue until the plan bites."""
    if arrival_.lag is None:
        return (NEXT_BUDGET - ISSUED).days
    low, central, high = arrival_.lag
    months = triangle(chance.one("arrival", instrument), low, central, high) if chance else central
    return round(months * MONTH)


def ratio(setting: Setting, chance: RandomStreams | None = None) -> float:
    """By how much a setting that is a guess differs from the catalogue in this replicate.

    The last enacted value is drawn from a triangle over ``plausible``; all values of the setting,
    ``without`` and ``none`` too, differ in that ratio, so that equals stay equal.
    """
    last = setting.enacted[-1][1] if isinstance(setting.enacted, tuple) else setting.enacted
    if chance is None or setting.plausible is None or last == 0:
        return 1.0
    low, high = setting.plausible
    return triangle(chance.one("setting", setting.id), low, last, high) / last


def believed(setting: Setting, value: float, ratio_: float) -> float:
    """A catalogue value under a draw: zero stays zero; within bounds; whole where it must be."""
    if value == 0 or ratio_ == 1:
        return value
    value = min(setting.high, max(setting.low, value * ratio_))
    return max(1.0, float(round(value))) if setting.unit.whole else value


def settings(
    scenario: Scenario, chance: RandomStreams | None = None, ratios: Mapping[str, float] | None = None
) -> Settings:
    """The value of every socket, day by day.

    Args:
        scenario: what is set.
        chance: luck of the replicate, under ``uncertainty: all``; None takes the central values.
        ratios: in place of :func:`ratio`, by setting: what a study states.
    """
    known = ratios or {}
    plan = catalogue()
    parts: dict[str, list[Course]] = {id_: [] for id_ in LEVERS}
    for instrument in plan.instruments.values():
        acting = [s for s in instrument.settings if any(m.lever in parts for m in s.moves)]
        if not acting:
            continue
        delivered, bites = _delivery(scenario, plan, instrument, chance, known)
        ramp = plan.arrival[instrument.arrives].ramp
        shut = any(_shut(scenario.values[s.id], s) for s in instrument.settings)
        for setting in acting:
            stated = scenario.values[setting.id]
            if shut and setting.name not in GATES:
                stated = Stated("without" if setting.none is None else "none")
            for move in setting.moves:
                if move.lever in parts:
                    onset = Onset(bites, 0 if move.how == "value" else ramp)
                    drawn = known[setting.id] if setting.id in known else ratio(setting, chance)
                    course = _course(stated, setting, onset, drawn)
                    parts[move.lever].append(_moved(course, move, delivered))
    return Settings({id_: _steps(LEVERS[id_], courses) for id_, courses in parts.items()})


def _shut(stated: Stated, setting: Setting) -> bool:
    """Whether a scenario gives a programme no money, places or volume from the first day to the last.

    Its other settings then change nothing: they are as in a world without such support.
    """
    if setting.name not in GATES:
        return False
    course = _course(stated, setting, Onset(day(ISSUED), 0), 1.0)
    return all(course.at(d) == 0 for d in (0, *course.days) if d < DAYS)


def _steps(lever: PolicyLever, courses: list[Course]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The days of the run on which a socket changes, from day 0, and its values from then on."""
    changes = {d for course in courses for d in course.days if 0 < d < DAYS}
    days: list[int] = []
    values: list[float] = []
    for day_ in (0, *sorted(changes)):
        value = float(lever.combine(course.at(day_) for course in courses))
        if not values or value != values[-1]:
            days.append(day_)
            values.append(value)
    return tuple(days), tuple(values)


def _dated(value: Value, believe: Callable[[float], float]) -> Course:
    """A catalogue column; the first of dated values holds before its date too."""
    if not isinstance(value, tuple):
        constant = believe(value)
        return Course((), lambda _: constant)
    days = tuple(day(date) for date, _ in value)
    values = [believe(v) for _, v in value]
    return Course(days, lambda d: values[max(0, bisect_right(days, d) - 1)])


def _then(before: Course, dates: tuple[tuple[dt.date, float], ...]) -> Course:
    """Dated values, and what held before the first of them."""
    if not dates:
        return before
    days = tuple(day(date) for date, _ in dates)
    values = [v for _, v in dates]
    return Course(
        (*before.days, *days),
        lambda d: values[bisect_right(days, d) - 1] if d >= days[0] else before.at(d),
    )


def _toward(before: Course, target: float, onset: Onset) -> Course:
    """What held before, and on from the onset the target, step by step."""

    def at(day_: int) -> float:
        share = onset.share(day_)
        return target if share == 1 else before.at(day_) + share * (target - before.at(day_))

    return Course((*before.days, *onset.days), at)


def _course(stated: Stated, setting: Setting, onset: Onset, drawn: float) -> Course:
    """A setting's own number over time, as a scenario has it; ``drawn`` is its ratio."""

    def believe(value: float) -> float:
        return believed(setting, value, drawn)

    course = _dated(setting.without, believe)
    if stated.base == "none" and setting.none is not None:
        course = _dated(setting.none, believe)
    elif stated.base == "enacted" and isinstance(setting.enacted, tuple):
        course = _then(course, tuple((date, believe(value)) for date, value in setting.enacted))
    elif stated.base == "enacted" and not isinstance(setting.enacted, tuple):
        course = _toward(course, believe(setting.enacted), onset)
    elif isinstance(stated.base, float):
        course = _toward(course, stated.base, onset)
    return _then(course, stated.dates)


def _delivery(
    scenario: Scenario,
    plan: Catalogue,
    instrument: Instrument,
    chance: RandomStreams | None,
    ratios: Mapping[str, float],
) -> tuple[Course, int]:
    """The share of an instrument's dose that arrives, over time, and the day the plan bites.

    All services share one draw: one city hall urges them on.
    """
    rule = plan.arrival[instrument.arrives]
    bites = day(ISSUED) + _bites(instrument.id, rule, chance)
    known = plan.delivery.id in ratios
    drawn = ratios[plan.delivery.id] if known else ratio(plan.delivery, chance)
    before = _dated(plan.delivery.without, lambda v: believed(plan.delivery, v, drawn))
    back = {Stated("without"), Stated("none")}
    if instrument.what_if:  # enacted by nobody
        back.add(Stated())
    if all(scenario.values[s.id] in back for s in instrument.settings):
        return before, bites
    enacted = plan.delivery.enacted
    assert isinstance(enacted, float)
    return _toward(before, believed(plan.delivery, enacted, drawn), Onset(bites, rule.ramp)), bites


def _moved(course: Course, move: Move, delivered: Course) -> Course:
    """What a setting brings to a socket."""
    factor = move.factor
    if move.how != "dose":
        return Course(course.days, lambda d: course.at(d) * factor) if factor != 1 else course
    days = (*course.days, *delivered.days)
    return Course(days, lambda d: course.at(d) * delivered.at(d) * factor)
