"""Section on incubation facilities: number, area, places and tenants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sim.reporting.charts import time_charts
from sim.reporting.charts.series import Panel, Series
from sim.reporting.context import YEARS, ReportContext, by_month, quantiles_at_end
from sim.reporting.counted_units import shown_unit
from sim.reporting.document import Block, Cell, Table
from sim.reporting.tables.data_table import Row

VARIABLES: Final = (
    "tech_incubators", "incubation_area", "makerspaces", "entrepreneurship_bases", "international_platforms",
    "national_level_spaces", "provincial_level_spaces", "berths", "tenants", "incubator_occupancy",
    "jobs_in_incubators", "jobs_in_small_spaces",
)  # fmt: skip
CHARTED: Final = ("tech_incubators", "incubation_area", "entrepreneurship_bases", "tenants")


def incubation(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if the result contains no facilities."""
    words, result = report.words, report.result
    names = [name for name in VARIABLES if name in result]
    if not names:
        return
    yield report.heading(1, "incubation.heading")
    if "incubation_area" in names and "tenants" in names:
        fields = {
            "area": words.quantity(quantiles_at_end(result.incubation_area)[1], "m2"),
            "tenants": words.count(quantiles_at_end(result.tenants)[1]),
        }
        yield report.paragraph("incubation.summary", **fields)
    yield _year_ends(report, names)
    runs = report.runs_to_compare()
    panels = [
        Panel(
            report.long_name(result[name]),
            words.unit_name(str(result[name].attrs["units"])),
            [Series(report.title(run), by_month(run[name])) for run in runs],
        )
        for name in CHARTED
        if name in result
    ]
    numbers = (words.count(value, whole=True) for value in quantiles_at_end(result[names[0]]))
    alt = words.text("alt.incubation", **dict(zip(("low", "middle", "high"), numbers, strict=True)))
    yield report.figure("incubation", lambda: time_charts.fan_chart(panels), alt)


def _year_ends(report: ReportContext, names: Sequence[str]) -> Table:
    """Return the table of medians at the end of each year."""
    words = report.words
    rows = []
    for name in names:
        variable = report.result[name]
        unit = shown_unit(str(variable.attrs["units"]), name)
        medians = variable.isel(month=[11, 23, 35, 47]).median("replicate").values
        cells = [report.cell(Row("", "", unit, {"of": float(x)}), "of", 1) for x in medians]
        unit_name = "" if unit == "share" else words.unit_name(unit)
        rows.append((Cell(report.long_name(variable)), Cell(unit_name), *cells))
    head = (words.string("head.facility_indicator"), words.string("head.unit"), *map(str, YEARS))
    return Table("incubation", words.string("incubation.table"), head, tuple(rows))
