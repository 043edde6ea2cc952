"""Named values: what measures move (sockets) and what nobody moves but is not known (parameters).

A rule reads sockets and parameters; it never asks whether a measure is on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

Combiner = Literal["value", "sum", "product", "max", "share"]
"""How contributions of several settings meet in a socket.

value: one setting is the number, the base holds where none is set; sum and product: with the base;
max: the largest; share: the union of independent shares, 1 - (1 - base) x prod(1 - share).
"""


@dataclass(frozen=True)
class PolicyLever:
    """A number of a mechanism that measures may move, by month.

    Attributes:
        id: ``room.name``; the prefix is the module that owns and reads it.
        unit: what it is counted in.
        base: value where no instrument moves it.
        low, high: bounds outside which it is cut off.
        combiner: how contributions meet.
        zh, en: what it is, for people.
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
        """The module that owns it."""
        return self.id.partition(".")[0]

    def combine(self, contributions: Iterable[float]) -> float:
        """Value of the socket under the contributions of all settings, cut at its bounds."""
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
    """A number of a rule that no measure moves, with what is believed about it.

    Drawn once a replicate under ``uncertainty: all`` from a triangle over ``low`` to ``high`` with its
    mode at ``value``; with ``chance`` (potency) it is ``value``-ish with that probability and 0 otherwise.

    Attributes:
        id: ``room.name``.
        value: central number.
        low, high: what is plausible; equal to ``value`` where it is known or a convention.
        unit: what it is counted in.
        source: ids of the evidence, or ``guess``.
        grade: A measured here, B elsewhere in China, C abroad, D guess.
        zh, en: what it is, for people.
        potency: probability that the effect exists at all.
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
        """The value at a quantile of its prior; ``exists`` is the uniform number of its potency."""
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
    split = (mode - low) / width
    if quantile < split:
        return low + sqrt(quantile * width * (mode - low))
    return high - sqrt((1 - quantile) * width * (high - mode))
