"""What studies found: what outcomes hang on, what does the work, where a target is missed, what it needs.

A study brings its own sentences (``said_zh``, ``said_en``); the tables and figures are made here from its
dataset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.reporting.charts import row_charts as charts
from sim.reporting.charts import study_charts
from sim.reporting.charts.study_charts import Ends
from sim.reporting.context import Book
from sim.reporting.document import Block, Cell, Figure, Number, Paragraph, Said, Table
from sim.reporting.sections.studies import ensembles
from sim.reporting.wording import plain

Floats = npt.NDArray[np.float64]
JOINT: Final = ("value", "low_all", "high_all")
MOST: Final = 16
"""Players in a figure; a table tells them all."""
LEADING: Final = 10
"""Factors in a figure and in the printed table; the workbook tells them all."""


def questions(book: Book) -> Iterator[Block]:
    """What was asked, in a report of studies alone, and which uncertainty the answers carry."""
    yield book.heading(1, "report.question")
    for several in book.sources.studies.values():
        for study in several:
            asked = json.loads(study.attrs["study"]).get("question") or {}
            yield Paragraph(Said(str(asked.get(book.words.lang, book.title(study)))))
            yield from ensembles.was(book, study)


def sensitivity(book: Book) -> Iterator[Block]:
    """Tornado of elementary effects, shares of variance."""
    found = [(kind, one) for kind in ("sobol", "morris") for one in book.sources.studies.get(kind, ())]
    if found:
        yield book.heading(1, "sensitivity.heading")
    for number, (kind, study) in enumerate(found):
        if book.sources.of_a_run:
            yield from ensembles.was(book, study)
        for i in range(study.sizes["outcome"]):
            one = study.isel(outcome=i)
            outcome = book.called(one, "outcome")
            name = f"{kind}_{number + 1}_{i + 1}"
            yield from (_sobol if kind == "sobol" else _morris)(book, one, outcome, name)


def _sobol(book: Book, one: xr.Dataset, outcome: str, name: str) -> Iterator[Block]:
    order = np.argsort(
        -np.nan_to_num(np.fmax(one.total.values, one.total_low.values), nan=-np.inf), kind="stable"
    )
    labels = [book.called(one.isel(factor=int(i)), "factor") for i in order]
    yield _leaders(book, one, labels, one.total.values[order], one.total_low.values[order], outcome, "share")
    columns = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    keys = ("factor", "first", "low", "high", "total_index", "low", "high")
    caption = book.words.text("sensitivity.sobol_table", outcome=outcome)
    told = _table(book, name, caption, keys, labels, [one[c].values[order] for c in columns], "share")
    yield _leading(book, told)
    top = order[:LEADING]
    series = [
        charts.Series(book.words.text(f"axis.{key}"), np.nan_to_num(one[key].values[top]))
        for key in ("first", "total")
    ]
    ends = [
        charts.Series("", np.array([one[f"{key}_{end}"].values[top] for end in ("low", "high")]))
        for key in ("first", "total")
    ]
    panel = ("", "%", series, ends)
    alt = book.words.say(
        "alt.sobol", outcome=outcome, top=_top(book, labels, one.total.values[order], "share")
    )
    caption = book.words.text("figure.sobol", outcome=outcome)
    yield Figure(name, caption, alt, lambda: charts.bars([panel], labels[:LEADING], percent=True))


def _morris(book: Book, one: xr.Dataset, outcome: str, name: str) -> Iterator[Block]:
    unit = book.unit(one)
    size = (one.effect_low + one.effect_high).values
    order = np.argsort(-np.nan_to_num(size, nan=-np.inf), kind="stable")
    labels = [book.called(one.isel(factor=int(i)), "factor") for i in order]
    yield _leaders(book, one, labels, one.effect.values[order], one.effect_low.values[order], outcome, unit)
    columns = ("effect", "effect_low", "effect_high", "effect_mean", "effect_spread")
    keys = ("factor", "effect", "low", "high", "effect_mean", "effect_spread")
    caption = book.words.text("sensitivity.morris_table", outcome=outcome, unit=book.unit_name(unit))
    told = _table(book, name, caption, keys, labels, [one[c].values[order] for c in columns], unit)
    yield _leading(book, told)
    top, scale = order[:LEADING], book.scale(unit)
    values, low, high = (one[c].values[top] for c in ("effect", "effect_low", "effect_high"))
    series = [charts.Series("", np.nan_to_num(values) / scale)]
    panel = ("", book.unit_name(unit), series, [charts.Series("", np.array([low, high]) / scale)])
    floor, shares = float(one.floor) / scale, unit == "share"
    drawn = {"bars": np.isfinite(values).any(), "intervals": True, "dashed": np.isfinite(floor)}
    marks = book.words.joined(book.words.text(f"marks.{key}") for key, there in drawn.items() if there)
    caption = book.words.text("figure.morris", outcome=outcome, marks=marks)
    if drawn["bars"]:
        leaders = _top(book, labels, one.effect.values[order], unit)
        alt = book.words.say("alt.morris", outcome=outcome, top=leaders)
    else:
        parts = [
            book.named(label, book.words.range(float(a), float(b), unit))
            for label, a, b in list(zip(labels, low, high, strict=False))[:3]
        ]
        alt = book.words.say("alt.morris_intervals", outcome=outcome, top=book.words.joined(parts))
    yield Figure(name, caption, alt, lambda: charts.bars([panel], labels[:LEADING], floor, shares))


def _leading(book: Book, table: Table) -> Table:
    """The first rows of a long table, without empty columns; the workbook tells the rest."""
    rows = table.rows
    keep = [0, *(i for i in range(1, len(table.head)) if any(row[i].numbers for row in rows))]
    rows = tuple(tuple(row[i] for i in keep) for row in rows)
    first, rest = rows[:LEADING], rows[LEADING:]
    head = tuple(table.head[i] for i in keep)
    notes = (book.words.text("sensitivity.rest", first=len(first), rest=len(rest)),) if rest else ()
    return replace(table, head=head, rows=first, rest=rest, notes=(*table.notes, *notes))


def _leaders(
    book: Book, one: xr.Dataset, labels: list[str], values: Floats, lows: Floats, outcome: str, unit: str
) -> Paragraph:
    """Which factors lead, those only that can be told from nothing."""
    seen = [i for i in range(len(labels)) if np.isfinite(values[i]) and lows[i] > 0][:3]
    if not seen:
        refused = one.reason.isin(("noise_unknown", "too_few_samples")).all()  # is no sign of nothing
        if not refused:
            return book.paragraph("sensitivity.nothing", outcome=outcome)
        shown = list(zip(labels, lows, strict=True))[:LEADING]
        apart = [label for label, low in shown if low > 0]
        key = "all" if len(apart) == len(shown) else "some" if apart else "none"
        above = book.words.text(f"sensitivity.{key}_above", factors=book.words.text("mark.list").join(apart))
        return book.paragraph("sensitivity.refused", outcome=outcome, above=above)
    parts = [book.named(labels[i], book.words.told(float(values[i]), unit)) for i in seen]
    return book.paragraph("sensitivity.leaders", outcome=outcome, factors=book.words.joined(parts))


def attribution(book: Book) -> Iterator[Block]:
    """Shapley values: a waterfall an outcome."""
    found = book.sources.studies.get("attribution", ())
    if found:
        yield book.heading(1, "attribution.heading")
    for number, study in enumerate(found):
        yield from ensembles.introduced(book, study)
        for i in range(study.sizes["outcome"]):
            one = study.isel(outcome=i)
            unit, outcome = book.unit(one), book.called(one, "outcome")
            name = f"attribution_{number + 1}_{i + 1}"
            labels = [book.called(one.isel(player=j), "player") for j in range(one.sizes["player"])]
            columns = [one[c].values for c in JOINT]  # those by which a player is told from zero
            caption = book.words.text("attribution.table", outcome=outcome, unit=book.unit_name(unit))
            yield _table(book, name, caption, ("player", "shapley", "low", "high"), labels, columns, unit)
            yield _waterfall(book, one, labels, outcome, unit, name)


def _waterfall(book: Book, one: xr.Dataset, labels: list[str], outcome: str, unit: str, name: str) -> Figure:
    """Players that can be told from zero, the rest as one, and the total."""
    scale = book.scale(unit) if unit != "share" else 0.01
    seen = [
        i for i in np.argsort(-np.abs(one.value.values)) if str(one.state.values[i]) in ("above", "below")
    ]
    parts = [charts.Bar(labels[i], *(float(one[c].values[i]) / scale for c in JOINT)) for i in seen[:MOST]]
    rest = [i for i in range(len(labels)) if i not in seen[:MOST]]
    if rest:
        parts.append(
            charts.Bar(book.words.text("axis.rest"), float(np.nansum(one.value.values[rest])) / scale)
        )
    total = charts.Bar(
        book.words.text("axis.sum"), *(float(one[f"total{end}"]) / scale for end in ("", "_low", "_high"))
    )
    fields = {
        "total": book.words.told(float(one.total), unit),
        "seen": f"{len(seen)}",
        "all": f"{len(labels)}",
    }
    alt = book.words.say("alt.attribution", outcome=outcome, **fields)
    caption = book.words.text("figure.attribution", outcome=outcome)
    return Figure(name, caption, alt, lambda: charts.waterfall(parts, total, book.unit_name(unit)))


def discovery(book: Book) -> Iterator[Block]:
    """When a target is missed; what it would need; which policy stands up to what nobody knows."""
    studies, kinds = book.sources.studies, ("discovery", "threshold", "robustness")
    if any(studies.get(kind) for kind in kinds):
        yield book.heading(1, "discovery.heading")
    for number, study in enumerate(studies.get("discovery", ())):
        yield from ensembles.introduced(book, study)
        if study.sizes.get("box"):
            names = ("mass", "density", "density_low", "density_high", "coverage", "density_new")
            labels = [book.words.text("discovery.box", number=i + 1) for i in range(study.sizes["box"])]
            keys = ("box", "mass", "density", "low", "high", "coverage", "density_new")
            caption = book.words.text("discovery.table")
            columns = [study[n].values for n in names]
            yield _table(book, f"discovery_{number + 1}", caption, keys, labels, columns, "share")
            yield _missed(book, study, labels, f"discovery_{number + 1}")
    for number, study in enumerate(studies.get("threshold", ())):
        yield from ensembles.introduced(book, study)
        yield _crossing(book, study, f"threshold_{number + 1}")
    for number, study in enumerate(studies.get("robustness", ())):
        yield from ensembles.introduced(book, study)
        labels = [book.called(study.isel(policy=i), "policy") for i in range(study.sizes["policy"])]
        columns = [study[n].values for n in ("domain", "domain_low", "domain_high")]
        caption = book.words.text("discovery.domain_table")
        heads = ("scenario", "domain", "low", "high")
        yield _table(book, f"robustness_{number + 1}", caption, heads, labels, columns, "share")
        ends = [Ends("", *(column * 100 for column in columns))]
        caption = book.words.text("figure.robustness")
        alt = book.words.say("alt.robustness", top=_top(book, labels, columns[0], "share"))
        draw = partial(study_charts.dots, labels, ends, "%")
        yield Figure(f"robustness_{number + 1}", caption, alt, draw)


def _missed(book: Book, study: xr.Dataset, labels: list[str], name: str) -> Figure:
    """How often the target is missed inside each set of conditions; the line is how often in all."""
    values = [study[n].values * 100 for n in ("density", "density_low", "density_high")]
    base = float(study.attrs["base"])
    caption = book.words.text("figure.discovery")
    alt = book.words.say(
        "alt.discovery", base=book.words.share(base), top=_top(book, labels, values[0] / 100, "share")
    )
    draw = partial(study_charts.dots, labels, [Ends("", *values)], "%", base * 100)
    return Figure(name, caption, alt, draw)


def _crossing(book: Book, study: xr.Dataset, name: str) -> Figure:
    """The share that meets the target along each setting that moves."""
    panels = []
    for i in range(study.sizes["factor"]):
        factor = study.isel(factor=i)
        told, scale = book.setting(str(factor.factor_unit.values))
        panels.append(
            (book.called(factor, "factor"), told, factor.setting.values / scale, study.share.values)
        )
    ends = {
        "first": book.words.share(float(study.share.values[0])),
        "last": book.words.share(float(study.share.values[-1])),
    }
    chance = float(study.attrs["chance"])
    alt = book.words.say("alt.threshold", **ends)
    unit = book.words.text("axis.met")
    return Figure(
        name, book.words.text("figure.threshold"), alt, lambda: charts.crossing(panels, chance, unit)
    )


def _table(
    book: Book,
    name: str,
    caption: str,
    keys: tuple[str, ...],
    labels: list[str],
    columns: list[Floats],
    unit: str,
) -> Table:
    """Rows by label, a column a variable."""
    scale = book.scale(unit)
    rows = []
    for i, label in enumerate(labels):
        cells = []
        for values in columns:
            value = float(values[i])
            told = book.words.share(value) if unit == "share" else Number(value, plain(value / scale))
            cells.append(book.words.cell(told, unit, 1.0 if unit == "share" else scale))
        rows.append((Cell(label), *cells))
    return Table(name, caption, tuple(book.words.text(f"head.{key}") for key in keys), tuple(rows))


def _top(book: Book, labels: list[str], values: Floats, unit: str) -> Said:
    parts = [
        book.named(label, book.words.told(float(value), unit))
        for label, value in list(zip(labels, values, strict=True))[:3]
        if np.isfinite(value) and value
    ]
    return book.words.joined(parts) if parts else Said(book.words.text("mark.nobody"))
