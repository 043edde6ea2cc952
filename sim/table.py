"""A table as people read it: a head, rows of cells, notes. One class for every place that prints one.

Terminal and notebook (:mod:`sim.reporting.tables.printing`), dashboard, reports (:mod:`sim.output`) and workbooks
(:mod:`sim.reporting.tables.workbook`) print it. Cells carry their text and the numbers in it, so that a workbook has
numbers and a test can look each of them up. What CSV and JSON hold is another thing, before any number is
rounded or divided: :mod:`sim.reporting.tables.tables`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import NamedTuple


class Number(NamedTuple):
    """A number of the results and how it is told."""

    value: float
    text: str


class Said(NamedTuple):
    """A text, and the numbers of results in it."""

    text: str
    numbers: tuple[Number, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Cell:
    """One cell of a table: its text, the number behind it if it is one, and by what the text divides it."""

    text: str
    numbers: tuple[Number, ...] = ()
    unit: str = ""
    scale: float = 1.0

    @property
    def value(self) -> float | None:
        """The number, where there is one only."""
        return self.numbers[0].value if len(self.numbers) == 1 else None


@dataclass(frozen=True)
class Table:
    """A table; its first column names the rows.

    Args:
        name: an id.
        caption: stands above.
        head: what the columns are called.
        rows: cells, as many as the head has.
        notes: stand below.
        rest: rows for which a page has no room.
        right: columns set to the right; None: all that hold numbers, the first aside.
    """

    name: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    rest: tuple[tuple[Cell, ...], ...] = ()
    right: tuple[int, ...] | None = None

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers, so that it is set to the right."""
        if self.right is not None:
            return column in self.right
        return column > 0 and any(row[column].numbers for row in self.rows)


def length(text: str) -> int:
    """How wide a text is, in half-width characters.

    >>> length("T1 目标")
    7
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
