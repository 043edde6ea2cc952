"""Scenarios: YAML that people write -> a checked, frozen :class:`Scenario`."""

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
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import START, Report, Text
from sim.policy.scenario import text
from sim.policy.scenario.content import UNCERTAINTIES, Content, Run, Stated, Word
from sim.policy.scenario.draft import Draft, run_number
from sim.policy.scenario.inheritance import chain, chain_of_text, file_of
from sim.texts import language

if TYPE_CHECKING:
    from sim.model.environment.world import World


class Scenario(Content):
    """A checked scenario: what of the plan it changes, in which world, and how it is run."""

    @cached_property
    def world(self) -> World:
        """What it takes as given, for the model."""
        import numpy as np

        from sim.model.environment.series import deals_of, macro
        from sim.model.environment.world import World

        growth = macro(self.macro) if isinstance(self.macro, str) else np.array(self.macro)
        made = deals_of(self.macro if isinstance(self.macro, str) else "observed")
        at_least = {target.id: target.at_least for target in catalogue().targets}
        return World(
            growth,
            frozenset(self.shocks),
            dict(self.initial),
            made,
            structure=dict(self.structure),
            at_least=at_least,
        )

    @cached_property
    def resolved(self) -> str:
        """Canonical YAML of all that it says, its parents included; it loads by itself."""
        return text.canonical(self)

    @cached_property
    def sha256(self) -> str:
        """Digest of :attr:`resolved`."""
        return hashlib.sha256(self.resolved.encode()).hexdigest()

    def with_run(self, **changes: Any) -> Scenario:
        """The same with another ``replicates``, ``seed``, ``scale`` or ``uncertainty``.

        Raises:
            InputError: out of range, or no such key.
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
        """A variant, for twins and sweeps: instruments or measures set back, then settings set.

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
        base: Word
        for ids, base in ((without, "without"), (off, "none")):
            for id_ in ids:
                programmes = (
                    plan.measures[id_].instruments
                    if id_ in plan.measures
                    else tuple(filter(None, [plan.instruments.get(id_)]))
                )
                if not programmes:
                    known = names([*plan.instruments, *plan.measures])
                    report.add(START, "unknown_value", known, name=id_, allowed="zsim plan")
                for setting in (s for i in programmes for s in i.settings):
                    values[setting.id] = Stated(base)
        for id_, value in (policy or {}).items():
            if (known_setting := plan.settings.get(id_)) is None:
                report.add(START, "unknown_value", names(plan.settings), name=id_, allowed="zsim plan")
                continue
            stated = value if isinstance(value, Stated) else Stated(float(value))
            numbers = [v for _, v in stated.dates]
            numbers += [stated.base] if isinstance(stated.base, float) else []
            for number in numbers:
                low, high = known_setting.low, known_setting.high
                if not low <= number <= high:
                    words = {"name": f"{id_} = {number:.12g}", "unit": known_setting.unit.en}
                    report.add(START, "out_of_range", **words, low=low, high=high)
            values[id_] = stated
        report.check()
        return replace(self, name=name or self.name, values=values)

    def __str__(self) -> str:
        return f"{self.name}: {self.title.get(language(), self.name)}"

    def __repr__(self) -> str:
        return f"<Scenario {self}>"

    def _repr_html_(self) -> str:
        return text.html(self)


def unusual(structure: Mapping[str, str]) -> dict[str, str]:
    """What of a structure is not usual, in the order of the rules: so that the usual has one spelling."""
    return {k: structure[k] for k, s in STRUCTURES.items() if structure.get(k, s.usual) != s.usual}


def checked(changes: Mapping[str, Any], mark: str = "") -> dict[str, Any]:
    """Other settings of a run, in range.

    Args:
        changes: by name.
        mark: what people write before a name: ``--`` on the command line.

    Raises:
        InputError: out of range; each line names the setting.
        TypeError: no such setting.
    """
    found: dict[str, Any] = {}
    faults: list[str] = []
    for key, value in changes.items():
        report = Report(mark + key)
        if key not in ("replicates", "seed", "scale", "uncertainty"):
            raise TypeError(f"run has no {key!r}")
        if key == "uncertainty":
            found[key] = value
            if value not in UNCERTAINTIES:
                words = {"name": str(value), "allowed": ", ".join(UNCERTAINTIES)}
                report.add(START, "unknown_value", names(UNCERTAINTIES), **words)
        elif (number := run_number(key, Text(1, 1, str(value)), report)) is not None:
            found[key] = float(number) if key == "scale" else number
        faults += [f"{fault.path}: {fault.message}" for fault in report.faults]
    if faults:
        raise InputError(faults)
    return found


def as_enacted() -> Scenario:
    """The plan as issued, in the observed world: what every scenario starts from."""
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
        scenario: a path, or the bare name of one that ships (``as_enacted``); a Scenario stays as
            it is.

    Raises:
        InputError: everything that is wrong in it and in its parents, a line each.
        OSError: a file is there and cannot be read.
    """
    if isinstance(scenario, Scenario):
        return scenario
    return _laid(chain(*file_of(os.fspath(scenario))))


def read_scenario(text: str, path: str = "<text>") -> Scenario:
    """A scenario from its text, such as :attr:`Scenario.resolved`; extends shipped ones only.

    Raises:
        InputError: everything that is wrong in it.
    """
    return _laid(chain_of_text(text, path))


def _laid(drafts: list[Draft]) -> Scenario:
    """Drafts laid over each other, the last of them over the plan as enacted."""
    scenario = as_enacted()
    for own in reversed(drafts):
        scenario = _combine(scenario, own)
    return scenario


def _combine(parent: Scenario, own: Draft) -> Scenario:
    """A file laid over its parent: set back what it sets back, then set what it sets."""
    plan = catalogue()
    values = dict(parent.values)
    base: Word
    for ids, base in ((own.without, "without"), (own.off, "none")):
        for id_ in ids:
            values |= {s.id: Stated(base) for s in plan.instruments[id_].settings}
    for id_, given in own.policy.items():
        if isinstance(given, Stated):
            values[id_] = given
        else:  # before the first date the parent's value holds
            before = values[id_]
            kept = tuple(step for step in before.dates if step[0] < given[0][0])
            values[id_] = Stated(before.base, kept + given)
    title = own.title or {"zh": own.name, "en": own.name}
    return Scenario(
        name=own.name,
        title=title,
        question=own.question or {},
        source=own.source or "",
        extends=own.extends.text if own.extends else None,
        values=values,
        macro=own.macro.text if isinstance(own.macro, Text) else own.macro or parent.macro,
        shocks=parent.shocks if own.shocks is None else own.shocks,
        initial={**parent.initial, **own.initial},
        structure=unusual({**parent.structure, **own.structure}),
        run=replace(parent.run, **own.run),  # type: ignore[arg-type]
    )


__all__ = ["Run", "Scenario", "as_enacted", "load_scenario", "read_scenario"]
