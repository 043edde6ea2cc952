"""Section on sensitivity: elementary effects (Morris) and variance shares (Sobol) of factors by outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.reporting.charts import row_charts
from sim.reporting.charts.series import BarPanel, Floats, IntervalSeries
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Figure, Paragraph, Table, Text
from sim.reporting.sections.studies import blocks

LEADING: Final = 10
"""Number of factors in figures and printed tables; the workbook shows all factors."""


def sensitivity(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if no sensitivity analysis is given."""
    studies = [
        (kind, study) for kind in ("sobol", "morris") for study in report.sources.studies.get(kind, ())
    ]
    if studies:
        yield report.heading(1, "sensitivity.heading")
    for number, (kind, study) in enumerate(studies):
        if report.sources.has_run:
            yield from blocks.settings(report, study)
        for i in range(study.sizes["outcome"]):
            selected = study.isel(outcome=i)
            outcome = report.element_label(selected, "outcome")
            name = f"{kind}_{number + 1}_{i + 1}"
            yield from (_sobol if kind == "sobol" else _morris)(report, selected, outcome, name)


def _sobol(report: ReportContext, selected: xr.Dataset, outcome: str, name: str) -> Iterator[Block]:
    """Yield the Sobol indices of one outcome, ordered by total index."""
    words = report.words
    order = _descending(np.fmax(selected.total.values, selected.total_low.values))
    labels = _factor_labels(report, selected, order)
    total = selected.total.values[order]
    yield _leaders(report, selected, labels, total, selected.total_low.values[order], outcome, "share")
    columns = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    keys = ("factor", "first", "low", "high", "total_index", "low", "high")
    caption = words.string("sensitivity.sobol_table", outcome=outcome)
    values = [selected[column].values[order] for column in columns]
    yield _leading_rows(report, blocks.number_table(report, name, caption, keys, labels, values, "share"))
    top = order[:LEADING]
    series = [
        IntervalSeries(
            words.string(f"axis.{key}"),
            np.nan_to_num(selected[key].values[top]),
            *(selected[f"{key}_{end}"].values[top] for end in ("low", "high")),
        )
        for key in ("first", "total")
    ]
    panel = BarPanel("", "%", series)
    leaders = blocks.leading_three(report, labels, total, "share")
    alt = words.text("alt.sobol", outcome=outcome, top=leaders)
    caption = words.string("figure.sobol", outcome=outcome)
    yield Figure(
        name, caption, alt, lambda: row_charts.horizontal_bars([panel], labels[:LEADING], percent=True)
    )


def _morris(report: ReportContext, selected: xr.Dataset, outcome: str, name: str) -> Iterator[Block]:
    """Yield the elementary effects on one outcome, in descending order."""
    words, unit = report.words, report.outcome_unit(selected)
    order = _descending((selected.effect_low + selected.effect_high).values)
    labels = _factor_labels(report, selected, order)
    effects = selected.effect.values[order]
    yield _leaders(report, selected, labels, effects, selected.effect_low.values[order], outcome, unit)
    columns = ("effect", "effect_low", "effect_high", "effect_mean", "effect_spread")
    keys = ("factor", "effect", "low", "high", "effect_mean", "effect_spread")
    caption = words.string("sensitivity.morris_table", outcome=outcome, unit=report.axis_unit(unit))
    values = [selected[column].values[order] for column in columns]
    yield _leading_rows(report, blocks.number_table(report, name, caption, keys, labels, values, unit))
    yield _tornado(report, selected, order, labels, outcome, name)


def _tornado(
    report: ReportContext,
    selected: xr.Dataset,
    order: npt.NDArray[np.intp],
    labels: Sequence[str],
    outcome: str,
    name: str,
) -> Figure:
    words, unit = report.words, report.outcome_unit(selected)
    top, divisor = order[:LEADING], report.divisor(unit)
    values, low, high = (selected[column].values[top] for column in ("effect", "effect_low", "effect_high"))
    series = IntervalSeries("", np.nan_to_num(values) / divisor, low / divisor, high / divisor)
    panel = BarPanel("", report.axis_unit(unit), [series])
    floor, shares = float(selected.floor) / divisor, unit == "share"
    drawn = {"bars": np.isfinite(values).any(), "intervals": True, "dashed": np.isfinite(floor)}
    marks = words.join(words.string(f"marks.{key}") for key, present in drawn.items() if present)
    caption = words.string("figure.morris", outcome=outcome, marks=marks)
    if drawn["bars"]:
        leaders = blocks.leading_three(report, labels, selected.effect.values[order], unit)
        alt = words.text("alt.morris", outcome=outcome, top=leaders)
    else:
        parts = [
            report.labelled(label, words.interval_in(float(a), float(b), unit))
            for label, a, b in list(zip(labels, low, high, strict=False))[:3]
        ]
        alt = words.text("alt.morris_intervals", outcome=outcome, top=words.join(parts))
    return Figure(
        name, caption, alt, lambda: row_charts.horizontal_bars([panel], labels[:LEADING], floor, shares)
    )


def _descending(values: Floats) -> npt.NDArray[np.intp]:
    """Return the positions of values in descending order, with missing values last."""
    return np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")


def _factor_labels(report: ReportContext, selected: xr.Dataset, order: npt.NDArray[np.intp]) -> list[str]:
    return [report.element_label(selected.isel(factor=int(i)), "factor") for i in order]


def _leading_rows(report: ReportContext, table: Table) -> Table:
    """Drop empty columns, and show rows after the first :data:`LEADING` only in the workbook."""
    rows = table.rows
    keep = [0, *(i for i in range(1, len(table.head)) if any(row[i].numbers for row in rows))]
    rows = tuple(tuple(row[i] for i in keep) for row in rows)
    first, rest = rows[:LEADING], rows[LEADING:]
    head = tuple(table.head[i] for i in keep)
    note = report.words.string("sensitivity.rest", first=len(first), rest=len(rest))
    notes = (*table.notes, note) if rest else table.notes
    return replace(table, head=head, rows=first, further_rows=rest, notes=notes)


def _leaders(
    report: ReportContext,
    selected: xr.Dataset,
    labels: Sequence[str],
    values: Floats,
    lows: Floats,
    outcome: str,
    unit: str,
) -> Paragraph:
    """Describe the three leading factors with a significant effect, or state why there are none."""
    words = report.words
    significant = [i for i in range(len(labels)) if np.isfinite(values[i]) and lows[i] > 0][:3]
    if significant:
        parts = [report.labelled(labels[i], words.quantity(float(values[i]), unit)) for i in significant]
        return report.paragraph("sensitivity.leaders", outcome=outcome, factors=words.join(parts))
    # missing estimates do not imply that there is no effect
    no_estimates = selected.reason.isin(("noise_unknown", "too_few_samples")).all()
    if not no_estimates:
        return report.paragraph("sensitivity.none_significant", outcome=outcome)
    shown = list(zip(labels, lows, strict=True))[:LEADING]
    above_zero = [label for label, low in shown if low > 0]
    key = "all" if len(above_zero) == len(shown) else "some" if above_zero else "none"
    factors = words.string("mark.list").join(above_zero)
    above = Text(words.string(f"sensitivity.{key}_above", factors=factors))
    return report.paragraph("sensitivity.no_estimates", outcome=outcome, above=above)
