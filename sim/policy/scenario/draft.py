"""One scenario file, read and checked: what it says, before its parents are known."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal

from sim.engine.clock import FIRST, LAST
from sim.model.rule_variants import STRUCTURES
from sim.policy.catalogue.catalogue import Catalogue, Instrument, Measure, Setting, Steps, Unit, catalogue
from sim.policy.scenario.quantities import QuantityError, quantity, whole
from sim.policy.scenario.shapes import NAME, UNCERTAINTIES, Shapes
from sim.policy.scenario.yaml_reader import START, List, Map, Node, Report, Text, names
from sim.texts import say

Word = Literal["enacted", "without", "none"]
"""A column of the catalogue, in place of a number."""

WORDS: Final[tuple[Word, ...]] = ("enacted", "without", "none")
ISSUED: Final = "issued"
"""In place of a first date: the value is issued with the plan, and bites after its arrival."""

KEYS: Final = (
    "name",
    "title",
    "question",
    "source",
    "extends",
    "without",
    "off",
    "policy",
    "world",
    "run",
)


@dataclass(frozen=True)
class Stated:
    """What a scenario says of one setting.

    Attributes:
        base: issued with the plan, in force after the arrival: a number or a column of the
            catalogue.
        dates: dated values, in force on their date; before the first the base holds.
    """

    base: float | Word = "enacted"
    dates: Steps = ()


@dataclass
class Draft:
    """What one file says; None and empty mean that it says nothing, and its parent holds."""

    name: str = ""
    title: dict[str, str] | None = None
    question: dict[str, str] | None = None
    source: str | None = None
    extends: Text | None = None
    without: dict[str, Text] = field(default_factory=dict)
    off: dict[str, Text] = field(default_factory=dict)
    policy: dict[str, Stated | Steps] = field(default_factory=dict)
    macro: Text | tuple[tuple[float, ...], ...] | None = None
    shocks: tuple[str, ...] | None = None
    initial: dict[str, float] = field(default_factory=dict)
    structure: dict[str, str] = field(default_factory=dict)
    run: dict[str, int | float | str] = field(default_factory=dict)


def draft(root: Map, report: Report, stem: str | None) -> Draft:
    """Read a file's tree; every fault goes to the report.

    Args:
        root: the tree.
        report: of the file.
        stem: what its name must be; None for a text that is no file.
    """
    found = Draft()
    reader = _Reader(report, found, catalogue())
    sections: dict[str, Callable[[Node], None]] = {
        "name": lambda node: reader.name(node, stem),
        "title": lambda node: setattr(found, "title", reader.bilingual(node)),
        "question": lambda node: setattr(found, "question", reader.bilingual(node)),
        "source": lambda node: setattr(found, "source", reader.text(node)),
        "extends": lambda node: setattr(found, "extends", reader.words(node)),
        "without": lambda node: reader.back(node, found.without),
        "off": lambda node: reader.back(node, found.off),
        "policy": reader.policy,
        "world": reader.world,
        "run": reader.run,
    }
    for key, value in reader.entries(root, KEYS):
        sections[key.text](value)
    if root.get("name") is None:
        report.add(START, "lacks", name="name", allowed=NAME.pattern)
    reader.contradictions(root)
    return found


class _Reader(Shapes):
    """Methods for each part; what is wrong is reported and left out, and reading goes on."""

    def __init__(self, report: Report, found: Draft, plan: Catalogue) -> None:
        super().__init__(report)
        self.found, self.plan = found, plan

    # --- head ---

    def name(self, node: Node, stem: str | None) -> None:
        self.found.name = self.named(node, stem) or ""

    def back(self, node: Node, into: dict[str, Text]) -> None:
        """Instruments that a list of instruments and measures sets back, with their places."""
        seen: dict[str, int] = {}
        chosen: dict[str, Text] = {}
        for item in self.items(node, say("fault.instruments")):
            if (found := self.words(item)) is None:
                continue
            measure = self.plan.measures.get(found.text)
            if found.text in seen:
                self.report.add(found, "twice", name=found.text, first=seen[found.text])
            elif measure:
                for instrument in measure.instruments:
                    into.setdefault(instrument.id, found)
            elif found.text in self.plan.instruments:
                chosen[found.text] = found
            else:
                self.report.add(
                    found,
                    "unknown_value",
                    _programmes(self.plan),
                    name=found.text,
                    allowed=say("fault.instruments"),
                )
            seen[found.text] = found.line
        into.update(chosen)  # an instrument that is named itself stands where it is named

    # --- policy ---

    def policy(self, node: Node) -> None:
        among = {k: v for k, v in _programmes(self.plan).items() if v in self.plan.instruments}
        for key, value in self.entries(node, among, say("fault.instruments")):
            instrument = self.plan.instruments[key.text]
            settings = {s.name: s for s in instrument.settings}
            if isinstance(value, Map):
                for name, given in self.entries(value, tuple(settings)):
                    self.setting(settings[name.text], given)
            elif type(value) is not Node:
                self.report.add(value, "not_settings", name=key.text, allowed=", ".join(settings))

    def setting(self, setting: Setting, node: Node) -> None:
        if isinstance(node, List):
            self.dated(setting, node)
        elif isinstance(node, Text) and node.text in WORDS:
            self.found.policy[setting.id] = Stated(node.text)
        elif (value := self.amount(node, setting.unit, setting.low, setting.high)) is not None:
            self.found.policy[setting.id] = Stated(value)

    def dated(self, setting: Setting, node: List) -> None:
        if not node.items:
            self.report.add(node, "empty_list", allowed="[{from: 2018-01-01, value: …}]")
        base: float | Word | None = None
        steps: list[tuple[dt.date, float]] = []
        last: dt.date | None = None
        for item in node.items:
            if not isinstance(item, Map):
                if type(item) is not Node:
                    self.report.add(item, "not_dated", allowed="{from: 2018-01-01, value: …}")
                continue
            entries = {key.text: value for key, value in self.entries(item, ("from", "value"))}
            missing = [k for k in ("from", "value") if item.get(k) is None]
            if missing:
                self.report.add(item, "missing", name=", ".join(missing), allowed="from, value")
            at = entries.get("from")
            issued = isinstance(at, Text) and at.text == ISSUED and item is node.items[0]
            date = None if at is None or issued else self.date(at)
            if date and last and date <= last:
                self.report.add(at or item, "date_order", name=str(date), allowed=str(last))
                continue
            last = date or last
            given = entries.get("value")
            if given is None:
                continue
            if issued and isinstance(given, Text) and given.text in WORDS:
                base = given.text
                continue
            value = self.amount(given, setting.unit, setting.low, setting.high)
            if value is not None and issued:
                base = value
            elif value is not None and date:
                steps.append((date, value))
        found: Stated | Steps = tuple(steps) if base is None else Stated(base, tuple(steps))
        if found:
            self.found.policy[setting.id] = found

    def date(self, node: Node) -> dt.date | None:
        if (found := self.words(node)) is None:
            return None
        written = unicodedata.normalize("NFKC", found.text).strip()
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", written):
                raise ValueError
            date = dt.date(*map(int, written.split("-")))
        except ValueError:
            self.report.add(found, "not_a_date", name=found.text, allowed="2018-01-31")
            return None
        if not FIRST <= date <= LAST:
            self.report.add(found, "date_range", name=found.text, low=FIRST, high=LAST)
            return None
        return date

    # --- world and run ---

    def world(self, node: Node) -> None:
        from sim.model.environment.parameters import INITIAL, SHOCKS

        for key, value in self.entries(node, ("macro", "shocks", "initial", "structure")):
            if key.text == "macro":
                self.macro(value)
            elif key.text == "shocks":
                self.shocks(value, SHOCKS)
            elif key.text == "structure":
                self.structure(value)
            else:
                known = {p.id.partition(".")[2]: p for p in INITIAL}
                spelt = {**names(known), **{p.zh: k for k, p in known.items()}}
                for name, given in self.entries(value, spelt):
                    parameter = known[name.text]
                    amount = self.amount(given, self.plan.units[parameter.unit], 0, 10 * parameter.high)
                    if amount is not None:
                        self.found.initial[name.text] = amount

    def structure(self, node: Node) -> None:
        """Which of its ways a rule takes, by names in either language."""
        spelt = {**names(STRUCTURES), **{s.zh: name for name, s in STRUCTURES.items()}}
        for key, value in self.entries(node, spelt):
            ways = STRUCTURES[key.text].ways
            if (way := self.one_of(value, tuple(ways))) is not None:
                self.found.structure[key.text] = way

    def macro(self, node: Node) -> None:
        if isinstance(node, Map):
            self.found.macro = self.growth(node)
        elif found := self.words(node):
            choices = ("observed", "no_shocks")
            if found.text in choices or found.text.lower().endswith(".csv"):
                self.found.macro = found
            else:
                allowed = self.listed(choices) + ", CSV"
                self.report.add(found, "unknown_value", names(choices), name=found.text, allowed=allowed)

    def growth(self, node: Map) -> tuple[tuple[float, ...], ...] | None:
        """Growth by sector, one number a year, written out."""
        from sim.model.environment.geography import SECTORS
        from sim.model.environment.parameters import YEARS

        rows: dict[str, tuple[float, ...]] = {}
        share = self.plan.units["share"]
        for key, value in self.entries(node, SECTORS):
            given = [self.amount(item, share, -0.5, 1) for item in self.items(value, "4 x %")]
            if len(given) == len(YEARS):
                rows[key.text] = tuple(v for v in given if v is not None)
            elif isinstance(value, List):
                self.report.add(value, "years", number=len(YEARS), name=key.text)
        missing = [s for s in SECTORS if node.get(s) is None]
        if missing:
            self.report.add(node, "missing", name=", ".join(missing), allowed=self.listed(SECTORS))
        whole_ = len(rows) == len(SECTORS) and all(len(r) == len(YEARS) for r in rows.values())
        return tuple(rows[s] for s in SECTORS) if whole_ else None

    def shocks(self, node: Node, known: tuple[str, ...]) -> None:
        if self.empty(node):
            self.report.add(node, "not_a_list", allowed=f"[] / [{', '.join(known)}]")
            return
        found: dict[str, int] = {}
        for item in self.items(node, ", ".join(known)):
            if (shock := self.one_of(item, known)) is None:
                continue
            if shock in found:
                self.report.add(item, "twice", name=shock, first=found[shock])
            found[shock] = item.line
        self.found.shocks = tuple(s for s in known if s in found)

    def run(self, node: Node) -> None:
        for key, value in self.entries(node, ("replicates", "seed", "scale", "uncertainty")):
            if key.text == "uncertainty":
                given: int | float | str | None = self.one_of(value, UNCERTAINTIES)
            elif (found := self.words(value)) is None:
                continue
            else:
                given = run_number(key.text, found, self.report)
            if given is not None:
                self.found.run[key.text] = given

    # --- between sections ---

    def contradictions(self, root: Map) -> None:
        """An instrument set back and set at the same time, or set back in both ways."""
        seen: set[Text] = set()
        for id_ in self.found.off.keys() & self.found.without.keys():
            first, later = sorted((self.found.off[id_], self.found.without[id_]), key=_place)
            if later not in seen:  # a measure once, not each of its instruments
                fault = "both_back" if first.text == later.text else "back_within"
                self.report.add(later, fault, name=later.text, other=first.text, first=first.line)
            seen.add(later)
        policy = root.get("policy")
        for key, _ in policy.pairs if isinstance(policy, Map) else ():
            for section in ("without", "off"):
                if key.text in getattr(self.found, section):
                    self.report.add(key, "set_and_back", name=key.text, section=section)


def _place(node: Node) -> tuple[int, int]:
    return node.line, node.column


def run_number(key: str, found: Text, report: Report) -> int | float | None:
    """A number of the section ``run``, within its range; None after a fault."""
    low, high = {"replicates": (1, 100_000), "seed": (0, 2**63 - 1), "scale": (0, 1)}[key]
    value: int | float
    try:
        value = whole(found.text) if key != "scale" else quantity(found.text, _SCALE)
    except QuantityError as error:
        fault = "scale" if key == "scale" else error.key
        report.add(found, fault, name=found.text, allowed=f"{low} … {high}")
        return None
    if not low <= value <= high or (key == "scale" and value < LEAST_SCALE):
        fault = "scale" if key == "scale" else "out_of_range"
        report.add(found, fault, name=found.text, unit="", low=low, high=high)
        return None
    return value


LEAST_SCALE: Final = 1e-6
"""A firm that stands for more than a million others tells nothing."""
_SCALE: Final = Unit("scale", "", "", "ratio")


@cache
def _programmes(plan: Catalogue) -> dict[str, str]:
    """Instruments and measures by every name they have."""
    programmes: list[Instrument | Measure] = [*plan.instruments.values(), *plan.measures.values()]
    return {name: p.id for p in programmes for name in (p.id, p.zh, p.en)}
