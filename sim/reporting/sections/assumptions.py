"""Section on assumptions: uncertain parameters with range, source and grade of evidence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.engine.levers import Parameter
from sim.policy.catalogue.catalogue import catalogue
from sim.reporting import evidence
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Cell, Number, Table, Text

PERCENTAGES: Final = ("share", "probability", "relative entries")
"""Units of numbers that are printed as percentages without a unit."""


def assumptions(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, with a table for each submodel."""
    words = report.words
    yield report.heading(1, "assumptions.heading")
    grades = evidence.grades()
    counts = {grade: words.count(grades[grade]) for grade in evidence.GRADES}
    yield report.paragraph("assumptions.summary", total=words.count(sum(grades.values())), **counts)
    settings = [setting for setting in catalogue().settings.values() if setting.acting]
    numbers = {"settings": len(settings), "guesses": sum(setting.guess for setting in settings)}
    yield report.paragraph("assumptions.settings", **{k: words.count(n) for k, n in numbers.items()})
    yield report.note("assumptions.grades")
    head = tuple(
        words.string(f"head.{key}") for key in ("parameter", "value_unit", "range", "grade", "source")
    )
    submodels: dict[str, list[Parameter]] = {}
    for parameter in evidence.parameters():
        submodels.setdefault(parameter.id.partition(".")[0], []).append(parameter)
    for submodel, parameters in submodels.items():
        rows = tuple(_row(report, parameter) for parameter in parameters)
        name = words.string(f"submodel.{submodel}") if words.known(f"submodel.{submodel}") else submodel
        caption = words.string("assumptions.table", submodel=name)
        yield Table(f"assumptions_{submodel}", caption, head, rows)


def _row(report: ReportContext, parameter: Parameter) -> tuple[Cell, ...]:
    words = report.words
    value = _value(report, parameter)
    span = _range(report, parameter)
    ids = ", ".join(evidence.IDS.findall(parameter.source))
    kind = words.string("assumptions.guess" if parameter.source.startswith("guess") else "assumptions.rule")
    return (
        Cell(parameter.zh if words.lang == "zh" else parameter.en),
        Cell(value.text, value.numbers),
        Cell(span.text, span.numbers),
        Cell(parameter.grade),
        Cell(ids or kind),
    )


def _value(report: ReportContext, parameter: Parameter) -> Text:
    """Format the value of a parameter with its unit."""
    number, unit = _number(report, parameter, parameter.value), _unit(report, parameter)
    if not unit:
        return Text(number.text, (number,))
    return report.words.text("mark.amount", amount=number, unit=unit)


def _range(report: ReportContext, parameter: Parameter) -> Text:
    """Format the range of a parameter and, if below 1, the probability that its effect exists."""
    words = report.words
    if parameter.low < parameter.high:
        low, high = (_number(report, parameter, end) for end in (parameter.low, parameter.high))
        span = words.text("mark.interval", low=low, high=high)
    else:
        span = Text("–")
    if parameter.potency < 1:
        return words.text("assumptions.potency", range=span, chance=words.share(parameter.potency, 0))
    return span


def _number(report: ReportContext, parameter: Parameter, value: float) -> Number:
    """Format a parameter's value or bound: shares as percentages, large amounts in large units."""
    if parameter.unit in (*PERCENTAGES, "share a year", "share a month"):
        return report.words.share(value)
    if _is_large_amount(parameter):
        return report.words.yuan(value)
    four_digits = float(f"{value:.4g}")
    text = f"{four_digits:,.10f}".rstrip("0").rstrip(".")  # without exponent
    return Number(value, text)


def _unit(report: ReportContext, parameter: Parameter) -> str:
    """Return the unit to print after a parameter's value; empty if the formatted value includes it."""
    words = report.words
    if parameter.unit in (*PERCENTAGES, "ratio") or _is_large_amount(parameter):
        return ""
    per_time = {
        "share a year": words.string("mark.per_year"),
        "share a month": words.string("mark.per_month"),
    }
    return per_time.get(parameter.unit) or words.unit_name(parameter.unit)


def _is_large_amount(parameter: Parameter) -> bool:
    return parameter.unit == "yuan" and parameter.high >= 1e6
