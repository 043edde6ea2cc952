"""Section on public spending by instrument and year, and on flows of public money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.reporting.charts import row_charts, time_charts
from sim.reporting.charts.series import Estimate
from sim.reporting.context import YEARS, ReportContext, by_year, find_table
from sim.reporting.document import Block, Figure
from sim.reporting.sources import NO_PLAN
from sim.reporting.tables import run_tables

PUBLIC: Final = ("treasury", "budget", "funds")
"""Names of the public sector's accounts."""


def public_spending(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section."""
    words, result = report.words, report.result
    yield report.heading(1, "spending.heading")
    spent = result.public_spending
    total = float(spent.sum(("month", "instrument")).mean())
    returned = (
        float(result.public_returns.sum(("month", "instrument")).mean())
        if "public_returns" in result
        else 0.0
    )
    yield report.paragraph("spending.summary", total=words.yuan(total), returned=words.yuan(returned))
    if (reference := report.sources.references.get(NO_PLAN)) is not None:
        amount = words.yuan(float(reference.public_spending.sum(("month", "instrument")).mean()))
        yield report.paragraph("spending.without_plan", reference=report.title(reference), amount=amount)
    if (table := find_table(run_tables.tables(result), "spending")) is not None:
        yield from report.page_tables(table)
    unit, divisor = report.column_unit("yuan")
    yearly = by_year(spent)
    parts = report.stacked_parts("instrument", yearly / divisor)
    largest = yearly.sum("year").sortby(yearly.sum("year"), ascending=False)
    top = words.join(
        report.labelled(report.label(result, "instrument", i), words.yuan(float(largest.sel(instrument=i))))
        for i in largest.instrument.values[:3]
    )
    alt = words.text("alt.spending", top=top)
    yield report.figure("spending", lambda: time_charts.stacked_bars(YEARS, parts, unit), alt)
    if "flows" in result:
        yield _flows(report)


def _flows(report: ReportContext) -> Figure:
    """Draw payments from public accounts to other accounts, and receipts in the other direction."""
    words = report.words
    sums = report.result.flows.sum("month").mean("replicate")
    unit, divisor = report.column_unit("yuan")
    payments: list[Estimate] = []
    receipts: list[Estimate] = []
    for slug in report.result.flow.values:
        amount = sums.sel(flow=slug)
        payer, payee = (str(amount[f"flow_{end}"].values) for end in ("from", "to"))
        if (payer in PUBLIC) == (payee in PUBLIC) or float(amount) <= 0:
            continue
        names = {"payer": _account_name(report, payer), "payee": _account_name(report, payee)}
        label = words.string("mark.flow", what=report.label(report.result, "flow", slug), **names)
        (payments if payer in PUBLIC else receipts).append(Estimate(label, float(amount) / divisor))
    for several in (payments, receipts):
        several.sort(key=lambda flow: -flow.value)
    largest = {
        key: words.join(report.labelled(flow.label, words.yuan(flow.value * divisor)) for flow in several[:2])
        for key, several in (("payments", payments), ("receipts", receipts))
    }
    labels = (words.string("axis.payments"), words.string("axis.receipts"))
    alt = words.text("alt.money_flows", **largest)
    return report.figure("money_flows", lambda: row_charts.money_flows(payments, receipts, unit, labels), alt)


def _account_name(report: ReportContext, account: str) -> str:
    key = f"account.{account}"
    return report.words.string(key) if report.words.known(key) else account
