"""Tables of the calibration: labels and headings in the language in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sim.reporting.tables.data_table import DataTable, Row
from sim.texts import language, say


class Named(Protocol):
    """Anything with a label in both languages."""

    @property
    def zh(self) -> str:
        """Chinese label."""

    @property
    def en(self) -> str:
        """English label."""


def label(item: Named) -> str:
    """Label of an item in the language in use."""
    return item.zh if language() == "zh" else item.en


def table(name: str, columns: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = ()) -> DataTable:
    """Table with the title and the headings of ``sim/texts.yaml``, section ``calibrate``."""
    return DataTable(
        name,
        "as_enacted",
        say(f"calibrate.table_{name}"),
        tuple(columns),
        tuple(rows),
        tuple(notes),
        {column: say(f"calibrate.{column}") for column in columns},
    )
