"""Scenarios: from YAML that people write to a checked, frozen :class:`Scenario`."""

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
    """A checked scenario: what of the plan it changes, in which world, and how it is run."""

    @cached_property
    def world(self) -> EnvironmentAssumptions:
        """What the scenario takes as given, for the model."""
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
        """Canonical YAML of the scenario and its parents; it loads by itself."""
        return text.canonical(self)

    @cached_property
    def sha256(self) -> str:
        """Digest of :attr:`resolved`."""
        return hashlib.sha256(self.resolved.encode()).hexdigest()

    def with_run(self, **changes: Any) -> Scenario:
        """Return the scenario with another ``replicates``, ``seed``, ``scale`` or ``uncertainty``.

        Raises:
            InputError: out of range.
            TypeError: no such key.
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
        """Return a variant of the scenario: instruments or measures set back, then settings set.

        Args:
            name: of the variant; else this one's.
            policy: numbers by ``instrument.setting``, in the catalogue's unit, within its range.
            without: instruments or measures set back to ``without``.
            off: instruments or measures set back to ``none``.

        Raises:
            InputError: something is not in the catalogue, or out of range.
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
    """Return the instruments of a measure, or the one of this id; none where there is neither."""
    if id_ in plan.measures:
        return plan.measures[id_].instruments
    return (plan.instruments[id_],) if id_ in plan.instruments else ()


def _check_range(stated: Stated, setting: Setting, report: Report) -> None:
    """Report the numbers of a statement that are out of the setting's range."""
    numbers = [number for _, number in stated.dates]
    numbers += [stated.base] if isinstance(stated.base, float) else []
    for number in numbers:
        if not setting.low <= number <= setting.high:
            words = {"name": f"{setting.id} = {number:.12g}", "unit": setting.unit.en}
            report.add(START, "out_of_range", **words, low=setting.low, high=setting.high)


def unusual(structure: Mapping[str, str]) -> dict[str, str]:
    """Return the variants that are not the default, in the order of the rules."""
    return {k: structure[k] for k, s in STRUCTURES.items() if structure.get(k, s.usual) != s.usual}


def checked(changes: Mapping[str, Any], mark: str = "") -> dict[str, Any]:
    """Return settings of a run, checked against their range.

    Args:
        changes: by name.
        mark: written before a name in messages: ``--`` for the command line.

    Raises:
        InputError: out of range; each line names the setting.
        TypeError: no such setting.
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
    """Return the plan as issued, in the observed world: every scenario starts from it."""
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
        scenario: a path, or the bare name of one that ships (``as_enacted``); a Scenario is returned as
            it is.

    Raises:
        InputError: everything that is wrong in it and in its parents, a line each.
        OSError: a file exists and cannot be read.
    """
    if isinstance(scenario, Scenario):
        return scenario
    return _resolved(chain(*file_of(os.fspath(scenario))))


def read_scenario(text: str, path: str = "<text>") -> Scenario:
    """Read a scenario from its text, such as :attr:`Scenario.resolved`; it may extend shipped ones only.

    Raises:
        InputError: everything that is wrong in it.
    """
    return _resolved(chain_of_text(text, path))


def _resolved(drafts: list[Draft]) -> Scenario:
    """Return the scenario of a file and its parents; the last of these extends the plan as enacted."""
    scenario = as_enacted()
    for child in reversed(drafts):
        scenario = _extended(scenario, child)
    return scenario


def _extended(parent: Scenario, child: Draft) -> Scenario:
    """Return a parent with what a file changes: first what it sets back, then what it sets."""
    plan = catalogue()
    values = dict(parent.values)
    column: Word
    for ids, column in ((child.without, "without"), (child.off, "none")):
        for id_ in ids:
            values |= {s.id: Stated(column) for s in plan.instruments[id_].settings}
    for id_, given in child.policy.items():
        if isinstance(given, Stated):
            values[id_] = given
        else:  # before the first date the parent's value holds
            before = values[id_]
            kept = tuple(step for step in before.dates if step[0] < given[0][0])
            values[id_] = Stated(before.base, kept + given)
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
