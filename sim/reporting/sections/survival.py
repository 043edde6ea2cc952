"""How young firms fare: survival, jobs and districts; and the spaces that house them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.reporting.charts import row_charts as charts
from sim.reporting.context import YEARS, Book, by_name
from sim.reporting.document import Block, Cell, Figure, Table
from sim.reporting.sources import PLAN, SUPPORT
from sim.reporting.tables import tables

COHORT, AGES = 2017, 36
CARRIERS: Final = (
    "tech_incubators", "incubation_area", "makerspaces", "entrepreneurship_bases", "international_platforms",
    "national_level_spaces", "provincial_level_spaces", "berths", "tenants", "incubator_occupancy",
    "jobs_in_incubators", "jobs_in_small_spaces",
)  # fmt: skip


def beside(book: Book) -> list[xr.Dataset]:
    """The report's scenario and the reference drawn beside it, if there is one."""
    others = book.sources.references
    one = others.get(PLAN, others.get(SUPPORT))
    return [book.result, *([one] if one is not None else [])]


def survival(book: Book) -> Iterator[Block]:
    """How long firms stay open."""
    if "survival" not in book.result:
        return
    yield book.heading(1, "survival.heading")
    for form in book.result.form.values:
        fields = {}
        for months in (12, AGES):
            at = {"clock": "since_opening", "cohort": COHORT, "age": months - 1, "form": form}
            fields[f"after_{months}"] = book.words.share(float(book.result.survival.sel(at).median()))
        yield book.paragraph(
            "survival.said", form=book.label(book.result, "form", form), cohort=COHORT, **fields
        )
    yield _curves(book)
    if (table := _by_founder(book)) is not None:
        yield table


def _curves(book: Book) -> Figure:
    at = {"clock": "since_opening", "cohort": COHORT}
    panels, risks = [], []
    for form in book.result.form.values:
        runs = [(book.title(r), r.sel(at).sel(form=form).isel(age=slice(AGES))) for r in beside(book)]
        curves = [
            charts.Series(title, run.survival.transpose("replicate", "age").values) for title, run in runs
        ]
        panels.append(charts.Panel(book.label(book.result, "form", form), "", curves))
        risks.append([run.at_risk.mean("replicate").values for _, run in runs])
    words = (book.words.text("axis.months_open"), book.words.text("axis.at_risk"))
    alt = book.words.say("alt.survival", cohort=COHORT)
    return book.figure("survival", lambda: charts.survival(panels, risks, words), alt, cohort=COHORT)


def _by_founder(book: Book) -> Table | None:
    if "survival_by_founder" not in book.result:
        return None
    at = book.result.survival_by_founder.sel(clock="since_opening").sel(age=[11, 35])
    rows = []
    for kind in book.result.founder_kind.values:
        cells = []
        for age in (11, 35):
            values = at.sel(founder_kind=kind, age=age)
            middle = float(values.median()) if bool(values.notnull().any()) else np.nan
            cells.append(book.words.cell(book.words.share(middle)))
        rows.append((Cell(book.label(book.result, "founder_kind", kind)), *cells))
    head = tuple(book.words.text(f"head.{key}") for key in ("founder", "after_12", "after_36"))
    return Table("by_founder", book.words.text("survival.by_founder"), head, tuple(rows))


def employment(book: Book) -> Iterator[Block]:
    """Firms and jobs, by month, and by district."""
    yield book.heading(1, "jobs.heading")
    if (table := by_name(tables.result(book.result), "outcomes")) is not None:
        yield from book.tables_of(table)
    runs = beside(book)
    panels = []
    for name in ("firms", "jobs"):
        several = [charts.Series(book.title(r), _monthly(r[name].sum("form"))) for r in runs if name in r]
        unit = book.words.unit("persons" if name == "jobs" else "firms")
        panels.append(charts.Panel(book.long_name(book.result[name]), unit, several))
    last = {name: book.words.spread(*_last(book.result[name].sum("form"))) for name in ("firms", "jobs")}
    yield book.figure("jobs", lambda: charts.fan(panels), book.words.say("alt.jobs", **last))
    yield book.paragraph("jobs.not_net")
    if "jobs_by_district" in book.result:
        yield _districts(book)


def _monthly(values: xr.DataArray) -> npt.NDArray[np.float64]:
    return np.asarray(values.transpose("replicate", "month").values, dtype=np.float64)


def _last(values: xr.DataArray) -> Sequence[float]:
    return [float(x) for x in np.quantile(values.isel(month=-1).values, [0.05, 0.5, 0.95])]


def _districts(book: Book) -> Figure:
    """Jobs and incubation area by district, the largest on top."""
    last = book.result.isel(month=-1)
    names = [n for n in ("jobs_by_district", "incubation_area_by_district") if n in last]
    order = last.jobs_by_district.median("replicate").sortby(
        last.jobs_by_district.median("replicate"), ascending=False
    )
    districts = list(order.district.values)
    panels = []
    for name in names:
        values = last[name].sel(district=districts).transpose("replicate", "district").values
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95], axis=0)
        series = [charts.Series("", middle)]
        unit = book.words.unit(str(last[name].attrs["units"] if "area" in name else "persons"))
        panels.append(
            (book.long_name(book.result[name]), unit, series, [charts.Series("", np.array([low, high]))])
        )
    labels = [book.label(book.result, "district", d) for d in districts]
    top = book.words.joined(
        book.named(label, book.words.count(float(order.sel(district=d))))
        for label, d in zip(labels[:3], districts[:3], strict=True)
    )
    return book.figure(
        "districts", lambda: charts.bars(panels, labels), book.words.say("alt.districts", top=top)
    )


def carriers(book: Book) -> Iterator[Block]:
    """Incubators, other spaces, and who sits in them."""
    names = [name for name in CARRIERS if name in book.result]
    if not names:
        return
    yield book.heading(1, "carriers.heading")
    if "incubation_area" in names and "tenants" in names:
        fields = {
            "area": book.words.told(_last(book.result.incubation_area)[1], "m2"),
            "tenants": book.words.count(_last(book.result.tenants)[1]),
        }
        yield book.paragraph("carriers.said", **fields)
    yield _stocks(book, names)
    runs = beside(book)
    panels = [
        charts.Panel(
            book.long_name(book.result[name]),
            book.words.unit(str(book.result[name].attrs["units"])),
            [charts.Series(book.title(r), _monthly(r[name])) for r in runs],
        )
        for name in ("tech_incubators", "incubation_area", "entrepreneurship_bases", "tenants")
        if name in book.result
    ]
    spaces = {"low": 0, "middle": 1, "high": 2}
    told = {k: book.words.count(_last(book.result[names[0]])[i], whole=True) for k, i in spaces.items()}
    yield book.figure("carriers", lambda: charts.fan(panels), book.words.say("alt.carriers", **told))


def _stocks(book: Book, names: Sequence[str]) -> Table:
    """Medians at the end of each year."""
    rows = []
    for name in names:
        variable = book.result[name]
        unit = str(variable.attrs["units"])
        middle = variable.isel(month=[11, 23, 35, 47]).median("replicate").values
        cells = [book.told_cell(tables.Row("", "", unit, {"of": float(x)}), "of", 1) for x in middle]
        rows.append(
            (
                Cell(book.long_name(variable)),
                Cell("" if unit == "share" else book.counted(book.words.unit(unit), name)),
                *cells,
            )
        )
    head = (book.words.text("head.carrier"), book.words.text("head.unit"), *map(str, YEARS))
    return Table("carriers", book.words.text("carriers.table"), head, tuple(rows))
