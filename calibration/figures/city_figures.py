"""Figures supplied by the city in a CSV file: ``zsim calibrate --evidence my.csv``."""

from __future__ import annotations

import csv
import difflib
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from calibration.figures.definitions import PUBLISHED, UNPUBLISHED, Figure
from calibration.figures.published import PublishedFigure
from sim.engine.errors import InputError
from sim.texts import say

COLUMNS: Final = ("figure", "value", "tolerance")
"""Columns of the file; the tolerance is one standard deviation, in the unit of the figure."""
MAX_BYTES: Final = 1 << 20
ACCEPTED: Final[Mapping[str, Figure]] = {**PUBLISHED, **UNPUBLISHED}


def read(path: Path) -> tuple[PublishedFigure, ...]:
    """Read the city's own figures.

    Raises:
        InputError: the file has faults; the message has one line for each.
    """
    reader = csv.reader(io.StringIO(_text(path)))
    header = [cell.strip() for cell in next(reader, [])]
    if sorted(header) != sorted(COLUMNS):
        raise InputError([f"{path}:1: " + say("calibrate.columns", columns=", ".join(COLUMNS))])
    faults: list[str] = []
    figures: dict[str, PublishedFigure] = {}
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            figure = _figure(header, [cell.strip() for cell in cells], figures)
        except ValueError as fault:
            faults.append(f"{path}:{reader.line_num}: {fault}")
        else:
            figures[figure.id] = figure
    if not figures and not faults:
        faults.append(f"{path}:1: " + say("calibrate.nothing"))
    if faults:
        raise InputError(faults)
    return tuple(figures.values())


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError([say("calibrate.too_large", path=path)])
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError([say("error.no_such_file", path=path)]) from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError([say("calibrate.not_csv", path=path)]) from None


def _figure(header: list[str], cells: list[str], before: Mapping[str, PublishedFigure]) -> PublishedFigure:
    """Parse a figure from the cells of one line.

    Raises:
        ValueError: the line has a fault, which the message describes.
    """
    if len(cells) != len(COLUMNS):
        raise ValueError(say("calibrate.cells", number=len(cells), wanted=len(COLUMNS)))
    row = dict(zip(header, cells, strict=True))
    name = row["figure"]
    if name not in ACCEPTED:
        nearest = difflib.get_close_matches(name, ACCEPTED, 1)
        raise ValueError(say("calibrate.no_figure", name=name[:60], nearest=nearest[0] if nearest else "-"))
    if name in before:
        raise ValueError(say("calibrate.duplicate", name=name))
    value, tolerance = (_number(row[key]) for key in ("value", "tolerance"))
    if value is None or tolerance is None or tolerance <= 0:
        raise ValueError(say("calibrate.no_number", name=name))
    return PublishedFigure(ACCEPTED[name], value, tolerance)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
