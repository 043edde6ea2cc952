"""What the policy changes: headlines, net jobs by month, targets, and who would have done the same anyway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import xarray as xr

from sim.reporting.charts import row_charts as charts
from sim.reporting.context import Book, by_name
from sim.reporting.document import Block, Figure, Paragraph
from sim.reporting.sections import assessment, first_page
from sim.reporting.sources import PLAN, SUPPORT
from sim.reporting.tables import tables


def comparison(book: Book) -> Iterator[Block]:
    """A part for each reference."""
    yield book.heading(1, "compared.heading")
    yield _aims(book)
    if not book.sources.comparisons:
        return
    yield book.paragraph("compared.two_references")
    for reference, one in book.sources.comparisons.items():
        key = reference if reference in (PLAN, SUPPORT) else "other"
        yield book.heading(2, f"compared.against_{key}", reference=book.reference(one))
        yield from _against(book, one)


def _aims(book: Book) -> Figure:
    """Targets as a share of their aims, under each scenario."""
    runs = [book.result, *book.sources.references.values()]
    targets = assessment.shown(book.result)
    aims = np.array([t.at_least for t in targets])
    several = [
        charts.Series(book.title(run), run.target_value.sel(target=[t.id for t in targets]).values / aims)
        for run in runs
    ]
    likely, unlikely, unclear = assessment.targets_met(book)
    lists = {"likely": likely, "unlikely": unlikely, "unclear": unclear}
    none = book.words.text("mark.nobody")
    told = {key: book.words.text("mark.list").join(ids) or none for key, ids in lists.items()}
    alt = book.words.say("alt.targets", **told)
    labels = [assessment.name(book, target) for target in targets]
    unit = book.words.text("axis.of_target")
    return book.figure("targets", lambda: charts.aims(labels, several, unit), alt)


def _against(book: Book, one: xr.Dataset) -> Iterator[Block]:
    yield Paragraph(first_page.net_jobs(book, one))
    if (said := first_page.firms(book, one)).text:
        yield Paragraph(said)
    if np.isfinite(float(one.deadweight_money)):
        fields = {
            "share": book.words.share(float(one.deadweight_money)),
            "judged": book.words.share(float(one.deadweight_judged)),
        }
        yield book.paragraph("compared.deadweight", **fields)
    if "jobs_universe_difference" in one:
        yield _over_time(book, one)
    if np.isfinite(float(one.job_years_recipients)):
        yield _waterfall(book, one)
    found = tables.comparison(one.expand_dims("scenario"))
    for name in ("headlines", "target_changes", "credit_changes", "deadweight"):
        if (table := by_name(found, name)) is not None:
            key = f"compared.{name}" if name != "deadweight" else "compared.deadweight_table"
            arms = {"scenario": book.title(book.result), "reference": book.reference(one)}
            caption = book.words.text(key, **arms)
            yield from book.tables_of(replace(table, title=caption))


def _over_time(book: Book, one: xr.Dataset) -> Figure:
    net = (
        (one.jobs_universe_difference - one.jobs_displaced_difference).transpose("replicate", "month").values
    )
    low, middle, high = (
        book.words.told(float(x), "persons") for x in np.quantile(net[:, -1], [0.05, 0.5, 0.95])
    )
    reference = book.reference(one)
    alt = book.words.say("alt.net_jobs", reference=reference, low=low, middle=middle, high=high)
    title = book.words.text("axis.net_jobs")
    panel = charts.Panel(title, book.words.unit("persons"), [charts.Series(reference, net)])
    return book.figure("net_jobs", lambda: charts.fan([panel], zero=True), alt, reference=reference)


def _waterfall(book: Book, one: xr.Dataset) -> Figure:
    """From the gain of recipients to the net."""

    def bar(name: str, sign: int = 1) -> charts.Bar:
        value, low, high = (sign * float(one[f"{name}{end}"]) for end in ("", "_low", "_high"))
        return charts.Bar(book.words.text(f"headline.{name}"), value, *sorted((low, high)))

    parts = [bar("job_years_recipients"), bar("job_years_others"), bar("job_years_displaced", -1)]
    total = bar("job_years_net")
    fields = {
        name: book.words.told(float(one[f"job_years_{name}"]), "job-years")
        for name in ("recipients", "others", "displaced", "net")
    }
    alt = book.words.say("alt.who_gains", **fields)
    unit = book.words.unit("job-years")
    return book.figure(
        "who_gains", lambda: charts.waterfall(parts, total, unit), alt, reference=book.reference(one)
    )
