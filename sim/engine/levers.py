"""Policy levers, which instruments move, and uncertain parameters.

A rule reads levers and parameters; it never depends on whether a measure is in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

Combiner = Literal["value", "sum", "product", "max", "share"]
"""How the contributions of several settings to a lever are combined.

value: the one setting, else the base; sum and product: with the base; max: the largest; share: the union of
independent shares, 1 - (1 - base) x prod(1 - share).
"""


@dataclass(frozen=True)
class PolicyLever:
    """A number of a mechanism that instruments may move, by date.

    Attributes:
        id: ``submodel.name``.
        unit: of the value.
        base: value where no instrument moves it.
        low, high: bounds to which it is cut.
        combiner: how contributions are combined.
        zh, en: labels.
    """

    id: str
    unit: str
    base: float
    low: float
    high: float
    combiner: Combiner
    zh: str
    en: str

    @property
    def submodel(self) -> str:
        """Prefix of its id."""
        return self.id.partition(".")[0]

    def combine(self, contributions: Iterable[float]) -> float:
        """Value of the lever under the contributions of all settings, cut at its bounds."""
        parts = list(contributions)
        value = self.base
        if self.combiner == "value":
            if len(parts) > 1:
                raise ValueError(f"{self.id}: more than one setting is its value")
            value = parts[0] if parts else value
        elif self.combiner == "sum":
            value += sum(parts)
        elif self.combiner == "max":
            value = max([value, *parts])
        else:
            rest = 1.0 - value if self.combiner == "share" else value
            for part in parts:
                rest *= 1.0 - part if self.combiner == "share" else part
            value = 1.0 - rest if self.combiner == "share" else rest
        return min(self.high, max(self.low, value))


@dataclass(frozen=True)
class Parameter:
    """An uncertain number of a rule that no instrument moves, with its prior.

    It is drawn once a replicate under ``uncertainty: all`` from a triangular distribution from ``low`` to
    ``high`` with its mode at ``value``; it is 0 with probability 1 - ``potency``.

    Attributes:
        id: ``submodel.name``.
        value: central value.
        low, high: plausible range; equal to ``value`` where it is known.
        unit: of the value.
        source: ids of the evidence, or ``guess``.
        grade: of the evidence: A measured here, B elsewhere in China, C abroad, D guess.
        zh, en: labels.
        potency: probability that the effect exists.
    """

    id: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    grade: Literal["A", "B", "C", "D"]
    zh: str
    en: str
    potency: float = field(default=1.0)

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.id}: {self.low} <= {self.value} <= {self.high} does not hold")

    def draw(self, quantile: float, exists: float = 0.0) -> float:
        """Value at a quantile of its prior; ``exists`` is the uniform number for its potency."""
        if exists >= self.potency:
            return 0.0
        return triangle(quantile, self.low, self.value, self.high)


def triangle(quantile: float, low: float, mode: float, high: float) -> float:
    """Quantile of the triangular distribution; ``mode`` where the range has no width.

    >>> triangle(0.5, 0, 1, 2), triangle(0.3, 4, 4, 4)
    (1.0, 4)
    """
    width = high - low
    if width <= 0:
        return mode
    below = (mode - low) / width
    if quantile < below:
        return low + sqrt(quantile * width * (mode - low))
    return high - sqrt((1 - quantile) * width * (high - mode))
