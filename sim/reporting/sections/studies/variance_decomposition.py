"""Section on variance decomposition: shares of variance due to random numbers, parameters and rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from sim.reporting.charts import study_charts
from sim.reporting.charts.series import IntervalSeries
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Cell, Figure, Table
from sim.reporting.tables import variance_tables
from sim.studies.adapters.variance_decomposition import COMPONENTS

COLUMNS: Final = ("random", "parameters", "guessed", "structure")
"""Parts of the variance in the first columns of the table, before those of individual rules."""

Lines = Sequence[Mapping[str, variance_tables.Part]]
"""Parts of the variance by name, for each outcome."""


def variance_decomposition(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if no such study is given."""
    studies = report.sources.studies.get("variance_decomposition", ())
    if studies:
        yield report.heading(1, "variance_decomposition.heading")
    for number, study in enumerate(studies):
        words = report.words
        sizes = {name: words.count(study.sizes[name]) for name in ("point", "set", "random")}
        yield report.paragraph("variance_decomposition.summary", **sizes)
        outcomes = [study.isel(outcome=i) for i in range(study.sizes["outcome"])]
        lines = [{part.name: part for part in variance_tables.parts(selected)} for selected in outcomes]
        labels = [report.element_label(selected, "outcome") for selected in outcomes]
        yield _chart(report, labels, lines, f"variance_decomposition_{number + 1}")
        yield _table(report, labels, lines, f"variance_decomposition_{number + 1}")
        yield report.note("variance_decomposition.rivals")


def _table(report: ReportContext, labels: Sequence[str], lines: Lines, name: str) -> Table:
    words = report.words
    rules = [part for part in lines[0] if part not in COLUMNS]
    head = [words.string("head.item"), *(words.string(f"head.{part}") for part in COLUMNS)]
    head += [lines[0][part].label for part in rules]
    rows = tuple(
        (Cell(label), *(report.share_cell(*line[part].share) for part in (*COLUMNS, *rules)))
        for label, line in zip(labels, lines, strict=True)
    )
    return Table(name, words.string("variance_decomposition.table"), tuple(head), rows)


def _chart(report: ReportContext, labels: Sequence[str], lines: Lines, name: str) -> Figure:
    """Draw the variance share of each component with its interval, in one row per outcome."""
    words = report.words
    shares = {part: np.array([line[part].share for line in lines]) for part in COMPONENTS}
    several = [
        IntervalSeries(words.string(f"head.{part}"), *(100 * values.T)) for part, values in shares.items()
    ]
    rows = [
        words.text(
            "alt.variance_decomposition_row",
            name=label,
            **{part: words.share(values[i][0], 0) for part, values in shares.items()},
        )
        for i, label in enumerate(labels)
        if all(np.isfinite(values[i][0]) for values in shares.values())
    ]
    alt = words.text("alt.variance_decomposition", rows=words.join(rows))
    unit = words.string("axis.of_variance")
    caption = words.string("figure.variance_decomposition")
    return Figure(name, caption, alt, lambda: study_charts.interval_plot(labels, several, unit))
