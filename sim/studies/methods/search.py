"""What would be better: settings that serve several objectives at once under a limit of public money.

Interface: ``evaluate(points)`` as in :mod:`sim.studies.methods.interface`, and which of its outcomes are objectives
and which has a limit. :func:`search` returns a :class:`Front`; ``.dataset()`` makes it an xarray.Dataset,
``.sentences(language)`` says it.

The algorithm is NSGA-II (Deb et al. 2002) from pymoo: Apache-2.0, maintained, wheels for every Python that
we allow, no warnings, no global state, and asked for a generation at a time as an array, so that a whole
generation runs in parallel. (Platypus is under the GPL; optuna asks for one point after another and keeps a
database.) It works on shares 0 to 1 of each factor's range; equal settings are asked for once.

Noise: an objective is the mean over replicates, with the same luck at every point, so settings are told
apart by paired differences. Whoever looks for the best of many noisy numbers finds lucky ones. So the front
is lived again by ``confirm`` (the same points with other replicates) where it is given, only these numbers
are told, and points that no longer hold their place or the limit fall out. ``stays`` is the share of
resampled replicates in which a point is still on the front and ``within`` the share of replicates within
the limit. Where ``standing`` tells what the policy comes to as it stands, with the same luck, every point
is also told as a gain over it: a paired difference with Student's t interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.stats import qmc

from sim import texts
from sim.studies.methods import intervals
from sim.studies.methods.interface import (
    Bools,
    Evaluate,
    Factor,
    Floats,
    Label,
    evaluated,
    generator,
    labelled,
    variable,
)

RESAMPLES: Final = 200
IDLE: Final = 5
"""Generations in which nothing new is asked for, after which the search ends."""


class Objective(NamedTuple):
    """An outcome to be made large or small."""

    label: Label
    outcome: int
    more: bool = True


class Limit(NamedTuple):
    """An outcome that must not be exceeded on average, such as public spending."""

    label: Label
    outcome: int
    at_most: float


@dataclass(frozen=True)
class Front:
    """Settings of which none is better in everything, ordered by the first objective, best first.

    Args:
        settings: (point, factor).
        value, se: (point, objective) mean over replicates and its standard error, as confirmed.
        standing: (objective) mean of the policy as it stands; NaN where it was not asked.
        gain, gain_low, gain_high: (point, objective) mean of the paired difference from it, 95% interval.
        spent, within: (point) mean of what is limited, and share of replicates within the limit; NaN without.
        stays: (point) share of resampled replicates in which it is on the front.
        confirmed: whether the numbers come from replicates that the search did not see.
        fallen: points of the search's front that fell out when lived again.
        asked: points evaluated in the search.
        all_settings, all_values: (asked, factor) and (asked, objective): everything tried.
        all_feasible: (asked) whether the limit holds.
    """

    factors: tuple[Factor, ...]
    objectives: tuple[Objective, ...]
    limit: Limit | None
    settings: Floats
    value: Floats
    se: Floats
    standing: Floats
    gain: Floats
    gain_low: Floats
    gain_high: Floats
    spent: Floats
    within: Floats
    stays: Floats
    confirmed: bool
    fallen: int
    asked: int
    replicates: int
    all_settings: Floats
    all_values: Floats
    all_feasible: Bools

    def sentences(self, language: str) -> list[str]:
        """How large the front is, and the best setting for each objective."""
        fields: dict[str, object] = {"points": len(self.settings), "asked": self.asked}
        if not len(self.settings):
            return [texts.told(language, "search.none", **fields)]
        said = [texts.told(language, "search.front", **fields)]
        if self.confirmed:
            said.append(
                texts.told(language, "search.confirmed", fallen=self.fallen, replicates=self.replicates)
            )
        for k, objective in enumerate(self.objectives):
            i = int(np.argmax(self.value[:, k] * (1 if objective.more else -1)))
            pairs = zip(self.factors, self.settings[i], strict=True)
            parts = [
                texts.told(language, "threshold.setting", factor=f.said(language), value=f.told(v, language))
                for f, v in pairs
            ]
            numbers = [self._number(i, n, language) for n in range(len(self.objectives))]
            if self.gain_high.size and (self._better(k) < 0).all():
                said.append(
                    texts.told(language, "search.none_better", objective=objective.label.said(language))
                )
            comma = texts.told(language, "threshold.comma")
            best = {"objective": objective.label.said(language), "settings": comma.join(parts)}
            said.append(texts.told(language, "search.best", point=i + 1, numbers=comma.join(numbers), **best))
        return said

    def _better(self, number: int) -> Floats:
        """(point) The most that an objective may be better than as it stands; below 0 it is surely worse."""
        if self.objectives[number].more:
            return np.asarray(self.gain_high[:, number])
        return np.asarray(-self.gain_low[:, number])

    def _number(self, point: int, number: int, language: str) -> str:
        """An objective at a point, and how much more than under the policy as it stands, or its error."""
        label = self.objectives[number].label
        unit = Factor(label.name, unit=label.unit)
        fields = {"name": label.said(language), "value": unit.told(self.value[point, number], language)}
        ends = [each[point, number] for each in (self.gain, self.gain_low, self.gain_high)]
        if np.isnan(ends).any():
            return texts.told(language, "search.number", **fields)
        gain, low, high = (unit.told(end, language) for end in ends)
        told = "search.gain" if ends[1] > 0 or ends[2] < 0 else "search.no_gain"
        return texts.told(language, told, gain=gain, low=low, high=high, **fields)

    def dataset(self) -> xr.Dataset:
        """Dimensions point (the front), tried (all), factor and objective."""
        data: dict[str, Any] = {
            name: variable(dims, getattr(self, attribute), unit, zh, en)
            for name, attribute, dims, unit, zh, en in VARIABLES
        }
        objectives = [o.label for o in self.objectives]
        coordinates = labelled("factor", self.factors) | labelled("objective", objectives)
        coordinates |= {"point": np.arange(len(self.settings)), "tried": np.arange(self.asked)}
        coordinates["factor_unit"] = ("factor", np.array([f.unit for f in self.factors], dtype=np.str_))
        coordinates["objective_unit"] = ("objective", np.array([o.unit for o in objectives], dtype=np.str_))
        coordinates["more_is_better"] = ("objective", np.array([o.more for o in self.objectives]))
        facts = {
            "confirmed": int(self.confirmed),
            "fallen": self.fallen,
            "asked": self.asked,
            "replicates": self.replicates,
            "limit": "" if self.limit is None else self.limit.label.name,
            "at_most": np.inf if self.limit is None else self.limit.at_most,
        }
        return xr.Dataset(data, coordinates, facts)


POINT: Final = ("point",)
VARIABLES: Final = (
    ("setting", "settings", ("point", "factor"), "as the factor", "取值", "setting"),
    ("value", "value", ("point", "objective"), "as the objective", "目标值", "objective"),
    ("se", "se", ("point", "objective"), "as the objective", "标准误", "standard error"),
    ("standing", "standing", ("objective",), "as the objective", "现方案", "policy as it stands"),
    ("gain", "gain", ("point", "objective"), "as the objective", "与现方案之差", "gain over it"),
    ("gain_low", "gain_low", ("point", "objective"), "as the objective", "差的下限", "gain, low"),
    ("gain_high", "gain_high", ("point", "objective"), "as the objective", "差的上限", "gain, high"),
    ("spent", "spent", POINT, "as the limit", "受限的量", "what is limited"),
    ("within", "within", POINT, "1", "不超限的比例", "share of replicates within the limit"),
    ("stays", "stays", POINT, "1", "重抽后仍在前沿的比例", "share of resamples on the front"),
    ("tried_setting", "all_settings", ("tried", "factor"), "as the factor", "试过的取值", "setting, tried"),
    (
        "tried_value",
        "all_values",
        ("tried", "objective"),
        "as the objective",
        "试过的目标值",
        "objective, tried",
    ),
    ("tried_feasible", "all_feasible", ("tried",), "1", "试过的是否不超限", "within the limit, tried"),
)


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
    standing: npt.ArrayLike | None = None,
) -> Front:
    """The settings of which none is better in everything.

    Args:
        evaluate: the city, or what stands for it; called with a generation at a time.
        factors: what may be set.
        objectives: what is wanted, at least one.
        limit: what must not be exceeded.
        most: points to evaluate, the start included.
        seed: keys the search.
        population: points a generation.
        start: (point, factor) settings to begin with beside random ones, such as the plan as enacted.
        confirm: the same with replicates that ``evaluate`` does not use, for the points of the front.
        standing: (replicate, outcome) the policy as it stands, with the luck that the front is told by.

    Raises:
        ValueError: no objective, an unordered factor, a start outside the ranges, fewer points than a
            generation, or NaN among the outcomes.
    """
    if not objectives or any(f.categories for f in factors):
        raise ValueError("a search needs an objective, and factors that are numbers")
    if not 4 <= population <= most:
        raise ValueError(f"{most} points, {population} a generation: at least one generation of 4")
    tried = _Tried(evaluate, factors, tuple(objectives), limit, most)
    _evolve(tried, population, seed, _shares(factors, start))
    points, samples = tried.points(), tried.samples()
    on = _on_front(samples, tried.objectives, limit)
    found = samples[on]
    if confirm is not None and on.any():
        found = _numbers(evaluated(confirm, points[on]))
    keep = _on_front(found, tried.objectives, limit)
    chosen, found = points[on][keep], found[keep]
    order = np.argsort(_losses(found, tried.objectives)[:, 0], kind="stable")
    chosen, found = chosen[order], found[order]
    columns = [o.outcome for o in objectives]
    n = found.shape[1]
    spent = np.full(found.shape[:2], np.nan) if limit is None else found[:, :, limit.outcome]
    within = np.full(len(found), np.nan) if limit is None else (spent <= limit.at_most).mean(axis=1)
    wanted = found[:, :, columns]
    now = np.full(found.shape[1:], np.nan) if standing is None else np.asarray(standing, dtype=np.float64)
    gains = _gains(wanted - now[:, columns])
    return Front(
        factors=tuple(factors),
        objectives=tuple(objectives),
        limit=limit,
        settings=chosen,
        value=wanted.mean(axis=1),
        se=wanted.std(axis=1, ddof=1) / np.sqrt(n) if n > 1 else np.full((len(found), len(columns)), np.nan),
        standing=now[:, columns].mean(axis=0),
        gain=gains[..., 0],
        gain_low=gains[..., 1],
        gain_high=gains[..., 2],
        spent=spent.mean(axis=1),
        within=within,
        stays=_stays(found, tried.objectives, limit, generator(seed, "front")),
        confirmed=confirm is not None,
        fallen=int(on.sum() - keep.sum()),
        asked=len(points),
        replicates=n,
        all_settings=points,
        all_values=samples.mean(axis=1)[:, columns],
        all_feasible=_excess(samples, limit) <= 0,
    )


def _gains(differences: Floats) -> Floats:
    """(point, objective, 3) mean and ends of the interval, from (point, replicate, objective)."""
    points, _, objectives = differences.shape
    found = [[intervals.mean(differences[i, :, k])[:3] for k in range(objectives)] for i in range(points)]
    return np.array(found, dtype=np.float64).reshape(points, objectives, 3)


def dominated(losses: Floats) -> Bools:
    """(point) Whether another is at least as good in everything and better in something; less is better."""
    no_worse = (losses[:, None] <= losses[None]).all(axis=2)
    better = (losses[:, None] < losses[None]).any(axis=2)
    return np.asarray((no_worse & better).any(axis=0))


class _Tried:
    """Everything evaluated, each setting once, in the order in which it was asked for."""

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
        self.known: dict[bytes, tuple[Floats, Floats]] = {}

    def ask(self, shares: Floats) -> tuple[Floats, int]:
        """Samples (point, replicate, outcome) of the first points that fit, and how many were new."""
        points = np.column_stack([f.at(shares[:, j]) for j, f in enumerate(self.factors)])
        new = {p.tobytes(): p for p in points if p.tobytes() not in self.known}
        asked = dict(list(new.items())[: self.most - len(self.known)])
        if asked:
            found = _numbers(evaluated(self.evaluate, np.array(list(asked.values()))))
            self.known |= {key: (asked[key], s) for key, s in zip(asked, found, strict=True)}
        fit = list(takewhile(lambda p: p.tobytes() in self.known, points))
        return np.array([self.known[p.tobytes()][1] for p in fit]), len(asked)

    def points(self) -> Floats:
        """(point, factor)."""
        return np.array([point for point, _ in self.known.values()])

    def samples(self) -> Floats:
        """(point, replicate, outcome)."""
        return np.array([sample for _, sample in self.known.values()])


def _evolve(tried: _Tried, population: int, seed: int, start: Floats) -> None:
    """Generation after generation until no points are left or nothing new is asked for."""
    from pymoo.algorithms.moo.nsga2 import NSGA2
    from pymoo.core.problem import Problem
    from pymoo.core.termination import NoTermination

    d = len(tried.factors)
    draws = generator(seed, "search")
    drawn = qmc.LatinHypercube(d, rng=draws).random(max(0, population - len(start)))
    problem = Problem(n_var=d, n_obj=len(tried.objectives), n_ieq_constr=1, xl=np.zeros(d), xu=np.ones(d))
    algorithm = NSGA2(pop_size=population, sampling=np.vstack([start, drawn]))
    algorithm.setup(problem, termination=NoTermination(), seed=int(draws.integers(2**31)), verbose=False)
    idle = 0
    while len(tried.known) < tried.most and idle < IDLE:
        generation = algorithm.ask()
        samples, new = tried.ask(generation.get("X"))
        if len(samples) < len(generation):
            return
        generation.set("F", _losses(samples, tried.objectives))
        generation.set("G", _excess(samples, tried.limit)[:, None])
        algorithm.tell(infills=generation)
        idle = 0 if new else idle + 1


def _shares(factors: Sequence[Factor], start: npt.ArrayLike | None) -> Floats:
    """Where settings to begin with lie in the ranges."""
    if start is None:
        return np.empty((0, len(factors)))
    points = np.atleast_2d(np.asarray(start, dtype=np.float64))
    shares = np.column_stack([f.share(points[:, j]) for j, f in enumerate(factors)])
    if not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError("a setting to start from lies outside its range")
    return shares


def _numbers(samples: Floats) -> Floats:
    if np.isnan(samples).any():
        raise ValueError("a setting without a number can't be compared")
    return samples


def _losses(samples: Floats, objectives: Sequence[Objective]) -> Floats:
    """(point, objective) means over replicates, less being better."""
    signs = np.array([-1.0 if o.more else 1.0 for o in objectives])
    return np.asarray(samples.mean(axis=1)[:, [o.outcome for o in objectives]] * signs)


def _excess(samples: Floats, limit: Limit | None) -> Floats:
    """(point) By how much the limit is exceeded on average; below 0 within it."""
    if limit is None:
        return np.full(len(samples), -1.0)
    return np.asarray(samples.mean(axis=1)[:, limit.outcome] - limit.at_most)


def _on_front(samples: Floats, objectives: Sequence[Objective], limit: Limit | None) -> Bools:
    """(point) Within the limit, and nothing else within it is better in everything."""
    on: Bools = _excess(samples, limit) <= 0
    on[on] = ~dominated(_losses(samples[on], objectives))
    return on


def _stays(
    samples: Floats, objectives: Sequence[Objective], limit: Limit | None, draws: np.random.Generator
) -> Floats:
    """(point) Share of resampled replicates, alike for all points, in which it stays on the front."""
    stays, n = np.zeros(len(samples)), samples.shape[1]
    for _ in range(RESAMPLES):
        stays += _on_front(samples[:, draws.integers(0, n, n)], objectives, limit)
    return stays / RESAMPLES
