"""Reading and validation of study files; all faults are reported together before the first run.

For example::

    name: fund_against_subsidies          # must match the file name
    title: {zh: …, en: …}
    kind: sweep                           # see study_specification.KINDS
    scenario: as_enacted                  # or scenarios: [a, b]; in the same folder, or shipped
    reference: no_plan                    # for differences, with the same environment and parameters
    factors:
      guarantee_fund.capital: {values: [0元, 3亿元, 6亿元]}
      guarantee_fee.fee: {low: 0.5%, high: 2%}       # log: true for a logarithmic scale
      parameter.growth.*: {prior: true}   # drawn from the prior; * matches all uncertain quantities
    outcomes: [jobs_driven_by_startups, target_met.T7, job_years_net, public_spending]
    at: 2020-12
    samples: 8                            # number of levels, trajectories or base samples
    replicates: 10
    precision: {job_years_net: 200}       # required half-width, which limits the number of replicates
    seed: 20170609
    scale: 0.1
    uncertainty: random
    budget: 20                            # minutes; determines sizes that are not given above
    goals: {target_met.T7: {at_least: 1}, public_spending: {more: false, at_most: 12亿元}}
    probability: 50%                      # threshold: required probability of meeting the goal
    players: chapters                     # attribution: chapters, measures or instruments
    against: without                      # attribution: counterfactual of players, without or off

Files with former names remain valid: ``wanted`` is read as ``goals``, ``chance`` as ``probability``, and the
kind ``split`` as ``variance_decomposition``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from sim import shipped
from sim.engine import clock
from sim.engine.errors import Fault, InputError
from sim.policy.catalogue.catalogue import Unit
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import START, List, Map, Node, Report, Text, is_file, is_there, read
from sim.policy.scenario.content import UNCERTAINTIES
from sim.policy.scenario.draft import run_value
from sim.policy.scenario.inheritance import missing
from sim.policy.scenario.quantities import QuantityError, quantity, whole
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.policy.scenario.shapes import NAME
from sim.studies.execution.simulation import Model, city_model
from sim.studies.specification import outcomes, summary
from sim.studies.specification.factor_syntax import FactorReader
from sim.studies.specification.outcomes import StudyOutcome
from sim.studies.specification.study_specification import (
    DECOMPOSITION,
    GOAL_SEEKING,
    KINDS,
    SENSITIVITY,
    Goal,
    StudySpecification,
)
from sim.studies.specification.units import RATIO, written_unit

ONE_BOUND: Final = ("discovery", "threshold")
SEVERAL_SCENARIOS: Final = ("sweep", "ensemble", "robustness")
WITHOUT_FACTORS: Final = ("attribution", "robustness")
WITH_PRECISION: Final = ("sweep", "ensemble")
NUMERIC_FACTORS: Final = ("threshold", "search")
PLAYERS: Final = ("chapters", "measures", "instruments")
KEYS: Final = (
    "name", "title", "question", "source", "kind", "scenario", "scenarios", "reference", "factors",
    "outcomes", "at", "samples", "replicates", "precision", "seed", "scale", "uncertainty", "budget",
    "goals", "probability", "players", "against",
)  # fmt: skip
FORMER_KEYS: Final = {"wanted": "goals", "chance": "probability"}
FORMER_KINDS: Final = {"split": DECOMPOSITION}


class Study(StudySpecification):
    """Study read from a file; notebooks display its summary."""

    def _repr_html_(self) -> str:
        return summary.html(self)


def load_study(path: str | Path, model: Model | None = None) -> Study:
    """Load and validate a study.

    Args:
        path: path of the study file, or the name of a shipped study.
        model: model to run instead of the city model; used in tests.

    Raises:
        InputError: the file or one of its scenarios has faults; the message has one line for each fault.
        OSError: the file exists but cannot be read.
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
        raise AssertionError("reading fails only with a reported fault")
    reader = _Reader(report, given, model or city_model())
    study = reader.study(root)
    if report.faults or reader.scenario_faults:
        raise InputError([*report.faults, *reader.scenario_faults])
    return study


