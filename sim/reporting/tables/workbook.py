"""Write tables as a workbook with one sheet for each table; requires the extra ``xlsx``.

:func:`render` creates the workbooks of studies, in base units (see :func:`write`), and those of reports, in
printed units (see :mod:`sim.reporting.renderers.xlsx`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sim.engine.errors import InputError
from sim.reporting.tables.data_table import DataTable
from sim.reporting.tables.printing import exact
from sim.studies.execution import results
from sim.table import Cell, Table, display_width
from sim.texts import say

LONGEST: Final = 31
"""Maximum length of a sheet name in the file format."""
WIDEST: Final = 60
"""Maximum width of a column in half-width characters."""
PAGE: Final = 90
"""Width of the first sheet's text column in half-width characters."""


@dataclass(frozen=True)
class Front:
    """The first sheet of a workbook.

    Attributes:
        name: name of the sheet.
        lines: lines of text.
        contents: whether the sheet lists the tables with links.
    """

    name: str
    lines: tuple[str, ...]
    contents: bool = False


def available() -> None:
    """Check that workbooks can be written.

    Raises:
        InputError: the library is not installed.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise InputError([say("error.no_xlsx")]) from None


def write(tables: Sequence[DataTable], notes: Sequence[str], path: Path, replaced: list[str]) -> None:
    """Write a workbook in base units and in the current language.

    Args:
        tables: tables, one for each sheet.
        notes: notes for the first sheet.
        path: output file.
        replaced: list that receives a message if a file is replaced.

    Raises:
        OSError: the file cannot be written; no incomplete file remains.
    """
    printed = [replace(exact(table), name=table.sheet or table.name) for table in tables]
    content = render(Front(say("column.notes"), tuple(notes)), printed, plain=True)
    with results.whole(path, replaced) as temporary:
        temporary.write_bytes(content)


def render(front: Front, tables: Iterable[Table], *, title: str = "", plain: bool = False) -> bytes:
    """Render a workbook.

    Args:
        front: first sheet.
        tables: tables, one for each sheet.
        title: title in the file properties.
        plain: whether to show numbers unrounded, except shares.
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
            for column, content in enumerate(row, start=1):
                _fill(sheet.cell(line_number, column), content, plain)
        for line_number, note in enumerate(table.notes, start=3 + len(table.rows)):
            _text(sheet.cell(line_number, 1), note)
        sheet.freeze_panes = "B3"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(cell: Any, content: Cell, plain: bool) -> None:
    """Write the number of a cell, or its text if it does not contain exactly one number."""
    if content.value is None:
        _text(cell, content.text)
        return
    cell.value = value = content.value / content.scale
    if plain:
        cell.number_format = "0.0%" if content.unit.partition(" ")[0] == "share" else "General"
    elif content.unit == "share":
        cell.number_format = "0.0%"
    else:
        cell.number_format = "#,##0" if abs(value) >= 100 or value == round(value) else "#,##0.00"


def _text(cell: Any, text: str) -> None:
    """Write a text to a cell so that it is not interpreted as a formula."""
    if text:
        cell.value = text
        cell.data_type = "s"


def _name(name: str, taken: set[str]) -> str:
    """Convert a table name to a valid sheet name that is not in use yet."""
    plain = re.sub(r"[\\/*?:\[\]]", " ", name).strip()[:LONGEST] or "table"
    if plain.casefold() in taken:
        short = plain[: LONGEST - 4]
        plain = next(n for k in range(2, 1000) if (n := f"{short} {k}").casefold() not in taken)
    taken.add(plain.casefold())
    return plain
