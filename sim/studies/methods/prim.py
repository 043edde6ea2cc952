"""Patient rule induction: a box in the space of factors where something happens more often (PRIM).

Own implementation, since the field's library has one line for Python 3.11 and another for 3.12 and later,
takes seconds to import and warns; Friedman & Fisher (1999) with the steps of Bryant & Lempert (2010):

1. *peel*: of all slices at the end of one factor that hold 5, 10, 20 or 40% of the box (or one category), cut
   the one whose hits fall shortest of chance, in standard deviations; go on until the box is small. (Slices
   of one size, ranked by density, lose their way where one thin slice looks good by luck.)
2. *choose* on that trajectory the box with the most hits beyond chance, (hits - points x base) / all points,
   among those dense enough;
3. *drop* what the box can do without: a restriction is kept if its quasi-p-value is at most 5%: the binomial
   chance of so many hits if the restriction did nothing;
4. *paste*: move the limits that are left outward in small steps while that raises the hits beyond chance.

Hits may be shares (of a point's replicates); the binomial is then continued by the incomplete beta function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from sim.studies.methods.interface import Bools, Floats

SLICES: Final = (0.05, 0.1, 0.2, 0.4)
"""Shares of the box that one cut may take."""
STEPS: Final = (0.01, 0.02, 0.04, 0.08, 0.16)
"""Shares of the box's points by which a limit may move in pasting."""
LEVEL: Final = 0.05
FEWEST: Final = 10
"""Points below which no box is looked at."""

Rows = npt.NDArray[np.int64]


class Limits(NamedTuple):
    """A box: (factor, 2) open limits, infinite where free; for factors of categories those allowed."""

    ends: Floats
    allowed: Mapping[int, Bools]

    @property
    def restricted(self) -> list[int]:
        """Factors that the box restricts."""
        return [
            j
            for j, (low, high) in enumerate(self.ends)
            if np.isfinite(low) or np.isfinite(high) or (j in self.allowed and not self.allowed[j].all())
        ]

    def holds(self, x: Floats) -> Bools:
        """(point) Which points lie in it."""
        inside = ((x > self.ends[:, 0]) & (x < self.ends[:, 1])).all(axis=1)
        for j, allowed in self.allowed.items():
            inside &= allowed[x[:, j].astype(np.int64)]
        return np.asarray(inside)

    def without(self, j: int) -> Limits:
        """The box with one factor free."""
        ends = self.ends.copy()
        ends[j] = -np.inf, np.inf
        return Limits(ends, {k: np.ones_like(a) if k == j else a for k, a in self.allowed.items()})

    def moved(self, j: int, side: int, value: float) -> Limits:
        """The box with one limit moved."""
        ends = self.ends.copy()
        ends[j, side] = value
        return Limits(ends, self.allowed)

    def barred(self, j: int, category: int) -> Limits:
        """The box without a category."""
        allowed = self.allowed[j].copy()
        allowed[category] = False
        return Limits(self.ends, {**self.allowed, j: allowed})


class Step(NamedTuple):
    """A box on the way, with how many points and hits it holds."""

    limits: Limits
    points: int
    hits: float


class Sample(NamedTuple):
    """Points and hits, with the points' order along every factor; :func:`sample` makes it.

    Args:
        x: (point, factor).
        y: (point) hit, 0 to 1.
        categories: number of categories by factor, for those that have them.
        order: (factor, point).
    """

    x: Floats
    y: Floats
    categories: Mapping[int, int]
    order: Rows

    def rows(self, rows: Rows) -> Sample:
        """Some of the points."""
        return sample(self.x[rows], self.y[rows], self.categories)

    def everything(self) -> Limits:
        """The box of all points."""
        free = np.tile([-np.inf, np.inf], (self.x.shape[1], 1))
        return Limits(free, {j: np.ones(n, dtype=np.bool_) for j, n in self.categories.items()})

    def beyond_chance(self, step: Step) -> float:
        """(hits - points x base) / all points: what a box accounts for more than any other of its size."""
        return (step.hits - step.points * float(self.y.mean())) / len(self.y)

    def step(self, limits: Limits) -> Step:
        """A box with its counts."""
        inside = limits.holds(self.x)
        return Step(limits, int(inside.sum()), float(self.y[inside].sum()))


def sample(x: Floats, y: Floats, categories: Mapping[int, int]) -> Sample:
    """Points and hits, sorted once along every factor."""
    return Sample(x, y, categories, np.argsort(x, axis=0, kind="stable").T)


def peel(drawn: Sample, least: float) -> list[Step]:
    """The trajectory from all points down to a box of at least a share ``least`` of them."""
    limits, inside = drawn.everything(), np.ones(len(drawn.y), dtype=np.bool_)
    steps = [Step(limits, len(drawn.y), float(drawn.y.sum()))]
    smallest = max(FEWEST, least * len(drawn.y))
    while steps[-1].hits < steps[-1].points:
        _, points, hits = steps[-1]
        share = hits / points
        best, furthest = None, -np.inf
        for cut, cut_points, cut_hits in _slices(drawn, limits, inside):
            left = points - cut_points
            if left < smallest:
                continue
            short = (cut_points * share - cut_hits) / np.sqrt(cut_points * left)
            if short > furthest:
                best, furthest = cut, short
        if best is None:
            break
        limits = best
        inside &= limits.holds(drawn.x)
        steps.append(Step(limits, int(inside.sum()), float(drawn.y[inside].sum())))
    return steps


