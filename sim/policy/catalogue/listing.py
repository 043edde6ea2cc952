"""The catalogue as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from sim.engine.errors import InputError
from sim.policy.catalogue.amounts import column_text, written_unit
from sim.policy.catalogue.catalogue import Catalogue, Clause, Instrument, Measure, Setting, Value, catalogue
from sim.policy.catalogue.coverage import MOST_RESPONSES, coverage
from sim.policy.reading.names import names, nearest
from sim.texts import language, say

_ROOT = Path(__file__).resolve().parents[3]


Part = list[Measure] | Instrument
"""What of the plan is shown."""


def chosen(id_: str | None) -> Part:
    """What is to be shown: all measures, one, or an instrument.

    Raises:
        InputError: neither a measure nor an instrument.
    """
    plan = catalogue()
    if id_ is None:
        return list(plan.measures.values())
    if id_ in plan.instruments:
        return plan.instruments[id_]
    if id_.upper() in plan.measures:
        return [plan.measures[id_.upper()]]
    near = nearest(id_, names([*plan.measures, *plan.instruments]))
    hint = say("fault.nearest", near=near) if near else ""
    raise InputError([say("plan.unknown", name=id_) + hint])


def named(thing: Any) -> str:
    """Name of a thing of the plan in the language in use."""
    return str(getattr(thing, language()))


# --- JSON ---


def plan_json(shown: Part) -> str:
    """The shape is part of the contract; an instrument stands alone in its measure."""
    plan = catalogue()
    if isinstance(shown, Instrument):
        carried = tuple(_carried(shown, plan))
        shown = [replace(plan.measures[shown.measure], instruments=(shown,), clauses=carried)]
    document = {
        "targets": [
            {
                "id": t.id,
                "name": t.name,
                "zh": t.zh,
                "en": t.en,
                "at_least": _plain(t.at_least),
                "aim": None if t.aim is None else _plain(t.aim),
                "unit": t.unit,
            }
            for t in plan.targets
        ],
        "measures": [_measure(m) for m in shown],
        "closing": [_clause(c) for c in plan.closing],
        "coverage": vars(coverage(plan)),
        "levers": [vars(s) for s in plan.levers.values()],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _plain(value: float, switch: bool = False) -> float | bool:
    if switch:
        return bool(value)
    return int(value) if value == int(value) else value


def _column(value: Value | None, setting: Setting) -> Any:
    switch = setting.unit.kind == "switch"
    if isinstance(value, tuple):
        return [{"from": str(date), "value": _plain(v, switch)} for date, v in value]
    return None if value is None else _plain(value, switch)


def _setting(setting: Setting) -> dict[str, Any]:
    return {
        "id": setting.name,
        "zh": setting.zh,
        "unit": setting.unit.id,
        "without": _column(setting.without, setting),
        "enacted": _column(setting.enacted, setting),
        "none": _column(setting.none, setting),
        "low": _column(setting.low, setting),
        "high": _column(setting.high, setting),
        "plausible": setting.plausible and [_column(v, setting) for v in setting.plausible],
        "source": setting.source,
        "evidence": list(setting.evidence),
        "moves": {m.lever: str(m) for m in setting.moves},
        "acting": setting.acting,
        "note": setting.note,
    }


def submodels(instrument: Instrument) -> list[str]:
    """The rooms whose sockets an instrument moves, planned ones too."""
    found = (m.lever.partition(".")[0] for s in instrument.settings for m in s.moves)
    return list(dict.fromkeys(found))


def _tests(room: str) -> str:
    return f"tests/model/test_{room}.py"


def _clause(clause: Clause) -> dict[str, Any]:
    reason = clause.not_modelled and named(clause.not_modelled)
    return {"zh": clause.zh, "instruments": list(clause.instruments), "not_modelled": reason}


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "id": measure.id,
        "chapter": measure.chapter,
        "zh": measure.zh,
        "en": measure.en,
        "lead": list(measure.lead),
        "supporting": list(measure.supporting),
        "clauses": [_clause(c) for c in measure.clauses],
        "instruments": [
            {
                "id": i.id,
                "zh": i.zh,
                "en": i.en,
                "acting": i.acting,
                "way": i.way,
                "arrives": i.arrives,
                "before": i.before.en if i.before else "",
                "before_zh": i.before.zh if i.before else "",
                "settings": [_setting(s) for s in i.settings],
                "submodels": submodels(i),
                "tests": [t for name in submodels(i) if (_ROOT / (t := _tests(name))).is_file()],
            }
            for i in measure.instruments
        ],
    }


# --- text and Markdown ---


def acts(instrument: Instrument) -> str:
    """Whether it acts, in words."""
    if not instrument.acting:
        return say("plan.not_acting")
    return say("plan.acting" if all(s.acting for s in instrument.settings) else "plan.partly")


def _cells(setting: Setting, plan: Catalogue) -> list[str]:
    def text(value: Value | None) -> str:
        return "" if value is None else column_text(value, setting.unit)

    def spread(low: float, high: float) -> str:
        return f"{text(low)} – {text(high)}"

    moves = []
    for move in setting.moves:
        built = move.lever in plan.levers
        where = move.lever if built else say("plan.planned", lever=move.lever)
        moves.append(where if str(move) == "value" else f"{where}: {move}")
    source = say(f"plan.{setting.source}")
    return [
        setting.name if language() == "en" else f"{setting.name} {setting.zh}",
        written_unit(setting.unit),
        text(setting.without),
        text(setting.enacted),
        text(setting.none),
        spread(setting.low, setting.high),
        spread(*setting.plausible) if setting.plausible else "",
        f"{source} {' '.join(setting.evidence)}".strip(),
        "; ".join(moves),
    ]


def plan_text(shown: Part, markdown: bool = False) -> str:
    """The plan to read: targets, then every measure with its instruments, settings and clauses.

    Args:
        shown: what of it.
        markdown: rather than plain text.
    """
    plan = catalogue()
    if isinstance(shown, Instrument):
        return "\n".join(_alone(shown, plan, markdown))
    whole = len(shown) == len(plan.measures)
    head, sub, bullet = ("## ", "### ", "- ") if markdown else ("", "", "  ")
    lines: list[str] = []
    if whole:
        lines += [f"{head}{say('plan.targets')}", ""]
        for t in plan.targets:
            aim = {"at_least": f"{t.at_least:,.0f}", "unit": named(plan.units[t.unit])}
            lines.append(bullet + say("plan.target", id=t.id, name=named(t), **aim))
    last = 0
    for measure in shown:
        if measure.chapter != last:
            last = measure.chapter
            chapter = say("plan.chapter", number=last, name=named(plan.chapters[last - 1]))
            lines += ["", f"{head}{chapter}"]
        lines += ["", f"{sub}{measure.id} {named(measure)}", ""]
        lines.append(say("plan.lead", names="、".join(measure.lead)))
        if measure.supporting:
            lines.append(say("plan.supporting", names="、".join(measure.supporting)))
        for instrument in measure.instruments:
            lines += ["", *_instrument(instrument, plan, markdown)]
        if measure.clauses and (markdown or not whole):
            lines += ["", say("plan.clauses"), ""]
            lines += [bullet + line for line in _clauses(measure.clauses)]
    if whole and markdown and plan.closing:
        lines += ["", f"{head}{say('plan.closing')}", ""]
        lines += [bullet + line for line in _clauses(plan.closing)]
    lines += ["", *_counts(plan)]
    return "\n".join(lines).strip()


def _alone(instrument: Instrument, plan: Catalogue, markdown: bool) -> Iterator[str]:
    """An instrument, of which measure it is, and the clauses that it carries."""
    measure = plan.measures[instrument.measure]
    yield from _instrument(instrument, plan, markdown)
    yield from ("", say("plan.of_measure", id=measure.id, name=named(measure)))
    if clauses := _carried(instrument, plan):
        yield from ("", say("plan.clauses"), "")
        yield from (f"{'- ' if markdown else '  '}{line}" for line in _clauses(clauses))


def _carried(instrument: Instrument, plan: Catalogue) -> list[Clause]:
    """The clauses that an instrument carries, in the order of the text."""
    return [c for c in plan.clauses if instrument.id in c.instruments]


def _instrument(instrument: Instrument, plan: Catalogue, markdown: bool) -> Iterator[str]:
    way = f"{say(f'plan.{instrument.way}')}; {acts(instrument)}"
    bold, bullet = ("**", "- ") if markdown else ("", "  ")
    yield from (f"{bold}{instrument.id}{bold} {named(instrument)} [{way}]", "")
    if instrument.before:
        yield from (bullet + say("plan.before", text=named(instrument.before)), "")
    yield from _table(instrument, plan, markdown)


def _counts(plan: Catalogue) -> Iterator[str]:
    """How much of the plan acts, counted."""
    counts = {"measures": len(plan.measures), "instruments": len(plan.instruments)}
    acting = sum(i.acting for i in plan.instruments.values())
    whole = sum(all(i.acting for i in m.instruments) for m in plan.measures.values())
    yield say("plan.counts", **counts, acting=acting, settings=len(plan.settings), whole=whole)
    responses = sum(i.way == "response" for i in plan.instruments.values())
    yield say("plan.by_response", number=responses, most=MOST_RESPONSES)
    yield say("plan.coverage", **vars(coverage(plan)))
    left = Counter(named(c.not_modelled) for c in plan.clauses if c.not_modelled and not c.instruments)
    for reason, times in left.most_common():
        yield "  " + say("plan.left_out", number=times, reason=reason)


def _clauses(clauses: Iterable[Clause]) -> Iterator[str]:
    for clause in clauses:
        parts = [say("plan.carried", names=", ".join(clause.instruments))] if clause.instruments else []
        if clause.not_modelled:
            parts.append(say("plan.not_modelled", reason=named(clause.not_modelled)))
        yield f"{clause.zh} ({'; '.join(parts)})"


def _table(instrument: Instrument, plan: Catalogue, markdown: bool) -> Iterator[str]:
    columns = say("plan.columns").split("|")
    rows = [_cells(s, plan) for s in instrument.settings]
    if markdown:
        yield f"| {' | '.join(columns)} |"
        yield "|" + " --- |" * len(columns)
        for row in rows:
            yield f"| {' | '.join(row)} |"
        return
    for row in rows:
        told = [f"{c} {cell}" for c, cell in zip(columns[1:], row[1:], strict=True) if cell]
        yield f"    {row[0]}: {'; '.join(told)}"
