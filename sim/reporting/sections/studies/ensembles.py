"""Section on sweeps, ensembles and searches: conclusions, figures, and the tables that the commands print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.charts import study_charts
from sim.reporting.charts.series import Floats, IntervalSeries, Objective, Series
from sim.reporting.context import ReportContext
from sim.reporting.counted_units import shown_unit
from sim.reporting.document import Block, Cell, Figure, Heading, Table
from sim.reporting.sections.studies import blocks
from sim.reporting.sources import TABULATED_KINDS
from sim.reporting.tables import factor_labels, study_tables
from sim.studies.specification.outcomes import PAIRED

MOST_ROWS: Final = 24
"""Maximum number of sweep points in a figure; the table shows all points."""
LONGEST_NAME: Final = 31
"""Maximum length of a table's name, which is also used as the name of a workbook sheet."""


def ensembles(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, one part per study, or none if no such study is given."""
    studies = [study for kind in TABULATED_KINDS for study in report.sources.studies.get(kind, ())]
    if not studies:
        return
    yield report.heading(1, "other.heading")
    for number, study in enumerate(studies):
        yield Heading(2, str(study.attrs[f"title_{report.words.lang}"]))
        yield from blocks.introduction(report, study)
        for figure in figures(report, study):
            yield replace(figure, name=f"other_{number + 1}_{figure.name}")
        for i, table in enumerate(study_tables.tables(study)):
            random_shares = _random_shares(report, study, table.name)
            notes = tuple(note for note in table.notes if note not in random_shares)
            for page in report.page_tables(replace(table, notes=notes)):
                named = replace(page, name=f"other_{number + 1}_{i + 1}_{page.name}"[:LONGEST_NAME])
                yield _with_column(report, named, list(random_shares.values()))


def _with_column(report: ReportContext, table: Table, cells: Sequence[Cell]) -> Table:
    """Add a column with the share of variance due to random numbers, unless ``cells`` is empty."""
    if not cells:
        return table
    rows = tuple((*row, cell) for row, cell in zip(table.rows, cells, strict=True))
    return replace(table, head=(*table.head, report.words.string("head.random_share")), rows=rows)


def _random_shares(report: ReportContext, study: xr.Dataset, outcome: str) -> dict[str, Cell]:
    """Return cells with the share of variance due to random numbers, keyed by the notes that they replace."""
    if study.attrs["kind"] != "ensemble":
        return {}
    of = study.sel(outcome=outcome)
    notes = study_tables.random_share_notes(of)
    if len(notes) < of.sizes["scenario"]:
        return {}
    ends = of[["random_share", "random_share_low", "random_share_high"]].to_array().transpose("scenario", ...)
    return {
        note: report.share_cell(*map(float, share.values)) for note, share in zip(notes, ends, strict=True)
    }


def figures(report: ReportContext, study: xr.Dataset) -> Iterator[Figure]:
    """Yield the figures of a sweep, an ensemble or a search."""
    if study.attrs["kind"] == "search":
        yield from _pareto_fronts(report, study)
        return
    draw = _sweep if study.attrs["kind"] == "sweep" else _ensemble
    for i in range(study.sizes["outcome"]):
        selected = study.isel(outcome=i)
        if np.isfinite(_means(selected)[0].values).any():
            yield draw(report, selected, f"{i + 1}")


def _means(selected: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """Return the mean of the selected outcome (or of its paired difference) and the ends of its interval."""
    name = "difference" if str(selected.outcome.values) in PAIRED else "mean"
    return selected[name], selected[f"{name}_low"], selected[f"{name}_high"]


def _sweep(report: ReportContext, selected: xr.Dataset, name: str) -> Figure:
    """Draw means with intervals, as a line if there is only one factor, otherwise in one row per point."""
    words = report.words
    unit, divisor = report.outcome_axis(selected)
    series = [
        IntervalSeries(label, *(values.values[k] / divisor for values in _means(selected)))
        for k, label in enumerate(_scenario_labels(report, selected))
    ]
    outcome = report.element_label(selected, "outcome")
    caption = words.string("figure.sweep", outcome=outcome)
    alt = words.text("alt.sweep", outcome=outcome)
    if selected.sizes["factor"] == 1:
        factor_unit, factor_divisor = report.factor_axis(str(selected.factor_unit.values[0]))
        axis = _with_unit(report.element_label(selected.isel(factor=0), "factor"), factor_unit)
        setting = Series(axis, selected.design.values[:, 0] / factor_divisor)
        return Figure(name, caption, alt, lambda: study_charts.line_chart(setting, series, unit))
    labels = [_point_label(report, selected, point) for point in selected.design.values[:MOST_ROWS]]
    shown = [IntervalSeries(s.label, *(np.asarray(values)[:MOST_ROWS] for values in s[1:])) for s in series]
    return Figure(name, caption, alt, lambda: study_charts.interval_plot(labels, shown, unit))


def _point_label(report: ReportContext, selected: xr.Dataset, values: Floats) -> str:
    """Return a label that lists the factor values of a sweep point."""
    parts = []
    for j, value in enumerate(values):
        factor = selected.isel(factor=j)
        amount = factor_labels.value_label(float(value), factor)
        parts.append(f"{report.element_label(factor, 'factor')} {amount}")
    return report.words.string("mark.list").join(parts)


def _ensemble(report: ReportContext, selected: xr.Dataset, name: str) -> Figure:
    """Draw, for each scenario, the median and 5% to 95% range of runs, or a probability and its interval."""
    words = report.words
    unit, divisor = report.outcome_axis(selected)
    probability = str(selected.outcome_unit.values) == "bool"
    values = selected.value.transpose("scenario", ...).values.reshape(selected.sizes["scenario"], -1)
    enough = bool(
        np.isfinite(selected.p5.values).all()
    )  # too few runs for a 5% quantile: show the full range
    if probability:
        middle, low, high = (v.values for v in _means(selected))
    else:
        low, middle, high = np.nanquantile(values, (0.05, 0.5, 0.95) if enough else (0, 0.5, 1), axis=1)
    labels = _scenario_labels(report, selected)
    outcome = report.element_label(selected, "outcome")
    key = "ensemble_chance" if probability else "ensemble" if enough else "ensemble_few"
    caption = words.string(f"figure.{key}", outcome=outcome)
    outcome_unit = report.outcome_unit(selected)
    rows = [
        report.labelled(label, words.quantity(float(value), outcome_unit))
        for label, value in zip(labels, middle, strict=True)
    ]
    alt = words.text("alt.ensemble", outcome=outcome, rows=words.join(rows))
    series = [IntervalSeries("", middle / divisor, low / divisor, high / divisor)]
    return Figure(name, caption, alt, lambda: study_charts.interval_plot(labels, series, unit))


def _pareto_fronts(report: ReportContext, study: xr.Dataset) -> Iterator[Figure]:
    """Yield figures that show the first objective against each of the other objectives."""
    words = report.words
    objectives = []
    for k in range(study.sizes["objective"]):
        selected = study.isel(objective=k)
        unit, divisor = report.column_unit(
            shown_unit(str(selected.objective_unit.values), str(selected.objective.values))
        )
        label = _with_unit(report.element_label(selected, "objective"), unit)
        tried, front, error = (selected[name].values / divisor for name in ("all_values", "value", "se"))
        objectives.append(Objective(label, tried, np.atleast_1d(front), np.atleast_1d(error)))
    labels = [words.string(f"axis.{key}") for key in ("feasible", "infeasible", "front")]
    feasible = study.all_feasible.values.astype(bool)
    first, *others = objectives
    for k, other in enumerate(others, start=1):
        caption = words.string("figure.front", first=first.label, second=other.label)
        sizes = {"points": words.count(study.sizes["point"]), "tried": words.count(len(feasible))}
        alt = words.text("alt.front", **sizes)
        draw = partial(study_charts.pareto_front, other, first, feasible, labels)
        yield Figure(f"front_{k}", caption, alt, draw)


def _with_unit(label: str, unit: str) -> str:
    return f"{label} ({unit})" if unit else label.strip()


def _scenario_labels(report: ReportContext, selected: xr.Dataset) -> list[str]:
    return [
        report.element_label(selected.isel(scenario=k), "scenario") for k in range(selected.sizes["scenario"])
    ]
