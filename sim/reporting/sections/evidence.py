"""Section on evidence: comparison of published figures with those of the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sim.reporting import evidence
from sim.reporting.charts import row_charts
from sim.reporting.charts.series import Estimate, EvidenceRow
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Cell, Figure, Number, Table, Text
from sim.reporting.evidence import EvidenceFigure
from sim.reporting.wording import with_square_metres

FARTHEST: Final = 4
"""The chart omits figures for which the model's value exceeds this multiple of the published midpoint."""


def model_against_evidence(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section."""
    words = report.words
    yield report.heading(1, "calibration.heading")
    figures = evidence.figures()
    counts = {
        key: words.count(sum(figure.assessment == key for figure in figures))
        for key in ("inside", "overlaps", "order", "input")
    }
    run = evidence.run_settings()
    misses = [figure for figure in figures if figure.assessment in evidence.MISSES]
    yield report.paragraph(
        "calibration.summary",
        rows=words.count(len(figures)),
        misses=words.count(len(misses)),
        replicates=words.count(run["replicates"]),
        scale=words.share(run["scale"], 0),
        **counts,
    )
    yield _table(report, "misses", misses)
    yield _chart(report, figures)
    yield _table(report, "calibration", figures)


def _label(report: ReportContext, figure: EvidenceFigure) -> str:
    """Return the name of a published figure in the report's language."""
    return figure.name_zh if report.words.lang == "zh" else with_square_metres(figure.name)


def _table(report: ReportContext, name: str, figures: Sequence[EvidenceFigure]) -> Table:
    words = report.words
    rows = []
    for figure in figures:
        low, high, middle, model_low, model_high = (_number(report, figure, value) for value in figure[2:7])
        published = words.interval(low, high) if figure.low != figure.high else Text(low.text, (low,))
        model = words.text("mark.median_range", middle=middle, low=model_low, high=model_high)
        rows.append(
            (
                Cell(_label(report, figure)),
                Cell(figure.ids),
                Cell(published.text, published.numbers),
                Cell(model.text, model.numbers),
                Cell(words.string(f"assessment.{figure.assessment}")),
            )
        )
    keys = ("figure", "ids", "published", "model", "assessment")
    head = tuple(words.string(f"head.{key}") for key in keys)
    return Table(name, words.string(f"calibration.{name}_table"), head, tuple(rows))


def _number(report: ReportContext, figure: EvidenceFigure, value: float) -> Number:
    """Format shares as percentages, numbers from 1,000 as integers, others with three significant digits."""
    if figure.high <= 1:  # among the published figures, only shares are this small
        return report.words.share(value)
    rounded = value if abs(value) >= 1000 else float(f"{value:.3g}")
    text = f"{rounded:,.0f}" if abs(value) >= 1000 else f"{rounded:.10f}".rstrip("0").rstrip(".")
    return Number(value, text)


def _chart(report: ReportContext, figures: Sequence[EvidenceFigure]) -> Figure:
    """Draw the figures whose published range is positive, relative to the midpoint of that range."""
    words = report.words
    charted = [
        figure
        for figure in figures
        if figure.assessment != "input"
        and figure.low > 0
        and figure.model / ((figure.low + figure.high) / 2) < FARTHEST
    ]
    rows = [
        EvidenceRow(
            _label(report, figure),
            Estimate("", (figure.low + figure.high) / 2, figure.low, figure.high),
            Estimate("", figure.model, figure.model_low, figure.model_high),
        )
        for figure in charted
    ]
    labels = (words.string("axis.published"), words.string("axis.model"))
    unit = words.string("axis.of_published")
    numbers = {
        "rows": len(figures),
        "drawn": len(charted),
        "inside": sum(figure.low <= figure.model <= figure.high for figure in charted),
    }
    alt = words.text("alt.calibration", **{key: words.count(number) for key, number in numbers.items()})
    return report.figure("calibration", lambda: row_charts.model_against_evidence(rows, unit, labels), alt)
