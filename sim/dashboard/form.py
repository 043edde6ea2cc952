"""Form on the dashboard page: conversion of its fields into two scenarios to run, or into fault messages."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sim import shipped, texts
from sim.dashboard.controls import ControlError, all_controls
from sim.dashboard.texts import in_language, say
from sim.engine.errors import Fault, InputError
from sim.policy.scenario.scenario import Scenario, checked, load_scenario
from sim.policy.scenario.shapes import NAME

REFERENCES: Final = ("no_plan", "no_support", "as_enacted")
LIMITS: Final = {"replicates": 30, "scale": 0.2, "seed": 2**63 - 1}
"""Maximum values of the run settings; larger runs take minutes and require ``zsim run``."""
MAX_LENGTH: Final = 200
"""Maximum length of a field in characters; longer texts are truncated."""
FIRST_FIELDS: Final = {
    "base": "as_enacted",
    "reference": "no_plan",
}
"""Fields that precede the controls, with their initial values."""
LAST_FIELDS: Final = {"replicates": "4", "scale": "0.02", "seed": "20170609", "name": "my_scenario"}
"""Fields that follow the controls, with their initial values."""

Faults = dict[str, str]
"""One-line fault messages by field."""


@dataclass(frozen=True)
class RunRequest:
    """A scenario and a reference with the same run settings.

    Attributes:
        scenario: scenario to run.
        reference: scenario to compare with.
        saved: scenario to save as a file, with the replicates and scale of the base scenario.
    """

    scenario: Scenario
    reference: Scenario
    saved: Scenario

    @property
    def repeat_command(self) -> str:
        """Command that reproduces the results from the saved file."""
        return self._command(self.scenario)

    @property
    def full_command(self) -> str:
        """Command for a run at full size, on which conclusions may be based."""
        return self._command(self.saved)

    def _command(self, scenario: Scenario) -> str:
        run = scenario.run
        options = f"-n {run.replicates} --seed {run.seed} --scale {run.scale:.10g}"
        return f"zsim run {scenario.name}.yaml --against {self.reference.name} {options}"


@dataclass
class Form:
    """Fields of the form as text; if the field of a control is empty, the base scenario's value applies.

    Attributes:
        choices: base scenarios that users can choose from, by name.
        texts: text of each field by name, in the order in which the fields appear on the page.
    """

    choices: Mapping[str, Scenario]
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Set all fields to their initial values."""
        self.texts = FIRST_FIELDS | {control.id: "" for control in all_controls()} | LAST_FIELDS

    def fill(self, given: Mapping[str, str]) -> None:
        """Update the fields of the form from submitted texts; unknown fields are ignored."""
        self.texts |= {name: given[name].strip()[:MAX_LENGTH] for name in self.texts if name in given}

    def set_language(self, lang: str) -> None:
        """Change the language, and convert amounts between 万元 and million yuan."""
        controls = all_controls()
        before = {control.id: control.divisor for control in controls}
        texts.use(lang)
        for control in controls:
            self.texts[control.id] = control.convert(self.texts[control.id], before[control.id])

    @property
    def base(self) -> Scenario:
        """Selected base scenario, or the plan as enacted if the field is invalid."""
        return self.choices.get(self.texts["base"]) or self.choices[FIRST_FIELDS["base"]]

    def request(self) -> tuple[RunRequest | None, Faults]:
        """Return the run that the fields describe, or None if they have faults, and the faults by field."""
        faults: Faults = {}
        self._check_scenarios(faults)
        self._check_name(faults)
        run = self._run_settings(faults)
        policy: dict[str, float] = {}
        for control in all_controls():
            if text := self.texts[control.id]:
                try:
                    policy[control.id] = control.parse(text)
                except ControlError as error:
                    faults[control.id] = str(error)
        if faults:
            return None, {name: faults[name] for name in self.texts if name in faults}
        base, name = self.choices[self.texts["base"]], self.texts["name"]
        saved = dataclasses.replace(
            base.changed(name, policy=policy),
            title={lang: in_language(lang, "page.varied", base=base.title[lang]) for lang in texts.LANGUAGES},
            question={},
            source=f"zsim dashboard: {base.name}",
            extends=None,
        ).with_run(seed=run["seed"])
        reference = load_scenario(self.texts["reference"])
        reference_run = {**run, "uncertainty": base.run.uncertainty}
        return RunRequest(saved.with_run(**run), reference.with_run(**reference_run), saved), {}

    def _check_scenarios(self, faults: Faults) -> None:
        for name, known in (("base", tuple(self.choices)), ("reference", REFERENCES)):
            if self.texts[name] not in known:
                fields = {"name": self.texts[name][:40], "allowed": ", ".join(known)[:110]}
                fault = texts.say("fault.unknown_value", **fields)
                faults[name] = say("fault.of", name=say(f"field.{name}"), fault=fault)

    def _check_name(self, faults: Faults) -> None:
        name = self.texts["name"]
        if not NAME.fullmatch(name):
            fault = texts.say("fault.bad_name", name=name[:40], allowed=NAME.pattern)
            faults["name"] = say("fault.of", name=say("field.name"), fault=fault)
        elif name in self.choices or name in REFERENCES or name == "comparison":
            faults["name"] = say("fault.name_in_use", name=name)

    def _run_settings(self, faults: Faults) -> dict[str, int | float]:
        run: dict[str, int | float] = {}
        for key, most in LIMITS.items():
            try:
                run |= checked({key: self.texts[key]})
            except InputError:
                run.pop(key, None)
            if key not in run or run[key] > most:
                fields = {"given": self.texts[key][:40], "allowed": say(f"allowed.{key}", most=most)}
                faults[key] = say("fault.run", name=say(f"field.{key}"), **fields)
        return run


def load_choices(files: tuple[str, ...] = ()) -> dict[str, Scenario]:
    """Load the base scenarios: those shipped with the package, then the user's own files.

    Raises:
        InputError: a file has faults, or two scenarios have the same name.
    """
    names: list[str] = sorted(path.stem for path in shipped.scenarios().glob("*.yaml"))
    first = [name for name in REFERENCES[::-1] if name in names]
    choices: dict[str, Scenario] = {}
    faults: list[Fault | str] = []
    for name in (*first, *(name for name in names if name not in first), *files):
        try:
            scenario = load_scenario(name)
        except InputError as error:
            faults += error.faults
            continue
        if scenario.name in choices:
            faults.append(texts.say("error.same_name", name=scenario.name))
        choices.setdefault(scenario.name, scenario)
    if faults:
        raise InputError(faults)
    return choices
