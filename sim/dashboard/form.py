"""What somebody has filled in, and what is wrong with it: from texts to two scenarios to be run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim import shipped, texts
from sim.dashboard.controls import TurnError, turns
from sim.dashboard.texts import say, told
from sim.engine.errors import InputError
from sim.policy.scenario.scenario import Scenario, checked, load_scenario
from sim.policy.scenario.shapes import NAME

REFERENCES: Final = ("no_plan", "no_support", "as_enacted")
MOST: Final = {"replicates": 30, "scale": 0.2, "seed": 2**63 - 1}
"""Beyond these a run takes minutes: that is what ``zsim run`` is for."""
LONGEST: Final = 200
"""Characters of a field that are kept."""
START: Final = {
    "base": "as_enacted",
    "reference": "no_plan",
}
END: Final = {"replicates": "4", "scale": "0.02", "seed": "20170609", "name": "my_scenario"}
"""What stands on the page before and after the turns."""

Faults = dict[str, str]
"""One line a fault, by the field that it is about."""


@dataclass(frozen=True)
class Question:
    """A scenario and a reference, both with the same settings of the run.

    Attributes:
        scenario: as it is run.
        reference: what it is compared with.
        saved: the scenario as it is saved: with the base's own replicates and scale.
    """

    scenario: Scenario
    reference: Scenario
    saved: Scenario

    @property
    def again(self) -> str:
        """The command that gives the same numbers from the saved file."""
        return self._command(self.scenario)

    @property
    def whole(self) -> str:
        """The command of the run that conclusions may rest on."""
        return self._command(self.saved)

    def _command(self, scenario: Scenario) -> str:
        run = scenario.run
        options = f"-n {run.replicates} --seed {run.seed} --scale {run.scale:.10g}"
        return f"zsim run {scenario.name}.yaml --against {self.reference.name} {options}"


@dataclass
class Form:
    """The page's fields, as texts; an empty turn leaves the base as it is.

    Args:
        choices: scenarios that one may start from, by name.
    """

    choices: Mapping[str, Scenario]
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As on the first day; fields in the order of the page."""
        self.texts = START | {turn.id: "" for those in turns().values() for turn in those} | END

    def fill(self, given: Mapping[str, str]) -> None:
        """Take the fields that the page has; anything else is not looked at."""
        self.texts |= {name: given[name].strip()[:LONGEST] for name in self.texts if name in given}

    def speak(self, lang: str) -> None:
        """Change the language: numbers in 万元 become numbers in millions, and back."""
        known = [turn for those in turns().values() for turn in those]
        before = {turn.id: turn.size for turn in known}
        texts.use(lang)
        for turn in known:
            self.texts[turn.id] = turn.retold(self.texts[turn.id], before[turn.id])

    @property
    def base(self) -> Scenario:
        """The scenario that turns start from; the plan where an unknown one is asked for."""
        return self.choices.get(self.texts["base"]) or self.choices[START["base"]]

    def question(self) -> tuple[Question | None, Faults]:
        """What is asked, or everything that is wrong."""
        faults: Faults = {}
        for name, known in (("base", tuple(self.choices)), ("reference", REFERENCES)):
            if self.texts[name] not in known:
                given = {"name": self.texts[name][:40], "allowed": ", ".join(known)[:110]}
                fault = texts.say("fault.unknown_value", **given)
                faults[name] = say("fault.of", name=say(f"field.{name}"), fault=fault)
        name = self.texts["name"]
        if not NAME.fullmatch(name):
            fault = texts.say("fault.bad_name", name=name[:40], allowed=NAME.pattern)
            faults["name"] = say("fault.of", name=say("field.name"), fault=fault)
        elif name in self.choices or name in REFERENCES or name == "comparison":
            faults["name"] = say("fault.taken", name=name)
        run = self._run(faults)
        policy: dict[str, float] = {}
        for turn in (turn for those in turns().values() for turn in those):
            if text := self.texts[turn.id]:
                try:
                    policy[turn.id] = turn.read(text)
                except TurnError as error:
                    faults[turn.id] = str(error)
        if faults:
            return None, {field_: faults[field_] for field_ in self.texts if field_ in faults}
        base = self.choices[self.texts["base"]]
        saved = dataclasses.replace(
            base.changed(name, policy=policy),
            title={lang: told(lang, "page.varied", base=base.title[lang]) for lang in texts.LANGUAGES},
            question={},
            source=f"zsim dashboard: {base.name}",
            extends=None,
        ).with_run(seed=run["seed"])
        reference = load_scenario(self.texts["reference"])
        alike = {**run, "uncertainty": base.run.uncertainty}
        return Question(saved.with_run(**run), reference.with_run(**alike), saved), {}

    def _run(self, faults: Faults) -> dict[str, int | float]:
        run: dict[str, int | float] = {}
        for key, most in MOST.items():
            try:
                run |= checked({key: self.texts[key]})
            except InputError:
                run.pop(key, None)
            if key not in run or run[key] > most:
                fields = {"given": self.texts[key][:40], "allowed": say(f"allowed.{key}", most=most)}
                faults[key] = say("fault.run", name=say(f"field.{key}"), **fields)
        return run


def choices(files: tuple[str, ...] = ()) -> dict[str, Scenario]:
    """Scenarios to start from: those that ship, then the analyst's own files.

    Raises:
        InputError: what is wrong in the files; two scenarios of one name.
    """
    given: list[str] = sorted(p.stem for p in shipped.scenarios().glob("*.yaml"))
    first = [name for name in REFERENCES[::-1] if name in given]
    given = [*first, *(name for name in given if name not in first), *files]
    found: dict[str, Scenario] = {}
    faults: list[object] = []
    for each in given:
        try:
            scenario = load_scenario(each)
        except InputError as error:
            faults += error.faults
            continue
        if scenario.name in found:
            faults.append(texts.say("error.same_name", name=scenario.name))
        found.setdefault(scenario.name, scenario)
    if faults:
        raise InputError(faults)  # type: ignore[arg-type]
    return found
