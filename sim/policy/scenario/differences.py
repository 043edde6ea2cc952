"""What two scenarios set differently: settings, over which dates, then the world and the run."""

from __future__ import annotations

import datetime as dt
import os
from bisect import bisect_right
from collections.abc import Iterator
from typing import TypeAlias

from sim.engine.clock import FIRST
from sim.model import rule_variants
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Setting, Value
from sim.policy.scenario.content import Stated
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.policy.scenario.text import number, spoken
from sim.texts import say

Holds: TypeAlias = list[tuple[dt.date, Stated | float]]
"""From which date on what holds: a number, or a statement that bites when the plan arrives."""


def difference(a: str | os.PathLike[str] | Scenario, b: str | os.PathLike[str] | Scenario) -> str:
    """What two scenarios set differently: a line each for a setting, the world and the run.

    Args:
        a: a scenario, or its path or name.
        b: another.

    Raises:
        InputError: everything that is wrong in one of them.
    """
    a, b = load_scenario(a), load_scenario(b)
    plan = catalogue().settings
    rows, equal = [], 0
    for id_, setting in plan.items():
        one, two = a.values[id_], b.values[id_]
        if one == two:
            continue
        if told := "; ".join(_told(one, two, setting)):
            rows.append(f"{id_}: {told}" + ("" if setting.acting else f" [{say('plan.not_acting')}]"))
        else:
            equal += 1
    initial = {**a.initial, **b.initial}
    ways = [rule_variants.chosen(s.structure) for s in (a, b)]
    for key, first, second in (
        ("world.macro", a.macro, b.macro),
        ("world.shocks", a.shocks, b.shocks),
        *((f"world.initial.{k}", a.initial.get(k), b.initial.get(k)) for k in initial),
        *((f"world.structure.{k}", v, ways[1][k]) for k, v in ways[0].items()),
        *((f"run.{k}", v, vars(b.run)[k]) for k, v in vars(a.run).items()),
    ):
        if first != second:
            rows.append(f"{key}: {_said(first)} -> {_said(second)}")
    lines = [f"{say('diff.setting')}: {a.name} -> {b.name}"] if rows else [say("diff.none")]
    return "\n".join([*lines, *rows, *([say("diff.equal", number=equal)] if equal else [])])


def _told(one: Stated, two: Stated, setting: Setting) -> Iterator[str]:
    """What one and the other say, where they come to something else; by dates where either has any."""
    ours, theirs = _holds(one, setting), _holds(two, setting)
    starts = sorted({date for date, _ in (*ours, *theirs)})
    found: list[tuple[dt.date, Stated | float, Stated | float]] = []
    for start in starts:
        now = start, _at(ours, start), _at(theirs, start)
        if not found or now[1:] != found[-1][1:]:
            found.append(now)
    ends = [start - dt.timedelta(1) for start, *_ in found[1:]]
    for (start, first, second), end in zip(found, [*ends, None], strict=True):
        if not _same(first, second, setting):
            when = _range(start, end)
            yield f"{when}{_value(first, setting, bool(when))} -> {_value(second, setting, bool(when))}"


def _holds(stated: Stated, setting: Setting) -> Holds:
    """What a statement comes to, in the order of dates; the first is from the start of the run."""
    column: Value | None = None
    if stated.base == "without" or (stated.base == "none" and setting.none is None):
        column = setting.without
    elif stated.base == "enacted":
        column = setting.enacted
    elif stated.base == "none":
        column = setting.none
    holds: Holds = [(FIRST, Stated(stated.base))]
    if isinstance(column, tuple):  # its dates bite without lag, so it is known what holds when
        before = _holds(Stated("without"), setting) if stated.base == "enacted" else []
        dated: Holds = [(max(date, FIRST), value) for date, value in column]
        holds = [*(step for step in before if step[0] < dated[0][0]), *dated]
        holds[0] = FIRST, holds[0][1]
    first = stated.dates[0][0] if stated.dates else dt.date.max
    return [*(step for step in holds if step[0] < first), *stated.dates]


def _at(holds: Holds, date: dt.date) -> Stated | float:
    """What holds on a date."""
    return holds[max(0, bisect_right([start for start, _ in holds], date) - 1)][1]


def _same(one: Stated | float, two: Stated | float, setting: Setting) -> bool:
    """Whether both come to the same, so that equal values under other words are seen."""
    first, second = _meant(one, setting), _meant(two, setting)
    return one == two or first == second


def _meant(one: Stated | float, setting: Setting) -> object:
    """The number; whether it comes with the plan only matters where it changes something."""
    if isinstance(one, float | int):
        return one
    columns = {"without": setting.without, "enacted": setting.enacted, "none": setting.none}
    value: object = columns.get(one.base, one.base) if isinstance(one.base, str) else one.base
    if one.base == "none" and value is None:
        value = setting.without
    lasts = one.base in ("without", "none") or value == setting.without
    return value if lasts else ("arrives", value)


def _range(start: dt.date, end: dt.date | None) -> str:
    """Dates in words; nothing where it is the whole run."""
    if end is None:
        return "" if start <= FIRST else say("diff.since", start=start)
    return say("diff.until", end=end) if start <= FIRST else say("diff.between", start=start, end=end)


def _value(one: Stated | float, setting: Setting, dated: bool) -> str:
    """A number; beside dates it is told that one which is issued with the plan comes later."""
    if not isinstance(one, Stated):
        return spoken(Stated(one), setting)
    told = spoken(one, setting)
    return say("diff.arrives", value=told) if dated and isinstance(one.base, float) else told


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return f"[{', '.join(map(_said, value))}]"
    return "-" if value is None else number(float(value))  # type: ignore[arg-type]
