"""The parts of a plan as typed, frozen data: targets, measures, instruments, settings, clauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from sim.policy.catalogue.levers import LeverFact, levers

WHAT_IF: Final = "what_if"
"""Id of the pseudo-measure of instruments that are not part of the plan."""

Steps = tuple[tuple[dt.date, float], ...]
"""Dated values, ascending."""

Value = float | Steps
"""A number that holds throughout, or dated values."""

How = Literal["value", "dose", "invested"]
"""How a setting moves a lever.

value: the number is the contribution to the lever; dose: only the delivered share of it, which rises over the
ramp of a service; invested: money that is used up over the ramp of a fund.
"""

Source = Literal["plan", "rule", "evidence", "guess", "assumption"]
"""Where a setting's numbers come from; ``assumption`` is that of a what-if instrument."""


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
    """The time from the issue of the plan until an instrument is in force.

    Attributes:
        lag: months, low, central and high; None where it waits for the next budget (1 January).
        ramp: months over which a dose or an investment then rises to its full size; 0 for at once.
    """

    lag: tuple[float, float, float] | None
    ramp: int


@dataclass(frozen=True)
class Move:
    """A lever that a setting moves, and how."""

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
        """``instrument.setting``."""
        return f"{self.instrument}.{self.name}"

    @property
    def guess(self) -> bool:
        """Whether no figure was found, so that the number is uncertain."""
        return self.source == "guess"

    @property
    def acting(self) -> bool:
        """Whether a submodel reads a lever that it moves."""
        return any(move.lever in levers() for move in self.moves)


@dataclass(frozen=True)
class Before:
    """What was in force before June 2017, and on what this rests."""

    zh: str
    en: str


@dataclass(frozen=True)
class Instrument:
    """What an analyst may set: a rule, a service, a subsidy or a fund.

    Attributes:
        measure: id of its measure; :data:`WHAT_IF` where it is not part of the plan.
        arrives: key of its :class:`Arrival`.
        way: ``mechanism`` or ``response``.
        counts_as_founder_service: whether a founder whom it reaches counts as served for target T7.
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
        """Whether it is not part of the plan."""
        return self.measure == WHAT_IF


@dataclass(frozen=True)
class Reason:
    """Why something is not modelled."""

    zh: str
    en: str


@dataclass(frozen=True)
class Clause:
    """A sentence of the plan or a part of one.

    Attributes:
        instruments: those that carry it.
        not_modelled: why the rest of it, or all, is not modelled.
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
    """A lever that settings are to move and that no submodel reads yet."""

    id: str
    unit: str
    zh: str
    en: str


@dataclass(frozen=True, eq=False)
class Catalogue:
    """A whole plan; mappings keep the order of the text.

    Attributes:
        measures: those of the plan.
        what_if: the pseudo-measure that holds the instruments which are not part of the plan.
        closing: the clauses of the closing paragraph.
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
        """All instruments by id, what-if instruments last."""
        of_plan = {i.id: i for m in self.measures.values() for i in m.instruments}
        return of_plan | {i.id: i for i in (self.what_if.instruments if self.what_if else ())}

    @cached_property
    def settings(self) -> dict[str, Setting]:
        """All settings by ``instrument.setting``."""
        return {s.id: s for i in self.instruments.values() for s in i.settings}

    @cached_property
    def founder_services(self) -> frozenset[str]:
        """Ids of the instruments that count as a service to founders, for target T7."""
        return frozenset(i.id for i in self.instruments.values() if i.counts_as_founder_service)

    @cached_property
    def founder_service_levers(self) -> frozenset[str]:
        """Ids of the levers that these instruments move; they do not depend on how a plan names them."""
        return frozenset(
            m.lever for i in self.founder_services for s in self.instruments[i].settings for m in s.moves
        )

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses in the order of the text, those of the closing paragraph last."""
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
