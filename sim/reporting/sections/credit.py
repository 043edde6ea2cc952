"""Money: loans and guarantees with what the fund may lose, equity, and what the public pays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.charts import row_charts as charts
from sim.reporting.context import YEARS, Book, by_name
from sim.reporting.document import Block, Cell, Figure, Number, Paragraph, Said, Table
from sim.reporting.sources import PLAN
from sim.reporting.tables import tables
from sim.reporting.wording import plain
from sim.studies.methods import intervals

FUND: Final = "guarantee_fund"
PUBLIC: Final = ("treasury", "budget", "funds")
LOSSES: Final = ("loss", "loss_p95", "loss_worst", "dry", "dry_first")
CLAIMS: Final = ("balance", "claims", "claims_p95", "claims_worst")


def large(book: Book) -> tuple[str, float]:
    """The unit of money in figures and by what yuan are divided."""
    return book.scaled("yuan")


def credit(book: Book) -> Iterator[Block]:
    """Loans, what stood in their way, and the funds behind them."""
    if "loans_granted" not in book.result:
        return
    yield book.heading(1, "credit.heading")
    found = tables.result(book.result)
    for name in ("credit", "bound"):
        if (table := by_name(found, name)) is not None:
            yield from book.tables_of(table)
    if (funds := by_name(found, "funds")) is not None:
        yield book.heading(2, "credit.funds")
        for row in funds.rows:
            if row.name == FUND:
                yield Paragraph(_tail(book, row))
        yield from _fund_tables(book, funds)
    of = book.result.sel(fund=FUND) if FUND in book.result.fund.values else None
    if of is not None and float(of.pool_balance.sum()):
        yield _fund(book, of)


def _fund_tables(book: Book, funds: tables.DataTable) -> Iterator[Table]:
    """Claims in one table and losses in another: eleven columns fit on no page."""
    for number, columns in enumerate((CLAIMS, LOSSES)):
        for table in book.tables_of(funds, columns):
            name, caption = (
                f"funds_{number + 1}",
                table.caption + book.words.text(f"credit.part_{number + 1}"),
            )
            yield Table(name, caption, table.head, table.rows, table.notes if number else ())


def _tail(book: Book, row: tables.Row) -> Said:
    """What the guarantee fund may lose, and whether it runs dry."""
    words, of = book.words, row.numbers
    few = "_few" if book.sources.replicates < tables.FEW else ""  # no 5% and 95% of so few
    quantile = () if few else ("p95",)
    keys = ("balance", "claims", *(f"claims_{end}" for end in (*quantile, "worst")))
    fields = {key: words.yuan(of[key]) for key in keys}
    parts = [words.say(f"credit.claims{few}", fund=row.label, **fields)]
    lost = of["loss"]
    fields = {
        key: words.yuan(abs(of[key]) if key == "loss" else of[key])
        for key in ("loss", *(f"loss_{end}" for end in (*quantile, "worst")))
    }
    parts.append(words.say(f"credit.{'loss' if lost > 0 else 'surplus'}{few}", **fields))
    if of["dry"] > 0:
        year, month = divmod(int(of["dry_first"]), 100)
        when = words.text("mark.month", year=year, month=month)
        parts.append(words.say("credit.dry", share=words.share(of["dry"]), month=when))
    else:
        n = book.sources.replicates
        most = words.share(intervals.wilson(0, n)[1], 0)
        parts.append(words.say("credit.never_dry", n=words.count(n), most=most))
    parts.append(_suspended(book, row.name))
    return words.joined(parts, "mark.none")


def _suspended(book: Book, fund: str) -> Said:
    """In how many replicates the fund takes no new business for a while, and for how long."""
    if "pool_suspended" not in book.result:
        return Said("")
    months = book.result.pool_suspended.sel(fund=fund).sum("month").values.astype(np.float64)
    held, words = months[months > 0], book.words
    fields = {"n": words.count(len(months)), "some": words.count(len(held))}
    if not len(held):
        return words.say("credit.never_suspended", **fields)
    low, high = (words.count(float(end)) for end in (held.min(), held.max()))
    return words.say("credit.suspended", months=words.interval(low, high), **fields)


def _fund(book: Book, of: xr.Dataset) -> Figure:
    unit, size = large(book)
    balance = of.pool_balance.transpose("replicate", "month").values / size
    losses = np.asarray(of.fund_loss.values, dtype=np.float64)
    numbers = {"expected": losses.mean(), "p95": np.quantile(losses, 0.95), "worst": losses.max()}
    marks = [
        charts.Bar(book.words.text(f"axis.{key}"), float(value) / size) for key, value in numbers.items()
    ]
    told = {key: book.words.yuan(float(value)) for key, value in numbers.items()}
    panel = charts.Panel(book.words.text("axis.balance"), unit, [charts.Series("", balance)])
    title = book.words.text("axis.loss_by_replicate")
    fund = str(of[f"fund_{book.words.lang}"].values)
    return book.figure(
        "fund",
        lambda: charts.fund(panel, losses / size, marks, title, unit),
        book.words.say("alt.fund", fund=fund, **told),
        fund=fund,
    )


def equity(book: Book) -> Iterator[Block]:
    """Who invests, by year."""
    if "equity_invested" not in book.result:
        return
    yield book.heading(1, "equity.heading")
    yearly = _yearly(book.result.equity_invested)
    total = book.words.yuan(float(book.result.equity_invested.sum(("month", "source")).mean()))
    rounds = book.words.count(float(book.result.equity_rounds.sum("month").mean()))
    yield book.paragraph("equity.said", total=total, rounds=rounds)
    yield _amounts(book, "equity", "source", yearly, book.words.text("equity.table"))
    unit, size = large(book)
    parts = _parts(book, "source", yearly / size)
    yield book.figure(
        "equity", lambda: charts.stacked(YEARS, parts, unit), book.words.say("alt.equity", total=total)
    )


def spending(book: Book) -> Iterator[Block]:
    """What was paid, by whom to whom."""
    yield book.heading(1, "spending.heading")
    spent = book.result.public_spending
    total = float(spent.sum(("month", "instrument")).mean())
    returned = (
        float(book.result.public_returns.sum(("month", "instrument")).mean())
        if "public_returns" in book.result
        else 0.0
    )
    fields = {"total": book.words.yuan(total), "returned": book.words.yuan(returned)}
    yield book.paragraph("spending.said", **fields)
    if (reference := book.sources.references.get(PLAN)) is not None:
        other = float(reference.public_spending.sum(("month", "instrument")).mean())
        yield book.paragraph(
            "spending.anyway", reference=book.title(reference), amount=book.words.yuan(other)
        )
    if (table := by_name(tables.result(book.result), "spending")) is not None:
        yield from book.tables_of(table)
    unit, size = large(book)
    yearly = _yearly(spent)
    parts = _parts(book, "instrument", yearly / size)
    largest = yearly.sum("year").sortby(yearly.sum("year"), ascending=False)
    top = book.words.joined(
        book.named(
            book.label(book.result, "instrument", i), book.words.yuan(float(largest.sel(instrument=i)))
        )
        for i in largest.instrument.values[:3]
    )
    yield book.figure(
        "spending", lambda: charts.stacked(YEARS, parts, unit), book.words.say("alt.spending", top=top)
    )
    if "flows" in book.result:
        yield _way(book)


def _yearly(values: xr.DataArray) -> xr.DataArray:
    """Means over replicates, summed by year."""
    return values.mean("replicate").groupby("month.year").sum()


def _parts(book: Book, dim: str, yearly: xr.DataArray, most: int = 7) -> list[charts.Series]:
    """The largest parts, and all others in one."""
    total = yearly.sum("year").sortby(yearly.sum("year"), ascending=False)
    names = [n for n in total[dim].values if float(total.sel({dim: n})) > 0]
    parts = [
        charts.Series(book.label(book.result, dim, n), yearly.sel({dim: n}).values) for n in names[:most]
    ]
    if len(names) > most:
        parts.append(
            charts.Series(book.words.text("axis.others"), yearly.sel({dim: names[most:]}).sum(dim).values)
        )
    return parts


def _amounts(book: Book, name: str, dim: str, yearly: xr.DataArray, caption: str) -> Table:
    unit, size = large(book)
    rows = []
    for slug in yearly[dim].values:
        values = [float(x) for x in yearly.sel({dim: slug}).values]
        if any(values):
            rows.append(
                (Cell(book.label(book.result, dim, slug)), *_cells(book, [*values, sum(values)], size))
            )
    totals = [float(x) for x in yearly.sum(dim).values]
    rows.append((Cell(book.words.text("head.total")), *_cells(book, [*totals, sum(totals)], size)))
    head = (book.words.text("head.in_unit", unit=unit), *map(str, YEARS), book.words.text("head.total"))
    return Table(name, caption, head, tuple(rows))


def _cells(book: Book, values: list[float], size: float) -> list[Cell]:
    return [book.words.cell(Number(value, plain(value / size)), "yuan", size) for value in values]


def _way(book: Book) -> Figure:
    """Public money's way: from whom to whom, out and back."""
    sums = book.result.flows.sum("month").mean("replicate")
    unit, size = large(book)
    out: list[charts.Bar] = []
    back: list[charts.Bar] = []
    for slug in book.result.flow.values:
        one = sums.sel(flow=slug)
        giver, taker = (str(one[f"flow_{end}"].values) for end in ("from", "to"))
        if (giver in PUBLIC) == (taker in PUBLIC) or float(one) <= 0:
            continue
        names = {"giver": _account(book, giver), "taker": _account(book, taker)}
        label = book.words.text("mark.way", what=book.label(book.result, "flow", slug), **names)
        (out if giver in PUBLIC else back).append(charts.Bar(label, float(one) / size))
    for several in (out, back):
        several.sort(key=lambda bar: -bar.value)
    told = {
        f"{way}_{i + 1}": book.named(bar.label, book.words.yuan(bar.value * size))
        for way, several in (("out", out), ("back", back))
        for i, bar in enumerate(several[:2])
    }
    words = (book.words.text("axis.out"), book.words.text("axis.back"))
    alt = book.words.say(
        "alt.way",
        out=book.words.joined(v for k, v in told.items() if k.startswith("out")),
        back=book.words.joined(v for k, v in told.items() if k.startswith("back")),
    )
    return book.figure("way", lambda: charts.ways(out, back, unit, words), alt)


def _account(book: Book, name: str) -> str:
    key = f"account.{name}"
    return book.words.text(key) if book.words.known(key) else name
