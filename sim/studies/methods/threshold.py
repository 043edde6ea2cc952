"""What would a target need: the setting at which the chance of meeting it is 50%.

Interface: ``evaluate(points)`` as in :mod:`sim.studies.methods.interface`; one outcome, a margin (value less aim) or
a truth (1 met, 0 not): it is met where the number is at least ``aim``. :func:`threshold` moves one factor,
or several together, from one end to the other (each evenly on its own scale), finds where the chance
crosses and returns a :class:`Threshold`; ``.dataset()`` makes it an xarray.Dataset, ``.sentences(language,
target)`` says it.

The chance is taken to rise along the way (or to fall: the way is then turned round). Counts of replicates
that meet the target are made monotone by pooling neighbours (isotonic regression; Barlow et al. 1972), and
the crossing lies between the last point below and the first at or above. Where each replicate has the same
luck at every point it has a setting of its own from which it meets the target, and the crossing is their
quantile: the 95% interval is that of order statistics, from the last point where the count is too small for
the chance by a binomial test (2.5%) to the first where it is too large. No curve's shape is assumed. Points
are put by halving the three gaps (crossing and both limits) until they are narrow enough or no points are
left.

"Not reached within the range" and "reached from the start" are answers, and so is "can't be told" where too
few replicates say so at the end of the way.
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
    variable,
)
from sim.studies.methods.intervals import LEVEL

REACHED, NOT_REACHED, ALREADY, UNCLEAR = "reached", "not_reached", "already", "unclear"
BACK: Final = 0.2
"""Share of replicates that miss again further on from which it is said."""
START: Final = 5
"""Points evenly spread that the search starts from."""
ROUNDING: Final = 1e-9
"""By how much a mean of counts may miss its exact value: far below any difference between two such means."""


@dataclass(frozen=True)
class Threshold:
    """Where the chance crosses.

    Args:
        factors: what moves.
        chance: that is wanted.
        state: ``reached``; ``not_reached`` even at the end; ``already`` at the start; ``unclear``: the end
            that decides can't be told from the chance wanted.
        way, way_low, way_high: share of the way at the crossing and its 95% interval; 0 the start, 1 the end;
            NaN where there is none. Infinite: the interval reaches beyond the range.
        at, at_low, at_high: (factor) the settings there, the smaller limit first.
        ways, points: shares of the way evaluated, ascending, and the settings (point, factor).
        share: (point) of replicates that meet the target.
        fitted: (point) the same made monotone.
        rising: whether the way runs from the low ends to the high ones, else from high to low.
        turned_back: share of replicates that miss the target again further on: 0 if all are monotone.
        replicates: at each point.
    """

    factors: tuple[Factor, ...]
    chance: float
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
    turned_back: float
    replicates: int

    def sentences(self, language: str, target: Label) -> list[str]:
        """What the target needs, or that the range does not hold it."""

        def settings(values: Floats) -> str:
            pairs = zip(self.factors, values, strict=True)
            parts = [
                texts.told(language, "threshold.setting", factor=f.said(language), value=f.told(v, language))
                for f, v in pairs
            ]
            return texts.told(language, "threshold.comma").join(parts)

        fields = {
            "target": target.said(language),
            "chance": f"{self.chance:.0%}",
            "replicates": self.replicates,
            "first": f"{self.share[0]:.0%}",
            "last": f"{self.share[-1]:.0%}",
            "start": settings(self.points[0]),
            "end": settings(self.points[-1]),
        }
        if self.state == REACHED:
            outside = texts.told(language, "threshold.outside")
            for name, values in {"at": self.at, "low": self.at_low, "high": self.at_high}.items():
                fields[name] = settings(values) if np.isfinite(values).all() else outside
        said = [texts.told(language, f"threshold.{self.state}", **fields)]
        if self.turned_back >= BACK:
            said.append(texts.told(language, "threshold.turned_back", share=f"{self.turned_back:.0%}"))
        return said

    def dataset(self) -> xr.Dataset:
        """Dimensions factor and point."""
        each, along = ("factor",), ("point",)
        data: dict[str, Any] = {
            "at": variable(each, self.at, "as the factor", "所需取值", "setting needed"),
            "at_low": variable(each, self.at_low, "as the factor", "所需取值（下限）", "setting needed: low"),
            "at_high": variable(
                each, self.at_high, "as the factor", "所需取值（上限）", "setting needed: high"
            ),
            "setting": variable(("point", "factor"), self.points, "as the factor", "取值", "setting"),
            "way": variable(along, self.ways, "1", "路径上的位置", "share of the way"),
            "share": variable(along, self.share, "1", "实现的比例", "share that meets the target"),
            "fitted": variable(along, self.fitted, "1", "实现的比例（单调）", "the same made monotone"),
        }
        coordinates = labelled("factor", self.factors) | {"point": np.arange(len(self.ways))}
        coordinates["factor_unit"] = ("factor", np.array([f.unit for f in self.factors], dtype=np.str_))
        names = ("chance", "state", "turned_back", "replicates")
        facts = {name: getattr(self, name) for name in names} | {
            "crossing": self.way,
            "crossing_low": self.way_low,
            "crossing_high": self.way_high,
            "rising": int(self.rising),
        }
        return xr.Dataset(data, coordinates, facts)


def threshold(
    evaluate: Evaluate,
    factors: Sequence[Factor],
    *,
    outcome: int = 0,
    aim: float = 0.0,
    chance: float = 0.5,
    rising: bool | None = None,
    tolerance: float = 1 / 32,
    most: int = 40,
) -> Threshold:
    """The setting at which the target is met with a chance.

    Args:
        evaluate: the city, or what stands for it.
        factors: what moves together from one end to the other; one or several.
        outcome: which of the outcomes decides.
        aim: from which value on the target is met; 0.5 for an outcome that is 1 or 0.
        chance: wanted, between 0 and 1.
        rising: whether the chance rises from the low ends to the high ones; None: as the two ends show.
        tolerance: share of the way at which a gap is narrow enough.
        most: points to evaluate at the most, the first five included.

    Raises:
        ValueError: no factor, one of categories, a chance of 0 or 1, or NaN among the outcomes.
    """
    if not factors or any(f.categories for f in factors):
        raise ValueError("a threshold needs one or more factors that are numbers")
    if not 0 < chance < 1:
        raise ValueError(f"chance {chance}: between 0 and 1")

    def settings(ways: npt.ArrayLike) -> Floats:
        return np.column_stack([f.at(ways) for f in factors])

    def met(ways: Floats) -> Floats:
        found = evaluated(evaluate, settings(ways))[:, :, outcome]
        if np.isnan(found).any():
            raise ValueError("an outcome without a number can't be held against an aim")
        return (found >= aim).astype(np.float64)

    ways = np.linspace(0, 1, START)
    lived = met(ways)
    turned = bool(lived[0].sum() > lived[-1].sum()) if rising is None else not rising
    if turned:  # from here on 0 is where the chance is lowest
        lived = lived[::-1]
    n = lived.shape[1]
    while len(ways) < most:
        gaps = [gap for gap in _gaps(ways, lived.sum(axis=1), n, chance) if gap[1] - gap[0] > tolerance]
        wanted = sorted({(a + b) / 2 for a, b in gaps if _differ(settings, a, b, turned)})[: most - len(ways)]
        if not wanted:
            break
        middle = np.array(wanted)
        more = met(1 - middle if turned else middle)
        order = np.argsort(np.concatenate([ways, middle]))
        ways = np.concatenate([ways, middle])[order]
        lived = np.concatenate([lived, more])[order]
    return _told(tuple(factors), ways, lived, chance, turned)


def _differ(settings: Callable[[npt.ArrayLike], Floats], start: float, end: float, turned: bool) -> bool:
    """Whether something lies between two points: whole numbers may leave nothing."""
    way = np.array([start, (start + end) / 2, end])
    low, middle, high = settings(1 - way if turned else way)
    return bool((middle != low).any() and (middle != high).any())


def _sides(fitted: Floats, n: int, chance: float) -> tuple[Bools, Bools]:
    """(point) Whether a count is too small for the chance, and whether too large, at 2.5% each."""
    tail = (1 - LEVEL) / 2
    small = bdtr(np.floor(fitted + ROUNDING), n, chance) <= tail
    large = bdtrc(np.ceil(fitted - ROUNDING) - 1, n, chance) <= tail
    return np.asarray(small), np.asarray(large)


def _reached(fitted: Floats, n: int, chance: float) -> Bools:
    """(point) Whether a count is at least the chance's share of the replicates."""
    return np.asarray(fitted >= chance * n - ROUNDING)


