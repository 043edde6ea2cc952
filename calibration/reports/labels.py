"""Labels and table headings of the calibration in the current language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sim.reporting.tables.data_table import DataTable, Row
from sim.texts import language, say


class Named(Protocol):
    """Item with a label in both languages."""

    @property
    def zh(self) -> str:
        """Chinese label."""

    @property
    def en(self) -> str:
        """English label."""


def label(item: Named) -> str:
    """Return the label of an item in the current language."""
    return item.zh if language() == "zh" else item.en


def table(
    name: str, columns: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = (), *, word: str = ""
) -> DataTable:
    """Create a table whose title and headings are those in section ``calibrate`` of ``sim/texts.yaml``.

    Args:
        name: identifier of the table.
        columns: keys of the columns.
        rows: rows in printed order.
        notes: notes below the table.
        word: key of the heading above the words of the rows, if they are not findings.
    """
    headings = {column: say(f"calibrate.{column}") for column in columns}
    return DataTable(
        name,
        "as_enacted",
        say(f"calibrate.table_{name}"),
        tuple(columns),
        tuple(rows),
        tuple(notes),
        headings | ({"word": say(f"calibrate.{word}")} if word else {}),
    )
