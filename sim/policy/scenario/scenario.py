"""Loading of scenarios from YAML files as validated, immutable :class:`Scenario` objects."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.engine.errors import InputError
from sim.model.rule_variants import STRUCTURES
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Catalogue, Instrument, Setting
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import START, Report, Text
from sim.policy.scenario import text
from sim.policy.scenario.content import Content, Run, Stated, Word
from sim.policy.scenario.draft import Draft, run_value
from sim.policy.scenario.file_format import RUN
from sim.policy.scenario.inheritance import chain, chain_of_text, file_of
from sim.texts import language

if TYPE_CHECKING:
    from sim.model.environment.assumptions import EnvironmentAssumptions


class Scenario(Content):
    """A validated scenario: its changes to the plan, its environment (``world``), and its run options."""

    @cached_property
    def world(self) -> EnvironmentAssumptions:
        """Environment of the scenario, as input to the model."""
        import numpy as np

        from sim.model.environment.assumptions import EnvironmentAssumptions
        from sim.model.environment.series import deals_of, macro

        growth = macro(self.macro) if isinstance(self.macro, str) else np.array(self.macro)
        deals = deals_of(self.macro if isinstance(self.macro, str) else "observed")
        at_least = {target.id: target.at_least for target in catalogue().targets}
        return EnvironmentAssumptions(
            growth,
            frozenset(self.shocks),
            dict(self.initial),
            deals,
            structure=dict(self.structure),
            at_least=at_least,
        )

    @cached_property
    def resolved(self) -> str:
        """Canonical YAML of the scenario and its parents, which can be loaded without other files."""
        return text.canonical(self)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 digest of :attr:`resolved`."""
        return hashlib.sha256(self.resolved.encode()).hexdigest()

    def with_run(self, **changes: Any) -> Scenario:
        """Return the scenario with other values of ``replicates``, ``seed``, ``scale`` or ``uncertainty``.

        Raises:
            InputError: a value is out of range.
            TypeError: there is no such run option.
        """
        return replace(self, run=replace(self.run, **checked(changes)))

    def changed(
        self,
        name: str | None = None,
        *,
        policy: Mapping[str, float | Stated] | None = None,
        without: Iterable[str] = (),
        off: Iterable[str] = (),
    ) -> Scenario:
        """Return a variant of the scenario with instruments or measures set back and settings changed.

        Settings are changed after instruments have been set back.

        Args:
            name: name of the variant; the name of this scenario by default.
            policy: new values by ``instrument.setting``, in the catalogue unit and within the allowed range.
            without: instruments or measures set back to ``without``.
            off: instruments or measures set back to ``none``.

        Raises:
            InputError: an id is not in the catalogue, or a value is out of range.
        """
        plan = catalogue()
        report = Report(name or self.name)
        values = dict(self.values)
        column: Word
        for ids, column in ((without, "without"), (off, "none")):
            for id_ in ids:
                instruments = _instruments(id_, plan)
                if not instruments:
                    known = names([*plan.instruments, *plan.measures])
                    report.add(START, "unknown_value", known, name=id_, allowed="zsim plan")
                values |= {s.id: Stated(column) for i in instruments for s in i.settings}
        for id_, value in (policy or {}).items():
            setting = plan.settings.get(id_)
            if setting is None:
                report.add(START, "unknown_value", names(plan.settings), name=id_, allowed="zsim plan")
                continue
            stated = value if isinstance(value, Stated) else Stated(float(value))
            _check_range(stated, setting, report)
            values[id_] = stated
        report.check()
        return replace(self, name=name or self.name, values=values)

    def __str__(self) -> str:
        return f"{self.name}: {self.title.get(language(), self.name)}"

    def __repr__(self) -> str:
        return f"<Scenario {self}>"

    def _repr_html_(self) -> str:
        return text.html(self)


def _instruments(id_: str, plan: Catalogue) -> tuple[Instrument, ...]:
    """Return the instruments of a measure, or the instrument with this id; empty if there is neither."""
    if id_ in plan.measures:
        return plan.measures[id_].instruments
    return (plan.instruments[id_],) if id_ in plan.instruments else ()


