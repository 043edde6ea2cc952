"""The catalogue: the plan as typed, frozen data, read from ``measures.yaml``.

Another city's plan is another file of the same form: ``catalogue(path)`` reads it, and the environment
variable ``ZSIM_PLAN`` puts it in place of the plan that ships, for all commands.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from sim.engine.errors import InputError
from sim.policy.catalogue.levers import LeverFact, levers
from sim.texts import say

PLAN: Final = Path(__file__).with_name("measures.yaml")
VARIABLE: Final = "ZSIM_PLAN"
"""Names the file of another city's plan."""

Steps = tuple[tuple[dt.date, float], ...]
"""Dated values, ascending."""

Value = float | Steps
"""A number that holds throughout, or dated values."""

How = Literal["value", "dose", "invested"]
"""value: the number enters the socket; dose: only the share that is delivered arrives, and fills up
over the ramp of a service; invested: money that is used up over the ramp of a fund."""


@dataclass(frozen=True)
class Unit:
    """What a number is counted in; ``kind`` is its dimension, ``per`` the time it is for."""

    id: str
    zh: str
    en: str
    kind: str
    per: Literal["year", "day"] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Target:
    """An aim of the plan for 2020: an outcome of the model, never an input."""

    id: str
    name: str
    zh: str
    en: str
    at_least: float
    aim: float | None
    unit: str
    note: str


@dataclass(frozen=True)
class Arrival:
    """How soon something bites after its issue.

    Attributes:
        lag: months, low, central and high; None where it waits for the next budget (1 January).
        ramp: months over which a dose or an investment then fills up; 0 for at once.
    """

    lag: tuple[float, float, float] | None
    ramp: int


@dataclass(frozen=True)
class Move:
    """A socket that a setting moves, and how."""

    lever: str
    how: How
    factor: float = 1.0

    def __str__(self) -> str:
        return self.how if self.factor == 1 else f"{self.how} x {self.factor:.10g}"


@dataclass(frozen=True)
class Setting:
    """A number that a scenario may set; its fields are explained in ``measures.yaml``."""

    name: str
    instrument: str
    without: Value
    enacted: Value
    none: float | None
    low: float
    high: float
    plausible: tuple[float, float] | None
    unit: Unit
    source: Literal["plan", "rule", "evidence", "guess"]
    evidence: tuple[str, ...]
    moves: tuple[Move, ...]
    note: str
    zh: str
    en: str

    @property
    def id(self) -> str:
        """``instrument.setting``."""
        return f"{self.instrument}.{self.name}"

    @property
    def guess(self) -> bool:
        """Whether no figure was found, so that it is carried as uncertainty."""
        return self.source == "guess"

    @property
    def acting(self) -> bool:
        """Whether a room reads a socket that it moves."""
        return any(move.lever in levers() for move in self.moves)


@dataclass(frozen=True)
class Before:
    """What was in force before June 2017, and how sure that is."""

    zh: str
    en: str


@dataclass(frozen=True)
class Instrument:
    """What an analyst may set: a rule, a service, a subsidy or a fund of the plan."""

    id: str
    measure: str
    zh: str
    en: str
    arrives: str
    way: Literal["mechanism", "response"]
    settings: tuple[Setting, ...]
    before: Before | None = None

    @property
    def acting(self) -> bool:
        """Whether at least one of its settings moves something that exists in the model."""
        return any(setting.acting for setting in self.settings)


@dataclass(frozen=True)
class Reason:
    """Why something is not modelled."""

    zh: str
    en: str


@dataclass(frozen=True)
class Clause:
    """A sentence of the plan or a part of one: what carries it, what of it is not modelled, and why."""

    zh: str
    instruments: tuple[str, ...]
    not_modelled: Reason | None


@dataclass(frozen=True)
class Measure:
    """One of the numbered measures."""

    id: str
    chapter: int
    zh: str
    en: str
    lead: tuple[str, ...]
    supporting: tuple[str, ...]
    clauses: tuple[Clause, ...]
    instruments: tuple[Instrument, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter of the plan and the ids of its measures."""

    number: int
    zh: str
    en: str
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Planned:
    """A socket that settings will move and no room reads yet."""

    id: str
    unit: str
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The whole plan. Mappings keep the order of the text."""

    units: Mapping[str, Unit]
    targets: tuple[Target, ...]
    arrival: Mapping[str, Arrival]
    delivery: Setting
    chapters: tuple[Chapter, ...]
    measures: Mapping[str, Measure]
    closing: tuple[Clause, ...]
    planned: Mapping[str, Planned]

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """All instruments by id."""
        return {i.id: i for m in self.measures.values() for i in m.instruments}

    @cached_property
    def settings(self) -> dict[str, Setting]:
        """All settings by ``instrument.setting``."""
        return {s.id: s for i in self.instruments.values() for s in i.settings}

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in the order of the text, the closing paragraph's last."""
        return (*(c for m in self.measures.values() for c in m.clauses), *self.closing)

    @property
    def levers(self) -> dict[str, LeverFact]:
        """Sockets that rooms read today."""
        return levers()


def load(path: Path) -> Any:
    """A data file of ours, by the quickest safe loader; scenarios are read with more care."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open(encoding="utf-8") as file:
        return yaml.load(file, loader)


def plan_in_use() -> Path:
    """The file of the plan that scenarios are about: the one that ships, or that of ``ZSIM_PLAN``."""
    named = os.environ.get(VARIABLE)
    return Path(named).resolve() if named else PLAN


def catalogue(path: Path | None = None) -> Catalogue:
    """The catalogue of the plan, read once.

    Args:
        path: another city's plan, of the same form; its clauses beside it as ``clauses.yaml``.

    Raises:
        ValueError: the file contradicts itself; says where.
        InputError: the file that ``ZSIM_PLAN`` names can't be read or is no plan.
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
    ) as why:
        if file == PLAN:
            raise
        told = " ".join(str(why).split())[:200]
        raise InputError([say("error.bad_plan", path=file, why=f"{type(why).__name__}: {told}")]) from None


