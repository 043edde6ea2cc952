"""Tables as a workbook: a sheet each, numbers as numbers. Needs the extra ``xlsx``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sim.engine.errors import InputError
from sim.reporting.tables.printing import heading, unit_name
from sim.reporting.tables.tables import Table
from sim.studies.execution import results
from sim.texts import say

LONGEST: Final = 31
"""Letters in a sheet's name, as the format has it."""


def available() -> None:
    """See that workbooks can be written.

    Raises:
        InputError: the library is not installed.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise InputError([say("error.no_xlsx")]) from None


def write(tables: Sequence[Table], notes: Sequence[str], path: Path, replaced: list[str]) -> None:
    """Write a workbook, whole or not at all, in base units and in the language in use.

    Args:
        tables: a sheet each.
        notes: on the first sheet.
        path: of the file.
        replaced: see :func:`sim.studies.execution.results.whole`.

    Raises:
        OSError: the folder does not take it.
    """
    from openpyxl import Workbook

    book: Any = Workbook()
    first = book.active
    taken: set[str] = set()
    for table in tables:
        sheet = book.create_sheet(_name(table, taken))
        sheet.append([table.title])
        sheet.append([say("column.name"), say("column.unit"), *(heading(table, c) for c in table.columns)])
        for row in table.rows:
            numbers = [row.numbers.get(column, math.nan) for column in table.columns]
            cells = (None if math.isnan(n) else n for n in numbers)
            sheet.append([row.label, unit_name(row.unit), *cells, row.remark])
            if row.unit.partition(" ")[0] == "share":
                for cell in sheet[sheet.max_row][2 : 2 + len(numbers)]:
                    cell.number_format = "0.0%"
        for note in table.notes:
            sheet.append([note])
    first.title = say("column.notes")
    for note in notes:
        first.append([note])
    with results.whole(path, replaced) as aside:
        book.save(aside)


def _name(table: Table, taken: set[str]) -> str:
    """A name that the format allows and that no other sheet has."""
    plain = re.sub(r"[\\/*?:\[\]]", " ", table.sheet or table.name).strip()[:LONGEST] or "table"
    if plain.casefold() in taken:
        short = plain[: LONGEST - 4]
        plain = next(n for k in range(2, 1000) if (n := f"{short} {k}").casefold() not in taken)
    taken.add(plain.casefold())
    return plain
