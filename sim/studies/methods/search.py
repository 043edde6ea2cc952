"""Multi-objective search: settings on the Pareto front of several objectives, subject to a limit.

A limit is an upper bound on an outcome, such as public spending.

Interface: ``evaluate(points)`` as in :mod:`sim.studies.methods.interface`, with the indices of the outcomes
that are objectives or have a limit. :func:`search` returns a :class:`Front`, which provides a dataset and
sentences.

The algorithm is NSGA-II (Deb et al. 2002) from pymoo, which is maintained, licensed under Apache-2.0, has
wheels for every supported Python version, emits no warnings, has no global state, and offers an ask-and-tell
interface by generation, so that a whole generation runs in parallel. (Platypus is under the GPL; optuna
proposes points one at a time and keeps a database.) The algorithm operates on positions from 0 to 1 in the
range of each factor; identical settings are evaluated once.

Noise: an objective is the mean over replicates with the same random numbers at every point, so that settings
are compared by paired differences. The best of many noisy values is biased upward. If ``confirm`` is given,
the points of the front are therefore re-run with other replicates; only the new values are reported, and
points that are then dominated or exceed the limit are dropped. ``stays`` is the share of resampled replicates
in which a point is on the front, and ``within`` the share of replicates within the limit. If ``current``
contains the outcomes of the current policy with the same random numbers, the gain over this policy is
reported for every point as a paired difference with Student's t interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import qmc

from sim.studies.methods import intervals
from sim.studies.methods.interface import Bools, Evaluate, Factor, Floats, evaluated, generator
from sim.studies.methods.pareto_front import Front, Limit, Objective

RESAMPLES: Final = 200
"""Number of resamples of the replicates."""
IDLE: Final = 5
"""Number of generations without new points after which the search ends."""


def search(
    evaluate: Evaluate,
    factors: Sequence[Factor],
    objectives: Sequence[Objective],
    limit: Limit | None = None,
    *,
    most: int,
    seed: int,
    population: int = 20,
    start: npt.ArrayLike | None = None,
    confirm: Evaluate | None = None,
    current: npt.ArrayLike | None = None,
) -> Front:
    """Find the non-dominated settings of the factors by multi-objective search.

    Args:
        evaluate: function that evaluates points; called with one generation at a time.
        factors: factors whose settings are searched.
        objectives: objectives, at least one.
        limit: upper limit on an outcome; None for no limit.
        most: maximum number of points to evaluate, including ``start``.
        seed: seed of the search.
        population: number of points per generation.
        start: (point, factor) initial settings in addition to random ones, such as the plan as enacted.
        confirm: function that evaluates the points of the front with replicates that ``evaluate`` does not
            use.
        current: (replicate, outcome) outcomes of the current policy, with the random numbers of the reported
            values.

    Raises:
        ValueError: there is no objective, a factor is categorical, ``start`` lies outside the ranges,
            ``most`` is smaller than a generation, or outcomes contain NaN.
    """
    if not objectives or any(f.categories for f in factors):
        raise ValueError("a search needs an objective, and factors that are numbers")
    if not 4 <= population <= most:
        raise ValueError(f"{most} points, {population} a generation: at least one generation of 4 is needed")
    archive = _Archive(evaluate, factors, tuple(objectives), limit, most)
    _evolve(archive, population, seed, _shares(factors, start))
    points, samples = archive.points(), archive.samples()
    on_front = _on_front(samples, archive.objectives, limit)
    settings, values = points[on_front], samples[on_front]
    if confirm is not None and on_front.any():
        values = _without_nan(evaluated(confirm, settings))
    keep = _on_front(values, archive.objectives, limit)
    settings, values = settings[keep], values[keep]
    order = np.argsort(_losses(values, archive.objectives)[:, 0], kind="stable")
    return _front(
        archive,
        settings[order],
        values[order],
        np.full(values.shape[1:], np.nan) if current is None else np.asarray(current, dtype=np.float64),
        generator(seed, "front"),
        confirmed=confirm is not None,
        dropped=int(on_front.sum() - keep.sum()),
    )


def _front(
    archive: _Archive,
    settings: Floats,
    values: Floats,
    current: Floats,
    draws: np.random.Generator,
    *,
    confirmed: bool,
    dropped: int,
) -> Front:
    """Compute the statistics of a front from its settings and their values (point, replicate, outcome)."""
    objectives, limit = archive.objectives, archive.limit
    columns = [o.outcome for o in objectives]
    n = values.shape[1]
    limited = np.full(values.shape[:2], np.nan) if limit is None else values[:, :, limit.outcome]
    within = np.full(len(values), np.nan) if limit is None else (limited <= limit.at_most).mean(axis=1)
    objective = values[:, :, columns]
    gains = _gains(objective - current[:, columns])
    unknown = np.full((len(values), len(columns)), np.nan)
    points, samples = archive.points(), archive.samples()
    return Front(
        factors=tuple(archive.factors),
        objectives=objectives,
        limit=limit,
        settings=settings,
        value=objective.mean(axis=1),
        se=objective.std(axis=1, ddof=1) / np.sqrt(n) if n > 1 else unknown,
        current=current[:, columns].mean(axis=0),
        gain=gains[..., 0],
        gain_low=gains[..., 1],
        gain_high=gains[..., 2],
        limited=limited.mean(axis=1),
        within=within,
        stays=_stays(values, objectives, limit, draws),
        confirmed=confirmed,
        dropped=dropped,
        evaluated=len(points),
        replicates=n,
        all_settings=points,
        all_values=samples.mean(axis=1)[:, columns],
        all_feasible=_excess(samples, limit) <= 0,
    )


def _gains(differences: Floats) -> Floats:
    """Return mean and 95% interval (point, objective, 3) of differences (point, replicate, objective)."""
    points, _, objectives = differences.shape
    ends = [[intervals.mean(differences[i, :, k])[:3] for k in range(objectives)] for i in range(points)]
    return np.array(ends, dtype=np.float64).reshape(points, objectives, 3)


def dominated(losses: Floats) -> Bools:
    """Return a mask of the points that another point dominates.

    A point dominates another if it is no worse in any objective and better in at least one.

    Args:
        losses: (point, objective) values; smaller values are better.
    """
    no_worse = (losses[:, None] <= losses[None]).all(axis=2)
    better = (losses[:, None] < losses[None]).any(axis=2)
    return np.asarray((no_worse & better).any(axis=0))


class _Archive:
    """Archive of all points of a search, each evaluated once, in order of evaluation."""

    def __init__(
        self,
        evaluate: Evaluate,
        factors: Sequence[Factor],
        objectives: tuple[Objective, ...],
        limit: Limit | None,
        most: int,
    ) -> None:
        self.evaluate, self.factors = evaluate, factors
        self.objectives, self.limit, self.most = objectives, limit, most
        self.evaluations: dict[bytes, tuple[Floats, Floats]] = {}

    def sample(self, shares: Floats) -> tuple[Floats, int]:
        """Evaluate points until the maximum number of evaluations is reached.

        Args:
            shares: (point, factor) positions in the ranges.

        Returns:
            the samples (point, replicate, outcome) of the leading points that could be evaluated, and the
            number of new points.
        """
        points = np.column_stack([f.at(shares[:, j]) for j, f in enumerate(self.factors)])
        unseen = {p.tobytes(): p for p in points if p.tobytes() not in self.evaluations}
        new = dict(list(unseen.items())[: self.most - len(self.evaluations)])
        if new:
            values = _without_nan(evaluated(self.evaluate, np.array(list(new.values()))))
            self.evaluations |= {key: (new[key], s) for key, s in zip(new, values, strict=True)}
        done = list(takewhile(lambda p: p.tobytes() in self.evaluations, points))
        return np.array([self.evaluations[p.tobytes()][1] for p in done]), len(new)

    def points(self) -> Floats:
        """Return the settings of all points: (point, factor)."""
        return np.array([point for point, _ in self.evaluations.values()])

    def samples(self) -> Floats:
        """Return the outcomes at all points: (point, replicate, outcome)."""
        return np.array([sample for _, sample in self.evaluations.values()])


def _evolve(archive: _Archive, population: int, seed: int, start: Floats) -> None:
    """Run generations until no evaluations are left or generations contain no new points."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.core.termination import NoTermination

    d = len(archive.factors)
    draws = generator(seed, "search")
    drawn = qmc.LatinHypercube(d, rng=draws).random(max(0, population - len(start)))
    problem = Problem(n_var=d, n_obj=len(archive.objectives), n_ieq_constr=1, xl=np.zeros(d), xu=np.ones(d))
    algorithm = NSGA2(pop_size=population, sampling=np.vstack([start, drawn]))
    algorithm.setup(problem, termination=NoTermination(), seed=int(draws.integers(2**31)), verbose=False)
    idle = 0
    while len(archive.evaluations) < archive.most and idle < IDLE:
        generation = algorithm.ask()
        samples, new = archive.sample(generation.get("X"))
        if len(samples) < len(generation):
            return
        generation.set("F", _losses(samples, archive.objectives))
        generation.set("G", _excess(samples, archive.limit)[:, None])
        algorithm.tell(infills=generation)
        idle = 0 if new else idle + 1


