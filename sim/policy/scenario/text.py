"""Scenarios as text: canonical YAML that loads again, words, and HTML for a notebook."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim import markup
from sim.policy.catalogue.catalogue import Setting, Unit, catalogue
from sim.policy.scenario.draft import ISSUED, Stated
from sim.texts import language, say

if TYPE_CHECKING:
    from sim.policy.scenario.scenario import Scenario


def number(value: float) -> str:
    """The shortest text that is the same number again, without a useless ``.0`` or ``e``."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _scalar(value: float | str, unit: Unit) -> str:
    if isinstance(value, str):
        return value
    return ("true" if value else "false") if unit.kind == "switch" else number(value)


def given(stated: Stated, unit: Unit) -> str:
    """What is said of a setting, as a YAML value."""
    base = _scalar(stated.base, unit)
    if not stated.dates:
        return base
    steps = [f"{{from: {date}, value: {_scalar(value, unit)}}}" for date, value in stated.dates]
    first = [] if stated.base == "enacted" else [f"{{from: {ISSUED}, value: {base}}}"]
    return "[" + ", ".join(first + steps) + "]"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def canonical(scenario: Scenario) -> str:
    """All that a scenario says, its parents included, in a fixed order; the rest is as enacted."""
    lines = [f"name: {scenario.name}"]
    for key in ("title", "question"):
        texts = getattr(scenario, key)
        if texts:
            lines.append(f"{key}: {{zh: {_quote(texts['zh'])}, en: {_quote(texts['en'])}}}")
    if scenario.source:
        lines.append(f"source: {_quote(scenario.source)}")
    run = scenario.run
    ending = (
        f"run: {{replicates: {run.replicates}, seed: {run.seed}, scale: {number(run.scale)}, "
        f"uncertainty: {run.uncertainty}}}"
    )
    return "\n".join([*lines, substance(scenario) + ending]) + "\n"


def substance(scenario: Scenario) -> str:
    """What acts in a scenario, its policy and its world, whatever it is called and however it is run."""
    lines = []
    for key in ("without", "off"):
        if ids := getattr(scenario, key):
            lines += [f"{key}:", *(f"  - {id_}" for id_ in ids)]
    plan = catalogue().settings
    if scenario.policy:
        lines.append("policy:")
    instrument = ""
    for id_, stated in scenario.policy.items():
        setting = plan[id_]
        if setting.instrument != instrument:
            instrument = setting.instrument
            lines.append(f"  {instrument}:")
        lines.append(f"    {setting.name}: {given(stated, setting.unit)}")
    lines.append("world:")
    if isinstance(scenario.macro, str):
        lines.append(f"  macro: {scenario.macro}")
    else:
        from sim.model.environment.geography import SECTORS

        lines.append("  macro:")
        for sector, row in zip(SECTORS, scenario.macro, strict=True):
            lines.append(f"    {sector}: [{', '.join(map(number, row))}]")
    lines.append(f"  shocks: [{', '.join(scenario.shocks)}]")
    if scenario.initial:
        known = ", ".join(f"{k}: {number(v)}" for k, v in sorted(scenario.initial.items()))
        lines.append(f"  initial: {{{known}}}")
    if scenario.structure:
        lines.append(f"  structure: {{{', '.join(f'{k}: {v}' for k, v in scenario.structure.items())}}}")
    return "\n".join(lines) + "\n"


def spoken(stated: Stated, setting: Setting) -> str:
    """What is said of a setting, for people: in words, with its unit."""
    unit = written_unit(setting.unit)

    def amount(value: float | str) -> str:
        if isinstance(value, str):
            column = setting.none if value == "none" else getattr(setting, value)
            inside = "" if column is None else f" ({column_text(column, setting.unit)})"
            return say(f"column.{value}") + inside
        number = column_text(value, setting.unit)
        if setting.unit.kind == "switch" or not unit:
            return number
        return f"{number}{unit}" if unit.startswith("/") else f"{number} {unit}"

    parts = [amount(stated.base)] + [f"{date}: {amount(value)}" for date, value in stated.dates]
    return "; ".join(parts)


def written_unit(unit: Unit) -> str:
    """What a unit is called beside a number of :func:`column_text`: after a per cent, only per what time.

    >>> written_unit(catalogue().units["yuan a year"]), written_unit(catalogue().units["share a year"])
    ('元/年', '/年')
    """
    name, share = ((u.zh if language() == "zh" else u.en) for u in (unit, catalogue().units["share"]))
    return name.removeprefix(share).strip() if unit.kind == "share" else name


def column_text(value: float | tuple[tuple[object, float], ...], unit: Unit) -> str:
    """A catalogue column for people: a number, or dated numbers."""
    if isinstance(value, tuple):
        return ", ".join(f"{date}: {column_text(v, unit)}" for date, v in value)
    if unit.kind == "switch":
        return say("word.yes" if value else "word.no")
    if unit.kind == "share":
        return f"{value * 100:.10g}%"
    return f"{value:,.10g}"


def html(scenario: Scenario) -> str:
    """What a scenario is, and what it sets otherwise than the plan as enacted, for a notebook."""
    plan, of = catalogue(), language()
    rows = []
    for id_, stated in scenario.policy.items():
        setting = plan.settings[id_]
        instrument = plan.instruments[setting.instrument]
        names = (instrument.zh, setting.zh) if of == "zh" else (instrument.en, setting.en)
        name = say("study.setting", instrument=names[0], setting=names[1])
        rows.append((name, id_, spoken(Stated(), setting), spoken(stated, setting)))
    for ids, word in ((scenario.without, "without"), (scenario.off, "none")):
        for id_ in ids:
            one = plan.instruments[id_]
            name = one.zh if of == "zh" else one.en
            rows.append((name, id_, say("column.enacted"), say(f"column.{word}")))
    head = [say(f"scenario.{key}") for key in ("setting", "id", "enacted", "here")]
    told = markup.table(head, rows, left=(1, 2, 3)) if rows else ""
    run = scenario.run
    lines = [
        scenario.question.get(of, ""),
        scenario.source and say("scenario.source", source=scenario.source),
        "" if rows else say("scenario.nothing"),
    ]
    size = {"replicates": run.replicates, "scale": f"{run.scale:g}", "seed": run.seed}
    macro = scenario.macro if isinstance(scenario.macro, str) else say("scenario.own_growth")
    world = {"macro": macro, "shocks": ", ".join(scenario.shocks) or "-"}
    known = ", ".join(f"{key} = {number(value)}" for key, value in sorted(scenario.initial.items()))
    notes = [
        say("scenario.world", **world),
        known and say("scenario.initial", known=known),
        say("scenario.run", **size, uncertainty=say(f"scenario.{run.uncertainty}")),
    ]
    title = markup.heading(scenario.title.get(of, scenario.name), scenario.name)
    return title + markup.paragraphs(lines) + told + markup.paragraphs(notes, small=True)
