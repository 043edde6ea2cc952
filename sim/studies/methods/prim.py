"""Patient rule induction method (PRIM): search for a box of factor values in which an event is frequent.

The usual library is not used because it has different release lines for Python 3.11 and for 3.12 and later,
takes seconds to import and emits warnings. The implementation follows Friedman & Fisher (1999), with the
steps of Bryant & Lempert (2010):

1. *peel*: of all slices at an end of one factor with 5, 10, 20 or 40% of the box's points (or one category),
   remove the one whose number of hits lies furthest below its expectation, in standard deviations; continue
   until the box is small. (Ranking slices of a single size by density is misleading where a thin slice has a
   high density by chance.)
2. *choose* from that trajectory the box with the largest excess of hits, (hits - points x base) / all points,
   among those that are dense enough;
3. *drop* unnecessary restrictions: a restriction is retained if its quasi-p-value, the binomial probability
   of at least as many hits if it had no effect, is at most 5%;
4. *paste*: move the remaining limits outward in small steps as long as that increases the excess of hits.

Hits may be fractional (shares of the replicates of a point); the binomial distribution is then extended by
the incomplete beta function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from sim.studies.methods.interface import Bools, Floats

SLICES: Final = (0.05, 0.1, 0.2, 0.4)
"""Sizes of slices, as shares of the points of the box."""
STEPS: Final = (0.01, 0.02, 0.04, 0.08, 0.16)
"""Sizes of the steps by which limits move in pasting, as shares of the points of the box."""
LEVEL: Final = 0.05
"""Maximum quasi-p-value of a restriction that is retained."""
FEWEST: Final = 10
"""Minimum number of points in a box."""

Rows = npt.NDArray[np.int64]


class Limits(NamedTuple):
    """Limits of a box.

    Attributes:
        ends: (factor, 2) exclusive lower and upper limits, infinite if a factor is unrestricted.
        allowed: for each categorical factor, whether each category is allowed.
    """

    ends: Floats
    allowed: Mapping[int, Bools]

    @property
    def restricted(self) -> list[int]:
        """Indices of the factors that the box restricts."""
        return [
            j
            for j, (low, high) in enumerate(self.ends)
            if np.isfinite(low) or np.isfinite(high) or (j in self.allowed and not self.allowed[j].all())
        ]

    def contains(self, x: Floats) -> Bools:
        """Return a mask of the points that lie in the box, by point."""
        inside = ((x > self.ends[:, 0]) & (x < self.ends[:, 1])).all(axis=1)
        for j, allowed in self.allowed.items():
            inside &= allowed[x[:, j].astype(np.int64)]
        return np.asarray(inside)

    def without(self, j: int) -> Limits:
        """Return the box without restrictions on one factor."""
        ends = self.ends.copy()
        ends[j] = -np.inf, np.inf
        return Limits(ends, {k: np.ones_like(a) if k == j else a for k, a in self.allowed.items()})

    def moved(self, j: int, side: int, value: float) -> Limits:
        """Return the box with one limit moved."""
        ends = self.ends.copy()
        ends[j, side] = value
        return Limits(ends, self.allowed)

    def excluding(self, j: int, category: int) -> Limits:
        """Return the box with one category excluded."""
        allowed = self.allowed[j].copy()
        allowed[category] = False
        return Limits(self.ends, {**self.allowed, j: allowed})


class Step(NamedTuple):
    """Box on the peeling trajectory, with its numbers of points and hits."""

    limits: Limits
    points: int
    hits: float


class Sample(NamedTuple):
    """Points and hits, with the order of the points along every factor; see :func:`sample`.

    Attributes:
        x: (point, factor) values of the factors.
        y: (point) hits, 0 to 1.
        categories: number of categories of each categorical factor.
        order: (factor, point) indices of the points in ascending order.
    """

    x: Floats
    y: Floats
    categories: Mapping[int, int]
    order: Rows

    def rows(self, rows: Rows) -> Sample:
        """Return the sample restricted to the given points."""
        return sample(self.x[rows], self.y[rows], self.categories)

    def everything(self) -> Limits:
        """Return the unrestricted box."""
        free = np.tile([-np.inf, np.inf], (self.x.shape[1], 1))
        return Limits(free, {j: np.ones(n, dtype=np.bool_) for j, n in self.categories.items()})

    def excess(self, step: Step) -> float:
        """Return the excess of hits over the base rate, (hits - points x base) / all points."""
        return (step.hits - step.points * float(self.y.mean())) / len(self.y)

    def step(self, limits: Limits) -> Step:
        """Return a box with its numbers of points and hits."""
        inside = limits.contains(self.x)
        return Step(limits, int(inside.sum()), float(self.y[inside].sum()))


def sample(x: Floats, y: Floats, categories: Mapping[int, int]) -> Sample:
    """Create a sample from points and hits, and sort its points along every factor."""
    return Sample(x, y, categories, np.argsort(x, axis=0, kind="stable").T)


def peel(drawn: Sample, least: float) -> list[Step]:
    """Return the peeling trajectory, from the unrestricted box to one with about ``least`` of all points."""
    limits, inside = drawn.everything(), np.ones(len(drawn.y), dtype=np.bool_)
    steps = [Step(limits, len(drawn.y), float(drawn.y.sum()))]
    smallest = max(FEWEST, least * len(drawn.y))
    while steps[-1].hits < steps[-1].points:
        _, points, hits = steps[-1]
        share = hits / points
        best, largest = None, -np.inf
        for cut, cut_points, cut_hits in _slices(drawn, limits, inside):
            left = points - cut_points
            if left < smallest:
                continue
            shortfall = (cut_points * share - cut_hits) / np.sqrt(cut_points * left)
            if shortfall > largest:
                best, largest = cut, shortfall
        if best is None:
            break
        limits = best
        inside &= limits.contains(drawn.x)
        steps.append(Step(limits, int(inside.sum()), float(drawn.y[inside].sum())))
    return steps


def _slices(drawn: Sample, limits: Limits, inside: Bools) -> Iterator[tuple[Limits, int, float]]:
    """Yield the boxes that result from removing one slice, with the points and hits of the slice."""
    x, y = drawn.x, drawn.y
    for j, order in enumerate(drawn.order):
        if j in drawn.categories:
            yield from _category_slices(drawn, limits, inside, j)
            continue
        rows = order[inside[order]]
        column, n = x[rows, j], len(rows)
        if column[0] == column[-1]:
            continue
        hits = np.concatenate([[0.0], np.cumsum(y[rows])])
        # Where a slice ends at the lowest value (whole numbers), all points with that value are removed.
        sizes = np.array([max(1, int(share * n)) for share in SLICES])
        lows, highs = column[sizes], column[n - 1 - sizes]
        first, last = np.searchsorted(column, column[0], "right"), np.searchsorted(column, column[-1])
        for k in np.unique(np.maximum(np.searchsorted(column, lows), first)):
            yield limits.moved(j, 0, _between(column, k)), int(k), float(hits[k])
        for k in np.unique(np.minimum(np.searchsorted(column, highs, "right"), last)):
            yield limits.moved(j, 1, _between(column, k)), int(n - k), float(hits[n] - hits[k])


def _between(column: Floats, k: int) -> float:
    """Return the limit half-way between the k-th value of a sorted column and the preceding value."""
    return float((column[k - 1] + column[k]) / 2)


def _category_slices(
    drawn: Sample, limits: Limits, inside: Bools, j: int
) -> Iterator[tuple[Limits, int, float]]:
    """Yield the boxes that result from removing one category, with its points and hits."""
    numbers = drawn.x[inside, j].astype(np.int64)
    points = np.bincount(numbers, minlength=drawn.categories[j])
    hits = np.bincount(numbers, drawn.y[inside], minlength=drawn.categories[j])
    left = np.flatnonzero(points)
    for category in left if len(left) > 1 else ():
        yield limits.excluding(j, int(category)), int(points[category]), float(hits[category])


def best_step(drawn: Sample, steps: list[Step], density: float = 0.0) -> Step:
    """Return the sufficiently dense box with the largest excess of hits; if none is dense, the first box."""
    dense = [s for s in steps if s.hits >= density * s.points]
    return max(dense, key=drawn.excess) if dense else steps[0]


def quasi_p(drawn: Sample, limits: Limits) -> dict[int, float]:
    """Return the quasi-p-value of each restricted factor.

    It is the probability of at least as many hits if the restriction had no effect: P(Binomial(points, share
    of hits without the restriction) >= hits) (Bryant & Lempert 2010). The value is biased downward because
    factors are selected for their hits; hence "quasi".
    """
    _, points, hits = drawn.step(limits)
    p_values = {}
    for j in limits.restricted:
        wider = drawn.step(limits.without(j))
        share = wider.hits / wider.points
        p_values[j] = float(betainc(hits, points - hits + 1, share)) if hits > 0 else 1.0
    return p_values


def dropped(drawn: Sample, limits: Limits, level: float = LEVEL) -> Limits:
    """Return the box without unnecessary restrictions, dropping the weakest first."""
    while p_values := quasi_p(drawn, limits):
        j = max(p_values, key=lambda k: p_values[k])
        if p_values[j] <= level:
            break
        limits = limits.without(j)
    return limits


def paste(drawn: Sample, limits: Limits, density: float = 0.0) -> Limits:
    """Move the limits of the box outward as long as the excess of hits rises and the box is dense enough."""
    step = drawn.step(limits)
    while True:
        wider = [w for box in _wider(drawn, step) if (w := drawn.step(box)).hits >= density * w.points]
        best = max(wider, key=drawn.excess, default=step)
        if drawn.excess(best) <= drawn.excess(step):
            return step.limits
        step = best


def _wider(drawn: Sample, step: Step) -> Iterator[Limits]:
    """Yield boxes that are slightly larger at a restricted end or include one more category."""
    limits = step.limits
    sizes = np.unique(np.maximum(1, np.array(STEPS) * step.points).astype(np.int64))
    for j in limits.restricted:
        if j in drawn.categories:
            for category in np.flatnonzero(~limits.allowed[j]):
                allowed = limits.allowed[j].copy()
                allowed[category] = True
                yield Limits(limits.ends, {**limits.allowed, j: allowed})
            continue
        column = np.sort(drawn.x[limits.without(j).contains(drawn.x), j])
        low, high = np.searchsorted(column, limits.ends[j])
        for k in sizes if np.isfinite(limits.ends[j, 0]) else ():
            cut = int(np.searchsorted(column, column[max(0, low - k)]))
            yield limits.moved(j, 0, _between(column, cut) if cut else -np.inf)
        for k in sizes if np.isfinite(limits.ends[j, 1]) else ():
            cut = int(np.searchsorted(column, column[min(len(column), high + k) - 1], "right"))
            yield limits.moved(j, 1, _between(column, cut) if cut < len(column) else np.inf)


def box(drawn: Sample, least: float, density: float = 0.0) -> tuple[Limits, list[Step]]:
    """Find a box by peeling, choosing, dropping and pasting; return it with the trajectory of the peeling.

    Args:
        drawn: points and hits.
        least: minimum share of all points that the box must contain.
        density: minimum share of the points in the box that must be hits.
    """
    steps = peel(drawn, least)
    limits = paste(drawn, dropped(drawn, best_step(drawn, steps, density).limits), density)
    return dropped(drawn, limits), steps
