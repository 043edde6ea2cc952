"""A study file, read and checked like a scenario: every fault at once, nothing run before it is right.

For example::

    name: fund_against_subsidies          # equal to the file's stem
    title: {zh: …, en: …}
    kind: sweep                           # see KINDS
    scenario: as_enacted                  # or scenarios: [a, b]: beside this file, or shipped
    reference: no_plan                    # what differences are taken from; shares world and parameters
    factors:
      guarantee_fund.capital: {values: [0元, 3亿元, 6亿元]}
      guarantee_fee.fee: {low: 0.5%, high: 2%}       # log: true for a logarithmic scale
      parameter.growth.*: {prior: true}              # as it is believed; * stands for all uncertain
    outcomes: [jobs_driven_by_startups, target_met.T7, job_years_net, public_spending]
    at: 2020-12
    samples: 8                            # levels, trajectories or base samples, as the kind has them
    replicates: 10
    precision: {job_years_net: 200}       # half-width wanted: no more replicates than it needs
    seed: 20170609
    scale: 0.1
    uncertainty: random
    budget: 20                            # minutes, for what is not given above
    wanted: {target_met.T7: {at_least: 1}, public_spending: {more: false, at_most: 12亿元}}
    chance: 50%                           # threshold: of meeting what is wanted
    players: chapters                     # attribution: chapters, measures or instruments
    against: without                      # attribution: those not in force are set back to without, or off
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from sim import shipped
from sim.engine import clock
from sim.engine.errors import Fault, InputError
from sim.policy.catalogue.catalogue import Unit, catalogue
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import START, List, Map, Node, Report, is_file, is_there, read
from sim.policy.scenario.content import UNCERTAINTIES
from sim.policy.scenario.draft import run_value
from sim.policy.scenario.inheritance import missing
from sim.policy.scenario.quantities import QuantityError, quantity, whole
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.policy.scenario.shapes import NAME
from sim.studies.run import Model, the_city
from sim.studies.specification import outcomes
from sim.studies.specification.factor_syntax import Factors
from sim.studies.specification.factors import Varied
from sim.studies.specification.outcomes import Wanted

SAMPLED: Final = ("morris", "sobol")
AIMED: Final = ("discovery", "threshold", "robustness", "search")
KINDS: Final = ("sweep", "ensemble", "split", *SAMPLED, "attribution", *AIMED)
BOUNDED: Final = ("discovery", "threshold")
SEVERAL: Final = ("sweep", "ensemble", "robustness")
WITHOUT_FACTORS: Final = ("attribution", "robustness")
PLAYERS: Final = ("chapters", "measures", "instruments")
KEYS: Final = (
    "name", "title", "question", "source", "kind", "scenario", "scenarios", "reference", "factors",
    "outcomes", "at", "samples", "replicates", "precision", "seed", "scale", "uncertainty", "budget",
    "wanted", "chance", "players", "against",
)  # fmt: skip
BUDGET: Final = 20.0
PLAIN: Final = Unit("ratio", "", "", "ratio")


class Aim(NamedTuple):
    """What is wanted of an outcome: more or less of it, and from or up to which number it is good enough."""

    more: bool | None = None
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, repr=False)
class Study:
    """A checked study; None is what the budget decides."""

    name: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    kind: str = "sweep"
    scenarios: tuple[Scenario, ...] = ()
    reference: Scenario | None = None
    varied: tuple[Varied, ...] = ()
    outcomes: tuple[Wanted, ...] = ()
    month: int = clock.MONTHS - 1
    samples: int | None = None
    replicates: int | None = None
    precision: Mapping[str, float] = field(default_factory=dict)
    seed: int = 20170609
    scale: float | None = None
    uncertainty: Literal["all", "posterior", "random"] = "random"
    budget: float = BUDGET
    wanted: Mapping[str, Aim] = field(default_factory=dict)
    chance: float = 0.5
    players: Literal["chapters", "measures", "instruments"] = "chapters"
    against: Literal["without", "off"] = "without"

    def __repr__(self) -> str:
        return f"<Study {self.name}>"

    def _repr_html_(self) -> str:
        from sim.reporting.tables.study_summary import html

        return html(self)


def load_study(path: str | Path, model: Model | None = None) -> Study:
    """Load and check a study.

    Args:
        path: of its file, or the name of one that ships.
        model: in place of the city, in tests.

    Raises:
        InputError: everything that is wrong in it and in its scenarios, a line each.
        OSError: a file is there and cannot be read.
    """
    given = Path(path)
    if not is_file(given) and NAME.fullmatch(str(path)):
        given = shipped.scenarios() / "studies" / f"{path}.yaml"
    report = Report(str(given))
    if not is_there(given):
        missing(report, "no_study", shipped.scenarios() / "studies")
        report.check()
    root = read(given, report)
    if root is None:
        report.check()
        raise AssertionError("a file without a tree has a fault")
    reader = _Reader(report, given, model or the_city())
    study = reader.study(root)
    if report.faults or reader.others:
        raise InputError([*report.faults, *reader.others])
    return study


class _Reader(Factors):
    """One method a key; what is wrong is reported and left out, and reading goes on."""

    def __init__(self, report: Report, path: Path, model: Model) -> None:
        super().__init__(report)
        self.path, self.model = path, model
        self.others: list[Fault | str] = []

    def study(self, root: Map) -> Study:
        """The whole file."""
        entries = {key.text: value for key, value in self.entries(root, KEYS)}
        found: dict[str, Any] = {}
        readers: dict[str, Callable[[Node], Any]] = {
            "name": lambda node: self.named(node, self.path.stem),
            "title": self.bilingual,
            "question": self.bilingual,
            "source": self.text,
            "kind": lambda node: self.one_of(node, KINDS),
            "scenario": lambda node: tuple(filter(None, [self.scenario(node)])),
            "scenarios": self.scenarios,
            "reference": self.scenario,
            "factors": self.factors,
            "at": self.at,
            "samples": lambda node: self.count(node, "samples", 100_000),
            "replicates": lambda node: self.count(node, "replicates", 100_000),
            "seed": lambda node: self.number(node, "seed"),
            "scale": lambda node: self.number(node, "scale"),
            "uncertainty": lambda node: self.one_of(node, UNCERTAINTIES),
            "budget": self.minutes,
            "chance": lambda node: self.amount(node, Unit("share", "比例", "share", "share"), 0.01, 0.99),
            "players": lambda node: self.one_of(node, PLAYERS),
            "against": lambda node: self.one_of(node, ("without", "off")),
        }
        fields = {"scenario": "scenarios", "factors": "varied", "at": "month"}
        for key, node in entries.items():
            if key in readers and (value := readers[key](node)) is not None:
                found[fields.get(key, key)] = value
        month = found.get("month", clock.MONTHS - 1)
        if "outcomes" in entries:
            found["outcomes"] = self.outcomes(entries["outcomes"], month)
        if "precision" in entries:
            found["precision"] = self.precision(entries["precision"], found.get("outcomes", ()))
        if "wanted" in entries:
            found["wanted"] = self.wanted(entries["wanted"], found.get("outcomes", ()))
        self.between(root, entries, found)
        wide = found.get("kind") == "robustness" or (
            found.get("kind") == "ensemble" and "varied" not in found
        )
        wide = wide or found.get("kind") == "split"
        if "uncertainty" not in found and wide:
            found["uncertainty"] = "all"
        return Study(**found)

    def scenario(self, node: Node) -> Scenario | None:
        """A scenario beside the study, or one that ships."""
        if (given := self.text(node)) is None:
            return None
        stem = given if given.endswith((".yaml", ".yml")) else f"{given}.yaml"
        beside = self.path.parent / stem
        if ".." in Path(stem).parts or Path(stem).is_absolute():
            self.report.add(node, "outside", name=given)
            return None
        known_ = sorted(p.stem for p in shipped.scenarios().glob("*.yaml"))
        if not is_file(beside) and given not in known_:
            near = names([*known_, *(p.stem for p in self.path.parent.glob("*.yaml"))])
            self.report.add(node, "no_file", near, name=given, allowed=", ".join(known_))
            return None
        try:
            return load_scenario(beside if is_file(beside) else given)
        except InputError as error:
            self.others += error.faults
            return None

    def scenarios(self, node: Node) -> tuple[Scenario, ...]:
        """Several, no name twice."""
        found: dict[str, Scenario] = {}
        for item in self.items(node, "[as_enacted, no_plan]"):
            if (scenario := self.scenario(item)) is None:
                continue
            if scenario.name in found:
                self.report.add(item, "twice", name=scenario.name, first=node.line)
            found[scenario.name] = scenario
        return tuple(found.values())

    def outcomes(self, node: Node, month: int) -> tuple[Wanted, ...]:
        """What is asked for."""
        found: dict[str, Wanted] = {}
        for item in self.items(node, "[jobs_driven_by_startups, target_met.T7]"):
            text = self.words(item)
            one = outcomes.read(text, self.model, month, self.report) if text else None
            if one is not None and one.name in found:
                self.report.add(item, "twice", name=one.name, first=node.line)
            if one is not None:
                found[one.name] = one
        return tuple(found.values())

    def precision(self, node: Node, outcomes: tuple[Wanted, ...]) -> dict[str, float]:
        """Half-widths wanted, by outcome, in its own unit."""
        units = {o.name: unit_of(o) for o in outcomes}
        found = {}
        for key, value in self.entries(node, tuple(units)):
            width = self.amount(value, units[key.text], 0, 1e15)
            if width:
                found[key.text] = width
        return found

    def wanted(self, node: Node, outcomes: tuple[Wanted, ...]) -> dict[str, Aim]:
        """What is wanted, by outcome."""
        units = {o.name: unit_of(o) for o in outcomes}
        found = {}
        for key, value in self.entries(node, tuple(units)):
            given = {k.text: v for k, v in self.entries(value, Aim._fields)}
            more = self.switch(given["more"]) if "more" in given else None
            ends = {
                end: self.amount(given[end], units[key.text], -1e15, 1e15)
                for end in ("at_least", "at_most")
                if end in given
            }
            if len(ends) == 2:
                self.report.add(value, "one_of_two", name="at_least, at_most")
            elif more is None and not ends and isinstance(value, Map):
                self.report.add(value, "missing", name="more", allowed=", ".join(Aim._fields))
            found[key.text] = Aim(more, **ends)
        return found

    def at(self, node: Node) -> int | None:
        """The month up to which outcomes are read."""
        text = self.text(node) or ""
        match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])(-[0-9]{2})?", text)
        month = (int(match[1]) - clock.FIRST.year) * 12 + int(match[2]) - 1 if match else -1
        if not 0 <= month < clock.MONTHS:
            self.report.add(node, "no_month", name=text)
            return None
        return month

    def count(self, node: Node, name: str, most: int) -> int | None:
        """A whole number from 1."""
        if (text := self.words(node)) is None:
            return None
        try:
            value = whole(text.text)
        except QuantityError as error:
            self.report.add(node, error.key, name=text.text, allowed=f"1 … {most}")
            return None
        if not 1 <= value <= most:
            self.report.add(node, "out_of_range", name=f"{name}: {value}", unit="", low=1, high=most)
            return None
        return value

    def number(self, node: Node, key: str) -> float | int | None:
        """As in a scenario's ``run``."""
        text = self.words(node)
        return run_value(key, text, self.report) if text else None

    def minutes(self, node: Node) -> float | None:
        """How long it may take."""
        text = (self.text(node) or "").removesuffix("minutes").removesuffix("分钟").strip()
        try:
            value = quantity(text, PLAIN)
        except QuantityError:
            value = -1.0
        if not 0 < value <= 100_000:
            self.report.add(node, "no_budget", name=text)
            return None
        return value

    def between(self, root: Map, entries: Mapping[str, Node], found: dict[str, Any]) -> None:
        """What keys ask of each other."""
        kind, varied = found.get("kind"), found.get("varied", ())
        scenarios, aims = found.get("scenarios", ()), tuple(found.get("wanted", {}).values())
        bounded = [a for a in aims if a.at_least is not None or a.at_most is not None]
        paired = [o.name for o in found.get("outcomes", ()) if o.paired]
        needed = {"name": NAME.pattern, "kind": ", ".join(KINDS), "outcomes": "[…]"}
        if kind not in (None, "ensemble", *WITHOUT_FACTORS):
            needed["factors"] = "{guarantee_fee.fee: {low: …, high: …}}"
        if kind in AIMED and ("wanted" not in entries or not aims):
            needed["wanted"] = "{target_met.T7: {at_least: 1}}"
        if "scenarios" not in entries:
            needed["scenario"] = "scenario, scenarios"
        for key, allowed in needed.items():
            if key not in entries or _empty(entries[key]):
                self.report.add(START, "study_lacks", name=key, allowed=allowed)
        words = any(v.labels for v in varied)
        goals = any(a.more is not None for a in aims)
        for wrong, key, fault, name in (
            ({"scenario", "scenarios"} <= entries.keys(), "scenarios", "one_of_two", "scenario, scenarios"),
            (kind not in SEVERAL and len(scenarios) > 1, "scenarios", "one_scenario", kind),
            (kind == "robustness" and len(scenarios) == 1, "scenarios", "two_scenarios", kind),
            (kind in SAMPLED and len(varied) == 1, "factors", "two_factors", kind),
            (kind in WITHOUT_FACTORS and bool(varied), "factors", "no_factors", kind),
            (kind in ("threshold", "search") and words, "factors", "ranges_only", kind),
            (kind == "split" and not all(v.labels for v in varied), "factors", "words_only", kind),
            (kind == "split" and found.get("uncertainty") == "random", "uncertainty", "all_only", kind),
            (kind in BOUNDED and bool(aims) and len(bounded) != 1, "wanted", "one_aim", kind),
            (kind == "search" and bool(aims) and not goals, "wanted", "no_objective", kind),
            (bool(paired) and "reference" not in entries, "outcomes", "needs_reference", ", ".join(paired)),
            ("precision" in entries and kind not in ("sweep", "ensemble"), "precision", "no_precision", kind),
        ):  # fmt: skip
            if wrong:
                self.report.add(self._key(root, key), fault, name=name)
        reference = found.get("reference")
        if reference is not None and not varied and reference.name in [s.name for s in scenarios]:
            self.report.add(self._key(root, "reference"), "own_reference", name=reference.name)

    @staticmethod
    def _key(root: Map, name: str) -> Node:
        return next((key for key, _ in root.pairs if key.text == name), START)


def unit_of(outcome: Wanted) -> Unit:
    """How amounts of an outcome are written; a mean of whole things need not be whole."""
    return replace(catalogue().units.get(outcome.unit, PLAIN), whole=False)


def _empty(node: Node) -> bool:
    """Whether it is a list or mapping without anything in it."""
    return (isinstance(node, List) and not node.items) or (isinstance(node, Map) and not node.pairs)
