"""A study file, read and checked like a scenario: every fault at once, nothing run before it is right.

name: fund_against_subsidies          # equal to the file's stem
title: {zh: …, en: …}
kind: sweep                           # see KINDS
scenario: as_enacted                  # or scenarios: [a, b]: beside this file, or shipped
reference: no_plan                    # what differences are taken from; shares world and parameters
factors:
guarantee_fund.capital: {values: [0元, 3亿元, 6亿元]}
guarantee_fee.fee: {low: 0.5%, high: 2%}            # log: true for a logarithmic scale
parameter.growth.*: {prior: true}                   # as it is believed; * stands for all uncertain
outcomes: [jobs_driven_by_startups, target_met.T7, job_years_net, public_spending]
at: 2020-12
samples: 8                            # levels, trajectories or base samples, as the kind has them
replicates: 10
precision: {job_years_net: 200}       # half-width wanted: replicates up to `replicates`, no more than needed
seed: 20170609
scale: 0.1
uncertainty: luck
budget: 20                            # minutes, for what is not given above
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from sim import shipped
from sim.engine import clock
from sim.engine.errors import Fault, InputError
from sim.policy.draft import run_number
from sim.policy.quantity import QuantityError, quantity, whole
from sim.policy.reading import START, List, Map, Node, Report, Text, names, read
from sim.policy.scenario import Scenario, load_scenario
from sim.policy.shapes import NAME, Shapes
from sim.studies import wanted
from sim.studies.run import Model
from sim.studies.varied import MACRO, Known, Varied, known, matching
from sim.studies.wanted import Wanted

SAMPLED: Final = ("morris", "sobol")
KINDS: Final = ("sweep", "ensemble", *SAMPLED)
KEYS: Final = (
    "name", "title", "question", "source", "kind", "scenario", "scenarios", "reference", "factors",
    "outcomes", "at", "samples", "replicates", "precision", "seed", "scale", "uncertainty", "budget",
)  # fmt: skip
MOST_POINTS: Final = 1_000_000
BUDGET: Final = 20.0


@dataclass(frozen=True)
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
    uncertainty: Literal["all", "luck"] = "luck"
    budget: float = BUDGET


def load_study(path: str | Path, model: Model) -> Study:
    """Load and check a study.

    Raises:
        InputError: everything that is wrong in it and in its scenarios, a line each.
        OSError: a file is there and cannot be read.
    """
    given = Path(path)
    if not given.is_file() and NAME.fullmatch(str(path)):
        given = shipped.scenarios() / "studies" / f"{path}.yaml"
    report = Report(str(given))
    if not (given.exists() or given.is_symlink()):
        found = sorted(p.stem for p in (shipped.scenarios() / "studies").glob("*.yaml"))
        report.add(START, "no_study", names(found), name=given.stem, allowed=", ".join(found) or "-")
        report.check()
    root = read(given, report)
    if root is None:
        report.check()
        raise AssertionError("a file without a tree has a fault")
    reader = _Reader(report, given, model)
    study = reader.study(root)
    if report.faults or reader.others:
        raise InputError([*report.faults, *reader.others])
    return study


class _Reader(Shapes):
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
            "uncertainty": lambda node: self.one_of(node, ("all", "luck")),
            "budget": self.minutes,
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
        self.between(root, entries, found)
        if "uncertainty" not in found and found.get("kind") == "ensemble" and "varied" not in found:
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
        if not beside.is_file() and given not in known_:
            near = names([*known_, *(p.stem for p in self.path.parent.glob("*.yaml"))])
            self.report.add(node, "no_file", near, name=given, allowed=", ".join(known_))
            return None
        try:
            return load_scenario(beside if beside.is_file() else given)
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

    def factors(self, node: Node) -> tuple[Varied, ...]:
        """What is varied; a star stands for all that is uncertain below it, but for what is named itself."""
        choices = known()
        written = [key.text for key, _ in node.pairs] if isinstance(node, Map) else []
        if isinstance(node, Map):
            for key, _ in node.pairs:
                if not (key.text in choices or (key.text.endswith("*") and matching(key.text))):
                    near = {**names(choices), **{k.zh: i for i, k in choices.items()}}
                    self.report.add(key, "unknown_factor", near, name=key.text)
        elif type(node) is not Node:
            self.report.add(
                node, "not_a_mapping", allowed="instrument.setting, world.KEY, parameter.ROOM.NAME"
            )
        found: dict[str, Varied] = {}
        for key, value in node.pairs if isinstance(node, Map) else ():
            if key.text in choices:
                if (one := self.factor(choices[key.text], key, value)) is not None:
                    found[key.text] = one
            elif key.text.endswith("*"):
                for each in matching(key.text):
                    if each.id not in written and (one := self.factor(each, key, value)) is not None:
                        found.setdefault(each.id, one)
        return tuple(found.values())

    def factor(self, what: Known, key: Text, node: Node) -> Varied | None:
        """One factor: two ends, a list, or its prior."""
        given = {k.text: v for k, v in self.entries(node, ("low", "high", "log", "values", "prior"))}
        if not isinstance(node, Map):
            return None
        if "prior" in given and self.switch(given["prior"]):
            if what.prior is None:
                self.report.add(key, "no_prior", name=what.id)
                return None
            low, _, high, _ = what.prior
            return Varied(what, low, high, prior=True)
        if "values" in given:
            return self.listed_values(what, given["values"])
        missing = [k for k in ("low", "high") if k not in given]
        if missing:
            self.report.add(
                node, "missing", name=", ".join(missing), allowed="low, high / values / prior: true"
            )
            return None
        ends = [self.amount(given[k], what.unit, what.low, what.high) for k in ("low", "high")]
        if ends[0] is None or ends[1] is None:
            return None
        log = "log" in given and self.switch(given["log"])
        if not ends[0] < ends[1] or (log and ends[0] <= 0):
            self.report.add(given["low"], "bad_range", name=what.id)
            return None
        return Varied(what, ends[0], ends[1], log=log)

    def listed_values(self, what: Known, node: Node) -> Varied | None:
        """A list of at least two numbers, put in order."""
        items = self.items(node, "[a, b, …]")
        if what.id == MACRO:
            from sim.model.world import MACROS

            chosen = [self.one_of(item, MACROS) for item in items]
            labels = tuple(m for m in MACROS if m in chosen)
            values = [float(MACROS.index(m)) for m in labels]
        else:
            labels = ()
            given = [self.amount(item, what.unit, what.low, what.high) for item in items]
            if None in given:
                return None
            values = sorted({v for v in given if v is not None})
        if len(values) < 2:
            if isinstance(node, List):
                self.report.add(node, "two_values", name=what.id)
            return None
        return Varied(what, values[0], values[-1], values=tuple(values), labels=labels)

    def outcomes(self, node: Node, month: int) -> tuple[Wanted, ...]:
        """What is asked for."""
        found: dict[str, Wanted] = {}
        for item in self.items(node, "[jobs_driven_by_startups, target_met.T7]"):
            text = self.words(item)
            one = wanted.read(text, self.model, month, self.report) if text else None
            if one is not None and one.name in found:
                self.report.add(item, "twice", name=one.name, first=node.line)
            if one is not None:
                found[one.name] = one
        return tuple(found.values())

    def precision(self, node: Node, outcomes: tuple[Wanted, ...]) -> dict[str, float]:
        """Half-widths wanted, by outcome, in its own unit."""
        from sim.policy.catalogue import Unit

        plain = Unit("ratio", "", "", "ratio")
        found = {}
        for key, value in self.entries(node, tuple(o.name for o in outcomes)):
            width = self.amount(value, plain, 0, 1e15)
            if width:
                found[key.text] = width
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
        return run_number(key, text, self.report) if text else None

    def minutes(self, node: Node) -> float | None:
        """How long it may take."""
        text = (self.text(node) or "").removesuffix("minutes").removesuffix("分钟").strip()
        from sim.policy.catalogue import Unit

        try:
            value = quantity(text, Unit("ratio", "", "", "ratio"))
        except QuantityError:
            value = -1.0
        if not 0 < value <= 100_000:
            self.report.add(node, "no_budget", name=text)
            return None
        return value

    def switch(self, node: Node) -> bool:
        """Yes or no."""
        text = self.one_of(node, ("true", "false", "yes", "no"))
        return text in ("true", "yes")

    def between(self, root: Map, entries: Mapping[str, Node], found: dict[str, Any]) -> None:
        """What keys ask of each other."""
        for key, allowed in (("name", NAME.pattern), ("kind", ", ".join(KINDS)), ("outcomes", "[…]")):
            if key not in entries:
                self.report.add(START, "study_lacks", name=key, allowed=allowed)
        if "scenario" in entries and "scenarios" in entries:
            self.report.add(self._key(root, "scenarios"), "one_of_two", name="scenario, scenarios")
        elif "scenario" not in entries and "scenarios" not in entries:
            self.report.add(START, "study_lacks", name="scenario", allowed="scenario, scenarios")
        kind, varied = found.get("kind"), found.get("varied", ())
        if kind in ("sweep", *SAMPLED) and "factors" not in entries:
            self.report.add(
                START, "study_lacks", name="factors", allowed="{guarantee_fee.fee: {low: …, high: …}}"
            )
        if kind in SAMPLED and len(found.get("scenarios", ())) > 1:
            self.report.add(self._key(root, "scenarios"), "one_scenario", name=kind)
        if kind in SAMPLED and varied and len(varied) < 2:
            self.report.add(self._key(root, "factors"), "two_factors", name=kind)
        paired = [o.name for o in found.get("outcomes", ()) if o.paired]
        if paired and "reference" not in entries:
            self.report.add(self._key(root, "outcomes"), "needs_reference", name=", ".join(paired))
        if "precision" in entries and kind in SAMPLED:
            self.report.add(self._key(root, "precision"), "no_precision", name=kind)
        reference = found.get("reference")
        if reference is not None and any(
            s.name == reference.name and not varied for s in found.get("scenarios", ())
        ):
            self.report.add(self._key(root, "reference"), "own_reference", name=reference.name)

    @staticmethod
    def _key(root: Map, name: str) -> Node:
        return next((key for key, _ in root.pairs if key.text == name), START)


def settled(study: Study, **chosen: Any) -> Study:
    """The study with what was left open chosen."""
    return replace(study, **{k: v for k, v in chosen.items() if getattr(study, k) is None})
