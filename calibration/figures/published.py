"""Published values of figures; those of ``targets.yaml`` are fitted, those of ``holdout.yaml`` only predicted."""

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
        figure: definition of the figure.
        value: published value.
        tolerance: standard deviation of the difference between the published value and the city's true value.
        evidence: ids of rows in ``evidence/``; empty for figures that the city supplies.
        grade: grade of the evidence: A measured in the city, B elsewhere in China, C abroad.
        reason: reason for the value and the tolerance.
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
    """Return the contents of a YAML file in the calibration folder."""
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
    """Return the published figures that are fitted."""
    return _published(read_yaml("targets.yaml")["targets"])


@cache
def holdout() -> tuple[PublishedFigure, ...]:
    """Return the published figures that are held out and never fitted."""
    return _published(read_yaml("holdout.yaml")["holdout"])