def _slices(drawn: Sample, limits: Limits, inside: Bools) -> Iterator[tuple[Limits, int, float]]:
    """Boxes one slice smaller, with the points and hits of the slice."""
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
        # Where the value that a slice reaches is the lowest (whole numbers), all that equal it are cut.
        sizes = np.array([max(1, int(share * n)) for share in SLICES])
        lows, highs = column[sizes], column[n - 1 - sizes]
        first, last = np.searchsorted(column, column[0], "right"), np.searchsorted(column, column[-1])
        for k in np.unique(np.maximum(np.searchsorted(column, lows), first)):
            yield limits.moved(j, 0, _between(column, k)), int(k), float(hits[k])
        for k in np.unique(np.minimum(np.searchsorted(column, highs, "right"), last)):
            yield limits.moved(j, 1, _between(column, k)), int(n - k), float(hits[n] - hits[k])


def _between(column: Floats, k: int) -> float:
    """A limit half-way between the k-th value and the one before."""
    return float((column[k - 1] + column[k]) / 2)


def _category_slices(
    drawn: Sample, limits: Limits, inside: Bools, j: int
) -> Iterator[tuple[Limits, int, float]]:
    """Boxes without one of the categories left, never without all."""
    numbers = drawn.x[inside, j].astype(np.int64)
    points = np.bincount(numbers, minlength=drawn.categories[j])
    hits = np.bincount(numbers, drawn.y[inside], minlength=drawn.categories[j])
    left = np.flatnonzero(points)
    for category in left if len(left) > 1 else ():
        yield limits.barred(j, int(category)), int(points[category]), float(hits[category])


def chosen(drawn: Sample, steps: list[Step], density: float = 0.0) -> Step:
    """The box of a trajectory with the most hits beyond chance; all points if none is dense enough."""
    dense = [s for s in steps if s.hits >= density * s.points]
    return max(dense, key=drawn.beyond_chance) if dense else steps[0]


def quasi_p(drawn: Sample, limits: Limits) -> dict[int, float]:
    """For each restricted factor the chance of so many hits if its restriction did nothing.

    P(Binomial(points, share of hits without the restriction) >= hits) (Bryant & Lempert 2010). The factor was
    picked because it looked good, so the number is too kind: hence "quasi".
    """
    _, points, hits = drawn.step(limits)
    found = {}
    for j in limits.restricted:
        wider = drawn.step(limits.without(j))
        share = wider.hits / wider.points
        found[j] = float(betainc(hits, points - hits + 1, share)) if hits > 0 else 1.0
    return found


def dropped(drawn: Sample, limits: Limits, level: float = LEVEL) -> Limits:
    """The box without restrictions that add nothing, the weakest dropped first."""
    while found := quasi_p(drawn, limits):
        j = max(found, key=lambda k: found[k])
        if found[j] <= level:
            break
        limits = limits.without(j)
    return limits


def paste(drawn: Sample, limits: Limits, density: float = 0.0) -> Limits:
    """The box with its limits moved outward as long as hits beyond chance rise and it is dense enough."""
    step = drawn.step(limits)
    while True:
        wider = [w for box in _wider(drawn, step) if (w := drawn.step(box)).hits >= density * w.points]
        best = max(wider, key=drawn.beyond_chance, default=step)
        if drawn.beyond_chance(best) <= drawn.beyond_chance(step):
            return step.limits
        step = best


def _wider(drawn: Sample, step: Step) -> Iterator[Limits]:
    """Boxes a little larger at a restricted end, or with one more category."""
    limits = step.limits
    sizes = np.unique(np.maximum(1, np.array(STEPS) * step.points).astype(np.int64))
    for j in limits.restricted:
        if j in drawn.categories:
            for category in np.flatnonzero(~limits.allowed[j]):
                allowed = limits.allowed[j].copy()
                allowed[category] = True
                yield Limits(limits.ends, {**limits.allowed, j: allowed})
            continue
        column = np.sort(drawn.x[limits.without(j).holds(drawn.x), j])
        low, high = np.searchsorted(column, limits.ends[j])
        for k in sizes if np.isfinite(limits.ends[j, 0]) else ():
            cut = int(np.searchsorted(column, column[max(0, low - k)]))
            yield limits.moved(j, 0, _between(column, cut) if cut else -np.inf)
        for k in sizes if np.isfinite(limits.ends[j, 1]) else ():
            cut = int(np.searchsorted(column, column[min(len(column), high + k) - 1], "right"))
            yield limits.moved(j, 1, _between(column, cut) if cut < len(column) else np.inf)


def box(drawn: Sample, least: float, density: float = 0.0) -> tuple[Limits, list[Step]]:
    """Peel, choose, drop and paste; with the trajectory."""
    steps = peel(drawn, least)
    limits = paste(drawn, dropped(drawn, chosen(drawn, steps, density).limits), density)
    return dropped(drawn, limits), steps
