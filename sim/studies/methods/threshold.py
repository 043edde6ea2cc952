"""Threshold of a target: the setting at which the probability of meeting it reaches a given value.

Interface: ``evaluate(points)`` as in :mod:`sim.studies.methods.interface`; one outcome is a margin (value
minus required value) or an indicator (1 if met, otherwise 0), and the target is met if it is at least
``required``. :func:`threshold` moves one factor, or several together, from one end to the other (each evenly
on its own scale), finds where the probability crosses the given value, and returns a :class:`Threshold`,
which provides a dataset and sentences.

The probability is assumed to rise along the path (or to fall, in which case the path is reversed). The counts
of replicates that meet the target are made monotone by isotonic regression (Barlow et al. 1972), and the
crossing lies between the last point below the given probability and the first point at or above it. Since
each replicate has the same random numbers at every point, it has its own setting from which it meets the
target, and the crossing is a quantile of these settings: the 95% interval is that of order statistics, from
the last point where the count is too small for the probability by a binomial test (2.5%) to the first where
it is too large. No shape of the curve is assumed. Points are placed by bisecting the three gaps (crossing and
both limits) until they are narrow enough or no points are left.

Other possible results are that the target is not reached within the range, that it is already met at the
start, or that the result is unclear because of too few replicates at the decisive end of the path.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.optimize import isotonic_regression
from scipy.special import bdtr, bdtrc

from sim import texts
from sim.studies.methods.interface import (
    Bools,
    Evaluate,
    Factor,
    Floats,
    Label,
    evaluated,
    labelled,
    unit_coordinate,
    variable,
)
from sim.studies.methods.intervals import LEVEL

REACHED, NOT_REACHED, ALREADY, UNCLEAR = "reached", "not_reached", "already", "unclear"
BACK: Final = 0.2
"""Minimum share of replicates that miss the target again further along the path to trigger a warning."""
START: Final = 5
"""Number of evenly spaced initial points."""
ROUNDING: Final = 1e-9
"""Rounding error of a mean of counts, far below any difference between two such means."""


@dataclass(frozen=True)
class Threshold:
    """Setting at which the probability of meeting a target crosses a given value.

    Attributes:
        factors: factors that vary along the path.
        probability: given probability.
        state: ``reached``; ``not_reached`` even at the end; ``already`` met at the start; or ``unclear``, if
            the probability at the decisive end does not differ significantly from the given one.
        way, way_low, way_high: position of the crossing along the path and its 95% interval, 0 at the start
            and 1 at the end; NaN where there is none, infinite where the interval extends beyond the range.
        at, at_low, at_high: (factor) settings at the crossing and at the limits, the smaller limit first.
        ways, points: evaluated positions in ascending order, and their settings (point, factor).
        share: (point) share of replicates that meet the target.
        fitted: (point) monotone fit of ``share``.
        rising: whether the path runs from the low to the high ends, or from high to low.
        reversed_share: share of replicates that miss the target again further along the path; 0 if every
            replicate is monotone.
        replicates: number of replicates at each point.
    """

    factors: tuple[Factor, ...]
    probability: float
    state: str
    way: float
    way_low: float
    way_high: float
    at: Floats
    at_low: Floats
    at_high: Floats
    ways: Floats
    points: Floats
    share: Floats
    fitted: Floats
    rising: bool
    reversed_share: float
    replicates: int

    def sentences(self, language: str, target: Label) -> list[str]:
        """State the setting at which the target is met, or why there is none in the range."""

        def settings(values: Floats) -> str:
            pairs = zip(self.factors, values, strict=True)
            parts = [
                texts.in_language(
                    language, "threshold.setting", factor=f.title(language), value=f.format(v, language)
                )
                for f, v in pairs
            ]
            return texts.in_language(language, "threshold.comma").join(parts)

        fields = {
            "target": target.title(language),
            "chance": f"{self.probability:.0%}",
            "replicates": self.replicates,
            "first": f"{self.share[0]:.0%}",
            "last": f"{self.share[-1]:.0%}",
            "start": settings(self.points[0]),
            "end": settings(self.points[-1]),
        }
        if self.state == REACHED:
            outside = texts.in_language(language, "threshold.outside")
            for name, values in {"at": self.at, "low": self.at_low, "high": self.at_high}.items():
                fields[name] = settings(values) if np.isfinite(values).all() else outside
        sentences = [texts.in_language(language, f"threshold.{self.state}", **fields)]
        if self.reversed_share >= BACK:
            share = f"{self.reversed_share:.0%}"
            sentences.append(texts.in_language(language, "threshold.turned_back", share=share))
        return sentences

    def dataset(self) -> xr.Dataset:
        """Return a dataset over factors and points."""
        each, along = ("factor",), ("point",)
        data: dict[str, Any] = {
            "at": variable(each, self.at, "as the factor", "所需取值", "setting needed"),
            "at_low": variable(each, self.at_low, "as the factor", "所需取值（下限）", "setting needed: low"),
            "at_high": variable(
                each, self.at_high, "as the factor", "所需取值（上限）", "setting needed: high"
            ),
            "setting": variable(("point", "factor"), self.points, "as the factor", "取值", "setting"),
            "way": variable(along, self.ways, "1", "路径上的位置", "position along the path"),
            "share": variable(along, self.share, "1", "达标的比例", "share that meets the target"),
            "fitted": variable(
                along, self.fitted, "1", "达标的比例（单调）", "share that meets the target, made monotone"
            ),
        }
        coordinates = labelled("factor", self.factors) | {"point": np.arange(len(self.ways))}
        coordinates["factor_unit"] = unit_coordinate("factor", self.factors)
        names = ("probability", "state", "reversed_share", "replicates")
        attributes = {name: getattr(self, name) for name in names} | {
            "crossing": self.way,
            "crossing_low": self.way_low,
            "crossing_high": self.way_high,
            "rising": int(self.rising),
        }
        return xr.Dataset(data, coordinates, attributes)


def threshold(
    evaluate: Evaluate,
    factors: Sequence[Factor],
    *,
    outcome: int = 0,
    required: float = 0.0,
    probability: float = 0.5,
    rising: bool | None = None,
    tolerance: float = 1 / 32,
    most: int = 40,
) -> Threshold:
    """Find the setting at which the target is met with a given probability.

    Args:
        evaluate: returns the outcomes at an array of points, shape (point, replicate, outcome).
        factors: one or more factors, moved together from their low to their high ends.
        outcome: index of the outcome that determines whether the target is met.
        required: smallest value that meets the target; use 0.5 for an outcome that is 0 or 1.
        probability: given probability, between 0 and 1.
        rising: whether the probability rises along the path; None to infer it from the two ends.
        tolerance: bisect intervals between adjacent points down to this width, a share of the path.
        most: maximum number of points to evaluate, including the initial ones.

    Raises:
        ValueError: there is no factor, a factor is categorical, the probability is not between 0 and 1, or
            outcomes contain NaN.
    """
    if not factors or any(f.categories for f in factors):
        raise ValueError("a threshold needs one or more factors that are numbers")
    if not 0 < probability < 1:
        raise ValueError(f"probability {probability}: must lie between 0 and 1")

    def settings(ways: npt.ArrayLike) -> Floats:
        return np.column_stack([f.at(ways) for f in factors])

    def met(ways: Floats) -> Floats:
        values = evaluated(evaluate, settings(ways))[:, :, outcome]
        if np.isnan(values).any():
            raise ValueError("outcomes that are NaN cannot be compared with the target")
        return (values >= required).astype(np.float64)

    ways = np.linspace(0, 1, START)
    success = met(ways)
    turned = bool(success[0].sum() > success[-1].sum()) if rising is None else not rising
    if turned:  # from here on, the probability is lowest at 0
        success = success[::-1]
    n = success.shape[1]
    while len(ways) < most:
        gaps = [
            gap for gap in _gaps(ways, success.sum(axis=1), n, probability) if gap[1] - gap[0] > tolerance
        ]
        middles = sorted({(a + b) / 2 for a, b in gaps if _differ(settings, a, b, turned)})
        new = np.array(middles[: most - len(ways)])
        if not new.size:
            break
        more = met(1 - new if turned else new)
        order = np.argsort(np.concatenate([ways, new]))
        ways = np.concatenate([ways, new])[order]
        success = np.concatenate([success, more])[order]
    return _result(tuple(factors), ways, success, probability, turned)


def _differ(settings: Callable[[npt.ArrayLike], Floats], start: float, end: float, turned: bool) -> bool:
    """Return whether there are settings between two points; whole-number factors may have none."""
    way = np.array([start, (start + end) / 2, end])
    low, middle, high = settings(1 - way if turned else way)
    return bool((middle != low).any() and (middle != high).any())


def _sides(fitted: Floats, n: int, probability: float) -> tuple[Bools, Bools]:
    """Return masks of the points whose counts are significantly too small or too large (2.5% each)."""
    tail = (1 - LEVEL) / 2
    small = bdtr(np.floor(fitted + ROUNDING), n, probability) <= tail
    large = bdtrc(np.ceil(fitted - ROUNDING) - 1, n, probability) <= tail
    return np.asarray(small), np.asarray(large)


def _reached(fitted: Floats, n: int, probability: float) -> Bools:
    """Return a mask of points whose counts are at least the share ``probability`` of the replicates."""
    return np.asarray(fitted >= probability * n - ROUNDING)


def _gaps(ways: Floats, counts: Floats, n: int, probability: float) -> list[tuple[float, float]]:
    """Return the pairs of adjacent points that enclose the crossing and its limits within the range."""
    fitted = isotonic_regression(counts).x
    small, large = _sides(fitted, n, probability)
    gaps = []
    for above in (_reached(fitted, n, probability), ~small, large):  # False, then True along the path
        if above.any() and not above[0]:
            first = int(np.argmax(above))
            gaps.append((float(ways[first - 1]), float(ways[first])))
    return gaps


def _result(
    factors: tuple[Factor, ...], ways: Floats, success: Floats, probability: float, turned: bool
) -> Threshold:
    """Compute the result from successes (point, replicate), ordered so that the probability rises."""
    n = success.shape[1]
    counts = success.sum(axis=1)
    fitted = isotonic_regression(counts).x
    small, large = _sides(fitted, n, probability)
    above = _reached(fitted, n, probability)
    way = np.nan
    low = float(ways[small][-1]) if small.any() else -np.inf
    high = float(ways[large][0]) if large.any() else np.inf
    if above.any() and not above[0]:
        state = REACHED
        k = int(np.argmax(above))
        stepped = all(f.whole or f.values for f in factors)  # then met at a listed value
        rise = float((probability * n - fitted[k - 1]) / (fitted[k] - fitted[k - 1]))
        part = 1.0 if stepped else min(rise, 1.0)
        way = float(ways[k - 1] + part * (ways[k] - ways[k - 1]))
    elif above[0]:
        state = ALREADY if large[0] else UNCLEAR
    else:
        state = NOT_REACHED if small[-1] else UNCLEAR

    def settings(share: float) -> Floats:
        if not np.isfinite(share):
            return np.full(len(factors), -share if turned else share)
        return np.array([float(f.at(1 - share if turned else share)) for f in factors])

    reverses = (np.maximum.accumulate(success, axis=0) > success).any(axis=0)
    return Threshold(
        factors=factors,
        probability=probability,
        state=state,
        way=way,
        way_low=low,
        way_high=high,
        at=settings(way),
        at_low=np.minimum(settings(low), settings(high)),
        at_high=np.maximum(settings(low), settings(high)),
        ways=ways,
        points=np.column_stack([f.at(1 - ways if turned else ways) for f in factors]),
        share=counts / n,
        fitted=fitted / n,
        rising=not turned,
        reversed_share=float(reverses.mean()),
        replicates=n,
    )
