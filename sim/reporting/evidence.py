"""Evidence behind the model: published figures beside the model's, published effects, graded parameters."""

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
"""Assessments that say the model misses a figure."""
GRADES: Final = ("A", "B", "C", "D")
IDS: Final = re.compile(r"[A-Z]{2,}\d+(?:-\d+)?(?:, [A-Z]{2,}\d+(?:-\d+)?)*")
NUMBER: Final = r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?"
RANGE: Final = re.compile(rf"^({NUMBER})(?: to ({NUMBER}))?$")
SPREAD: Final = re.compile(rf"^({NUMBER})(?: \(({NUMBER}) to ({NUMBER})\))?$")
YEAR: Final = re.compile(r"\b(20[12]\d(?:-20[12]\d)?)\b")


class EvidenceFigure(NamedTuple):
    """A published figure and the same figure in the model.

    Attributes:
        name: the figure, in English, as in ``calibration/README.md``.
        ids: of the evidence.
        low: lower end of the published range.
        high: upper end of the published range.
        model: median of the model.
        model_low: its 5% quantile.
        model_high: its 95% quantile.
        assessment: ``input``, ``inside``, ``overlaps``, ``order`` or ``misfit``.
    """

    name: str
    ids: str
    low: float
    high: float
    model: float
    model_low: float
    model_high: float
    assessment: str


@cache
def published_effects() -> Counter[str]:
    """Number of published effects of programmes by assessment, such as ``agrees`` and ``disagrees``."""
    file = shipped.calibration() / "effects_found.csv"
    if not file.is_file():
        return Counter()
    lines = (line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return Counter(row["verdict"] for row in csv.DictReader(lines))


@cache
def figures() -> tuple[EvidenceFigure, ...]:
    """Published figures and the model's, from the table of ``calibration/README.md``."""
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
            EvidenceFigure(
                cells[0], ", ".join(IDS.findall(cells[1])), low, float(published[2] or low),
                middle, float(model[2] or middle), float(model[3] or middle), _assessment(cells[4]))
        )  # fmt: skip
    return tuple(rows)


def _assessment(cell: str) -> str:
    word = cell.replace("*", "").partition(";")[0].strip()
    return "order_outside" if "outside" in cell else word


@cache
def run_settings() -> dict[str, float]:
    """Number of replicates and scale of the runs behind the model's figures."""
    text = (shipped.calibration() / "README.md").read_text(encoding="utf-8")
    found = re.search(r"(\d+) replicates, scale ([\d.]+)", text)
    return {"replicates": float(found[1]), "scale": float(found[2])} if found else {}


def text_key(name: str) -> tuple[str, str]:
    """Key of a figure's name among the texts, and the years in the name.

    >>> text_key("subsidies 2017, million yuan")
    ('subsidies_million_yuan', '2017')
    """
    years = YEAR.search(name)
    plain = YEAR.sub("", name)
    return "_".join(re.findall(r"[a-z0-9%]+", plain.lower())), years[1] if years else ""


def parameters() -> list[Parameter]:
    """All uncertain parameters, submodel by submodel."""
    return list(PARAMETERS.values())


def grades() -> Counter[str]:
    """Number of parameters by grade of evidence."""
    return Counter(p.grade for p in parameters())
