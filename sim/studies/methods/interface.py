"""What a study varies and what it reads: the one seam between the city and the algorithms.

An algorithm knows no city. It is handed a function ``evaluate(points)``:

- ``points``: float64 array (point, factor), each column in the factor's own unit; for players of an
  attribution 1 is "in force" and 0 "not in force"; for a factor of categories the category's number.
- returns: float64 array (point, replicate, outcome). Replicate r has the same luck at every point (common
  random numbers), so that columns may be subtracted replicate by replicate. NaN where there is no number.

Every call may be run in parallel point by point; calls come one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim import texts
from sim.engine.random_streams import key
from sim.policy.catalogue.catalogue import catalogue

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Evaluate = Callable[[Floats], Floats]

LANGUAGES: Final = ("zh", "en")
_LARGE: Final = {"zh": ((1e8, "亿"), (1e4, "万")), "en": ((1e9, " billion"), (1e6, " million"))}


class Label(NamedTuple):
    """A slug and what people call it; without names the slug stands for them."""

    name: str
    zh: str = ""
    en: str = ""
    unit: str = "1"

    def said(self, language: str) -> str:
        """The name in a language."""
        return (self.zh if language == "zh" else self.en) or self.name


@dataclass(frozen=True)
class Factor:
    """Something a study varies between two ends, or among categories.

    Args:
        name: ``instrument.setting``, ``world.key`` or ``parameter.NAME``.
        low, high: its range; ignored where there are categories.
        zh, en: what people call it.
        unit: an id of the catalogue's units, or any text.
        log: spread evenly in its logarithm.
        whole: whole numbers only.
        values: the only numbers it takes, ascending; its range is then theirs.
        categories: labels without an order; the column then holds their numbers from 0.
    """

    name: str
    low: float = 0.0
    high: float = 1.0
    zh: str = ""
    en: str = ""
    unit: str = ""
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
        """Values at shares 0 to 1 of the way from the low end to the high one."""
        way = np.asarray(share, dtype=np.float64)
        if kinds := len(self.categories) or len(self.values):
            number = np.minimum(np.floor(way * kinds), kinds - 1.0)
            return np.array(self.values)[number.astype(np.int64)] if self.values else number
        if self.log:
            values = np.exp(np.log(self.low) + way * (np.log(self.high) - np.log(self.low)))
        else:
            values = self.low + way * (self.high - self.low)
        values = np.clip(values, self.low, self.high)  # exp(log(x)) may miss x by a bit
        return np.rint(values) if self.whole else np.asarray(values)

    def share(self, value: npt.ArrayLike) -> Floats:
        """How far values lie from the low end to the high one; outside 0 to 1 beyond them."""
        values = np.asarray(value, dtype=np.float64)
        if kinds := len(self.categories) or len(self.values):
            number = np.searchsorted(self.values, values) if self.values else values
            return np.asarray((number + 0.5) / kinds)
        low, high = self.low, self.high
        if self.log:
            return np.asarray(np.log(values / low) / np.log(high / low))
        return np.asarray((values - low) / (high - low))

    def said(self, language: str) -> str:
        """Its name in a language."""
        return Label(self.name, self.zh, self.en).said(language)

    def told(self, value: float, language: str) -> str:
        """A value as people write it, three figures long.

        >>> Factor("guarantee_fee.fee", 0, 1, unit="share a year").told(0.0125, "zh")
        '1.25%/年'
        """
        if self.categories:
            return self.categories[round(value)]
        unit = catalogue().units.get(self.unit)
        kind = unit.kind if unit is not None else ""
        if kind == "share":
            per = {"year": ("/年", " a year"), "day": ("/天", " a day")}
            end = per.get((unit.per if unit else None) or "", ("", ""))[language != "zh"]
            return f"{_figures(value * 100)}%{end}"
        if kind == "switch":
            return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
        size, tens = next(((s, t) for s, t in _LARGE[language] if abs(value) >= s), (1.0, ""))
        own = self.unit if self.unit != "job-years" else texts.told(language, "unit.job_years")
        name = own if unit is None else unit.zh if language == "zh" else unit.en
        name = "" if kind == "ratio" and name in ("比值", "ratio") else name
        return f"{_figures(value / size)}{tens}{' ' if language == 'en' and name else ''}{name}"


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Draws of an algorithm's own, the same whenever asked for."""
    return np.random.default_rng([seed, key("study", purpose)])


def labelled(dimension: str, labels: Sequence[Label | Factor]) -> dict[str, Any]:
    """Coordinates of a dataset: slugs, and their names in both languages."""
    found: dict[str, Any] = {dimension: np.array([label.name for label in labels], dtype=np.str_)}
    for language in LANGUAGES:
        words = np.array([label.said(language) for label in labels], dtype=np.str_)
        found[f"{dimension}_{language}"] = (dimension, words)
    return found


def variable(dims: Sequence[str], values: Any, unit: str, zh: str, en: str) -> tuple[Any, ...]:
    """A variable of a dataset with its unit and names."""
    attributes: Mapping[str, str] = {"units": unit, "long_name": en, "long_name_zh": zh}
    return tuple(dims), np.asarray(values), dict(attributes)


def evaluated(evaluate: Evaluate, points: Floats) -> Floats:
    """What the function found, with its shape checked.

    Raises:
        ValueError: not (point, replicate, outcome), or another number of points.
    """
    found = np.asarray(evaluate(points), dtype=np.float64)
    if found.ndim != 3 or len(found) != len(points) or 0 in found.shape:
        raise ValueError(f"{found.shape} for {len(points)} points; it should be (point, replicate, outcome)")
    return found


def _figures(value: float) -> str:
    """Three significant figures without an exponent.

    >>> _figures(1234567.0), _figures(0.012345), _figures(2.0)
    ('1,230,000', '0.0123', '2')
    """
    if value == 0 or not np.isfinite(value):
        return f"{value:g}"
    digits = 2 - int(np.floor(np.log10(abs(value))))
    text = f"{round(value, digits):,.{max(0, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
