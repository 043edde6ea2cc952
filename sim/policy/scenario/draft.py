"""Content of a single scenario file, validated against its format before its parents are read."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.engine.clock import FIRST, LAST
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Catalogue, Instrument, Measure, Steps, Unit
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import START, List, Map, Node, Report, Text
from sim.policy.scenario.content import ISSUED, WORDS, Growth, Stated, Word
from sim.policy.scenario.file_format import (
    RUN,
    Amount,
    AnyOf,
    GrowthTable,
    InstrumentSettings,
    MacroPath,
    OneOf,
    Programmes,
    Proportion,
    Section,
    SettingValue,
    ValueType,
    WholeNumber,
    Written,
    scenario_file,
)
from sim.policy.scenario.quantities import QuantityError, quantity, whole
from sim.policy.scenario.shapes import Shapes
from sim.texts import say

_PROPORTION = Unit("scale", "", "", "ratio")


@dataclass
class Draft:
    """Content of one file; entries that are None or empty are inherited from the parent.

    Attributes:
        extends, macro: the nodes of names that are resolved later; ``macro`` may also be a growth table.
        without, off: instruments that are set back, each with the node that names it.
        policy: values of settings, by ``instrument.setting``; only the dated values if the parent's value
            applies before the first date.
    """

    name: str = ""
    title: dict[str, str] | None = None
    question: dict[str, str] | None = None
    source: str | None = None
    extends: Text | None = None
    without: dict[str, Text] = field(default_factory=dict)
    off: dict[str, Text] = field(default_factory=dict)
    policy: dict[str, Stated | Steps] = field(default_factory=dict)
    macro: Text | Growth | None = None
    shocks: tuple[str, ...] | None = None
    initial: dict[str, float] = field(default_factory=dict)
    structure: dict[str, str] = field(default_factory=dict)
    run: dict[str, int | float | str] = field(default_factory=dict)


def draft(root: Map, report: Report, stem: str | None) -> Draft:
    """Return the content of a file from its tree; faults are added to the report.

    Args:
        root: tree of the file.
        report: report of the file.
        stem: name that the scenario must have; None for a text that is not a file.
    """
    values = _Reader(report, stem).section(scenario_file(catalogue()), root)
    policy = {
        f"{instrument}.{setting}": stated
        for instrument, settings in values.pop("policy", {}).items()
        for setting, stated in settings.items()
    }
    content = Draft(policy=policy, **values.pop("world", {}), **values)
    _contradictions(content, root, report)
    return content


def run_value(key: str, written: Text, report: Report) -> Any:
    """Return a validated value in the section ``run``, or None if it is invalid."""
    return _Reader(report, None).read(RUN.keys[key], written)


class _Reader(Shapes):
    """Reader of nodes by type; invalid content is reported and omitted, and reading continues."""

    def __init__(self, report: Report, stem: str | None) -> None:
        super().__init__(report)
        self.stem = stem

    def read(self, kind: ValueType, node: Node) -> Any:
        """Return the value of a node, or None if it is empty or not of this type."""
        match kind:
            case Written():
                return self.written(kind, node)
            case OneOf():
                return self.one_of(node, kind.words)
            case AnyOf():
                return self.any_of(kind, node)
            case Programmes():
                return self.programmes(kind.plan, node)
            case WholeNumber():
                return self.whole_number(kind, node)
            case Proportion():
                return self.proportion(kind, node)
            case Amount():
                return self.amount(node, kind.unit, kind.low, kind.high)
            case SettingValue():
                return self.setting(kind, node)
            case InstrumentSettings():
                return self.settings(kind, node)
            case GrowthTable():
                return self.growth(kind, node)
            case MacroPath():
                return self.macro(kind, node)
            case Section():
                return self.section(kind, node)

    # --- texts and words ---

    def written(self, kind: Written, node: Node) -> str | Text | dict[str, str] | None:
        """Return a text, or its node if it names a file."""
        if kind is Written.NAME:
            return self.named(node, self.stem)
        if kind is Written.FILE:
            return self.words(node)
        return self.bilingual(node) if kind is Written.BILINGUAL else self.text(node)

    def any_of(self, kind: AnyOf, node: Node) -> tuple[str, ...] | None:
        """Return the allowed words in a list, in the order of ``kind.words`` rather than of the list."""
        listed = ", ".join(kind.words)
        if self.empty(node):
            self.report.add(node, "not_a_list", allowed=f"[] / [{listed}]")
            return None
        lines: dict[str, int] = {}
        for item in self.items(node, listed):
            if (word := self.one_of(item, kind.words)) is None:
                continue
            if word in lines:
                self.report.add(item, "twice", name=word, first=lines[word])
            lines[word] = item.line
        return tuple(word for word in kind.words if word in lines)

    def programmes(self, plan: Catalogue, node: Node) -> dict[str, Text]:
        """Return the listed instruments, each with the node that names it or its measure."""
        allowed = say("fault.instruments")
        lines: dict[str, int] = {}
        by_measure: dict[str, Text] = {}
        by_name: dict[str, Text] = {}
        for item in self.items(node, allowed):
            if (text := self.words(item)) is None:
                continue
            name = text.text
            if name in lines:
                self.report.add(text, "twice", name=name, first=lines[name])
            elif name in plan.measures:
                for instrument in plan.measures[name].instruments:
                    by_measure.setdefault(instrument.id, text)
            elif name in plan.instruments:
                by_name[name] = text
            else:
                self.report.add(text, "unknown_value", _spellings(plan), name=name, allowed=allowed)
            lines[name] = text.line
        return by_measure | by_name

    # --- numbers ---

    def whole_number(self, kind: WholeNumber, node: Node) -> int | None:
        """Return a whole number within its range."""
        if (text := self.words(node)) is None:
            return None
        try:
            value = whole(text.text)
        except QuantityError as error:
            self.report.add(text, error.key, name=text.text, allowed=f"{kind.low} … {kind.high}")
            return None
        if kind.low <= value <= kind.high:
            return value
        self.report.add(text, "out_of_range", name=text.text, unit="", low=kind.low, high=kind.high)
        return None

    def proportion(self, kind: Proportion, node: Node) -> float | None:
        """Return a number above 0 and up to 1."""
        if (text := self.words(node)) is None:
            return None
        try:
            value = quantity(text.text, _PROPORTION)
        except QuantityError:
            value = 0.0
        if kind.least <= value <= 1:
            return value
        self.report.add(text, "scale", name=text.text)
        return None

    # --- settings of the plan ---

    def settings(self, kind: InstrumentSettings, node: Node) -> dict[str, Stated | Steps] | None:
        """Return the values of the settings of an instrument."""
        if isinstance(node, Map):
            return self.values(kind.keys, node, tuple(kind.keys))
        if type(node) is not Node:
            self.report.add(node, "not_settings", name=kind.instrument.id, allowed=", ".join(kind.keys))
        return None

    def setting(self, kind: SettingValue, node: Node) -> Stated | Steps | None:
        """Return the value of a setting."""
        if isinstance(node, List):
            return self.dated(kind, node)
        stated = _column(node) or self.read(kind.amount, node)
        return None if stated is None else Stated(stated)

    def dated(self, kind: SettingValue, node: List) -> Stated | Steps | None:
        """Return dated values, and the value issued with the plan if the list begins with it."""
        if not node.items:
            self.report.add(node, "empty_list", allowed="[{from: 2018-01-01, value: …}]")
        base: float | Word | None = None
        steps: list[tuple[dt.date, float]] = []
        last: dt.date | None = None
        for item in node.items:
            start, given = self.step(item)
            issued = isinstance(start, Text) and start.text == ISSUED and item is node.items[0]
            date = None if start is None or issued else self.date(start)
            if start and date and last and date <= last:
                self.report.add(start, "date_order", name=str(date), allowed=str(last))
                continue
            last = date or last
            if given is None:
                continue
            if issued and (column := _column(given)):
                base = column
                continue
            value = self.read(kind.amount, given)
            if value is not None and issued:
                base = value
            elif value is not None and date:
                steps.append((date, value))
        return tuple(steps) or None if base is None else Stated(base, tuple(steps))

    def step(self, item: Node) -> tuple[Node | None, Node | None]:
        """Return the nodes of a dated value: its date and its value."""
        if not isinstance(item, Map):
            if type(item) is not Node:
                self.report.add(item, "not_dated", allowed="{from: 2018-01-01, value: …}")
            return None, None
        given = {key.text: value for key, value in self.entries(item, ("from", "value"))}
        if missing := [key for key in ("from", "value") if key not in given]:
            self.report.add(item, "missing", name=", ".join(missing), allowed="from, value")
        return given.get("from"), given.get("value")

    def date(self, node: Node) -> dt.date | None:
        """Return a date within the simulated period."""
        if (text := self.words(node)) is None:
            return None
        written = unicodedata.normalize("NFKC", text.text).strip()
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", written):
                raise ValueError
            date = dt.date(*map(int, written.split("-")))
        except ValueError:
            self.report.add(text, "not_a_date", name=text.text, allowed="2018-01-31")
            return None
        if FIRST <= date <= LAST:
            return date
        self.report.add(text, "date_range", name=text.text, low=FIRST, high=LAST)
        return None

    # --- the world ---

    def macro(self, kind: MacroPath, node: Node) -> Text | Growth | None:
        """Return the node that names a path or file, or growth rates by sector and year."""
        if isinstance(node, Map):
            return self.growth(kind.table, node)
        if (text := self.words(node)) is None:
            return None
        if text.text in kind.shipped or text.text.lower().endswith(".csv"):
            return text
        allowed = f"{self.listed(kind.shipped)}, CSV"
        self.report.add(text, "unknown_value", names(kind.shipped), name=text.text, allowed=allowed)
        return None

    def growth(self, kind: GrowthTable, node: Node) -> Growth | None:
        """Return growth rates by sector and year; None if a number is missing."""
        rows: dict[str, tuple[float, ...]] = {}
        for key, value in self.entries(node, kind.sectors):
            row = [self.read(kind.growth, item) for item in self.items(value, f"{len(kind.years)} x %")]
            if len(row) == len(kind.years):
                rows[key.text] = tuple(number for number in row if number is not None)
            elif isinstance(value, List):
                self.report.add(value, "years", number=len(kind.years), name=key.text)
        missing = [s for s in kind.sectors if isinstance(node, Map) and node.get(s) is None]
        if missing:
            self.report.add(node, "missing", name=", ".join(missing), allowed=self.listed(kind.sectors))
        complete = [rows[s] for s in kind.sectors if len(rows.get(s, ())) == len(kind.years)]
        return tuple(complete) if len(complete) == len(kind.sectors) else None

    # --- mappings ---

    def section(self, kind: Section, node: Node) -> dict[str, Any]:
        """Return the values of a mapping by key; keys without a value are omitted."""
        known: Mapping[str, str] | tuple[str, ...] = tuple(kind.keys)
        if kind.spellings:
            known = {name: key for key in kind.keys for name in (key, *kind.spellings.get(key, ()))}
        values = self.values(kind.keys, node, known, say(kind.allowed) if kind.allowed else "")
        for key, form in kind.required.items():
            if isinstance(node, Map) and node.get(key) is None:
                self.report.add(START, "lacks", name=key, allowed=form)
        return values

    def values(
        self,
        keys: Mapping[str, ValueType],
        node: Node,
        known: Mapping[str, str] | tuple[str, ...],
        allowed: str = "",
    ) -> dict[str, Any]:
        """Return the values of known keys; keys without a value are omitted."""
        entries = self.entries(node, known, allowed)
        read = {key.text: self.read(keys[key.text], value) for key, value in entries}
        return {key: value for key, value in read.items() if value is not None}


def _column(node: Node) -> Word | None:
    """Return the catalogue column that a node names, or None."""
    return next((word for word in WORDS if isinstance(node, Text) and node.text == word), None)


def _spellings(plan: Catalogue) -> dict[str, str]:
    """Return the ids of instruments and measures by id and by name in both languages."""
    programmes: list[Instrument | Measure] = [*plan.instruments.values(), *plan.measures.values()]
    return {name: p.id for p in programmes for name in (p.id, p.zh, p.en)}


def _contradictions(content: Draft, root: Map, report: Report) -> None:
    """Report instruments that are both set back and set, or set back in both ways."""
    reported: set[Text] = set()
    for id_ in content.off.keys() & content.without.keys():
        first, later = sorted((content.off[id_], content.without[id_]), key=_place)
        if later not in reported:  # report a measure once, not once for each of its instruments
            fault = "both_back" if first.text == later.text else "back_within"
            report.add(later, fault, name=later.text, other=first.text, first=first.line)
        reported.add(later)
    policy = root.get("policy")
    for key, _ in policy.pairs if isinstance(policy, Map) else ():
        for section, ids in (("without", content.without), ("off", content.off)):
            if key.text in ids:
                report.add(key, "set_and_back", name=key.text, section=section)


def _place(node: Text) -> tuple[int, int]:
    return node.line, node.column
