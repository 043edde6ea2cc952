"""Summary of a study for notebooks: question, factors, outcomes and number of runs."""

from __future__ import annotations

from sim import markup
from sim.policy.scenario.scenario import Scenario
from sim.studies.specification import run_count, sizing
from sim.studies.specification.factors import Factor
from sim.studies.specification.study_specification import StudySpecification
from sim.texts import language, say


def html(study: StudySpecification) -> str:
    """Return an HTML summary with title, question, scenarios, table of factors, outcomes and size."""
    lang = language()
    kind = say(f"study.kind_{study.kind}")
    scenarios = say("study.and").join(map(_title, study.scenarios))
    lines = [study.question.get(lang, ""), say("study.asks", kind=kind, scenarios=scenarios)]
    if study.reference:
        lines.append(say("study.against", reference=_title(study.reference)))
    rows = [(getattr(f.definition, lang), f.id, _range(f)) for f in study.factors]
    head = [say(f"study.column_{key}") for key in ("factor", "id", "range")]
    table = markup.table(head, rows, left=(1, 2)) if rows else ""
    outcomes = say("study.and").join(f"{getattr(o, lang)} ({o.name})" for o in study.outcomes)
    notes = [say("study.outcomes", names=outcomes), run_count.estimate(sizing.sized(study), 1)]
    title = markup.heading(study.title.get(lang, study.name), study.name)
    return title + markup.paragraphs(lines) + table + markup.paragraphs(notes, small=True)


def _title(scenario: Scenario) -> str:
    return f"{scenario.title.get(language(), scenario.name)} ({scenario.name})"


def _range(factor: Factor) -> str:
    """Format the values, the range or the prior of a factor."""

    def written(value: float) -> str:
        return factor.format(value, language())

    if factor.values:
        return say("study.and").join(map(written, factor.values))
    key = "prior" if factor.prior else "range"
    return say(f"study.{key}", low=written(factor.low), high=written(factor.high))
