"""Data classes for the parts of a plan: targets, measures, instruments, settings and clauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from sim.policy.catalogue.levers import LeverFact, levers

WHAT_IF: Final = "what_if"
"""Id of the pseudo-measure that groups instruments outside the plan."""

Steps = tuple[tuple[dt.date, float], ...]
"""Dated values, ascending."""

Value = float | Steps
"""A number that holds throughout, or dated values."""

How = Literal["value", "dose", "invested"]
"""The way in which a setting moves a lever.

value: the number is the contribution to the lever; dose: the contribution is the delivered share of the
number, which rises over the ramp of a service; invested: the number is invested over the ramp of a fund.
"""

Source = Literal["plan", "rule", "evidence", "guess", "assumption"]
"""Origin of a setting's numbers; ``assumption`` marks those of what-if instruments."""


@dataclass(frozen=True)
class Unit:
    """A unit of measurement; ``kind`` is its dimension, ``per`` the period of a rate."""

    id: str
    zh: str
    en: str
    kind: str
    per: Literal["year", "day"] | None = None
    whole: bool = False


@dataclass(frozen=True)
class Target:
    """A target of the plan for 2020: an outcome of the model, never an input."""

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
    """Time from the issue of the plan until an instrument is in force.

    Attributes:
        lag: low, central and high lag in months; None for instruments that wait for the next yearly budget
            (1 January).
        ramp: months over which a dose or an investment then rises to its full size; 0 if there is no ramp.
    """

    lag: tuple[float, float, float] | None
    ramp: int


@dataclass(frozen=True)
class Move:
    """Effect of a setting on a lever: the lever, the way in which it is moved, and a factor."""

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
    source: Source
    evidence: tuple[str, ...]
    moves: tuple[Move, ...]
    note: str
    zh: str
    en: str

    @property
    def id(self) -> str:
        """Identifier of the setting: ``instrument.setting``."""
        return f"{self.instrument}.{self.name}"

    @property
    def guess(self) -> bool:
        """Whether no source was found for the number, which is therefore uncertain."""
        return self.source == "guess"

    @property
    def acting(self) -> bool:
        """Whether the setting moves a lever that a submodel reads."""
        return any(move.lever in levers() for move in self.moves)


@dataclass(frozen=True)
class Before:
    """Description of the rules in force before June 2017, and their source."""

    zh: str
    en: str


@dataclass(frozen=True)
class Instrument:
    """A policy instrument that scenarios can set: a rule, a service, a subsidy or a fund.

    Attributes:
        measure: id of its measure; :data:`WHAT_IF` if it is not part of the plan.
        arrives: key of its :class:`Arrival`.
        way: whether it acts through a ``mechanism`` or an assumed ``response``.
        counts_as_founder_service: whether founders reached by it count as served for target T7 (jobs driven
            by startups).
    """

    id: str
    measure: str
    zh: str
    en: str
    arrives: str
    way: Literal["mechanism", "response"]
    settings: tuple[Setting, ...]
    before: Before | None = None
    counts_as_founder_service: bool = False

    @property
    def acting(self) -> bool:
        """Whether at least one of its settings moves a lever of the model."""
        return any(setting.acting for setting in self.settings)

    @property
    def what_if(self) -> bool:
        """Whether the instrument is not part of the plan."""
        return self.measure == WHAT_IF


@dataclass(frozen=True)
class Reason:
    """Reason why a clause, or a part of one, is not modelled."""

    zh: str
    en: str


@dataclass(frozen=True)
class Clause:
    """A sentence of the plan, or a part of one.

    Attributes:
        instruments: ids of the instruments that implement it.
        not_modelled: reason why a part of it, or all of it, is not modelled; None if it is fully modelled.
    """

    zh: str
    instruments: tuple[str, ...]
    not_modelled: Reason | None


@dataclass(frozen=True)
class Measure:
    """One of the numbered measures; the pseudo-measure of what-if instruments has no chapter."""

    id: str
    chapter: int | None
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
    """A planned lever, which settings refer to but no submodel reads yet."""

    id: str
    unit: str
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A complete plan; mappings are in the order of its text.

    Attributes:
        measures: measures of the plan, by id.
        what_if: pseudo-measure with the instruments that are not part of the plan.
        closing: clauses of the closing paragraph.
    """

    units: Mapping[str, Unit]
    targets: tuple[Target, ...]
    arrival: Mapping[str, Arrival]
    delivery: Setting
    chapters: tuple[Chapter, ...]
    measures: Mapping[str, Measure]
    closing: tuple[Clause, ...]
    planned: Mapping[str, Planned]
    what_if: Measure | None = None

    @cached_property
    def instruments(self) -> dict[str, Instrument]:
        """All instruments by id; what-if instruments come last."""
        of_plan = {i.id: i for m in self.measures.values() for i in m.instruments}
        return of_plan | {i.id: i for i in (self.what_if.instruments if self.what_if else ())}

    @cached_property
    def settings(self) -> dict[str, Setting]:
        """All settings by ``instrument.setting``."""
        return {s.id: s for i in self.instruments.values() for s in i.settings}

    @cached_property
    def founder_services(self) -> frozenset[str]:
        """Ids of the instruments that count as founder services for target T7 (jobs driven by startups)."""
        return frozenset(i.id for i in self.instruments.values() if i.counts_as_founder_service)

    @cached_property
    def founder_service_levers(self) -> frozenset[str]:
        """Ids of the levers that founder services move; levers have the same ids in all plans."""
        return frozenset(
            m.lever for i in self.founder_services for s in self.instruments[i].settings for m in s.moves
        )

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in the order of the text; those of the closing paragraph come last."""
        return (*(c for m in self.measures.values() for c in m.clauses), *self.closing)

    @property
    def levers(self) -> dict[str, LeverFact]:
        """The levers that submodels read, by id."""
        return levers()

    def measure_of(self, instrument: Instrument) -> Measure:
        """Return the measure of an instrument, or the pseudo-measure of what-if instruments."""
        if instrument.what_if and self.what_if:
            return self.what_if
        return self.measures[instrument.measure]