class _Reader(FactorReader):
    """Reader with one method per key, which reports faults and continues without the faulty entries."""

    def __init__(self, report: Report, path: Path, model: Model) -> None:
        super().__init__(report)
        self.path, self.model = path, model
        self.scenario_faults: list[Fault | str] = []

    def study(self, root: Map) -> Study:
        """Read the complete study."""
        root = self.with_current_keys(root)
        entries = {key.text: value for key, value in self.entries(root, KEYS)}
        study: dict[str, Any] = {}
        readers: dict[str, Callable[[Node], Any]] = {
            "name": lambda node: self.named(node, self.path.stem),
            "title": self.bilingual,
            "question": self.bilingual,
            "source": self.text,
            "kind": lambda node: self.one_of(self.with_current_word(node, FORMER_KINDS), KINDS),
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
            "probability": lambda node: self.amount(
                node, Unit("share", "比例", "share", "share"), 0.01, 0.99
            ),
            "players": lambda node: self.one_of(node, PLAYERS),
            "against": lambda node: self.one_of(node, ("without", "off")),
        }
        fields = {"scenario": "scenarios", "at": "month"}
        for key, node in entries.items():
            if key in readers and (value := readers[key](node)) is not None:
                study[fields.get(key, key)] = value
        if "outcomes" in entries:
            study["outcomes"] = self.outcomes(entries["outcomes"], study.get("month", clock.MONTHS - 1))
        for key, reader in (("precision", self.precision), ("goals", self.goals)):
            if key in entries:
                study[key] = reader(entries[key], study.get("outcomes", ()))
        self.check_together(root, entries, study)
        draws_all = study.get("kind") in ("robustness", DECOMPOSITION) or (
            study.get("kind") == "ensemble" and "factors" not in study
        )
        if "uncertainty" not in study and draws_all:
            study["uncertainty"] = "all"
        return Study(**study)

    def with_current_keys(self, root: Map) -> Map:
        """Replace former keys with the current ones, and report keys that are given under both names."""
        lines = {key.text: key.line for key, _ in root.pairs}
        pairs = []
        for key, value in root.pairs:
            current = FORMER_KEYS.get(key.text, key.text)
            if current != key.text and current in lines:
                self.report.add(key, "duplicate_key", name=current, first=lines[current])
            else:
                pairs.append((replace(key, text=current), value))
        return replace(root, pairs=tuple(pairs))

    @staticmethod
    def with_current_word(node: Node, former: Mapping[str, str]) -> Node:
        """Replace a former word with the current one."""
        return replace(node, text=former.get(node.text, node.text)) if isinstance(node, Text) else node

    def scenario(self, node: Node) -> Scenario | None:
        """Load a scenario from the folder of the study, or a shipped scenario."""
        if (given := self.text(node)) is None:
            return None
        stem = given if given.endswith((".yaml", ".yml")) else f"{given}.yaml"
        beside = self.path.parent / stem
        if ".." in Path(stem).parts or Path(stem).is_absolute():
            self.report.add(node, "outside", name=given)
            return None
        available = sorted(p.stem for p in shipped.scenarios().glob("*.yaml"))
        if not is_file(beside) and given not in available:
            near = names([*available, *(p.stem for p in self.path.parent.glob("*.yaml"))])
            self.report.add(node, "no_file", near, name=given, allowed=", ".join(available))
            return None
        try:
            return load_scenario(beside if is_file(beside) else given)
        except InputError as error:
            self.scenario_faults += error.faults
            return None

    def scenarios(self, node: Node) -> tuple[Scenario, ...]:
        """Read several scenarios with distinct names."""
        scenarios: dict[str, Scenario] = {}
        for item in self.items(node, "[as_enacted, no_plan]"):
            if (scenario := self.scenario(item)) is None:
                continue
            if scenario.name in scenarios:
                self.report.add(item, "twice", name=scenario.name, first=node.line)
            scenarios[scenario.name] = scenario
        return tuple(scenarios.values())

    def outcomes(self, node: Node, month: int) -> tuple[StudyOutcome, ...]:
        """Read several outcomes with distinct names."""
        read_so_far: dict[str, StudyOutcome] = {}
        for item in self.items(node, "[jobs_driven_by_startups, target_met.T7]"):
            text = self.words(item)
            outcome = outcomes.read(text, self.model, month, self.report) if text else None
            if outcome is None:
                continue
            if outcome.name in read_so_far:
                self.report.add(item, "twice", name=outcome.name, first=node.line)
            read_so_far[outcome.name] = outcome
        return tuple(read_so_far.values())

    def precision(self, node: Node, outcomes: tuple[StudyOutcome, ...]) -> dict[str, float]:
        """Read the required half-width for each outcome, in the unit of the outcome."""
        units = {o.name: written_unit(o.unit) for o in outcomes}
        widths = {}
        for key, value in self.entries(node, tuple(units)):
            width = self.amount(value, units[key.text], 0, 1e15)
            if width:
                widths[key.text] = width
        return widths

    def goals(self, node: Node, outcomes: tuple[StudyOutcome, ...]) -> dict[str, Goal]:
        """Read the goal for each outcome."""
        units = {o.name: written_unit(o.unit) for o in outcomes}
        goals = {}
        for key, value in self.entries(node, tuple(units)):
            given = {k.text: v for k, v in self.entries(value, Goal._fields)}
            more = self.switch(given["more"]) if "more" in given else None
            bounds = {
                bound: self.amount(given[bound], units[key.text], -1e15, 1e15)
                for bound in ("at_least", "at_most")
                if bound in given
            }
            if len(bounds) == 2:
                self.report.add(value, "one_of_two", name="at_least, at_most")
            elif more is None and not bounds and isinstance(value, Map):
                self.report.add(value, "missing", name="more", allowed=", ".join(Goal._fields))
            goals[key.text] = Goal(more, **bounds)
        return goals

    def at(self, node: Node) -> int | None:
        """Read the last month that outcomes include, and return its index."""
        text = self.text(node) or ""
        match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])(-[0-9]{2})?", text)
        month = (int(match[1]) - clock.FIRST.year) * 12 + int(match[2]) - 1 if match else -1
        if not 0 <= month < clock.MONTHS:
            self.report.add(node, "no_month", name=text)
            return None
        return month

    def count(self, node: Node, name: str, most: int) -> int | None:
        """Read a whole number from 1 to ``most``."""
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
        """Read a number in the format used in the ``run`` section of a scenario."""
        text = self.words(node)
        return run_value(key, text, self.report) if text else None

    def minutes(self, node: Node) -> float | None:
        """Read the budget in minutes."""
        text = (self.text(node) or "").removesuffix("minutes").removesuffix("分钟").strip()
        try:
            value = quantity(text, RATIO)
        except QuantityError:
            value = -1.0
        if not 0 < value <= 100_000:
            self.report.add(node, "no_budget", name=text)
            return None
        return value

    def check_together(self, root: Map, entries: Mapping[str, Node], study: dict[str, Any]) -> None:
        """Report keys that are missing, do not fit the kind of study, or contradict each other."""
        self.check_needed(entries, study)
        kind, factors = study.get("kind"), study.get("factors", ())
        scenarios, goals = study.get("scenarios", ()), tuple(study.get("goals", {}).values())
        paired = [o.name for o in study.get("outcomes", ()) if o.paired]
        bounded = sum(goal.bounded for goal in goals)
        directed = any(goal.more is not None for goal in goals)
        categorical = any(f.labels for f in factors)
        structures = all(f.labels for f in factors)
        no_draws = study.get("uncertainty") == "random"
        for wrong, key, fault, name in (
            ({"scenario", "scenarios"} <= entries.keys(), "scenarios", "one_of_two", "scenario, scenarios"),
            (kind not in SEVERAL_SCENARIOS and len(scenarios) > 1, "scenarios", "one_scenario", kind),
            (kind == "robustness" and len(scenarios) == 1, "scenarios", "two_scenarios", kind),
            (kind in SENSITIVITY and len(factors) == 1, "factors", "two_factors", kind),
            (kind in WITHOUT_FACTORS and bool(factors), "factors", "no_factors", kind),
            (kind in NUMERIC_FACTORS and categorical, "factors", "ranges_only", kind),
            (kind == DECOMPOSITION and not structures, "factors", "words_only", kind),
            (kind == DECOMPOSITION and no_draws, "uncertainty", "all_only", kind),
            (kind in ONE_BOUND and bool(goals) and bounded != 1, "goals", "one_aim", kind),
            (kind == "search" and bool(goals) and not directed, "goals", "no_objective", kind),
            (bool(paired) and "reference" not in entries, "outcomes", "needs_reference", ", ".join(paired)),
            ("precision" in entries and kind not in WITH_PRECISION, "precision", "no_precision", kind),
        ):  # fmt: skip
            if wrong:
                self.report.add(self._key(root, key), fault, name=name)
        reference = study.get("reference")
        if reference is not None and not factors and reference.name in [s.name for s in scenarios]:
            self.report.add(self._key(root, "reference"), "own_reference", name=reference.name)

    def check_needed(self, entries: Mapping[str, Node], study: Mapping[str, Any]) -> None:
        """Report the keys that this kind of study requires and that are missing."""
        kind = study.get("kind")
        needed = {"name": NAME.pattern, "kind": ", ".join(KINDS), "outcomes": "[…]"}
        if kind not in (None, "ensemble", *WITHOUT_FACTORS):
            needed["factors"] = "{guarantee_fee.fee: {low: …, high: …}}"
        if kind in GOAL_SEEKING and not study.get("goals"):
            needed["goals"] = "{target_met.T7: {at_least: 1}}"
        if "scenarios" not in entries:
            needed["scenario"] = "scenario, scenarios"
        for key, allowed in needed.items():
            if key not in entries or _empty(entries[key]):
                self.report.add(START, "study_lacks", name=key, allowed=allowed)

    @staticmethod
    def _key(root: Map, name: str) -> Node:
        return next((key for key, _ in root.pairs if key.text == name), START)


def _empty(node: Node) -> bool:
    """Return whether a list or mapping has no entries."""
    return (isinstance(node, List) and not node.items) or (isinstance(node, Map) and not node.pairs)