def _check_range(stated: Stated, setting: Setting, report: Report) -> None:
    """Report numbers, base or dated, that a scenario gives for a setting outside its allowed range."""
    numbers = [number for _, number in stated.dates]
    numbers += [stated.base] if isinstance(stated.base, float) else []
    for number in numbers:
        if not setting.low <= number <= setting.high:
            words = {"name": f"{setting.id} = {number:.12g}", "unit": setting.unit.en}
            report.add(START, "out_of_range", **words, low=setting.low, high=setting.high)


def unusual(structure: Mapping[str, str]) -> dict[str, str]:
    """Return the rule variants other than the defaults, in the order of the rules."""
    return {k: structure[k] for k, s in STRUCTURES.items() if structure.get(k, s.usual) != s.usual}


def checked(changes: Mapping[str, Any], mark: str = "") -> dict[str, Any]:
    """Return run options after validation against their ranges.

    Args:
        changes: values by name of the option.
        mark: prefix of the names in messages, ``--`` for the command line.

    Raises:
        InputError: a value is out of range; each line names the option.
        TypeError: there is no such option.
    """
    values: dict[str, Any] = {}
    faults: list[str] = []
    for key, value in changes.items():
        if key not in RUN.keys:
            raise TypeError(f"run has no {key!r}")
        report = Report(mark + key)
        values[key] = run_value(key, Text(1, 1, str(value)), report)
        faults += [f"{fault.path}: {fault.message}" for fault in report.faults]
    if faults:
        raise InputError(faults)
    return values


def as_enacted() -> Scenario:
    """Return the scenario that all others extend: the plan as issued, in the observed environment."""
    from sim.model.environment.parameters import SHOCKS

    return Scenario(
        name="as_enacted",
        title={},
        question={},
        source="",
        extends=None,
        values=dict.fromkeys(catalogue().settings, Stated()),
        macro="observed",
        shocks=SHOCKS,
        initial={},
        run=Run(),
    )


def load_scenario(scenario: str | os.PathLike[str] | Scenario) -> Scenario:
    """Load and check a scenario.

    Args:
        scenario: a path, or the name of a shipped scenario (``as_enacted``); a Scenario is returned
            unchanged.

    Raises:
        InputError: the scenario or a parent is invalid; lists all faults, one line each.
        OSError: a file exists and cannot be read.
    """
    if isinstance(scenario, Scenario):
        return scenario
    return _resolved(chain(*file_of(os.fspath(scenario))))


def read_scenario(text: str, path: str = "<text>") -> Scenario:
    """Read a scenario from text, such as :attr:`Scenario.resolved`; it can only extend shipped scenarios.

    Raises:
        InputError: the text is invalid; lists all faults.
    """
    return _resolved(chain_of_text(text, path))


def _resolved(drafts: list[Draft]) -> Scenario:
    """Return the scenario defined by a file and its parents; the last parent extends the plan as enacted."""
    scenario = as_enacted()
    for child in reversed(drafts):
        scenario = _extended(scenario, child)
    return scenario


def _extended(parent: Scenario, child: Draft) -> Scenario:
    """Return a parent with the changes in a file: instruments are set back before settings are changed."""
    plan = catalogue()
    values = dict(parent.values)
    column: Word
    for ids, column in ((child.without, "without"), (child.off, "none")):
        for id_ in ids:
            values |= {s.id: Stated(column) for s in plan.instruments[id_].settings}
    for id_, given in child.policy.items():
        if isinstance(given, Stated):
            values[id_] = given
        else:  # the parent's value applies before the first date
            before = values[id_]
            earlier = tuple(step for step in before.dates if step[0] < given[0][0])
            values[id_] = Stated(before.base, earlier + given)
    title = child.title or {"zh": child.name, "en": child.name}
    return Scenario(
        name=child.name,
        title=title,
        question=child.question or {},
        source=child.source or "",
        extends=child.extends.text if child.extends else None,
        values=values,
        macro=child.macro.text if isinstance(child.macro, Text) else child.macro or parent.macro,
        shocks=parent.shocks if child.shocks is None else child.shocks,
        initial={**parent.initial, **child.initial},
        structure=unusual({**parent.structure, **child.structure}),
        run=replace(parent.run, **child.run),  # type: ignore[arg-type]
    )


__all__ = ["Run", "Scenario", "as_enacted", "load_scenario", "read_scenario"]
