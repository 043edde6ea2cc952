"""What a report says of its grounds: the model beside published figures, each parameter with its grade."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from typing import Final, NamedTuple

from sim import shipped
from sim.engine.levers import Parameter
from sim.model.registry import PARAMETERS

MISSES: Final = ("misfit", "order_outside")
"""Verdicts that say the model misses a figure."""
GRADES: Final = ("A", "B", "C", "D")
IDS: Final = re.compile(r"[A-Z]{2,}\d+(?:-\d+)?(?:, [A-Z]{2,}\d+(?:-\d+)?)*")
NUMBER: Final = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
RANGE: Final = re.compile(rf"^({NUMBER})(?: to ({NUMBER}))?$")
SPREAD: Final = re.compile(rf"^({NUMBER})(?: \(({NUMBER}) to ({NUMBER})\))?$")
YEAR: Final = re.compile(r"\b(20[12]\d(?:-20[12]\d)?)\b")


class Row(NamedTuple):
    """A published figure and the same figure of the model.

    Args:
        what: the figure, in English, as in ``calibration/README.md``.
        ids: of its evidence.
        low, high: the published range.
        model, model_low, model_high: median and 5 to 95% of the model.
        verdict: ``input``, ``inside``, ``overlaps``, ``order`` or ``misfit``.
    """

    what: str
    ids: str
    low: float
    high: float
    model: float
    model_low: float
    model_high: float
    verdict: str


@cache
def effects() -> Counter[str]:
    """Published effects of programmes, by verdict: ``agrees``, ``disagrees``, ``unclear`` and so on."""
    file = shipped.calibration() / "effects_found.csv"
    if not file.is_file():
        return Counter()
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return Counter(row["verdict"] for row in csv.DictReader(lines))


@cache
def beside() -> tuple[Row, ...]:
    """The table of ``calibration/README.md``."""
    text = (shipped.calibration() / "README.md").read_text(encoding="utf-8")
    body = text.partition("<!-- table: begin -->")[2].partition("<!-- table: end -->")[0]
    rows = []
    for line in body.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if (
            len(cells) != 5
            or not (published := RANGE.match(cells[2]))
            or not (model := SPREAD.match(cells[3]))
        ):
            continue
        low = float(published[1])
        middle = float(model[1])
        rows.append(
            Row(
                cells[0], ", ".join(IDS.findall(cells[1])), low, float(published[2] or low),
                middle, float(model[2] or middle), float(model[3] or middle), _verdict(cells[4]))
        )  # fmt: skip
    return tuple(rows)


def _verdict(told: str) -> str:
    word = told.replace("*", "").partition(";")[0].strip()
    return "order_outside" if "outside" in told else word


@cache
def run_of_the_table() -> dict[str, float]:
    """With how many replicates and at which scale the model's column was made."""
    text = (shipped.calibration() / "README.md").read_text(encoding="utf-8")
    found = re.search(r"(\d+) replicates, scale ([\d.]+)", text)
    return {"replicates": float(found[1]), "scale": float(found[2])} if found else {}


def slug(what: str) -> tuple[str, str]:
    """A figure's key in the words, and the years in it.

    >>> slug("subsidies 2017, million yuan")
    ('subsidies_million_yuan', '2017')
    """
    years = YEAR.search(what)
    plain = YEAR.sub("", what)
    return "_".join(re.findall(r"[a-z0-9%]+", plain.lower())), years[1] if years else ""


def parameters() -> list[Parameter]:
    """What rules rest on, room by room."""
    return list(PARAMETERS.values())


def grades() -> Counter[str]:
    """How many parameters have which grade."""
    return Counter(p.grade for p in parameters())
