"""The table as it is printed: a head, rows of cells and notes.

Terminal, notebook, dashboard, reports and workbooks all print this class. Cells contain their text and the
numbers in it, so that a workbook has numbers and a test can look each of them up. The numbers before they are
rounded or scaled, which CSV and JSON contain, are in :class:`sim.reporting.tables.data_table.DataTable`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import NamedTuple


class Number(NamedTuple):
    """A number of the results, and its printed form."""

    value: float
    text: str


class Text(NamedTuple):
    """A text, and the numbers of results that it contains."""

    text: str
    numbers: tuple[Number, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Cell:
    """A table cell.

    Attributes:
        text: as printed.
        numbers: the numbers in the text.
        unit: of the numbers.
        scale: what the printed number is divided by.
    """

    text: str
    numbers: tuple[Number, ...] = ()
    unit: str = ""
    scale: float = 1.0

    @property
    def value(self) -> float | None:
        """The number, if the cell has exactly one."""
        return self.numbers[0].value if len(self.numbers) == 1 else None


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows.

    Attributes:
        name: identifier.
        caption: title above the table.
        head: column headings.
        rows: cells, as many in each row as the head has.
        notes: below the table.
        further_rows: rows that only the workbook shows, because they do not fit on a page.
        right: columns aligned to the right; if None, all that hold numbers except the first.
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    further_rows: tuple[tuple[Cell, ...], ...] = ()
    right: tuple[int, ...] | None = None

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers, so that it is aligned to the right."""
        if self.right is not None:
            return column in self.right
        return column > 0 and any(row[column].numbers for row in self.rows)


def display_width(text: str) -> int:
    """Width of a text in half-width characters.

    >>> display_width("T1 目标")
    7
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