@cache
def _catalogue(file: Path) -> Catalogue:
    data = load(file)
    units = {name: Unit(name, **unit) for name, unit in data["units"].items()}
    beside = file.with_name("clauses.yaml")
    clauses = load(beside) if beside.is_file() else {}
    reasons = {None: None, **{k: Reason(**r) for k, r in clauses.get("reasons", {}).items()}}
    chapter_of = {m: int(c) for c, entry in data["chapters"].items() for m in entry["measures"]}
    return Catalogue(
        units=units,
        targets=tuple(
            Target(
                id_,
                t["name"],
                t["zh"],
                t["en"],
                float(t["at_least"]),
                float(t["aim"]) if "aim" in t else None,
                units[t["unit"]].id,
                t.get("note", ""),
            )
            for id_, t in data["targets"].items()
        ),
        arrival={name: _arrival(entry) for name, entry in data["arrival"].items()},
        delivery=_setting("plan", "delivery", data["delivery"], units),
        chapters=tuple(
            Chapter(int(c), e["zh"], e["en"], tuple(e["measures"])) for c, e in data["chapters"].items()
        ),
        measures={
            id_: _measure(id_, chapter_of[id_], entry, clauses.get(id_, ()), reasons, units)
            for id_, entry in data["measures"].items()
        },
        closing=_clauses(clauses.get("closing", ()), reasons),
        planned={id_: Planned(id_, **entry) for id_, entry in data["planned"].items()},
    )


def _measure(
    id_: str,
    chapter: int,
    entry: Any,
    clauses: Any,
    reasons: Mapping[str | None, Reason | None],
    units: Mapping[str, Unit],
) -> Measure:
    return Measure(
        id=id_,
        chapter=chapter,
        zh=entry["zh"],
        en=entry["en"],
        lead=tuple(entry["lead"]),
        supporting=tuple(entry.get("supporting", ())),
        clauses=_clauses(clauses, reasons),
        instruments=tuple(
            Instrument(
                id=name,
                measure=id_,
                zh=i["zh"],
                en=i["en"],
                arrives=i["arrives"],
                way=i["way"],
                settings=tuple(_setting(name, key, s, units) for key, s in i["settings"].items()),
                before=Before(**i["before"]) if "before" in i else None,
            )
            for name, i in entry["instruments"].items()
        ),
    )


def _clauses(entries: Any, reasons: Mapping[str | None, Reason | None]) -> tuple[Clause, ...]:
    return tuple(
        Clause(c["zh"], tuple(c.get("instruments", ())), reasons[c.get("not_modelled")]) for c in entries
    )


def _setting(instrument: str, name: str, entry: Any, units: Mapping[str, Unit]) -> Setting:
    plausible = entry.get("plausible")
    plain = name.replace("_", " ")
    setting = Setting(
        name=name,
        instrument=instrument,
        without=_value(entry["without"]),
        enacted=_value(entry["enacted"]),
        none=float(entry["none"]) if "none" in entry else None,
        low=float(entry["low"]),
        high=float(entry["high"]),
        plausible=(float(plausible[0]), float(plausible[1])) if plausible else None,
        unit=units[entry["unit"]],
        source=entry["source"],
        evidence=tuple(entry.get("evidence", ())),
        moves=tuple(_move(lever, how) for lever, how in entry.get("moves", {}).items()),
        note=entry.get("note", ""),
        zh=entry.get("zh", plain),
        en=entry.get("en", plain),
    )
    if setting.guess != (setting.plausible is not None):
        raise ValueError(f"{setting.id}: a guess has a plausible range, and nothing else has one")
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


def _move(lever: str, how: str) -> Move:
    for kind in get_args(How):
        if how.partition(" x ")[0] == kind:
            return Move(lever, kind, float(how.partition(" x ")[2] or 1))
    raise ValueError(f"{lever}: moved by {how!r}; value, dose or invested, with `x factor`")
