"""Format tables as text, HTML, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any, Final

from sim import markup
from sim.policy.catalogue.amounts import written_unit
from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables.data_table import DataTable, Row
from sim.table import Cell, Number, Table
from sim.texts import known as is_known
from sim.texts import language, say

LARGE: Final = {"zh": 1e4, "en": 1e6}
"""Divisors of amounts in yuan, which are printed in 万元 in Chinese and in million yuan in English."""
UNIT_KEYS: Final = {
    "count": "count",
    "share": "share",  # printed as a percentage
    "1": "share",  # a dimensionless number
    "job-years": "job_years",
    "yuan per job-year": "yuan_per_job_year",
    "job-years per million yuan": "job_years_per_million_yuan",
}
"""Units that are not in the catalogue, and the keys under which their names are stored (``unit.KEY``)."""
DIFFERENCES: Final = ("difference", "gain", "bias")
"""Beginnings of the names of columns that contain differences."""
CSV_HEAD: Final = ("scenario", "table", "row", "label", "unit", "measure", "value", "remark")


def as_text(tables: Sequence[DataTable], notes: Sequence[str] = (), *, width: int = 160) -> str:
    """Format tables as text for a terminal, each with its notes, followed by the notes on all tables."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table as RichTable

    console = Console(
        file=io.StringIO(), width=width, highlight=False, no_color=True, force_jupyter=False
    )  # without force_jupyter=False, Rich ignores the file in Jupyter
    for table in map(printed, tables):
        drawn = RichTable(title=escape(table.caption), title_justify="left", box=SIMPLE_HEAD)
        for number, column in enumerate(table.head):
            style: Any = {"justify": "right", "no_wrap": True} if table.numeric(number) else {}
            drawn.add_column(column, overflow="fold" if number == 0 else "ellipsis", **style)
        for row in table.rows:
            drawn.add_row(*(cell.text for cell in row))
        console.print(drawn)
        for note in table.notes:
            console.print(escape(note), soft_wrap=True)
        console.print()
    for note in notes:
        console.print(escape(note), soft_wrap=True)
    text = console.file
    assert isinstance(text, io.StringIO)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def as_html(tables: Sequence[DataTable], notes: Sequence[str] = ()) -> str:
    """Format tables as HTML for a notebook, each with its notes, followed by the notes on all tables."""
    parts = [markup.table_with_notes(printed(table)) for table in tables]
    return "".join(parts) + markup.paragraphs(notes, small=True)


def printed(table: DataTable) -> Table:
    """Convert a table for printing, with labels, units, rounded numbers and, if any, assessments.

    The notes begin with the reasons for missing numbers.
    """
    has_words = any(row.word for row in table.rows)
    head = ["", say("column.unit"), *(heading(table, column) for column in table.columns)]
    rows = []
    for row in table.rows:
        unit, divisor = scaled(row.unit)
        cells = [_cell(row, column, cell(row, column, divisor), divisor) for column in table.columns]
        rows.append((Cell(row.label), Cell(unit), *cells, *([Cell(row.word)] if has_words else [])))
    return Table(
        table.name,
        table.title,
        (*head, *([heading(table, "word")] if has_words else [])),
        tuple(rows),
        (*remarks(table), *table.notes),
        right=tuple(range(2, 2 + len(table.columns))),
    )


def remarks(table: DataTable) -> list[str]:
    """Return the reasons for missing numbers in a table, one line for each reason."""
    labels: dict[str, list[str]] = {}
    for row in table.rows:
        if row.remark:
            labels.setdefault(row.remark, []).append(row.label)
    separator = say("attribution.comma")
    return [say("study.why", names=separator.join(names), reason=reason) for reason, names in labels.items()]


def exact(table: DataTable) -> Table:
    """Convert a table for export in base units with six significant digits.

    The last column gives the reasons for missing numbers.
    """
    head = (say("column.name"), say("column.unit"), *(heading(table, column) for column in table.columns), "")
    rows = []
    for row in table.rows:
        texts = {column: "" if math.isnan(v) else f"{v:.6g}" for column, v in row.numbers.items()}
        cells = [_cell(row, column, texts.get(column, "")) for column in table.columns]
        rows.append((Cell(row.label), Cell(unit_name(row.unit)), *cells, Cell(row.remark)))
    return Table(table.name, table.title, head, tuple(rows), table.notes)


