"""Section on reproduction: record of the run, checksums, and commands that reproduce the results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import xarray as xr

from sim import shipped
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Cell, Paragraph, Table, Text
from sim.reporting.tables import run_tables


def reproduction(report: ReportContext, files: Sequence[Path] = ()) -> Iterator[Block]:
    """Yield the document blocks of this section.

    Args:
        report: sources and wording of the report.
        files: result files to include in the commands.
    """
    words, result = report.words, report.result
    yield report.heading(1, "reproduction.heading")
    if report.sources.has_run:
        for line in run_tables.notes(result):
            yield Paragraph(Text(line), "note")
        yield from report.missing_sources()
    rows = [(words.string(f"reproduction.{key}"), value) for key, value in _record(report)]
    rows += [
        (_checksum_label(report, dataset), str(dataset.attrs["content_sha256"]))
        for dataset in report.sources.datasets()
    ]
    head = (words.string("head.item"), words.string("head.content"))
    body = tuple((Cell(label), Cell(value)) for label, value in rows)
    yield Table("reproduction", words.string("reproduction.table"), head, body)
    yield report.paragraph("reproduction.commands")
    for command in _commands(report, files):
        yield Paragraph(Text(command), "code")


def _record(report: ReportContext) -> list[tuple[str, str]]:
    """Return the settings and versions that identify the run, as pairs of key and value."""
    attributes = report.result.attrs
    subject = "scenario" if report.sources.has_run else "study"
    return [
        (subject, str(attributes["name"])),
        (f"{subject}_sha256", str(attributes[f"{subject}_sha256"])),
        ("seed", str(attributes["seed"])),
        ("replicates", str(report.sources.replicates)),
        ("scale", f"{float(attributes['scale']):g}"),
        ("uncertainty", report.words.string(f"reproduction.{attributes['uncertainty']}")),
        ("version", str(attributes["version"])),
        ("commit", str(attributes.get("commit", ""))),
        ("packages", str(attributes.get("packages", ""))),
        ("date", str(attributes.get("date", ""))),
    ]


def _checksum_label(report: ReportContext, dataset: xr.Dataset) -> str:
    attributes, lang = dataset.attrs, report.words.lang
    if "reference" in attributes and "interval" in attributes:
        return report.words.string("reproduction.hash_comparison", reference=attributes[f"reference_{lang}"])
    title = attributes.get(f"title_{lang}", attributes.get("name", ""))
    return report.words.string("reproduction.hash", name=title)


def _argument(scenario: str) -> str:
    """Return the command argument for a scenario: its name if it is shipped, otherwise its file."""
    return scenario if (shipped.scenarios() / f"{scenario}.yaml").is_file() else f"{scenario}.yaml"


def _commands(report: ReportContext, files: Sequence[Path]) -> Iterator[str]:
    attributes = report.result.attrs
    if report.sources.has_run:
        against = "".join(f" --against {_argument(name)}" for name in report.sources.comparisons)
        yield (
            f"zsim run {_argument(str(attributes['name']))} -n {report.sources.replicates}"
            f" --seed {attributes['seed']} --scale {float(attributes['scale']):g}{against} --out results"
        )
    for several in report.sources.studies.values():
        for study in several:
            if "name" in study.attrs:
                yield f"zsim study {study.attrs['name']}.yaml --out results"
    names = " ".join(f"results/{path.name}" for path in files) or "results"
    yield f"zsim report {names} -o report.docx --lang {report.words.lang}"
