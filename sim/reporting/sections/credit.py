"""Section on credit and guarantees: loans, reasons for refusals, and public funds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.charts import time_charts
from sim.reporting.charts.series import Estimate, Panel, Series
from sim.reporting.context import ReportContext, by_month, find_table
from sim.reporting.document import Block, Figure, Paragraph, Table, Text
from sim.reporting.tables import run_tables
from sim.reporting.tables.data_table import DataTable, Row
from sim.studies.methods import intervals

FUND: Final = "guarantee_fund"
CLAIMS: Final = ("balance", "claims", "claims_p95", "claims_worst")
LOSSES: Final = ("loss", "loss_p95", "loss_worst", "dry", "dry_first")


def credit(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if the result contains no loans."""
    if "loans_granted" not in report.result:
        return
    yield report.heading(1, "credit.heading")
    tables = run_tables.tables(report.result)
    for name in ("credit", "bound"):
        if (table := find_table(tables, name)) is not None:
            yield from report.page_tables(table)
    if (funds := find_table(tables, "funds")) is not None:
        yield report.heading(2, "credit.funds")
        for row in funds.rows:
            if row.name == FUND:
                yield Paragraph(_risk(report, row))
        yield from _fund_tables(report, funds)
    of = report.result.sel(fund=FUND) if FUND in report.result.fund.values else None
    if of is not None and float(of.pool_balance.sum()):
        yield _balance_and_losses(report, of)


def _fund_tables(report: ReportContext, funds: DataTable) -> Iterator[Table]:
    """Yield separate tables of claims and losses, because a single table would not fit on a page."""
    for number, columns in enumerate((CLAIMS, LOSSES)):
        for table in report.page_tables(funds, columns):
            caption = table.caption + report.words.string(f"credit.part_{number + 1}")
            notes = table.notes if number else ()
            yield Table(f"funds_{number + 1}", caption, table.head, table.rows, notes)


def _risk(report: ReportContext, row: Row) -> Text:
    """Describe the claims and losses of the guarantee fund, and how often it is exhausted or suspended."""
    words, numbers, replicates = report.words, row.numbers, report.sources.replicates
    few = "_few" if replicates < run_tables.FEW else ""  # too few replicates for a 95% quantile
    ends = ("worst",) if few else ("p95", "worst")
    fields = {key: words.yuan(numbers[key]) for key in ("balance", "claims", *(f"claims_{e}" for e in ends))}
    parts = [words.text(f"credit.claims{few}", fund=row.label, **fields)]
    lost = numbers["loss"]
    fields = {"loss": words.yuan(abs(lost))} | {f"loss_{e}": words.yuan(numbers[f"loss_{e}"]) for e in ends}
    parts.append(words.text(f"credit.{'loss' if lost > 0 else 'surplus'}{few}", **fields))
    if numbers["dry"] > 0:
        year, month = divmod(int(numbers["dry_first"]), 100)
        when = words.string("mark.month", year=year, month=month)
        parts.append(words.text("credit.dry", share=words.share(numbers["dry"]), month=when))
    else:
        most = words.share(intervals.wilson(0, replicates)[1], 0)
        parts.append(words.text("credit.never_dry", n=words.count(replicates), most=most))
    parts.append(_suspensions(report, row.name))
    return words.join(parts, "mark.none")


def _suspensions(report: ReportContext, fund: str) -> Text:
    """State in how many replicates a fund suspends new business, and for how many months."""
    if "pool_suspended" not in report.result:
        return Text("")
    words = report.words
    months = report.result.pool_suspended.sel(fund=fund).sum("month").values.astype(np.float64)
    suspended = months[months > 0]
    fields = {"n": words.count(len(months)), "some": words.count(len(suspended))}
    if not len(suspended):
        return words.text("credit.never_suspended", **fields)
    low, high = (words.count(float(end)) for end in (suspended.min(), suspended.max()))
    return words.text("credit.suspended", months=words.interval(low, high), **fields)


def _balance_and_losses(report: ReportContext, of: xr.Dataset) -> Figure:
    words = report.words
    unit, divisor = report.column_unit("yuan")
    losses = np.asarray(of.fund_loss.values, dtype=np.float64)
    numbers = {"expected": losses.mean(), "p95": np.quantile(losses, 0.95), "worst": losses.max()}
    marks = [Estimate(words.string(f"axis.{key}"), float(value) / divisor) for key, value in numbers.items()]
    fields = {key: words.yuan(float(value)) for key, value in numbers.items()}
    balance = Panel(words.string("axis.balance"), unit, [Series("", by_month(of.pool_balance) / divisor)])
    title = words.string("axis.loss_by_replicate")
    fund = str(of[f"fund_{words.lang}"].values)
    return report.figure(
        "fund",
        lambda: time_charts.fund_balance_and_losses(balance, losses / divisor, marks, title, unit),
        words.text("alt.fund", fund=fund, **fields),
        fund=fund,
    )
