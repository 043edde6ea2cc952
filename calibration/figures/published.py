"""What is published of a figure: ``targets.yaml`` is fitted, ``holdout.yaml`` is predicted.

The city's own figures (``zsim calibrate --evidence my.csv``) are read here too: columns ``figure``, ``value``
and ``tolerance``, the last one standard deviation in the figure's unit.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from calibration.figures.definitions import ASKED, OBSERVED, Figure
from sim import shipped
from sim.engine.errors import InputError
from sim.texts import say

COLUMNS: Final = ("figure", "value", "tolerance")
LARGEST: Final = 1 << 20
"""Bytes of a file of the city's figures."""


@dataclass(frozen=True)
class Published:
    """A figure as it was published.

    Attributes:
        figure: the same figure of a run.
        value: as published.
        tolerance: one standard deviation of how far the city's true figure may lie from it.
        evidence: ids of ``evidence/``; empty for the city's own.
        grade: A the city, B elsewhere in China, C abroad.
        why: why this value and tolerance.
    """

    figure: Figure
    value: float
    tolerance: float
    evidence: tuple[str, ...] = ()
    grade: str = "A"
    why: str = ""

    @property
    def id(self) -> str:
        """The figure's name."""
        return self.figure.id


def file(name: str) -> dict[str, Any]:
    """Content of a YAML file of the calibration."""
    found: dict[str, Any] = yaml.safe_load((shipped.calibration() / name).read_text(encoding="utf-8"))
    return found


def _published(rows: dict[str, Any]) -> tuple[Published, ...]:
    return tuple(
        Published(
            OBSERVED[id_], float(row["value"]), float(row["tolerance"]), tuple(row["evidence"]), row["grade"], row["why"]
        )
        for id_, row in rows.items()
    )  # fmt: skip


@cache
def targets() -> tuple[Published, ...]:
    """What is fitted."""
    return _published(file("targets.yaml")["targets"])


@cache
def holdout() -> tuple[Published, ...]:
    """What is never fitted."""
    return _published(file("holdout.yaml")["holdout"])


def own(path: Path) -> tuple[Published, ...]:
    """The city's own figures.

    Raises:
        InputError: everything that is wrong in the file, a line each.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InputError([say("calibrate.too_large", path=path)])
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError([say("error.no_such_file", path=path)]) from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError([say("calibrate.not_csv", path=path)]) from None
    reader = csv.reader(io.StringIO(text))
    head = [cell.strip() for cell in next(reader, [])]
    if sorted(head) != sorted(COLUMNS):
        raise InputError([f"{path}:1: " + say("calibrate.columns", columns=", ".join(COLUMNS))])
    known = {**OBSERVED, **ASKED}
    faults: list[str] = []
    found: dict[str, Published] = {}
    for cells in reader:
        mark = f"{path}:{reader.line_num}: "
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(COLUMNS):
            faults.append(mark + say("calibrate.cells", number=len(cells), wanted=len(COLUMNS)))
            continue
        row = dict(zip(head, (cell.strip() for cell in cells), strict=True))
        name = row["figure"]
        numbers = [_number(row[key]) for key in ("value", "tolerance")]
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            faults.append(mark + say("calibrate.no_figure", name=name[:60], nearest=near[0] if near else "-"))
        elif name in found:
            faults.append(mark + say("calibrate.twice", name=name))
        elif numbers[0] is None or numbers[1] is None or numbers[1] <= 0:
            faults.append(mark + say("calibrate.no_number", name=name))
        else:
            found[name] = Published(known[name], numbers[0], numbers[1])
    if not found and not faults:
        faults.append(f"{path}:1: " + say("calibrate.nothing"))
    if faults:
        raise InputError(faults)
    return tuple(found.values())


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
