"""Differences between two scenarios in settings (with dates), environment and run options."""

from __future__ import annotations

import datetime as dt
import os
from bisect import bisect_right
from collections.abc import Iterator

from sim.engine.clock import FIRST
from sim.model import rule_variants
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Setting, Value
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.policy.scenario.text import in_words, number
from sim.texts import say

State = Stated | float
"""State of a setting: a number, or a value that takes effect when the plan arrives."""

Timeline = list[tuple[dt.date, State]]
"""States, each with the date from which it is in force, in ascending order of date."""


def difference(a: str | os.PathLike[str] | Scenario, b: str | os.PathLike[str] | Scenario) -> str:
    """Return the differences between two scenarios: one line for each setting, environment entry or option.

    Args:
        a: scenario, or its path or name.
        b: scenario to compare with it, or its path or name.

    Raises:
        InputError: a scenario is invalid; lists all faults.
    """
    a, b = load_scenario(a), load_scenario(b)
    rows, equal = [], 0
    for id_, setting in catalogue().settings.items():
        if a.values[id_] == b.values[id_]:
            continue
        if changes := "; ".join(_changes(a.values[id_], b.values[id_], setting)):
            rows.append(f"{id_}: {changes}" + ("" if setting.acting else f" [{say('plan.not_acting')}]"))
        else:
            equal += 1
    initial = {**a.initial, **b.initial}
    variants = [rule_variants.chosen(s.structure) for s in (a, b)]
    for key, first, second in (
        ("world.macro", a.macro, b.macro),
        ("world.shocks", a.shocks, b.shocks),
        *((f"world.initial.{k}", a.initial.get(k), b.initial.get(k)) for k in initial),
        *((f"world.structure.{k}", v, variants[1][k]) for k, v in variants[0].items()),
        *((f"run.{k}", v, vars(b.run)[k]) for k, v in vars(a.run).items()),
    ):
        if first != second:
            rows.append(f"{key}: {_plain(first)} -> {_plain(second)}")
    lines = [f"{say('diff.setting')}: {a.name} -> {b.name}"] if rows else [say("diff.none")]
    return "\n".join([*lines, *rows, *([say("diff.equal", number=equal)] if equal else [])])


def _changes(first: Stated, second: Stated, setting: Setting) -> Iterator[str]:
    """Yield each period in which two values of a setting differ, with both values."""
    of_first, of_second = _timeline(first, setting), _timeline(second, setting)
    starts = sorted({date for date, _ in (*of_first, *of_second)})
    periods: list[tuple[dt.date, State, State]] = []
    for start in starts:
        period = start, _at(of_first, start), _at(of_second, start)
        if not periods or period[1:] != periods[-1][1:]:
            periods.append(period)
    ends = [start - dt.timedelta(1) for start, *_ in periods[1:]]
    for (start, before, after), end in zip(periods, [*ends, None], strict=True):
        if not _equal(before, after, setting):
            when = _range(start, end)
            yield f"{when}{_value(before, setting, bool(when))} -> {_value(after, setting, bool(when))}"


def _timeline(stated: Stated, setting: Setting) -> Timeline:
    """Return the states of a setting over time, from the start of the run."""
    column: Value | None = None
    if stated.base == "without" or (stated.base == "none" and setting.none is None):
        column = setting.without
    elif stated.base == "enacted":
        column = setting.enacted
    elif stated.base == "none":
        column = setting.none
    timeline: Timeline = [(FIRST, Stated(stated.base))]
    if isinstance(column, tuple):  # dates in the catalogue take effect without lag, so they are known
        before = _timeline(Stated("without"), setting) if stated.base == "enacted" else []
        dated: Timeline = [(max(date, FIRST), value) for date, value in column]
        timeline = [*(step for step in before if step[0] < dated[0][0]), *dated]
        timeline[0] = FIRST, timeline[0][1]
    first = stated.dates[0][0] if stated.dates else dt.date.max
    return [*(step for step in timeline if step[0] < first), *stated.dates]


def _at(timeline: Timeline, date: dt.date) -> State:
    """Return the state in force on a date."""
    return timeline[max(0, bisect_right([start for start, _ in timeline], date) - 1)][1]


def _equal(first: State, second: State, setting: Setting) -> bool:
    """Return whether two states imply the same number, even if they are written differently."""
    return first == second or _meaning(first, setting) == _meaning(second, setting)


def _meaning(state: State, setting: Setting) -> object:
    """Return the number that a state implies, marked if it changes a value when the plan arrives."""
    if isinstance(state, float | int):
        return state
    columns = {"without": setting.without, "enacted": setting.enacted, "none": setting.none}
    value: object = columns.get(state.base, state.base) if isinstance(state.base, str) else state.base
    if state.base == "none" and value is None:
        value = setting.without
    throughout = state.base in ("without", "none") or value == setting.without
    return value if throughout else ("arrives", value)


def _range(start: dt.date, end: dt.date | None) -> str:
    """Return a period in words; empty if it is the whole run."""
    if end is None:
        return "" if start <= FIRST else say("diff.since", start=start)
    return say("diff.until", end=end) if start <= FIRST else say("diff.between", start=start, end=end)


def _value(state: State, setting: Setting, dated: bool) -> str:
    """Return a state in words; if dates are shown, note that a number issued with the plan arrives later."""
    if not isinstance(state, Stated):
        return in_words(Stated(state), setting)
    words = in_words(state, setting)
    return say("diff.arrives", value=words) if dated and isinstance(state.base, float) else words


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return f"[{', '.join(map(_plain, value))}]"
    return "-" if value is None else number(float(value))  # type: ignore[arg-type]
