"""Scenarios as text: canonical YAML that can be loaded again, words for messages, and HTML for notebooks."""

from __future__ import annotations

import json

from sim import markup
from sim.policy.catalogue.amounts import column_text, written_unit
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.entities import Setting, Unit
from sim.policy.scenario.content import ISSUED, Content, Stated
from sim.texts import language, say


def number(value: float) -> str:
    """Return the shortest text that parses to the same number, without a redundant ``.0`` or exponent."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _scalar(value: float | str, unit: Unit) -> str:
    if isinstance(value, str):
        return value
    return ("true" if value else "false") if unit.kind == "switch" else number(value)


def yaml_value(stated: Stated, unit: Unit) -> str:
    """Return the value of a setting as YAML."""
    base = _scalar(stated.base, unit)
    if not stated.dates:
        return base
    steps = [f"{{from: {date}, value: {_scalar(value, unit)}}}" for date, value in stated.dates]
    first = [] if stated.base == "enacted" else [f"{{from: {ISSUED}, value: {base}}}"]
    return "[" + ", ".join(first + steps) + "]"


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def canonical(scenario: Content) -> str:
    """Return a scenario and its parents as YAML in a fixed order; settings equal to the plan are omitted."""
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


def substance(scenario: Content) -> str:
    """Return a scenario's policy and world as YAML, without its name and run options."""
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
        lines.append(f"    {setting.name}: {yaml_value(stated, setting.unit)}")
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


def in_words(stated: Stated, setting: Setting) -> str:
    """Return the value of a setting in words, with its unit."""
    unit = written_unit(setting.unit)

    def amount(value: float | str) -> str:
        if isinstance(value, str):
            column = setting.none if value == "none" else getattr(setting, value)
            numbers = "" if column is None else f" ({column_text(column, setting.unit)})"
            return say(f"column.{value}") + numbers
        written = column_text(value, setting.unit)
        if setting.unit.kind == "switch" or not unit:
            return written
        return f"{written}{unit}" if unit.startswith("/") else f"{written} {unit}"

    parts = [amount(stated.base)] + [f"{date}: {amount(value)}" for date, value in stated.dates]
    return "; ".join(parts)


def html(scenario: Content) -> str:
    """Return a scenario as HTML for notebooks: description and differences from the plan as enacted."""
    plan, lang = catalogue(), language()
    rows = []
    for id_, stated in scenario.policy.items():
        setting = plan.settings[id_]
        instrument = plan.instruments[setting.instrument]
        names = (instrument.zh, setting.zh) if lang == "zh" else (instrument.en, setting.en)
        name = say("study.setting", instrument=names[0], setting=names[1])
        rows.append((name, id_, in_words(Stated(), setting), in_words(stated, setting)))
    for ids, word in ((scenario.without, "without"), (scenario.off, "none")):
        for id_ in ids:
            instrument = plan.instruments[id_]
            name = instrument.zh if lang == "zh" else instrument.en
            rows.append((name, id_, say("column.enacted"), say(f"column.{word}")))
    head = [say(f"scenario.{key}") for key in ("setting", "id", "enacted", "here")]
    table = markup.table(head, rows, left=(1, 2, 3)) if rows else ""
    run = scenario.run
    lines = [
        scenario.question.get(lang, ""),
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
    title = markup.heading(scenario.title.get(lang, scenario.name), scenario.name)
    return title + markup.paragraphs(lines) + table + markup.paragraphs(notes, small=True)
