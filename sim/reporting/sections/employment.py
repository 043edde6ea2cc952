"""Section on firms and jobs, by month and by district."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.reporting.charts import row_charts, time_charts
from sim.reporting.charts.series import BarPanel, IntervalSeries, Panel, Series
from sim.reporting.context import ReportContext, by_month, find_table, quantiles_at_end
from sim.reporting.document import Block, Figure
from sim.reporting.tables import run_tables


def employment(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section."""
    words = report.words
    yield report.heading(1, "jobs.heading")
    if (table := find_table(run_tables.tables(report.result), "outcomes")) is not None:
        yield from report.page_tables(table)
    runs = report.runs_to_compare()
    panels = []
    for name in ("firms", "jobs"):
        several = [Series(report.title(run), by_month(run[name].sum("form"))) for run in runs if name in run]
        unit = words.unit_name("persons" if name == "jobs" else "firms")
        panels.append(Panel(report.long_name(report.result[name]), unit, several))
    at_end = {
        name: words.median_range(*quantiles_at_end(report.result[name].sum("form")))
        for name in ("firms", "jobs")
    }
    yield report.figure("jobs", lambda: time_charts.fan_chart(panels), words.text("alt.jobs", **at_end))
    yield report.paragraph("jobs.not_net")
    if "jobs_by_district" in report.result:
        yield _districts(report)


def _districts(report: ReportContext) -> Figure:
    """Draw jobs and incubation area by district, in descending order of jobs."""
    words, end = report.words, report.result.isel(month=-1)
    names = [name for name in ("jobs_by_district", "incubation_area_by_district") if name in end]
    jobs = end.jobs_by_district.median("replicate")
    jobs = jobs.sortby(jobs, ascending=False)
    districts = list(jobs.district.values)
    panels = []
    for name in names:
        values = end[name].sel(district=districts).transpose("replicate", "district").values
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
        unit = words.unit_name(str(end[name].attrs["units"] if "area" in name else "persons"))
        series = [IntervalSeries("", middle, low, high)]
        panels.append(BarPanel(report.long_name(report.result[name]), unit, series))
    labels = [report.label(report.result, "district", district) for district in districts]
    top = words.join(
        report.labelled(label, words.count(float(jobs.sel(district=district))))
        for label, district in zip(labels[:3], districts[:3], strict=True)
    )
    return report.figure(
        "districts",
        lambda: row_charts.horizontal_bars(panels, labels),
        words.text("alt.districts", top=top),
    )
