"""A study as Jupyter shows it: what it asks, what it varies, and how many runs it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import markup
from sim.reporting.tables.factor_labels import amount
from sim.studies.adapters import run_estimate
from sim.studies.specification import sizing
from sim.studies.specification.factors import Varied, label
from sim.texts import language, say

if TYPE_CHECKING:
    from sim.policy.scenario.scenario import Scenario
    from sim.studies.specification.study_file import Study


def html(study: Study) -> str:
    """Title, question, scenarios, a table of the factors, outcomes, and its size."""
    of = language()
    asked = sizing.chosen(study)
    kind = say(f"study.kind_{study.kind}")
    scenarios = say("study.and").join(map(_title, study.scenarios))
    lines = [study.question.get(of, ""), say("study.asks", kind=kind, scenarios=scenarios)]
    if study.reference:
        lines.append(say("study.against", reference=_title(study.reference)))
    rows = [(getattr(v.known, of), v.id, _range(v)) for v in study.varied]
    head = [say(f"study.column_{key}") for key in ("factor", "id", "range")]
    table = markup.table(head, rows, left=(1, 2)) if rows else ""
    outcomes = say("study.and").join(f"{getattr(o, of)} ({o.name})" for o in study.outcomes)
    notes = [say("study.outcomes", names=outcomes), run_estimate.estimate(asked, 1)]
    title = markup.heading(study.title.get(of, study.name), study.name)
    return title + markup.paragraphs(lines) + table + markup.paragraphs(notes, small=True)


def _title(scenario: Scenario) -> str:
    return f"{scenario.title.get(language(), scenario.name)} ({scenario.name})"


def _range(varied: Varied) -> str:
    def told(value: float) -> str:
        return label(varied, value) if varied.labels else amount(value, varied.known.units)

    if varied.values:
        return say("study.and").join(map(told, varied.values))
    key = "prior" if varied.prior else "range"
    return say(f"study.{key}", low=told(varied.low), high=told(varied.high))
