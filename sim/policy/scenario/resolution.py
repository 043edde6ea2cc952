"""Resolution of a scenario to the value of each lever on each day.

An undated value is issued on 2017-06-09 and takes effect when its instrument arrives; until then, the
catalogue column ``without`` applies. A dated value takes effect on its date. Doses and invested money rise in
monthly steps over a ramp; all other values take full effect at once. Uncertain numbers are drawn at keyed
quantiles, so that a draw depends only on the seed, the replicate and the setting: settings that a scenario
does not change have the same values in all scenarios.
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
from sim.model.registry import LEVERS
from sim.model.settings import Settings
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Arrival, Catalogue, Instrument, Move, Setting, Value
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import Scenario

MONTH: Final = 365.25 / 12
"""Number of days in each month of a lag or a ramp."""

GATES: Final = ("budget", "places", "pool", "volume")
"""Names of settings that close a programme to applications if they are 0 throughout the run."""

NEXT_BUDGET: Final = dt.date(ISSUED.year + 1, 1, 1)


@dataclass(frozen=True)
class Schedule:
    """A value over time, constant between the days on which it changes."""

    days: tuple[int, ...]
    at: Callable[[int], float]


@dataclass(frozen=True)
class Onset:
    """First day on which the plan is in force for an instrument, and number of monthly steps of its ramp."""

    first: int
    ramp: int

    def share(self, day_: int) -> float:
        """Return the share in effect on a day: k/ramp after k months; 1 from the first day without a ramp."""
        if day_ < self.first:
            return 0.0
        return bisect_right(self.days[1:], day_) / self.ramp if self.ramp else 1.0

    @property
    def days(self) -> tuple[int, ...]:
        """First day, and the day of each step of the ramp."""
        return tuple(self.first + round(k * MONTH) for k in range(self.ramp + 1))


def arrival(instrument: Instrument, streams: RandomStreams | None = None) -> dt.date:
    """Return the date on which the plan's values take effect for an instrument.

    The lag is the central one, or drawn if ``streams`` is given; money arrives on the following 1 January.
    """
    rule = catalogue().arrival[instrument.arrives]
    return ISSUED + dt.timedelta(days=_lag(instrument.id, rule, streams))


def _lag(instrument: str, rule: Arrival, streams: RandomStreams | None) -> int:
    """Return the number of days from the issue of the plan until it takes effect for an instrument."""
    if rule.lag is None:
        return (NEXT_BUDGET - ISSUED).days
    low, central, high = rule.lag
    months = triangle(streams.scalar("arrival", instrument), low, central, high) if streams else central
    return round(months * MONTH)


def ratio(setting: Setting, streams: RandomStreams | None = None) -> float:
    """Return the ratio of an uncertain setting to its value in the catalogue, in one replicate.

    The last enacted value is drawn from a triangle over ``plausible``; all values of the setting,
    including ``without`` and ``none``, are multiplied by the same ratio, so that equal values stay equal.
    """
    last = setting.enacted[-1][1] if isinstance(setting.enacted, tuple) else setting.enacted
    if streams is None or setting.plausible is None or last == 0:
        return 1.0
    low, high = setting.plausible
    return triangle(streams.scalar("setting", setting.id), low, last, high) / last


def scaled(setting: Setting, value: float, ratio_: float) -> float:
    """Return a catalogue value times its ratio, within bounds and rounded if it must be whole; 0 stays 0."""
    if value == 0 or ratio_ == 1:
        return value
    value = min(setting.high, max(setting.low, value * ratio_))
    return max(1.0, float(round(value))) if setting.unit.whole else value


def settings(
    scenario: Scenario, streams: RandomStreams | None = None, ratios: Mapping[str, float] | None = None
) -> Settings:
    """Return the value of every lever on each day.

    Args:
        scenario: scenario to be resolved.
        streams: random streams of the replicate, under ``uncertainty: all``; None for the central values.
        ratios: ratios by setting that a study states; they replace those of :func:`ratio`.
    """
    known = ratios or {}
    plan = catalogue()
    parts: dict[str, list[Schedule]] = {id_: [] for id_ in LEVERS}
    for instrument in plan.instruments.values():
        acting = [s for s in instrument.settings if any(m.lever in parts for m in s.moves)]
        if not acting:
            continue
        delivered, first = _delivery(scenario, plan, instrument, streams, known)
        ramp = plan.arrival[instrument.arrives].ramp
        closed = any(_closed(scenario.values[s.id], s) for s in instrument.settings)
        for setting in acting:
            stated = scenario.values[setting.id]
            if closed and setting.name not in GATES:
                stated = Stated("without" if setting.none is None else "none")
            for move in setting.moves:
                if move.lever in parts:
                    onset = Onset(first, 0 if move.how == "value" else ramp)
                    drawn = known[setting.id] if setting.id in known else ratio(setting, streams)
                    schedule = _schedule(stated, setting, onset, drawn)
                    parts[move.lever].append(_contribution(schedule, move, delivered))
    return Settings({id_: _steps(LEVERS[id_], schedules) for id_, schedules in parts.items()})


def _closed(stated: Stated, setting: Setting) -> bool:
    """Return whether a programme has no money, places or volume throughout the run.

    Its other settings then have no effect, and take the values that they have without the programme.
    """
    if setting.name not in GATES:
        return False
    schedule = _schedule(stated, setting, Onset(day(ISSUED), 0), 1.0)
    return all(schedule.at(d) == 0 for d in (0, *schedule.days) if d < DAYS)


def _steps(lever: PolicyLever, schedules: list[Schedule]) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return the days on which a lever changes, starting with day 0, and its value from each day on."""
    changes = {d for schedule in schedules for d in schedule.days if 0 < d < DAYS}
    days: list[int] = []
    values: list[float] = []
    for day_ in (0, *sorted(changes)):
        value = float(lever.combine(schedule.at(day_) for schedule in schedules))
        if not values or value != values[-1]:
            days.append(day_)
            values.append(value)
    return tuple(days), tuple(values)


