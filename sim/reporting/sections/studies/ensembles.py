"""Sweeps, ensembles, searches and policies under all that is unknown: what they found, and their figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.reporting.charts import study_charts
from sim.reporting.charts.row_charts import Series
from sim.reporting.charts.study_charts import Axis, Ends
from sim.reporting.context import Book
from sim.reporting.document import Block, Cell, Figure, Heading, Paragraph, Said
from sim.reporting.sources import OTHERS
from sim.reporting.tables import factor_labels, study_tables
from sim.studies.specification.outcomes import PAIRED

Floats = npt.NDArray[np.float64]
SAMPLED: Final = ("morris", "sobol", "discovery")
"""Kinds of study for which the number of samples says how much they tried."""
MOST_ROWS: Final = 24
"""Points of a sweep that a figure has room for; a table tells them all."""


def others(book: Book) -> Iterator[Block]:
    """Studies without a part of their own: sentences, figures, and tables as the command prints them."""
    found = [one for kind in OTHERS for one in book.sources.studies.get(kind, ())]
    if not found:
        return
    yield book.heading(1, "other.heading")
    for number, study in enumerate(found):
        yield Heading(2, str(study.attrs[f"title_{book.words.lang}"]))
        yield from introduced(book, study)
        for figure in figures(book, study):
            yield replace(figure, name=f"other_{number + 1}_{figure.name}")
        for i, table in enumerate(study_tables.tables(study)):
            luck = _luck(book, study, table.name)
            told = [note for note in table.notes if note not in luck]
            for made in book.tables_of(replace(table, notes=tuple(told))):
                if luck:
                    made = replace(
                        made,
                        head=(*made.head, book.words.text("head.luck_share")),
                        rows=tuple((*row, cell) for row, cell in zip(made.rows, luck.values(), strict=True)),
                    )
                yield replace(made, name=f"other_{number + 1}_{i + 1}_{made.name}"[:31])


def _luck(book: Book, study: xr.Dataset, outcome: str) -> dict[str, Cell]:
    """Luck's share of the variance of one run by scenario, by the notes that the studies' tables give it."""
    if study.attrs["kind"] != "ensemble":
        return {}
    of = study.sel(outcome=outcome)
    notes = study_tables.luck_notes(of)
    if len(notes) < of.sizes["scenario"]:
        return {}
    ends = of[["luck_share", "luck_share_low", "luck_share_high"]].to_array().transpose("scenario", ...)
    return {n: book.share_cell(*map(float, e.values)) for n, e in zip(notes, ends, strict=True)}


def introduced(book: Book, study: xr.Dataset) -> Iterator[Block]:
    """What a study was, where a run stands beside it, and its sentences."""
    if book.sources.of_a_run:
        yield from was(book, study)
    yield from said(book, study)


def was(book: Book, study: xr.Dataset) -> Iterator[Paragraph]:
    """One line: at which scale and how often a study was run, what it carries, and how the run differs."""
    attributes, words = study.attrs, book.words
    if not {"scale", "uncertainty", "replicates"} <= set(attributes):
        return
    samples = words.text("study.samples", n=attributes["samples"]) if attributes["kind"] in SAMPLED else ""
    run = book.result.attrs
    apart = [
        words.text(f"study.{key}")
        for key in ("scale", "uncertainty")
        if book.sources.of_a_run and attributes[key] != run[key]
    ]
    told = words.text("study.apart", what=words.text("mark.and").join(apart)) if apart else ""
    yield book.note(
        "study.was",
        title=book.title(study),
        scale=words.scale(float(attributes["scale"])),
        replicates=attributes.get("replicates_lived", attributes["replicates"]),
        samples=samples,
        carried=words.text(f"study.{attributes['uncertainty']}"),
        apart=told,
    )


def said(book: Book, study: xr.Dataset) -> Iterator[Block]:
    """The sentences that a study brings along."""
    for line in str(study.attrs.get(f"said_{book.words.lang}", "")).splitlines():
        if line:  # a face for Chinese sets curly marks as wide as its characters
            yield Paragraph(
                Said(
                    book.words.instead(line)
                    if book.words.lang == "zh"
                    else line.replace("“", '"').replace("”", '"')
                )
            )


def figures(book: Book, study: xr.Dataset) -> Iterator[Figure]:
    """The figures of a sweep, an ensemble or a search."""
    if study.attrs["kind"] == "search":
        yield from _front(book, study)
        return
    for i in range(study.sizes["outcome"]):
        one = study.isel(outcome=i)
        if np.isfinite(_middle(one)[0].values).any():
            yield (_sweep if study.attrs["kind"] == "sweep" else _spread)(book, one, f"{i + 1}")


def _middle(one: xr.Dataset) -> tuple[xr.DataArray, xr.DataArray, xr.DataArray]:
    """A difference from the reference with its interval, where the study has one; else the mean."""
    paired = str(one.outcome.values) in PAIRED
    name = "difference" if paired else "mean"
    return one[name], one[f"{name}_low"], one[f"{name}_high"]


def _sweep(book: Book, one: xr.Dataset, name: str) -> Figure:
    """Means and their intervals at every point: along the setting if there is one, else a row a point."""
    unit, scale = book.axis(one)
    ends = [
        Ends(_called(book, one, "scenario", k), *(v.values[k] / scale for v in _middle(one)))
        for k in range(one.sizes["scenario"])
    ]
    outcome = book.called(one, "outcome")
    caption = book.words.text("figure.sweep", outcome=outcome)
    alt = book.words.say("alt.sweep", outcome=outcome)
    if one.sizes["factor"] == 1:
        of, size = book.setting(str(one.factor_unit.values[0]))
        axis = f"{book.called(one.isel(factor=0), 'factor')} {f'({of})' if of else ''}".strip()
        setting = Series(axis, one.design.values[:, 0] / size)
        return Figure(name, caption, alt, lambda: study_charts.lines(setting, ends, unit))
    labels = [_point(book, one, point) for point in one.design.values[:MOST_ROWS]]
    few = [Ends(e.label, *(np.asarray(v)[:MOST_ROWS] for v in e[1:])) for e in ends]
    return Figure(name, caption, alt, lambda: study_charts.dots(labels, few, unit))


def _point(book: Book, one: xr.Dataset, values: Floats) -> str:
    """A point of a sweep by its settings."""
    parts = []
    for j, value in enumerate(values):
        factor = one.isel(factor=j)
        amount = factor_labels.told(float(value), factor)
        parts.append(f"{book.called(factor, 'factor')} {amount}")
    return book.words.text("mark.list").join(parts)


def _spread(book: Book, one: xr.Dataset, name: str) -> Figure:
    """A row a scenario: the median and what lies between 5% and 95% of all runs; a chance, its interval."""
    unit, scale = book.axis(one)
    chance = str(one.outcome_unit.values) == "bool"
    values = one.value.transpose("scenario", ...).values.reshape(one.sizes["scenario"], -1)
    if chance:
        middle, low, high = (v.values for v in _middle(one))
    else:
        told = bool(np.isfinite(one.p5.values).all())  # too few runs have no 5%: all that was seen is shown
        low, middle, high = np.nanquantile(values, (0.05, 0.5, 0.95) if told else (0, 0.5, 1), axis=1)
    labels = [_called(book, one, "scenario", k) for k in range(one.sizes["scenario"])]
    outcome = book.called(one, "outcome")
    key = "ensemble_chance" if chance else "ensemble" if told else "ensemble_few"
    caption = book.words.text(f"figure.{key}", outcome=outcome)
    unit_ = book.unit(one)
    rows = [
        book.named(label, book.words.told(float(v), unit_)) for label, v in zip(labels, middle, strict=True)
    ]
    alt = book.words.say("alt.ensemble", outcome=outcome, rows=book.words.joined(rows))
    series = [Ends("", middle / scale, low / scale, high / scale)]
    return Figure(name, caption, alt, lambda: study_charts.dots(labels, series, unit))


def _front(book: Book, study: xr.Dataset) -> Iterator[Figure]:
    """The first thing wanted against each of the others."""
    axes = []
    for k in range(study.sizes["objective"]):
        one = study.isel(objective=k)
        of, scale = book.scaled(str(one.objective_unit.values))
        label = f"{book.called(one, 'objective')} {f'({of})' if of else ''}".strip()
        axes.append(
            Axis(
                label,
                one.tried_value.values / scale,
                np.atleast_1d(one.value.values) / scale,
                np.atleast_1d(one.se.values) / scale,
            )
        )
    words = [book.words.text(f"axis.{key}") for key in ("tried", "beyond", "front")]
    feasible = study.tried_feasible.values.astype(bool)
    for k, y in enumerate(axes[1:], start=1):
        caption = book.words.text("figure.front", first=axes[0].label, second=y.label)
        alt = book.words.say(
            "alt.front", points=book.words.count(study.sizes["point"]), tried=book.words.count(len(feasible))
        )
        yield Figure(f"front_{k}", caption, alt, partial(study_charts.front, y, axes[0], feasible, words))


def _called(book: Book, one: xr.Dataset, dim: str, number: int) -> str:
    return book.called(one.isel({dim: number}), dim)
