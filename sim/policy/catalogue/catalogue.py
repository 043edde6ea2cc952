"""The catalogue: a plan read from ``measures.yaml`` and ``clauses.yaml``.

The plan of another city is a file of the same format: ``catalogue(path)`` reads it, and the environment
variable ``ZSIM_PLAN`` replaces the plan that ships with the package by this file, for all commands.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, get_args

import yaml

from sim.engine.errors import InputError
from sim.policy.catalogue.entities import (
    WHAT_IF,
    Arrival,
    Before,
    Catalogue,
    Chapter,
    Clause,
    How,
    Instrument,
    Measure,
    Move,
    Planned,
    Reason,
    Setting,
    Target,
    Unit,
    Value,
)
from sim.texts import say

__all__ = ["PLAN", "Instrument", "Measure", "Setting", "Target", "Unit", "Value", "catalogue", "plan_in_use"]

PLAN: Final = Path(__file__).with_name("measures.yaml")
VARIABLE: Final = "ZSIM_PLAN"
"""Environment variable that holds the path of another city's plan."""

KEYS_OF_A_SETTING: Final = frozenset(
    (
        "zh",
        "en",
        "without",
        "enacted",
        "none",
        "low",
        "high",
        "plausible",
        "unit",
        "source",
        "evidence",
        "moves",
        "note",
    )
)


