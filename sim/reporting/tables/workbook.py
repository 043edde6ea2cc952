"""Tables as a workbook: a sheet each, numbers as numbers, texts as texts. Needs the extra ``xlsx``.

:func:`render` is the one writer: :func:`write` gives it the tables of a study, in base units, and
:mod:`sim.reporting.renderers.xlsx` those of a report, in the units shown.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sim.engine.errors import InputError
from sim.reporting.tables.printing import exact
from sim.reporting.tables.tables import DataTable
from sim.studies.execution import results
from sim.table import Cell, Table, display_width
from sim.texts import say

LONGEST: Final = 31
"""Letters in a sheet's name, as the format has it."""
WIDEST: Final = 60
"""Half-width characters of a column; the first sheet, of lines of text, is :data:`PAGE` wide."""
PAGE: Final = 90


@dataclass(frozen=True)
class Front:
    """The first sheet.

    Args:
        name: of the sheet.
        lines: its text.
        contents: whether it lists the tables below, with links.
    """

    name: str
    lines: tuple[str, ...]
    contents: bool = False


def available() -> None:
    """See that workbooks can be written.

    Raises:
        InputError: the library is not installed.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise InputError([say("error.no_xlsx")]) from None


def write(tables: Sequence[DataTable], notes: Sequence[str], path: Path, replaced: list[str]) -> None:
    """Write a workbook, whole or not at all, in base units and in the language in use.

    Args:
        tables: a sheet each.
        notes: on the first sheet.
        path: of the file.
        replaced: see :func:`sim.studies.execution.results.whole`.

    Raises:
        OSError: the folder does not take it.
    """
    printed = [replace(exact(table), name=table.sheet or table.name) for table in tables]
    content = render(Front(say("column.notes"), tuple(notes)), printed, plain=True)
    with results.whole(path, replaced) as aside:
        aside.write_bytes(content)


def render(front: Front, tables: Iterable[Table], *, title: str = "", plain: bool = False) -> bytes:
    """The whole workbook.

    Args:
        front: the first sheet.
        tables: a sheet each, called by the table's name: caption, head, rows, notes.
        title: in the file's properties.
        plain: numbers as they are, but for shares, instead of rounded for reading.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book: Any = Workbook()
    if title:
        book.properties.title = title
    first = book.active
    first.title = front.name
    first.column_dimensions["A"].width = PAGE
    for number, line in enumerate(front.lines, start=1):
        _text(first.cell(number, 1), line)
    taken = {front.name.casefold()}
    for number, table in enumerate(tables, start=len(front.lines) + 1):
        sheet = book.create_sheet(_name(table.name, taken))
        if front.contents:
            _text(first.cell(number, 1), table.caption)
            first.cell(number, 1).hyperlink = f"#'{sheet.title}'!A1"
        _text(sheet.cell(1, 1), table.caption)
        for column, head in enumerate(table.head, start=1):
            _text(sheet.cell(2, column), head)
            sheet.cell(2, column).font = Font(bold=True)
            widest = max(map(display_width, (head, *(row[column - 1].text for row in table.rows))))
            letter = sheet.cell(2, column).column_letter
            sheet.column_dimensions[letter].width = min(WIDEST, widest + 2)
        for line_number, row in enumerate(table.rows, start=3):
            for column, given in enumerate(row, start=1):
                _fill(sheet.cell(line_number, column), given, plain)
        for line_number, note in enumerate(table.notes, start=3 + len(table.rows)):
            _text(sheet.cell(line_number, 1), note)
        sheet.freeze_panes = "B3"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(cell: Any, given: Cell, plain: bool) -> None:
    """A number where there is one, else the text."""
    if given.value is None:
        _text(cell, given.text)
        return
    cell.value = value = given.value / given.scale
    if plain:
        cell.number_format = "0.0%" if given.unit.partition(" ")[0] == "share" else "General"
    elif given.unit == "share":
        cell.number_format = "0.0%"
    else:
        cell.number_format = "#,##0" if abs(value) >= 100 or value == round(value) else "#,##0.00"


def _text(cell: Any, text: str) -> None:
    """A text, which stays one also where it begins like a formula."""
    if text:
        cell.value = text
        cell.data_type = "s"


def _name(wanted: str, taken: set[str]) -> str:
    """A name that the format allows and that no other sheet has."""
    plain = re.sub(r"[\\/*?:\[\]]", " ", wanted).strip()[:LONGEST] or "table"
    if plain.casefold() in taken:
        short = plain[: LONGEST - 4]
        plain = next(n for k in range(2, 1000) if (n := f"{short} {k}").casefold() not in taken)
    taken.add(plain.casefold())
    return plain
