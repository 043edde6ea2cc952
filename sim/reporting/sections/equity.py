"""Section on equity investment by source and year."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from sim.reporting.charts import time_charts
from sim.reporting.context import YEARS, ReportContext, by_year
from sim.reporting.document import Block, Cell, Number, Table
from sim.reporting.wording import format_number


def equity(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if the result contains no equity investment."""
    words, result = report.words, report.result
    if "equity_invested" not in result:
        return
    yield report.heading(1, "equity.heading")
    yearly = by_year(result.equity_invested)
    total = words.yuan(float(result.equity_invested.sum(("month", "source")).mean()))
    rounds = words.count(float(result.equity_rounds.sum("month").mean()))
    yield report.paragraph("equity.summary", total=total, rounds=rounds)
    yield _by_source(report, yearly)
    unit, divisor = report.column_unit("yuan")
    parts = report.stacked_parts("source", yearly / divisor)
    alt = words.text("alt.equity", total=total)
    yield report.figure("equity", lambda: time_charts.stacked_bars(YEARS, parts, unit), alt)


def _by_source(report: ReportContext, yearly: xr.DataArray) -> Table:
    """Return the table of amounts by source and year, with totals."""
    words = report.words
    unit, divisor = report.column_unit("yuan")

    def cells(amounts: list[float]) -> list[Cell]:
        return [
            words.cell(Number(amount, format_number(amount / divisor)), "yuan", divisor)
            for amount in (*amounts, sum(amounts))
        ]

    rows = []
    for slug in yearly.source.values:
        amounts = [float(x) for x in yearly.sel(source=slug).values]
        if any(amounts):
            rows.append((Cell(report.label(report.result, "source", slug)), *cells(amounts)))
    totals = [float(x) for x in yearly.sum("source").values]
    rows.append((Cell(words.string("head.total")), *cells(totals)))
    head = (words.string("head.in_unit", unit=unit), *map(str, YEARS), words.string("head.total"))
    return Table("equity", words.string("equity.table"), head, tuple(rows))
