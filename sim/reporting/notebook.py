"""Display of results in Jupyter: the tables that the commands print, and the parts of a report.

``sim.show(result)`` displays the tables that the commands print. ``sim.pages(result, comparison, study)``
builds a report; its figures and tables can be selected by name, and its method ``save`` writes it to files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import xarray as xr

from sim import markup
from sim.engine.errors import InputError
from sim.policy.reading.names import names, nearest
from sim.reporting import report
from sim.reporting.charts.style import to_png
from sim.reporting.document import Document, Figure, Table
from sim.reporting.sources import read_sources
from sim.reporting.tables import comparison_tables, printing, run_tables, study_tables, trial_tables
from sim.reporting.tables.data_table import DataTable
from sim.studies.run import Runs
from sim.texts import language, say

Results: TypeAlias = xr.Dataset | Runs
Part = TypeVar("Part")
DPI: Final = 130


@dataclass(frozen=True, repr=False)
class Shown:
    """Tables of results, displayed as HTML in notebooks and as text elsewhere.

    ``shown[name]`` selects a table by name.
    """

    tables: tuple[DataTable, ...]
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Names of the tables."""
        return list(dict.fromkeys(table.name for table in self.tables))

    def __getitem__(self, name: str) -> Shown:
        selected = tuple(table for table in self.tables if table.name == name)
        if not selected:
            raise _unknown(name, self.names)
        return Shown(selected)

    def __repr__(self) -> str:
        return printing.as_text(self.tables, self.notes)

    def _repr_html_(self) -> str:
        return printing.as_html(self.tables, self.notes)


def show(*given: Results, reference: xr.Dataset | None = None) -> Shown:
    """Show the tables that the commands print for the given results, in the current language.

    Args:
        given: runs, comparisons, trials or studies, or the value returned by :func:`sim.run_many`.
        reference: run without the plan, used to report the share of target T7 (jobs driven by startups) that
            is reached without the plan.

    Raises:
        InputError: a dataset is not a result of the simulator.
    """
    shown: list[DataTable] = []
    notes: list[str] = []
    for dataset in _datasets(given):
        new_tables, new_notes = _tables(dataset, reference)
        shown += new_tables
        notes += [note for note in new_notes if note not in notes]
    return Shown(tuple(shown), tuple(notes))


def _tables(dataset: xr.Dataset, reference: xr.Dataset | None) -> tuple[list[DataTable], list[str]]:
    if "trial" in dataset.dims:
        return trial_tables.trials(dataset), run_tables.notes(dataset)
    if "headline" in dataset.dims:
        return comparison_tables.tables(dataset), run_tables.notes(dataset)
    if "target_value" in dataset:
        return run_tables.tables(dataset, reference), run_tables.notes(dataset)
    if "study" in dataset.attrs:
        return study_tables.tables(dataset), study_tables.notes(dataset)
    raise InputError([say("error.not_a_result", path=dataset.attrs.get("name", "xarray.Dataset"))])


@dataclass(frozen=True, repr=False)
class PageFigure:
    """A figure of a report, drawn when it is displayed."""

    figure: Figure

    def __repr__(self) -> str:
        return f"{self.figure.caption}\n{self.figure.alt}"

    def png(self) -> bytes:
        """Return the figure as a PNG image with its caption on top.

        Raises:
            OutputError: a character has no glyph in the report fonts.
        """
        return to_png(partial(report.draw_with_caption, self.figure), DPI)

    def _repr_mimebundle_(self, **_which: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png(), "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.figure.alt.text}}


@dataclass(frozen=True, repr=False)
class PageTable:
    """A table of a report."""

    table: Table

    def __repr__(self) -> str:
        rows = ("\t".join(cell.text for cell in row) for row in self.table.rows)
        return "\n".join([self.table.caption, "\t".join(self.table.head), *rows, *self.table.notes])

    def _repr_html_(self) -> str:
        return markup.table_with_notes(self.table)


@dataclass(frozen=True, repr=False)
class Pages:
    """A report in memory, whose figures and tables can be selected by name."""

    document: Document

    @property
    def figures(self) -> dict[str, PageFigure]:
        """Figures by name; a second figure with the same name has the suffix ``_2``."""
        return {name: PageFigure(figure) for name, figure in self.document.named(self.document.figures())}

    @property
    def tables(self) -> dict[str, PageTable]:
        """Tables by name; a second table with the same name has the suffix ``_2``."""
        return {name: PageTable(table) for name, table in self.document.named(self.document.tables())}

    def figure(self, name: str) -> PageFigure:
        """Return the figure with the given name.

        Raises:
            InputError: no figure has this name.
        """
        return _select(self.figures, name)

    def table(self, name: str) -> PageTable:
        """Return the table with the given name.

        Raises:
            InputError: no table has this name.
        """
        return _select(self.tables, name)

    def save(self, *paths: str | Path) -> list[Path]:
        """Write the report to ``.html``, ``.docx`` or ``.pdf`` files, or its tables to an ``.xlsx`` file.

        Raises:
            InputError: a suffix is not supported or a library is missing.
            OutputError: a character cannot be printed, or a file cannot be written.
        """
        files = [Path(path) for path in paths]
        report.check_formats(files)
        for file in files:
            report.write_document(self.document, file)
        return files

    def _summary(self) -> list[str]:
        """Return the subtitle and the names of all figures and tables."""
        parts = {say("pages.figures"): [*self.figures], say("pages.tables"): [*self.tables]}
        return [self.document.subtitle, *(f"{word} {', '.join(ids)}" for word, ids in parts.items() if ids)]

    def __repr__(self) -> str:
        return "\n".join([self.document.title, *self._summary()])

    def _repr_html_(self) -> str:
        return markup.heading(self.document.title) + markup.paragraphs(self._summary())


def pages(*given: Results | str | Path) -> Pages:
    """Build a report on results in the current language, so that its parts can be viewed before it is saved.

    Args:
        given: runs, comparisons and studies as datasets or files, or the result of :func:`sim.run_many`.

    Raises:
        InputError: for the same reasons as in :func:`sim.report`.
    """
    report.check_formats()
    sources = [part for each in given for part in (_datasets([each]) if isinstance(each, Runs) else [each])]
    return Pages(report.build_document(read_sources(sources), language()))


def _datasets(given: Sequence[Results]) -> Iterator[xr.Dataset]:
    for each in given:
        if isinstance(each, Runs):
            yield from (*each.datasets.values(), *each.comparisons.values())
        else:
            yield each


def _select(parts: Mapping[str, Part], name: str) -> Part:
    if name not in parts:
        raise _unknown(name, list(parts))
    return parts[name]


def _unknown(name: str, known: Sequence[str]) -> InputError:
    near = nearest(name, names(known))
    hint = say("fault.nearest", near=near) if near else ""
    return InputError([say("error.no_part", name=name, allowed=", ".join(known)) + hint])