def _shares(factors: Sequence[Factor], start: npt.ArrayLike | None) -> Floats:
    """Return the positions of the initial settings in the ranges: (point, factor)."""
    if start is None:
        return np.empty((0, len(factors)))
    points = np.atleast_2d(np.asarray(start, dtype=np.float64))
    shares = np.column_stack([f.share(points[:, j]) for j, f in enumerate(factors)])
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("an initial setting is outside its range")
    return shares


def _without_nan(samples: Floats) -> Floats:
    if np.isnan(samples).any():
        raise ValueError("the outcomes of a setting contain NaN")
    return samples


def _losses(samples: Floats, objectives: Sequence[Objective]) -> Floats:
    """Return mean objectives, with signs such that smaller is better: (point, objective)."""
    signs = np.array([-1.0 if o.more else 1.0 for o in objectives])
    return np.asarray(samples.mean(axis=1)[:, [o.outcome for o in objectives]] * signs)


def _excess(samples: Floats, limit: Limit | None) -> Floats:
    """Return the mean outcome minus the limit, negative for points within the limit, by point."""
    if limit is None:
        return np.full(len(samples), -1.0)
    return np.asarray(samples.mean(axis=1)[:, limit.outcome] - limit.at_most)


def _on_front(samples: Floats, objectives: Sequence[Objective], limit: Limit | None) -> Bools:
    """Return a mask of the points within the limit that no other point within it dominates, by point."""
    on: Bools = _excess(samples, limit) <= 0
    on[on] = ~dominated(_losses(samples[on], objectives))
    return on


def _stays(
    samples: Floats, objectives: Sequence[Objective], limit: Limit | None, draws: np.random.Generator
) -> Floats:
    """Return the share of bootstrap resamples in which each point is on the front, by point."""
    stays, n = np.zeros(len(samples)), samples.shape[1]
    for _ in range(RESAMPLES):
        stays += _on_front(samples[:, draws.integers(0, n, n)], objectives, limit)
    return stays / RESAMPLES
