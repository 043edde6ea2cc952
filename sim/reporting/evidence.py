"""Evidence on the model: published and simulated figures, published effects, and parameter grades."""

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
"""Assessments given to published figures that the model does not reproduce."""
GRADES: Final = ("A", "B", "C", "D")
IDS: Final = re.compile(r"[A-Z]{2,}\d+(?:-\d+)?(?:, [A-Z]{2,}\d+(?:-\d+)?)*")


class EvidenceFigure(NamedTuple):
    """A published figure and its counterpart in the model.

    Attributes:
        name: English name of the figure.
        ids: ids of the entries in the evidence tables.
        low: lower end of the published range.
        high: upper end of the published range.
        model: median in the model.
        model_low: 5% quantile in the model.
        model_high: 95% quantile in the model.
        assessment: ``input``, ``inside``, ``overlaps``, ``order``, ``order_outside`` or ``misfit``.
        name_zh: Chinese name of the figure.
    """

    name: str
    ids: str
    low: float
    high: float
    model: float
    model_low: float
    model_high: float
    assessment: str
    name_zh: str


@cache
def published_effects() -> Counter[str]:
    """Count published programme effects by assessment, such as ``agrees`` and ``disagrees``."""
    file = shipped.calibration() / "effects_results.csv"
    if not file.is_file():
        return Counter()
    lines = file.read_text(encoding="utf-8").splitlines()
    return Counter(row["assessment"] for row in csv.DictReader(lines))


@cache
def _comparison() -> tuple[dict[str, str], ...]:
    """Read the rows of ``calibration/model_against_evidence.csv``."""
    file = shipped.calibration() / "model_against_evidence.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


@cache
def figures() -> tuple[EvidenceFigure, ...]:
    """Return the published figures and their counterparts in the model."""
    return tuple(
        EvidenceFigure(
            row["en"], row["evidence"], float(row["low"]), float(row["high"]), float(row["median"]),
            float(row["p5"]), float(row["p95"]), row["assessment"], row["zh"])
        for row in _comparison()
    )  # fmt: skip


def run_settings() -> dict[str, float]:
    """Return the number of replicates and the scale of the runs that produced the model's figures."""
    return {key: float(_comparison()[0][key]) for key in ("replicates", "scale")}


def parameters() -> list[Parameter]:
    """Return all uncertain parameters, ordered by submodel."""
    return list(PARAMETERS.values())


def grades() -> Counter[str]:
    """Count the uncertain parameters by grade of evidence."""
    return Counter(p.grade for p in parameters())