def load(path: Path) -> Any:
    """Return the content of a data file of the package, read by the fastest safe loader available."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, loader)


def plan_in_use() -> Path:
    """Return the path of the plan in use: the shipped plan, or the file named by ``ZSIM_PLAN``."""
    named = os.environ.get(VARIABLE)
    return Path(named).resolve() if named else PLAN


def catalogue(path: Path | None = None) -> Catalogue:
    """Return the catalogue of a plan; each file is read only once.

    Args:
        path: file of another city's plan in the same format, whose clauses are in ``clauses.yaml`` in the
            same folder; None for the plan in use.

    Raises:
        ValueError: the file is inconsistent; the message states where.
        InputError: the file named by ``ZSIM_PLAN`` cannot be read or is not a plan.
    """
    if path is not None:
        return _catalogue(path)
    file = plan_in_use()
    try:
        return _catalogue(file)
    except (
        OSError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        yaml.YAMLError,
    ) as error:
        if file == PLAN:
            raise
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise InputError([say("error.bad_plan", path=file, why=reason)]) from None


@cache
def _catalogue(file: Path) -> Catalogue:
    data = load(file)
    units = {name: Unit(name, **unit) for name, unit in data["units"].items()}
    beside = file.with_name("clauses.yaml")
    clauses = load(beside) if beside.is_file() else {}
    reasons = {None: None, **{k: Reason(**r) for k, r in clauses.get("reasons", {}).items()}}
    chapters = tuple(
        Chapter(int(c), e["zh"], e["en"], tuple(e["measures"])) for c, e in data["chapters"].items()
    )
    chapter_of = {measure: chapter.number for chapter in chapters for measure in chapter.measures}
    return Catalogue(
        units=units,
        targets=tuple(_target(id_, entry, units) for id_, entry in data["targets"].items()),
        arrival={name: _arrival(entry) for name, entry in data["arrival"].items()},
        delivery=_setting("plan", "delivery", data["delivery"], units),
        chapters=chapters,
        measures={
            id_: _measure(id_, chapter_of[id_], entry, _clauses(clauses.get(id_, ()), reasons), units)
            for id_, entry in data["measures"].items()
        },
        closing=_clauses(clauses.get("closing", ()), reasons),
        planned={id_: Planned(id_, **entry) for id_, entry in data["planned"].items()},
        what_if=_measure(WHAT_IF, None, data[WHAT_IF], (), units) if WHAT_IF in data else None,
    )


def _target(id_: str, entry: Any, units: Mapping[str, Unit]) -> Target:
    return Target(
        id_,
        entry["name"],
        entry["zh"],
        entry["en"],
        float(entry["at_least"]),
        float(entry["aim"]) if "aim" in entry else None,
        units[entry["unit"]].id,
        entry.get("note", ""),
    )


def _measure(
    id_: str, chapter: int | None, entry: Any, clauses: tuple[Clause, ...], units: Mapping[str, Unit]
) -> Measure:
    return Measure(
        id=id_,
        chapter=chapter,
        zh=entry["zh"],
        en=entry["en"],
        lead=tuple(entry.get("lead", ())) if id_ == WHAT_IF else tuple(entry["lead"]),
        supporting=tuple(entry.get("supporting", ())),
        clauses=clauses,
        instruments=tuple(_instrument(name, id_, i, units) for name, i in entry["instruments"].items()),
    )


def _instrument(id_: str, measure: str, entry: Any, units: Mapping[str, Unit]) -> Instrument:
    settings = entry["settings"].items()
    return Instrument(
        id=id_,
        measure=measure,
        zh=entry["zh"],
        en=entry["en"],
        arrives=entry["arrives"],
        way=entry["way"],
        settings=tuple(_setting(id_, name, s, units, what_if=measure == WHAT_IF) for name, s in settings),
        before=Before(**entry["before"]) if "before" in entry else None,
        counts_as_founder_service=bool(entry.get("counts_as_founder_service", False)),
    )


def _clauses(entries: Any, reasons: Mapping[str | None, Reason | None]) -> tuple[Clause, ...]:
    return tuple(
        Clause(c["zh"], tuple(c.get("instruments", ())), reasons[c.get("not_modelled")]) for c in entries
    )


def _setting(
    instrument: str, name: str, entry: Any, units: Mapping[str, Unit], what_if: bool = False
) -> Setting:
    """Return a setting; a what-if setting takes its value without the plan as its enacted value."""
    plausible = entry.get("plausible")
    plain = name.replace("_", " ")
    if what_if and "enacted" in entry:
        raise ValueError(f"{instrument}.{name}: a what-if instrument is not enacted; leave `enacted` out")
    if unknown := entry.keys() - KEYS_OF_A_SETTING:
        raise ValueError(
            f"{instrument}.{name}: unknown keys {sorted(unknown)}; quote notes that contain commas"
        )
    setting = Setting(
        name=name,
        instrument=instrument,
        without=_value(entry["without"]),
        enacted=_value(entry["without"] if what_if else entry["enacted"]),
        none=float(entry["none"]) if "none" in entry else None,
        low=float(entry["low"]),
        high=float(entry["high"]),
        plausible=(float(plausible[0]), float(plausible[1])) if plausible else None,
        unit=units[entry["unit"]],
        source=entry.get("source", "assumption") if what_if else entry["source"],
        evidence=tuple(entry.get("evidence", ())),
        moves=tuple(_move(lever, how) for lever, how in entry.get("moves", {}).items()),
        note=entry.get("note", ""),
        zh=entry.get("zh", plain),
        en=entry.get("en", plain),
    )
    if setting.guess != (setting.plausible is not None):
        raise ValueError(f"{setting.id}: a plausible range is required for a guess, and allowed only there")
    return setting


def _value(entry: Any) -> Value:
    if isinstance(entry, list):
        return tuple((step["from"], float(step["value"])) for step in entry)
    return float(entry)


def _arrival(entry: Any) -> Arrival:
    lag = None
    if "lag" in entry:
        low, central, high = map(float, entry["lag"])
        lag = (low, central, high)
    return Arrival(lag, int(entry.get("ramp", 0)))


def _move(lever: str, written: str) -> Move:
    how, _, factor = written.partition(" x ")
    for known in get_args(How):
        if how == known:
            return Move(lever, known, float(factor or 1))
    raise ValueError(
        f"{lever}: unknown move {written!r}; allowed: value, dose or invested, optionally with `x factor`"
    )
