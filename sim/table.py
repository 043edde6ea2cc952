"""Printable tables: column headings, rows of cells, and notes.

The terminal, notebooks, the dashboard, reports and workbooks all display :class:`Table`. A cell holds its
text and the numbers in that text, so that workbooks contain numeric values and tests can compare each number
with the results. CSV and JSON files instead contain the unrounded numbers, in base units, of
:class:`sim.reporting.tables.data_table.DataTable`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import NamedTuple


class Number(NamedTuple):
    """A number from the results and its printed form."""

    value: float
    text: str


class Text(NamedTuple):
    """A text and the numbers from the results that it contains."""

    text: str
    numbers: tuple[Number, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Cell:
    """A table cell.

    Attributes:
        text: printed text.
        numbers: numbers in the text.
        unit: unit of the numbers.
        scale: divisor of the printed number.
    """

    text: str
    numbers: tuple[Number, ...] = ()
    unit: str = ""
    scale: float = 1.0

    @property
    def value(self) -> float | None:
        """The number in the cell if there is exactly one, otherwise None."""
        return self.numbers[0].value if len(self.numbers) == 1 else None


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows.

    Attributes:
        name: identifier.
        caption: title above the table.
        head: column headings.
        rows: cells of each row, one for each column heading.
        notes: notes below the table.
        further_rows: rows shown only in the workbook, because they do not fit on a page.
        right: positions of right-aligned columns; if None, all columns with numbers except the first.
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    further_rows: tuple[tuple[Cell, ...], ...] = ()
    right: tuple[int, ...] | None = None

    def numeric(self, column: int) -> bool:
        """Whether a column contains numbers and is therefore right-aligned."""
        if self.right is not None:
            return column in self.right
        return column > 0 and any(row[column].numbers for row in self.rows)


def display_width(text: str) -> int:
    """Return the width of a text in half-width characters.

    >>> display_width("T1 目标")
    7
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
