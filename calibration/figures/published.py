"""Published values of figures: those of ``targets.yaml`` are fitted, those of ``holdout.yaml`` predicted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from calibration.figures.definitions import PUBLISHED, Figure
from sim import shipped


@dataclass(frozen=True)
class PublishedFigure:
    """Published value of a figure.

    Attributes:
        figure: the same figure of a run.
        value: as published.
        tolerance: standard deviation of the difference between the published value and the city's true one.
        evidence: ids of ``evidence/``; empty for figures that the city supplies.
        grade: A the city, B elsewhere in China, C abroad.
        reason: why this value and this tolerance.
    """

    figure: Figure
    value: float
    tolerance: float
    evidence: tuple[str, ...] = ()
    grade: str = "A"
    reason: str = ""

    @property
    def id(self) -> str:
        """Name of the figure."""
        return self.figure.id


def read_yaml(name: str) -> dict[str, Any]:
    """Content of a YAML file of the calibration."""
    content: dict[str, Any] = yaml.safe_load((shipped.calibration() / name).read_text(encoding="utf-8"))
    return content


def _published(rows: dict[str, Any]) -> tuple[PublishedFigure, ...]:
    return tuple(
        PublishedFigure(
            PUBLISHED[id_], float(row["value"]), float(row["tolerance"]), tuple(row["evidence"]), row["grade"], row["why"]
        )
        for id_, row in rows.items()
    )  # fmt: skip


@cache
def targets() -> tuple[PublishedFigure, ...]:
    """Figures that are fitted."""
    return _published(read_yaml("targets.yaml")["targets"])


@cache
def holdout() -> tuple[PublishedFigure, ...]:
    """Figures that are never fitted."""
    return _published(read_yaml("holdout.yaml")["holdout"])