def _cell(row: Row, column: str, text: str, divisor: float = 1.0) -> Cell:
    value = row.numbers.get(column, math.nan)
    return Cell(text, () if math.isnan(value) else (Number(value, text),), row.unit, divisor)


def heading(table: DataTable, column: str) -> str:
    """Return the heading of a column."""
    return table.headings.get(column) or (column if column.isdigit() else say(f"column.{column}"))


def as_csv(tables: Sequence[DataTable], notes: Sequence[str] = ()) -> str:
    """Format tables as CSV with one line for each number in base units; missing numbers are empty fields."""
    del notes
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEAD)
    for table in tables:
        for row in table.rows:
            start = (table.scenario, table.name, row.name, row.label, row.unit)
            for measure, value in row.numbers.items():
                number = "" if math.isnan(value) else repr(value)
                writer.writerow((*start, measure, number, row.remark or row.word))
            if not row.numbers:
                writer.writerow((*start, "", "", row.remark or row.word))
    return out.getvalue().rstrip("\n")


def as_json(tables: Sequence[DataTable], notes: Sequence[str] = ()) -> str:
    """Format tables as JSON; missing numbers are null.

    The structure is ``{"tables": [{name, scenario, title, rows, notes}], "notes": [...]}``.
    """
    content = [
        {
            "name": table.name,
            "scenario": table.scenario,
            "title": table.title,
            "rows": [_json_row(row) for row in table.rows],
            "notes": list(table.notes),
        }
        for table in tables
    ]
    return json.dumps({"tables": content, "notes": list(notes)}, ensure_ascii=False, indent=1)


FORMATS: Final = {"text": as_text, "csv": as_csv, "json": as_json}
"""Output formats of the command line."""


def _json_row(row: Row) -> dict[str, Any]:
    numbers = {column: None if math.isnan(value) else value for column, value in row.numbers.items()}
    return {"name": row.name, "label": row.label, "unit": row.unit, **numbers, "remark": row.remark} | (
        {"word": row.word} if row.word else {}
    )


def scaled(unit: str) -> tuple[str, float]:
    """Return the printed name of a unit, and the divisor of the numbers in this unit."""
    if unit == "yuan":
        return say("unit.large_yuan"), LARGE[language()]
    return unit_name(unit), 1


def unit_name(unit: str) -> str:
    """Return the name of a unit in the current language; empty for shares, which have a percent sign."""
    if unit in UNIT_KEYS:
        return say(f"unit.{UNIT_KEYS[unit]}")
    known = catalogue().units.get(unit)
    if known is None:
        return say(f"unit.{unit}") if is_known(f"unit.{unit}") else unit
    return written_unit(known)


def in_points(percentage: str, row: Row, column: str) -> str:
    """Return a percentage of a row, in percentage points if it is a difference between shares."""
    of_trial = "policy_arm" in row.numbers and column in ("effect", "low", "high")
    if percentage.endswith("%") and (of_trial or column.startswith(DIFFERENCES)):
        return percentage.removesuffix("%") + say("unit.points")
    return percentage


def cell(row: Row, column: str, divisor: float) -> str:
    """Format the number in a cell, divided by ``divisor``, or as a dash if it is missing."""
    value = row.numbers.get(column, math.nan)
    if math.isnan(value):
        return "–"
    if column == "chance" and "met" in row.numbers:
        numbers = row.numbers
        bounds = f"{numbers['chance_low']:.0%}–{numbers['chance_high']:.0%}"
        return f"{numbers['met']:.0f}/{numbers['of']:.0f} ({bounds})"
    if column == "dry_first":
        return f"{value:.0f}"
    if row.unit.partition(" ")[0] == "share" or column == "dry":
        text = f"{value:.1%}" if value == 0 or abs(value) >= 0.0005 else f"{value:.3%}"
        return in_points(text, row, column)
    value /= divisor
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 1 else 2
    return f"{value:,.{digits}f}"
