"""The catalogue as text, Markdown and JSON, for ``zsim plan``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from sim.engine.errors import InputError
from sim.policy.catalogue.amounts import column_text, written_unit
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.catalogue.coverage import MOST_RESPONSES, coverage
from sim.policy.catalogue.entities import Catalogue, Clause, Instrument, Measure, Setting, Value
from sim.policy.catalogue.levers import levers
from sim.policy.reading.names import names, nearest
from sim.texts import language, say

_ROOT = Path(__file__).resolve().parents[3]


Part = list[Measure] | Instrument
"""Part of the plan to be listed; the pseudo-measure that groups what-if instruments comes last."""


def chosen(id_: str | None) -> Part:
    """Return the measure or instrument with the given id, or all measures for None.

    Raises:
        InputError: there is no measure or instrument with this id.
    """
    plan = catalogue()
    measures = dict(plan.measures)
    if plan.what_if:
        measures[plan.what_if.id] = plan.what_if
    if id_ is None:
        return list(measures.values())
    if id_ in plan.instruments:
        return plan.instruments[id_]
    for key in (id_, id_.upper()):
        if key in measures:
            return [measures[key]]
    near = nearest(id_, names([*measures, *plan.instruments]))
    hint = say("fault.nearest", near=near) if near else ""
    raise InputError([say("plan.unknown", name=id_) + hint])


def named(thing: Any) -> str:
    """Return the name of a part of the plan in the current language."""
    return str(getattr(thing, language()))


def _carried(instrument: Instrument, plan: Catalogue) -> list[Clause]:
    """Return the clauses that an instrument implements, in the order of the text."""
    return [c for c in plan.clauses if instrument.id in c.instruments]


# --- JSON ---


def plan_json(shown: Part) -> str:
    """Return a part of the plan as JSON with a fixed structure; an instrument is listed under its measure."""
    plan = catalogue()
    if isinstance(shown, Instrument):
        clauses = tuple(_carried(shown, plan))
        shown = [replace(plan.measure_of(shown), instruments=(shown,), clauses=clauses)]
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
        "measures": [_measure(m) for m in shown if m.chapter is not None],
        "what_if": [_instrument_fields(i) for m in shown if m.chapter is None for i in m.instruments],
        "closing": [_clause(c) for c in plan.closing],
        "coverage": vars(coverage(plan)),
        "levers": [vars(lever) for lever in plan.levers.values()],
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
    """Return the submodels whose levers an instrument moves."""
    known = levers()
    moved = (m.lever for s in instrument.settings for m in s.moves if m.lever in known)
    return list(dict.fromkeys(known[lever].submodel for lever in moved))


@cache
def _tests(submodel: str) -> tuple[str, ...]:
    """Return the test files of a submodel; empty if the tests are not installed."""
    folder = _ROOT / "tests" / "model" / submodel
    return tuple(file.relative_to(_ROOT).as_posix() for file in sorted(folder.glob("test_*.py")))


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
        "instruments": [_instrument_fields(i) for i in measure.instruments],
    }


def _instrument_fields(instrument: Instrument) -> dict[str, Any]:
    return {
        "id": instrument.id,
        "zh": instrument.zh,
        "en": instrument.en,
        "acting": instrument.acting,
        "way": instrument.way,
        "arrives": instrument.arrives,
        "before": instrument.before.en if instrument.before else "",
        "before_zh": instrument.before.zh if instrument.before else "",
        "counts_as_founder_service": instrument.counts_as_founder_service,
        "settings": [_setting(s) for s in instrument.settings],
        "submodels": submodels(instrument),
        "tests": [test for submodel in submodels(instrument) for test in _tests(submodel)],
    }


# --- text and Markdown ---


def acts(instrument: Instrument) -> str:
    """Return a label for whether an instrument affects the model fully, partly or not at all."""
    if not instrument.acting:
        return say("plan.not_acting")
    return say("plan.acting" if all(s.acting for s in instrument.settings) else "plan.partly")


def _cells(setting: Setting, plan: Catalogue) -> list[str]:
    def text(value: Value | None) -> str:
        return "" if value is None else column_text(value, setting.unit)

    def interval(low: float, high: float) -> str:
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
        interval(setting.low, setting.high),
        interval(*setting.plausible) if setting.plausible else "",
        f"{source} {' '.join(setting.evidence)}".strip(),
        "; ".join(moves),
    ]


def plan_text(shown: Part, markdown: bool = False) -> str:
    """Return a part of the plan as text: targets, then measures with instruments, settings and clauses.

    Args:
        shown: part of the plan; targets and counts are included only for the whole plan.
        markdown: whether to return Markdown instead of plain text.
    """
    plan = catalogue()
    if isinstance(shown, Instrument):
        return "\n".join(_alone(shown, plan, markdown))
    of_plan = [m for m in shown if m.chapter is not None]
    whole = len(of_plan) == len(plan.measures)
    lines = [*_targets(plan, markdown)] if whole else []
    chapter: int | None = None
    for measure in shown:
        if measure.chapter != chapter or measure.chapter is None:
            chapter = measure.chapter
            lines += ["", _heading(measure, plan, markdown)]
        lines += _of_measure(measure, plan, markdown, clauses=markdown or not whole)
    if whole and markdown and plan.closing:
        lines += ["", f"## {say('plan.closing')}", ""]
        lines += [f"- {line}" for line in _clauses(plan.closing)]
    lines += ["", *_counts(plan)] if whole else []
    return "\n".join(lines).strip()


def _targets(plan: Catalogue, markdown: bool) -> Iterator[str]:
    yield from (f"{'## ' if markdown else ''}{say('plan.targets')}", "")
    for t in plan.targets:
        aim = {"at_least": f"{t.at_least:,.0f}", "unit": named(plan.units[t.unit])}
        yield ("- " if markdown else "  ") + say("plan.target", id=t.id, name=named(t), **aim)


def _heading(measure: Measure, plan: Catalogue, markdown: bool) -> str:
    """Return the heading above a measure: its chapter, or a note that it is not part of the plan."""
    head = "## " if markdown else ""
    if measure.chapter is None:
        return head + say("plan.what_if")
    name = named(plan.chapters[measure.chapter - 1])
    return head + say("plan.chapter", number=measure.chapter, name=name)


def _of_measure(measure: Measure, plan: Catalogue, markdown: bool, clauses: bool) -> Iterator[str]:
    """Yield the lines of a measure: name, departments, instruments, and clauses if requested."""
    sub, bullet = ("### ", "- ") if markdown else ("", "  ")
    yield from ("", f"{sub}{measure.id} {named(measure)}")
    if measure.lead:
        yield from ("", say("plan.lead", names="、".join(measure.lead)))
    if measure.supporting:
        yield say("plan.supporting", names="、".join(measure.supporting))
    for instrument in measure.instruments:
        yield from ("", *_instrument(instrument, plan, markdown))
    if measure.clauses and clauses:
        yield from ("", say("plan.clauses"), "")
        yield from (bullet + line for line in _clauses(measure.clauses))


def _alone(instrument: Instrument, plan: Catalogue, markdown: bool) -> Iterator[str]:
    """Yield the lines of an instrument, its measure, and the clauses that it implements."""
    yield from (*_instrument(instrument, plan, markdown), "")
    if instrument.what_if:
        yield say("plan.what_if")
        return
    measure = plan.measure_of(instrument)
    yield say("plan.of_measure", id=measure.id, name=named(measure))
    if clauses := _carried(instrument, plan):
        yield from ("", say("plan.clauses"), "")
        yield from (f"{'- ' if markdown else '  '}{line}" for line in _clauses(clauses))


def _instrument(instrument: Instrument, plan: Catalogue, markdown: bool) -> Iterator[str]:
    way = f"{say(f'plan.{instrument.way}')}; {acts(instrument)}"
    bold, bullet = ("**", "- ") if markdown else ("", "  ")
    yield from (f"{bold}{instrument.id}{bold} {named(instrument)} [{way}]", "")
    if instrument.before:
        yield from (bullet + say("plan.before", text=named(instrument.before)), "")
    yield from _table(instrument, plan, markdown)


def _counts(plan: Catalogue) -> Iterator[str]:
    """Yield counts of the parts of the plan that act; what-if instruments are counted separately."""
    instruments = [i for m in plan.measures.values() for i in m.instruments]
    acting = sum(i.acting for i in instruments)
    complete = sum(all(i.acting for i in m.instruments) for m in plan.measures.values())
    counts = {"measures": len(plan.measures), "instruments": len(instruments)}
    settings = sum(len(i.settings) for i in instruments)
    yield say("plan.counts", **counts, acting=acting, settings=settings, whole=complete)
    responses = sum(i.way == "response" for i in instruments)
    yield say("plan.by_response", number=responses, most=MOST_RESPONSES)
    yield say("plan.coverage", **vars(coverage(plan)))
    left = Counter(named(c.not_modelled) for c in plan.clauses if c.not_modelled and not c.instruments)
    for reason, times in left.most_common():
        yield "  " + say("plan.left_out", number=times, reason=reason)
    if plan.what_if:
        yield say("plan.what_if_count", number=len(plan.what_if.instruments))


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
        filled = [f"{c} {cell}" for c, cell in zip(columns[1:], row[1:], strict=True) if cell]
        yield f"    {row[0]}: {'; '.join(filled)}"