def _of_column(value: Value, scale: Callable[[float], float]) -> Schedule:
    """Return a catalogue column over time; the first dated value also applies before its date."""
    if not isinstance(value, tuple):
        constant = scale(value)
        return Schedule((), lambda _: constant)
    days = tuple(day(date) for date, _ in value)
    values = [scale(v) for _, v in value]
    return Schedule(days, lambda d: values[max(0, bisect_right(days, d) - 1)])


def _then(before: Schedule, dates: tuple[tuple[dt.date, float], ...]) -> Schedule:
    """Return a schedule of dated values, preceded by ``before`` until the first date."""
    if not dates:
        return before
    days = tuple(day(date) for date, _ in dates)
    values = [v for _, v in dates]
    return Schedule(
        (*before.days, *days),
        lambda d: values[bisect_right(days, d) - 1] if d >= days[0] else before.at(d),
    )


def _toward(before: Schedule, target: float, onset: Onset) -> Schedule:
    """Return a schedule that moves from ``before`` to the target in the steps of the onset."""

    def at(day_: int) -> float:
        share = onset.share(day_)
        return target if share == 1 else before.at(day_) + share * (target - before.at(day_))

    return Schedule((*before.days, *onset.days), at)


def _schedule(stated: Stated, setting: Setting, onset: Onset, drawn: float) -> Schedule:
    """Return the value of a setting over time in a scenario; ``drawn`` is its ratio (see :func:`ratio`)."""

    def scale(value: float) -> float:
        return scaled(setting, value, drawn)

    schedule = _of_column(setting.without, scale)
    if stated.base == "none" and setting.none is not None:
        schedule = _of_column(setting.none, scale)
    elif stated.base == "enacted" and isinstance(setting.enacted, tuple):
        schedule = _then(schedule, tuple((date, scale(value)) for date, value in setting.enacted))
    elif stated.base == "enacted" and not isinstance(setting.enacted, tuple):
        schedule = _toward(schedule, scale(setting.enacted), onset)
    elif isinstance(stated.base, float):
        schedule = _toward(schedule, stated.base, onset)
    return _then(schedule, stated.dates)


def _delivery(
    scenario: Scenario,
    plan: Catalogue,
    instrument: Instrument,
    streams: RandomStreams | None,
    ratios: Mapping[str, float],
) -> tuple[Schedule, int]:
    """Return the delivered share of an instrument's dose over time, and the first day of the plan for it.

    All services share one draw, since the same city government supervises them.
    """
    rule = plan.arrival[instrument.arrives]
    first = day(ISSUED) + _lag(instrument.id, rule, streams)
    known = plan.delivery.id in ratios
    drawn = ratios[plan.delivery.id] if known else ratio(plan.delivery, streams)
    before = _of_column(plan.delivery.without, lambda v: scaled(plan.delivery, v, drawn))
    back = {Stated("without"), Stated("none")}
    if instrument.what_if:  # what-if instruments are not enacted
        back.add(Stated())
    if all(scenario.values[s.id] in back for s in instrument.settings):
        return before, first
    enacted = plan.delivery.enacted
    assert isinstance(enacted, float)
    return _toward(before, scaled(plan.delivery, enacted, drawn), Onset(first, rule.ramp)), first


def _contribution(schedule: Schedule, move: Move, delivered: Schedule) -> Schedule:
    """Return the contribution of a setting to a lever over time."""
    factor = move.factor
    if move.how != "dose":
        return Schedule(schedule.days, lambda d: schedule.at(d) * factor) if factor != 1 else schedule
    days = (*schedule.days, *delivered.days)
    return Schedule(days, lambda d: schedule.at(d) * delivered.at(d) * factor)
