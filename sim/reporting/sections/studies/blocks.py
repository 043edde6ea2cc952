"""Blocks shared by the sections on studies: question, settings, conclusions and tables of numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.charts.series import Floats
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Cell, Number, Paragraph, Table, Text
from sim.reporting.wording import format_number

SAMPLED: Final = ("morris", "sobol", "discovery")
"""Kinds of study whose size is given by a number of samples."""


def questions(report: ReportContext) -> Iterator[Block]:
    """Yield the first section of a report on studies only, with the question and settings of each study."""
    yield report.heading(1, "report.question")
    for several in report.sources.studies.values():
        for study in several:
            question = json.loads(study.attrs["study"]).get("question") or {}
            yield Paragraph(Text(str(question.get(report.words.lang, report.title(study)))))
            yield from settings(report, study)


def introduction(report: ReportContext, study: xr.Dataset) -> Iterator[Block]:
    """Yield the settings of a study, if the report describes a run, and the study's conclusions."""
    if report.sources.has_run:
        yield from settings(report, study)
    yield from conclusions(report, study)


def settings(report: ReportContext, study: xr.Dataset) -> Iterator[Paragraph]:
    """Yield a note on a study's scale, replicates and uncertainty, and on how they differ from the run's."""
    attributes, words = study.attrs, report.words
    if not {"scale", "uncertainty", "replicates"} <= set(attributes):
        return
    samples = words.string("study.samples", n=attributes["samples"]) if attributes["kind"] in SAMPLED else ""
    run = report.result.attrs
    differing = [
        words.string(f"study.{key}")
        for key in ("scale", "uncertainty")
        if report.sources.has_run and attributes[key] != run[key]
    ]
    apart = (
        words.string("study.different", what=words.string("mark.and").join(differing)) if differing else ""
    )
    yield report.note(
        "study.settings",
        title=report.title(study),
        scale=words.sampling(float(attributes["scale"])),
        replicates=attributes.get("replicates_run", attributes["replicates"]),
        samples=samples,
        carried=words.string(f"study.{attributes['uncertainty']}"),
        apart=apart,
    )


def conclusions(report: ReportContext, study: xr.Dataset) -> Iterator[Block]:
    """Yield the conclusions that are stored in a study's dataset."""
    words = report.words
    for line in str(study.attrs.get(f"conclusions_{words.lang}", "")).splitlines():
        if line:
            straight = line.replace("“", '"').replace(
                "”", '"'
            )  # in Chinese fonts, curly quotes are full-width
            yield Paragraph(Text(line if words.lang == "zh" else straight))


def number_table(
    report: ReportContext,
    name: str,
    caption: str,
    keys: Sequence[str],
    labels: Sequence[str],
    columns: Sequence[Floats],
    unit: str,
) -> Table:
    """Return a table with one row per label and one column per variable.

    Args:
        report: sources and wording of the report.
        name: name of the table.
        caption: caption of the table.
        keys: keys of the column headings (texts ``head.KEY``), starting with the column of row labels.
        labels: row labels.
        columns: numbers of each column.
        unit: unit of all numbers.
    """
    words = report.words
    divisor = report.divisor(unit)

    def cell(value: float) -> Cell:
        if unit == "share":
            return words.cell(words.share(value), unit)
        return words.cell(Number(value, format_number(value / divisor)), unit, divisor)

    rows = tuple(
        (Cell(label), *(cell(float(values[i])) for values in columns)) for i, label in enumerate(labels)
    )
    return Table(name, caption, tuple(words.string(f"head.{key}") for key in keys), rows)


def leading_three(report: ReportContext, labels: Sequence[str], values: Floats, unit: str) -> Text:
    """Format the first three labels with their numbers, except those whose number is zero or missing."""
    words = report.words
    parts = [
        report.labelled(label, words.quantity(float(value), unit))
        for label, value in list(zip(labels, values, strict=True))[:3]
        if np.isfinite(value) and value
    ]
    return words.join(parts) if parts else Text(words.string("mark.nothing"))
