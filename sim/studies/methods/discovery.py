"""Scenario discovery: conditions under which a target is missed, described by boxes in the factor space.

Interface: samples that have been evaluated. ``points`` (point, factor) contains factor values, each in the
factor's own unit, drawn evenly over the ranges or from priors. ``missed``, with dimensions (point) or (point,
replicate), is 1 where the target is missed. :func:`discover` returns a :class:`Discovery`, which provides a
dataset and sentences. The search for a box is described in :mod:`sim.studies.methods.prim`.

Peeling finds a box even in pure noise. A box is therefore reported only if its excess of hits is among the
largest 5% of those found when the misses are randomly reassigned to the points (permutation test). The points
of a reported box are then removed, and the next box is searched for until a box fails the test. Finding no
box is a valid result. The search is repeated on random half-samples. This gives the share of half-samples
that restrict the same factor, and the density and coverage on the other half, which are the values to be
expected for new samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim import texts
from sim.studies.methods import prim
from sim.studies.methods.interface import (
    Bools,
    Factor,
    Floats,
    Label,
    generator,
    labelled,
    unit_coordinate,
    variable,
)
from sim.studies.methods.intervals import wilson
from sim.studies.methods.prim import Limits, Sample, Step

LEVEL: Final = 0.05
"""Significance level of the permutation test."""
STABLE: Final = 0.5
"""Minimum share of half-samples that must also restrict a factor for its restriction to be retained."""


@dataclass(frozen=True)
class Box:
    """Box in the factor space in which the target is missed more often than elsewhere.

    Attributes:
        limits: limits of the factors.
        mass: share of all points that lie in the box.
        density, density_low, density_high: share of the points in the box that miss the target, with its 95%
            interval (Wilson).
        coverage: share of all misses that lie in the box.
        density_new, coverage_new: density and coverage on points that were not used in the search.
        quasi_p: quasi-p-value by factor, NaN for a factor without limits.
        stability: share of half-samples whose box restricts the factor, by factor.
        p_value: p-value of the permutation test.
        path: (step, 3) mass, density and coverage after each step of peeling.
    """

    limits: Limits
    mass: float
    density: float
    density_low: float
    density_high: float
    coverage: float
    density_new: float
    coverage_new: float
    quasi_p: Floats
    stability: Floats
    p_value: float
    path: Floats


@dataclass(frozen=True)
class Discovery:
    """Result of scenario discovery: boxes in the order in which they were found.

    Attributes:
        factors: factors of the points.
        boxes: the boxes; may be empty.
        base: share of all points that miss the target.
        points: number of points.
        rejected: p-value of the box that failed the test and ended the search; NaN if no box failed.
        reason: reason why no search was made: ``too_few`` points, or a target that is ``never`` or ``always``
            missed; empty if a search was made.
    """

    factors: tuple[Factor, ...]
    boxes: tuple[Box, ...]
    base: float
    points: int
    rejected: float
    reason: str

    def sentences(self, language: str, target: Label) -> list[str]:
        """Describe each box in one sentence, or state that there is none and why."""
        fields = {"target": target.title(language), "points": self.points, "base": f"{self.base:.0%}"}
        if self.reason:
            return [texts.in_language(language, f"discovery.{self.reason}", **fields)]
        if not self.boxes:
            return [texts.in_language(language, "discovery.none", p=f"{self.rejected:.2f}", **fields)]
        comma = texts.in_language(language, "discovery.and")
        return [
            texts.in_language(
                language,
                "discovery.box",
                conditions=comma.join(self._conditions(box, language)),
                density=f"{box.density:.0%}",
                low=f"{box.density_low:.0%}",
                high=f"{box.density_high:.0%}",
                coverage=f"{box.coverage:.0%}",
                new=f"{box.density_new:.0%}",
                **fields,
            )
            for box in self.boxes
        ]

    def _conditions(self, box: Box, language: str) -> list[str]:
        conditions = []
        for j in box.limits.restricted:
            factor = self.factors[j]
            low, high = box.limits.ends[j]
            fields = {"factor": factor.title(language)}
            if factor.categories:
                names = [factor.categories[i] for i in np.flatnonzero(box.limits.allowed[j])]
                key, fields["values"] = "one_of", texts.in_language(language, "discovery.or").join(names)
            else:
                key = (
                    "between" if np.isfinite([low, high]).all() else "above" if np.isfinite(low) else "below"
                )
                if factor.whole:
                    key, low, high = f"{key}_whole", np.ceil(low), np.floor(high)
                ends = {"low": low, "high": high}
                fields |= {k: factor.format(v, language) for k, v in ends.items() if np.isfinite(v)}
            conditions.append(texts.in_language(language, f"discovery.{key}", **fields))
        return conditions

    def dataset(self) -> xr.Dataset:
        """Return a dataset over boxes, factors and steps; limits of unrestricted factors are NaN."""
        n, d = len(self.boxes), len(self.factors)
        steps = max((len(box.path) for box in self.boxes), default=0)
        path = np.full((n, steps, 3), np.nan)
        for i, box in enumerate(self.boxes):
            path[i, : len(box.path)] = box.path
        ends = np.array([box.limits.ends for box in self.boxes]).reshape(n, d, 2)
        ends = np.where(np.isfinite(ends), ends, np.nan)
        each, one = ("box", "factor"), ("box",)
        data: dict[str, Any] = {
            "low": variable(each, ends[..., 0], "as the factor", "高于", "above"),
            "high": variable(each, ends[..., 1], "as the factor", "低于", "below"),
        }
        for name, zh, en in BY_FACTOR:
            values = np.array([getattr(box, name) for box in self.boxes]).reshape(n, d)
            data[name] = variable(each, values, "1", zh, en)
        for name, zh, en in BY_BOX:
            data[name] = variable(one, np.array([getattr(box, name) for box in self.boxes]), "1", zh, en)
        for k, (name, zh, en) in enumerate(PATH):
            data[f"path_{name}"] = variable(("box", "step"), path[..., k], "1", zh, en)
        for j, factor in enumerate(self.factors):
            if factor.categories:
                allowed = np.array([box.limits.allowed[j] for box in self.boxes], dtype=np.bool_)
                shape = allowed.reshape(n, len(factor.categories))
                data[f"allowed_{j}"] = variable((*one, f"category_{j}"), shape, "1", "允许", "allowed")
        coordinates = labelled("factor", self.factors) | {"box": np.arange(n)}
        coordinates["factor_unit"] = unit_coordinate("factor", self.factors)
        names = ("base", "points", "rejected", "reason")
        return xr.Dataset(data, coordinates, {name: getattr(self, name) for name in names})


BY_FACTOR: Final = (
    ("quasi_p", "准p值", "quasi-p-value"),
    ("stability", "半样本中同样被限定的比例", "share of half-samples that restrict it too"),
)
BY_BOX: Final = (
    ("mass", "占全部样本", "share of all points"),
    ("density", "未达标率", "density: share missed"),
    ("density_low", "未达标率（下限）", "density: low"),
    ("density_high", "未达标率（上限）", "density: high"),
    ("coverage", "占全部未达标样本", "coverage: share of all misses"),
    ("density_new", "未达标率（验证样本）", "density on points not used"),
    ("coverage_new", "占全部未达标样本（验证样本）", "coverage on points not used"),
    ("p_value", "置换检验p值", "p-value of the permutation test"),
)
PATH: Final = (
    ("mass", "占全部样本（剥离过程）", "share of all points, while peeling"),
    ("density", "未达标率（剥离过程）", "density, while peeling"),
    ("coverage", "占全部未达标样本（剥离过程）", "coverage, while peeling"),
)


def discover(
    points: npt.ArrayLike,
    missed: npt.ArrayLike,
    factors: Sequence[Factor],
    *,
    seed: int,
    least: float = 0.05,
    density: float = 0.0,
    most: int = 3,
    halves: int = 20,
    shuffles: int = 99,
) -> Discovery:
    """Find boxes in which the target is missed more often than by chance.

    Args:
        points: (point, factor) values of the factors.
        missed: (point) or (point, replicate), 0 to 1.
        factors: factors of the columns of ``points``.
        seed: seed of the permutations and half-samples.
        least: minimum share of all points that a box must contain.
        density: minimum share of the points in a box that must miss the target; 0 for no minimum.
        most: maximum number of boxes.
        halves: number of half-samples for the stability of restrictions.
        shuffles: number of permutations; with 99 the smallest p-value is 0.01.

    Raises:
        ValueError: the shapes do not match, ``points`` contains NaN, or ``missed`` is outside 0 to 1.
    """
    x, y = np.asarray(points, dtype=np.float64), np.asarray(missed, dtype=np.float64)
    y = y.mean(axis=1) if y.ndim == 2 else y
    if x.ndim != 2 or x.shape != (len(y), len(factors)):
        raise ValueError(f"points {x.shape}, missed {y.shape}, {len(factors)} factors do not fit together")
    if np.isnan(x).any() or not ((y >= 0) & (y <= 1)).all():
        raise ValueError("points must not contain NaN, and missed must lie between 0 and 1")
    base = float(y.mean()) if len(y) else np.nan
    reason = "never" if base == 0 else "always" if base == 1 else ""
    reason = "too_few" if min(len(y) / 2, y.sum(), (1 - y).sum()) < prim.FEWEST and not reason else reason
    whole = prim.sample(x, y, {j: len(f.categories) for j, f in enumerate(factors) if f.categories})
    boxes: list[Box] = []
    left, rejected = np.ones(len(y), dtype=np.bool_), np.nan
    while not reason and len(boxes) < most:
        part = whole.rows(np.flatnonzero(left))
        if min(len(part.y) / 2, part.y.sum(), (1 - part.y).sum()) < prim.FEWEST:
            break
        box, p_value = _next_box(whole, part, f"{len(boxes)}", seed, least, density, halves, shuffles)
        if box is None:
            rejected = p_value
            break
        boxes.append(box)
        left &= ~box.limits.contains(x)
    return Discovery(tuple(factors), tuple(boxes), base, len(y), rejected, reason)


def _next_box(
    whole: Sample,
    part: Sample,
    name: str,
    seed: int,
    least: float,
    density: float,
    halves: int,
    shuffles: int,
) -> tuple[Box | None, float]:
    """Return the next box among the remaining points, or None if it is not significant, and its p-value."""
    limits, steps = prim.box(part, least, density)
    p_value = _p_value(part, steps, least, density, generator(seed, f"shuffles {name}"), shuffles)
    if p_value > LEVEL or not limits.restricted:
        return None, p_value
    stability, density_new, coverage_new = on_halves(
        part, least, density, generator(seed, f"halves {name}"), halves
    )
    for j in limits.restricted:
        if stability[j] < STABLE and len(limits.restricted) > 1:
            limits = limits.without(j)
    quasi_p = np.full(len(stability), np.nan)
    for j, p in prim.quasi_p(part, limits).items():
        quasi_p[j] = p
    _, points, hits = part.step(limits)
    low, high = wilson(hits, points)
    path = np.array([(s.points / len(whole.y), s.hits / s.points, s.hits / whole.y.sum()) for s in steps])
    box = Box(
        limits=limits,
        mass=points / len(whole.y),
        density=hits / points,
        density_low=low,
        density_high=high,
        coverage=hits / float(whole.y.sum()),
        density_new=density_new,
        coverage_new=coverage_new * float(part.y.sum() / whole.y.sum()),
        quasi_p=quasi_p,
        stability=stability,
        p_value=p_value,
        path=path,
    )
    return box, p_value


def _p_value(
    part: Sample,
    steps: list[Step],
    least: float,
    density: float,
    draws: np.random.Generator,
    shuffles: int,
) -> float:
    """Return the p-value of the excess of hits by a permutation test.

    The test stops early once the p-value can no longer be small.
    """

    def best(sample: Sample, trajectory: list[Step]) -> float:
        return sample.excess(prim.best_step(sample, trajectory, density))

    observed, as_good = best(part, steps), 1
    for done in range(1, shuffles + 1):
        permuted = part._replace(y=draws.permutation(part.y))
        as_good += best(permuted, prim.peel(permuted, least)) >= observed
        if as_good > LEVEL * (shuffles + 1) and as_good / (done + 1) > 2 * LEVEL:
            return as_good / (done + 1)
    return as_good / (shuffles + 1)


def on_halves(
    part: Sample, least: float, density: float, draws: np.random.Generator, halves: int
) -> tuple[Floats, float, float]:
    """Repeat the search on random half-samples.

    Returns:
        for each factor, the share of half-samples whose box restricts it; density and coverage on the other
        halves.
    """
    n, d = part.x.shape
    restricted = np.zeros(d)
    counts = np.zeros(3)  # hits inside, points inside, all hits
    for _ in range(halves):
        half: Bools = draws.permutation(n) < n // 2
        limits, _steps = prim.box(part.rows(np.flatnonzero(half)), least, density)
        restricted[limits.restricted] += 1
        inside = limits.contains(part.x) & ~half
        counts += part.y[inside].sum(), inside.sum(), part.y[~half].sum()
    hits, points, all_hits = counts
    return restricted / halves, hits / points if points else np.nan, hits / all_hits if all_hits else np.nan
