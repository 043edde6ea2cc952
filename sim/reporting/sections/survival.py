"""Section on the survival of firms after opening, by legal form and kind of founder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.reporting.charts import time_charts
from sim.reporting.charts.series import Panel, Series
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Cell, Figure, Table

COHORT: Final = 2017
AGES: Final = 36
"""Number of months after opening that the charts show."""


def survival(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if the result contains no survival curves."""
    if "survival" not in report.result:
        return
    yield report.heading(1, "survival.heading")
    for form in report.result.form.values:
        fields = {}
        for months in (12, AGES):
            at = {"clock": "since_opening", "cohort": COHORT, "age": months - 1, "form": form}
            fields[f"after_{months}"] = report.words.share(float(report.result.survival.sel(at).median()))
        label = report.label(report.result, "form", form)
        yield report.paragraph("survival.summary", form=label, cohort=COHORT, **fields)
    yield _curves(report)
    if (table := _by_founder(report)) is not None:
        yield table


def _curves(report: ReportContext) -> Figure:
    at = {"clock": "since_opening", "cohort": COHORT}
    panels, at_risk = [], []
    for form in report.result.form.values:
        runs = [
            (report.title(run), run.sel(at).sel(form=form).isel(age=slice(AGES)))
            for run in report.runs_to_compare()
        ]
        curves = [Series(title, run.survival.transpose("replicate", "age").values) for title, run in runs]
        panels.append(Panel(report.label(report.result, "form", form), "", curves))
        at_risk.append([run.at_risk.mean("replicate").values for _, run in runs])
    labels = (report.words.string("axis.months_open"), report.words.string("axis.at_risk"))
    alt = report.words.text("alt.survival", cohort=COHORT)
    return report.figure(
        "survival", lambda: time_charts.survival_curves(panels, at_risk, labels), alt, cohort=COHORT
    )


def _by_founder(report: ReportContext) -> Table | None:
    if "survival_by_founder" not in report.result:
        return None
    at = report.result.survival_by_founder.sel(clock="since_opening").sel(age=[11, 35])
    rows = []
    for kind in report.result.founder_kind.values:
        cells = []
        for age in (11, 35):
            values = at.sel(founder_kind=kind, age=age)
            middle = float(values.median()) if bool(values.notnull().any()) else np.nan
            cells.append(report.words.cell(report.words.share(middle)))
        rows.append((Cell(report.label(report.result, "founder_kind", kind)), *cells))
    head = tuple(report.words.string(f"head.{key}") for key in ("founder", "after_12", "after_36"))
    return Table("by_founder", report.words.string("survival.by_founder"), head, tuple(rows))