def _gaps(ways: Floats, counts: Floats, n: int, chance: float) -> list[tuple[float, float]]:
    """Neighbours between which the crossing and both limits lie; none for what lies beyond the ends."""
    fitted = isotonic_regression(counts).x
    small, large = _sides(fitted, n, chance)
    found = []
    for above in (_reached(fitted, n, chance), ~small, large):  # each is False, then True along the way
        if above.any() and not above[0]:
            first = int(np.argmax(above))
            found.append((float(ways[first - 1]), float(ways[first])))
    return found


def _told(factors: tuple[Factor, ...], ways: Floats, lived: Floats, chance: float, turned: bool) -> Threshold:
    """State, crossing and interval from what was lived, in the order of rising chance."""
    n = lived.shape[1]
    counts = lived.sum(axis=1)
    fitted = isotonic_regression(counts).x
    small, large = _sides(fitted, n, chance)
    above = _reached(fitted, n, chance)
    way, low, high = np.nan, -np.inf, np.inf
    if small.any():
        low = float(ways[small][-1])
    if large.any():
        high = float(ways[large][0])
    if above.any() and not above[0]:
        state = REACHED
        k = int(np.argmax(above))
        stepped = all(f.whole or f.values for f in factors)  # then it is met at a number, not between two
        rise = float((chance * n - fitted[k - 1]) / (fitted[k] - fitted[k - 1]))
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

    back = (np.maximum.accumulate(lived, axis=0) > lived).any(axis=0)
    points = np.column_stack([f.at(1 - ways if turned else ways) for f in factors])
    return Threshold(
        factors=factors,
        chance=chance,
        state=state,
        way=way,
        way_low=low,
        way_high=high,
        at=settings(way),
        at_low=np.minimum(settings(low), settings(high)),
        at_high=np.maximum(settings(low), settings(high)),
        ways=ways,
        points=points,
        share=counts / n,
        fitted=fitted / n,
        rising=not turned,
        turned_back=float(back.mean()),
        replicates=n,
    )
