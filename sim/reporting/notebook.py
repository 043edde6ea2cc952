"""What Jupyter shows of results: their tables, and the figures and tables of the report, before it is one.

``sim.show(result)`` gives the tables that the commands print; ``sim.pages(result, comparison, study)`` the
report of them, whose figures and tables are taken out by name and which ``save`` writes.
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
from sim.reporting.charts import style as figure_style
from sim.reporting.document import Document, Figure, Table
from sim.reporting.sources import gather
from sim.reporting.tables import printing, study_tables, tables, trial_tables
from sim.reporting.tables.tables import DataTable
from sim.studies.run import Runs
from sim.texts import language, say

Given: TypeAlias = xr.Dataset | Runs
Part = TypeVar("Part")
DPI: Final = 130


@dataclass(frozen=True, repr=False)
class Shown:
    """Tables of results: HTML in a notebook, text when printed; ``shown["targets"]`` is one of them."""

    tables: tuple[DataTable, ...]
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """What its tables are called."""
        return list(dict.fromkeys(table.name for table in self.tables))

    def __getitem__(self, name: str) -> Shown:
        found = tuple(table for table in self.tables if table.name == name)
        if not found:
            raise _unknown(name, self.names)
        return Shown(found)

    def __repr__(self) -> str:
        return printing.as_text(self.tables, self.notes)

    def _repr_html_(self) -> str:
        return printing.as_html(self.tables, self.notes)


def show(*given: Given, reference: xr.Dataset | None = None) -> Shown:
    """The tables of results as the commands print them, in the language in use.

    Args:
        given: runs, comparisons, trials, studies, or what :func:`sim.run_many` gave back.
        reference: of runs, the same luck without the plan: how much of T7 exists anyway.

    Raises:
        InputError: a dataset is none of these.
    """
    found: list[DataTable] = []
    notes: list[str] = []
    for dataset in _datasets(given):
        made, carried = _tables(dataset, reference)
        found += made
        notes += [note for note in carried if note not in notes]
    return Shown(tuple(found), tuple(notes))


def _tables(dataset: xr.Dataset, reference: xr.Dataset | None) -> tuple[list[DataTable], list[str]]:
    if "trial" in dataset.dims:
        return trial_tables.trials(dataset), tables.carried(dataset)
    if "headline" in dataset.dims:
        return tables.comparison(dataset), tables.carried(dataset)
    if "target_value" in dataset:
        return tables.result(dataset, reference), tables.carried(dataset)
    if "study" in dataset.attrs:
        return study_tables.tables(dataset), study_tables.carried(dataset)
    raise InputError([say("error.not_a_result", path=dataset.attrs.get("name", "xarray.Dataset"))])


@dataclass(frozen=True, repr=False)
class Picture:
    """A figure of the report, drawn when it is shown."""

    figure: Figure

    def __repr__(self) -> str:
        return f"{self.figure.caption}\n{self.figure.alt}"

    def png(self) -> bytes:
        """As PNG, with its caption on top.

        Raises:
            OutputError: a character has no glyph.
        """
        return figure_style.png(partial(report.captioned, self.figure), DPI)

    def _repr_mimebundle_(self, **_which: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png(), "text/plain": repr(self)}
        return data, {"image/png": {"alt": self.figure.alt.text}}


@dataclass(frozen=True, repr=False)
class Leaf:
    """A table of the report."""

    table: Table

    def __repr__(self) -> str:
        rows = ("\t".join(cell.text for cell in row) for row in self.table.rows)
        return "\n".join([self.table.caption, "\t".join(self.table.head), *rows, *self.table.notes])

    def _repr_html_(self) -> str:
        return markup.printed(self.table)


@dataclass(frozen=True, repr=False)
class Pages:
    """A report that is no file yet; its figures and tables are taken out by name."""

    document: Document

    @property
    def figures(self) -> dict[str, Picture]:
        """Its figures; a second one of a name has ``_2`` behind it."""
        return {name: Picture(figure) for name, figure in self.document.named(self.document.figures())}

    @property
    def tables(self) -> dict[str, Leaf]:
        """Its tables."""
        return {name: Leaf(table) for name, table in self.document.named(self.document.tables())}

    def figure(self, name: str) -> Picture:
        """A figure.

        Raises:
            InputError: none of this name.
        """
        return _taken(self.figures, name)

    def table(self, name: str) -> Leaf:
        """A table.

        Raises:
            InputError: none of this name.
        """
        return _taken(self.tables, name)

    def save(self, *paths: str | Path) -> list[Path]:
        """Write it, whole or not at all: ``.html``, ``.docx`` or ``.pdf``; ``.xlsx`` holds its tables.

        Raises:
            InputError: another ending, or a library is missing.
            OutputError: a character cannot be printed, or a file cannot be written.
        """
        wanted = [Path(path) for path in paths]
        report.checked(wanted)
        for path in wanted:
            report.write(self.document, path)
        return wanted

    def _told(self) -> list[str]:
        """What it is of, and the names of its parts."""
        parts = {say("pages.figures"): [*self.figures], say("pages.tables"): [*self.tables]}
        return [self.document.subtitle, *(f"{word} {', '.join(ids)}" for word, ids in parts.items() if ids)]

    def __repr__(self) -> str:
        return "\n".join([self.document.title, *self._told()])

    def _repr_html_(self) -> str:
        return markup.heading(self.document.title) + markup.paragraphs(self._told())


def pages(*given: Given | str | Path) -> Pages:
    """The report of results in the language in use, to be looked at part by part and then saved.

    Args:
        given: runs, comparisons and studies, as datasets or files; or what :func:`sim.run_many` gave back.

    Raises:
        InputError: as :func:`sim.report`.
    """
    report.checked([])
    flat = [one for each in given for one in (_datasets([each]) if isinstance(each, Runs) else [each])]
    return Pages(report.document(gather(flat), language()))


def _datasets(given: Sequence[Given]) -> Iterator[xr.Dataset]:
    for one in given:
        if isinstance(one, Runs):
            yield from (*one.datasets.values(), *one.comparisons.values())
        else:
            yield one


def _taken(parts: Mapping[str, Part], name: str) -> Part:
    if name not in parts:
        raise _unknown(name, list(parts))
    return parts[name]


def _unknown(name: str, known: Sequence[str]) -> InputError:
    near = nearest(name, names(known))
    hint = say("fault.nearest", near=near) if near else ""
    return InputError([say("error.no_part", name=name, allowed=", ".join(known)) + hint])
