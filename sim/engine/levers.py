"""Policy levers, which are set by policy instruments, and uncertain parameters.

Rules read levers and parameters; they never test whether a measure is in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt
from typing import Literal

Combiner = Literal["value", "sum", "product", "max", "share"]
"""Method of combining the contributions of several settings to a lever.

``value`` takes the single setting, or the base if there is none; ``sum`` and ``product`` include the base;
``max`` takes the maximum of the base and all settings; ``share`` is the union of independent shares,
1 - (1 - base) x prod(1 - share).
"""


@dataclass(frozen=True)
class PolicyLever:
    """Model input whose value over time is set by policy instruments.

    Attributes:
        id: identifier in the form ``submodel.name``.
        unit: unit of the value.
        base: value in the absence of policy instruments.
        low, high: bounds to which the value is clipped.
        combiner: method of combining contributions.
        zh, en: labels in Chinese and English.
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
        """Part of the lever's id before the first dot."""
        return self.id.partition(".")[0]

    def combine(self, contributions: Iterable[float]) -> float:
        """Combine the contributions of all settings and clip the result to the lever's bounds."""
        parts = list(contributions)
        value = self.base
        if self.combiner == "value":
            if len(parts) > 1:
                raise ValueError(f"{self.id}: more than one setting for a lever with combiner 'value'")
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
    """Uncertain parameter of a rule, with its prior; policy instruments do not affect it.

    Under ``uncertainty: all``, one value is drawn per replicate. With probability ``potency``, it follows a
    triangular distribution on [``low``, ``high``] with mode ``value``; otherwise it is 0.

    Attributes:
        id: identifier in the form ``submodel.name``.
        value: central value.
        low, high: plausible range; both equal ``value`` if the value is known.
        unit: unit of the value.
        source: ids of the evidence, or ``guess``.
        grade: grade of the evidence: A measured in Zhongshan, B elsewhere in China, C abroad, D guess.
        zh, en: labels in Chinese and English.
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
            raise ValueError(f"{self.id}: value {self.value} is outside the range [{self.low}, {self.high}]")

    def draw(self, quantile: float, exists: float = 0.0) -> float:
        """Return the value of the prior at a quantile, or 0 if the effect does not exist.

        Args:
            quantile: number between 0 and 1.
            exists: uniform random number; the effect exists if it is below ``potency``.
        """
        if exists >= self.potency:
            return 0.0
        return triangle(quantile, self.low, self.value, self.high)


def triangle(quantile: float, low: float, mode: float, high: float) -> float:
    """Return a quantile of the triangular distribution, or ``mode`` if the range has zero width.

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
