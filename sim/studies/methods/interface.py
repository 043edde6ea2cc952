"""Interface between a model and the algorithms of this package: factors, labels, units and the evaluator.

Algorithms are independent of the model. They receive a function ``evaluate(points)``:

- ``points``: float64 array (point, factor), each column in the factor's own unit; for the players of an
  attribution, 1 means "in force" and 0 "not in force"; for a categorical factor, the column contains the
  index of the category.
- returns: float64 array (point, replicate, outcome). Replicate r has the same random numbers at every point
  (common random numbers), so that points can be compared replicate by replicate. Missing numbers are NaN.

The points of one call may be evaluated in parallel; calls are made one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.engine.random_streams import key

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Evaluate = Callable[[Floats], Floats]

LANGUAGES: Final = ("zh", "en")
_LARGE: Final = {"zh": ((1e8, "亿"), (1e4, "万")), "en": ((1e9, " billion"), (1e6, " million"))}
_PER: Final = {"year": ("/年", " a year"), "day": ("/天", " a day")}
_SWITCH: Final = {"zh": ("否", "是"), "en": ("no", "yes")}


class Unit(NamedTuple):
    """Unit of a factor or an outcome.

    Attributes:
        id: identifier in datasets.
        zh, en: Chinese and English names; empty for a unit that is not displayed.
        kind: ``share`` is displayed as a percentage, ``switch`` as yes or no, any other kind as a number with
            its unit.
        per: ``year`` or ``day`` for a share per unit of time, otherwise empty.
    """

    id: str
    zh: str = ""
    en: str = ""
    kind: str = ""
    per: str = ""

    def format(self, value: float, language: str) -> str:
        """Format a value with three significant figures and its unit.

        >>> Unit("yuan", "元", "yuan").format(4.6e8, "en")
        '460 million yuan'
        """
        if self.kind == "share":
            per = _PER[self.per][language != "zh"] if self.per else ""
            return f"{_figures(value * 100)}%{per}"
        if self.kind == "switch":
            return _SWITCH[language][bool(value)]
        size, tens = next(((s, t) for s, t in _LARGE[language] if abs(value) >= s), (1.0, ""))
        name = self.zh if language == "zh" else self.en
        return f"{_figures(value / size)}{tens}{' ' if language == 'en' and name else ''}{name}"


NUMBER: Final = Unit("1")
"""Unit of a pure number."""
UNWRITTEN: Final = Unit("")
"""Placeholder for a factor without a unit."""


class Label(NamedTuple):
    """Identifier of a player, policy or outcome, with its names and its unit."""

    name: str
    zh: str = ""
    en: str = ""
    unit: Unit = NUMBER

    def title(self, language: str) -> str:
        """Return the name in a language, or the identifier if there is no name."""
        return (self.zh if language == "zh" else self.en) or self.name


@dataclass(frozen=True)
class Factor:
    """Input that an algorithm varies over a range, over a list of numbers, or among categories.

    Attributes:
        name: ``instrument.setting``, ``world.key`` or ``parameter.NAME``.
        low, high: ends of the range; ignored for a categorical factor.
        zh, en: Chinese and English names.
        unit: unit of its values.
        log: whether its range is divided evenly on a logarithmic scale.
        whole: whether it takes whole numbers only.
        values: admissible numbers in ascending order, instead of the range.
        categories: unordered labels; the column of the factor then contains their indices.

    Raises:
        ValueError: the range is empty, or a logarithmic range does not start above 0.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    zh: str = ""
    en: str = ""
    unit: Unit = UNWRITTEN
    log: bool = False
    whole: bool = False
    values: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (self.categories or self.values) and not self.low < self.high:
            raise ValueError(f"{self.name}: low {self.low} is not below high {self.high}")
        if self.log and self.low <= 0:
            raise ValueError(f"{self.name}: a logarithmic range starts above 0, not at {self.low}")

    def at(self, share: npt.ArrayLike) -> Floats:
        """Return the values at positions from 0 (low end) to 1 (high end) in the range."""
        way = np.asarray(share, dtype=np.float64)
        if levels := len(self.categories) or len(self.values):
            index = np.minimum(np.floor(way * levels), levels - 1.0)
            return np.array(self.values)[index.astype(np.int64)] if self.values else index
        if self.log:
            values = np.exp(np.log(self.low) + way * (np.log(self.high) - np.log(self.low)))
        else:
            values = self.low + way * (self.high - self.low)
        values = np.clip(values, self.low, self.high)  # exp(log(x)) may differ from x in the last bit
        return np.rint(values) if self.whole else np.asarray(values)

    def share(self, value: npt.ArrayLike) -> Floats:
        """Return the positions of values in the range: 0 is the low end and 1 the high end."""
        values = np.asarray(value, dtype=np.float64)
        if levels := len(self.categories) or len(self.values):
            index = np.searchsorted(self.values, values) if self.values else values
            return np.asarray((index + 0.5) / levels)
        low, high = self.low, self.high
        if self.log:
            return np.asarray(np.log(values / low) / np.log(high / low))
        return np.asarray((values - low) / (high - low))

    def title(self, language: str) -> str:
        """Return the name in a language, or the identifier if there is no name."""
        return Label(self.name, self.zh, self.en).title(language)

    def format(self, value: float, language: str) -> str:
        """Format a value as the label of a category or as a number with its unit."""
        return self.categories[round(value)] if self.categories else self.unit.format(value, language)


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return the random number generator for one purpose of an algorithm, determined by the seed."""
    return np.random.default_rng([seed, key("study", purpose)])


def labelled(dimension: str, labels: Sequence[Label | Factor]) -> dict[str, Any]:
    """Return the coordinates of a dimension: identifiers, and names in both languages."""
    coordinates: dict[str, Any] = {dimension: np.array([label.name for label in labels], dtype=np.str_)}
    for language in LANGUAGES:
        titles = np.array([label.title(language) for label in labels], dtype=np.str_)
        coordinates[f"{dimension}_{language}"] = (dimension, titles)
    return coordinates


def unit_coordinate(dimension: str, labels: Sequence[Label | Factor]) -> tuple[str, Any]:
    """Return the units along a dimension as a coordinate."""
    return dimension, np.array([label.unit.id for label in labels], dtype=np.str_)


def variable(dims: Sequence[str], values: Any, unit: str, zh: str, en: str) -> tuple[Any, ...]:
    """Return a dataset variable as a tuple: dimensions, values, and attributes with its unit and names."""
    attributes: Mapping[str, str] = {"units": unit, "long_name": en, "long_name_zh": zh}
    return tuple(dims), np.asarray(values), dict(attributes)


def evaluated(evaluate: Evaluate, points: Floats) -> Floats:
    """Evaluate points and check the shape of the result.

    Raises:
        ValueError: the result is not an array (point, replicate, outcome), or its number of points is wrong.
    """
    values = np.asarray(evaluate(points), dtype=np.float64)
    if values.ndim != 3 or len(values) != len(points) or 0 in values.shape:
        raise ValueError(f"{values.shape} for {len(points)} points; expected (point, replicate, outcome)")
    return values


def _figures(value: float) -> str:
    """Format a number with three significant figures and without an exponent.

    >>> _figures(1234567.0), _figures(0.012345), _figures(2.0)
    ('1,230,000', '0.0123', '2')
    """
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    digits = 2 - int(np.floor(np.log10(abs(value))))
    text = f"{round(value, digits):,.{max(0, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
