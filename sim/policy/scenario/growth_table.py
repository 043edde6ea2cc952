"""Growth rates from a CSV file with a row per sector and a column per year, as shares (0.062) or in %."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

from sim.model.environment.geography import SECTORS
from sim.model.environment.parameters import YEARS
from sim.policy.catalogue.entities import Unit
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import MOST_BYTES, START, Node, Report
from sim.policy.scenario.file_format import GROWTH_RANGE
from sim.policy.scenario.quantities import QuantityError, quantity

HEAD: Final = ("sector", *map(str, YEARS))
_SHARE: Final = Unit("share", "比例", "share", "share", "year")
_LOW, _HIGH = GROWTH_RANGE


def read_growth(path: Path, report: Report) -> tuple[tuple[float, ...], ...] | None:
    """Return growth rates by sector and year, or None if the file has faults.

    Each fault is reported with its line and column.

    Raises:
        OSError: the file exists and cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        report.add(START, "too_large", most=MOST_BYTES // 1024)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.add(START, "not_utf8")
        return None
    if "\0" in text:
        report.add(START, "nul", code="U+0000")
        return None
    try:
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        report.add(START, "grammar", problem=str(error))
        return None
    if not lines or tuple(cell.strip() for cell in lines[0]) != HEAD:
        report.add(START, "csv_head", allowed=",".join(HEAD))
        return None
    rows: dict[str, tuple[float, ...]] = {}
    for number, row in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in row):
            _row(number, [cell.strip() for cell in row], rows, report)
    missing = [s for s in SECTORS if s not in rows]
    if missing and not report.faults:
        report.add(START, "missing", name=", ".join(missing), allowed=", ".join(SECTORS))
    return None if report.faults else tuple(rows[s] for s in SECTORS)


def _row(number: int, row: list[str], rows: dict[str, tuple[float, ...]], report: Report) -> None:
    sector = row[0]
    if sector not in SECTORS:
        allowed = ", ".join(SECTORS)
        report.add(Node(number, 1), "unknown_value", names(SECTORS), name=sector, allowed=allowed)
        return
    if sector in rows:
        report.add(Node(number, 1), "duplicate_key", name=sector, first=list(rows).index(sector) + 2)
        return
    if len(row) != len(HEAD):
        report.add(Node(number, 1), "years", number=len(YEARS), name=sector)
        return
    values = []
    column = len(sector) + 2
    for cell in row[1:]:
        spot = Node(number, column)
        column += len(cell) + 1
        try:
            value = quantity(cell, _SHARE)
        except QuantityError as error:
            words = {"name": cell, "unit": "share", "allowed": "0.062, 6.2%", **error.words}
            report.add(spot, error.key, **words)
            continue
        if not _LOW <= value <= _HIGH:
            report.add(spot, "out_of_range", name=cell, unit="", low=_LOW, high=_HIGH)
        values.append(value)
    rows[sector] = tuple(values)
