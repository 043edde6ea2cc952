"""A table of numbers in base units, as CSV and JSON contain it.

For printing, it is converted to a :class:`sim.table.Table` with rounded and scaled numbers: for terminal and
notebook by :mod:`sim.reporting.tables.printing`, for a report by :mod:`sim.reporting.context`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Attributes:
        name: identifier.
        label: as printed.
        unit: of all numbers.
        numbers: by column.
        remark: why a number is missing.
        word: the assessment of the numbers.
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
        title: as printed.
        columns: keys of ``headings``, of the texts ``column.KEY``, or years.
        rows: in order.
        notes: below the table.
        headings: column headings that are not among the texts.
        sheet: name of its sheet in a workbook, if not ``name``.
    """

    name: str
    scenario: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
