"""Tables of numbers in base units, as exported to CSV and JSON.

For printing, the tables are converted to :class:`sim.table.Table`, with rounded and scaled numbers:
:mod:`sim.reporting.tables.printing` does this for terminals and notebooks, and :mod:`sim.reporting.context`
for reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        name: identifier.
        label: printed label.
        unit: unit of all numbers.
        numbers: numbers by column.
        remark: reason why a number is missing.
        word: assessment of the numbers, or other words about them.
    """

    name: str
    label: str
    unit: str
    numbers: dict[str, float]
    remark: str = ""
    word: str = ""


@dataclass(frozen=True)
class DataTable:
    """A table of numbers in base units.

    Attributes:
        name: identifier.
        scenario: name of the scenario, study or trial.
        title: printed title.
        columns: keys of the columns: years, or keys of ``headings`` or of the texts ``column.KEY``.
        rows: rows in printed order.
        notes: notes below the table.
        headings: headings of columns without a text ``column.KEY``, or with another one
            (``word``: that of the words of the rows).
        sheet: name of the sheet in a workbook, if different from ``name``.
    """

    name: str
    scenario: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
