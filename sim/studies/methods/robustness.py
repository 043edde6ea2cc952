"""Robustness of policies under deep uncertainty: regret and satisficing over an ensemble of worlds.

A world (state of the world) is a draw of all uncertain quantities with its random numbers, the same for every
policy. Interface: ``values`` (policy, world, outcome), the result of ``evaluate`` of
:mod:`sim.studies.methods.interface` with policies as points and replicate k as world k. :func:`robustness`
returns a :class:`Robustness`, which provides a dataset and sentences.

Criteria for a single outcome, whose sign is changed if less is better (compared by McPhail et al. 2018):
- ``mean`` (Laplace), ``worst`` (Wald's maximin) and ``best`` (maximax) value over worlds, ``hurwicz``
  (half-way between worst and best), and ``tenth`` (10% quantile over worlds);
- ``regret_worst`` (Savage) and ``regret_90``: maximum and 90% quantile over worlds of the regret, i.e. the
  distance from the best policy in the same world.

Criteria for all outcomes jointly:
- ``domain``: share of worlds in which all goals are met (Starr 1963; "satisficing type I"), with Wilson's
  interval;
- ``regret_relative``: |value - best of the world| / |value|, 90% quantile over worlds, maximised over
  outcomes ("regret type II" of Herman et al. 2015);
- ``deviation``: |value - value in the base world| / |value in the base world|, aggregated likewise ("regret
  type I");
- ``horizon``: distance from the base world to the nearest world in which a goal is missed, in shares of the
  ranges of the uncertain factors ("satisficing type II"); infinite if all goals are met in every world.

In a finite ensemble, a policy may rank first by chance. Worlds are therefore resampled with replacement;
``first`` is the share of resampled ensembles in which a policy ranks first, and a policy is reported as the
choice of a criterion only if this share is at least 95%.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim import texts
from sim.studies.methods.interface import (
    Bools,
    Floats,
    Label,
    generator,
    labelled,
    unit_coordinate,
    variable,
)
from sim.studies.methods.intervals import LEVEL, wilson

OPTIMISM: Final = 0.5
"""Weight of the best world in Hurwicz's criterion."""
RESAMPLES: Final = 400
"""Number of resampled ensembles."""


class Goal(NamedTuple):
    """Goal for an outcome.

    Attributes:
        label: the outcome.
        more: whether more of it is better.
        bound: smallest value (largest, if less is better) that meets the goal; None for no bound.
    """

    label: Label
    more: bool = True
    bound: float | None = None

    @property
    def sign(self) -> float:
        """1 if more is better, otherwise -1."""
        return 1.0 if self.more else -1.0


# Each criterion maps (policy, world, outcome) to (policy, outcome); larger values are better in both.
CRITERIA: Final[Mapping[str, Callable[[Floats], Floats]]] = {
    "mean": lambda good: good.mean(axis=1),
    "worst": lambda good: good.min(axis=1),
    "best": lambda good: good.max(axis=1),
    "hurwicz": lambda good: OPTIMISM * good.max(axis=1) + (1 - OPTIMISM) * good.min(axis=1),
    "tenth": lambda good: np.quantile(good, 0.1, axis=1),
    "regret_worst": lambda good: -regret(good).max(axis=1),
    "regret_90": lambda good: -np.quantile(regret(good), 0.9, axis=1),
}
REGRETS: Final = ("regret_worst", "regret_90")


@dataclass(frozen=True)
class Robustness:
    """Robustness criteria by policy.

    Attributes:
        policies, goals: the policies, and the goals by outcome.
        value: (criterion, policy, outcome) in the unit of the outcome; regrets are positive.
        first: (criterion, policy, outcome) share of resampled ensembles in which the policy ranks first.
        met: (policy, outcome) share of worlds that meet the goal; NaN if the goal has no bound.
        domain, domain_low, domain_high: (policy) share of worlds that meet all goals, with its interval; NaN
            if no goal has a bound.
        domain_first: (policy) share of resampled ensembles in which the policy has the largest domain.
        regret_relative: (policy) relative regret.
        deviation, horizon: (policy) deviation from the base world, and distance from the base world to the
            nearest world that misses a goal; NaN if no base world is given.
        worlds: number of worlds.
    """

    policies: tuple[Label, ...]
    goals: tuple[Goal, ...]
    value: Floats
    first: Floats
    met: Floats
    domain: Floats
    domain_low: Floats
    domain_high: Floats
    domain_first: Floats
    regret_relative: Floats
    deviation: Floats
    horizon: Floats
    worlds: int

    def choice(self, criterion: str, outcome: int) -> int | None:
        """Return the index of the policy that ranks first in at least 95% of resamples, or None."""
        return _leader(self.first[list(CRITERIA).index(criterion), :, outcome])

    def sentences(self, language: str) -> list[str]:
        """State which policy each criterion chooses, if any, and the domain of each policy."""
        sentences = []
        for k, goal in enumerate(self.goals):
            outcome = goal.label.title(language)
            for criterion in CRITERIA:
                title = texts.in_language(language, f"robustness.{criterion}")
                sentences.append(self._choice(language, self.choice(criterion, k), outcome, title))
        if np.isnan(self.domain).all():
            return sentences
        for i, policy in enumerate(self.policies):
            numbers = {"share": self.domain[i], "low": self.domain_low[i], "high": self.domain_high[i]}
            fields = {name: f"{number:.0%}" for name, number in numbers.items()}
            fields |= {"policy": policy.title(language), "worlds": f"{self.worlds}"}
            sentences.append(texts.in_language(language, "robustness.met", **fields))
        every = texts.in_language(language, "robustness.every")
        domain = texts.in_language(language, "robustness.domain")
        return [*sentences, self._choice(language, _leader(self.domain_first), every, domain)]

    def _choice(self, language: str, leader: int | None, outcome: str, criterion: str) -> str:
        fields = {"outcome": outcome, "criterion": criterion}
        if leader is None:
            return texts.in_language(language, "robustness.no_choice", **fields)
        policy = self.policies[leader].title(language)
        return texts.in_language(language, "robustness.choice", policy=policy, **fields)

    def dataset(self) -> xr.Dataset:
        """Return a dataset over criteria, policies and outcomes."""
        three, two, one = ("criterion", "policy", "outcome"), ("policy", "outcome"), ("policy",)
        data: dict[str, Any] = {
            "value": variable(three, self.value, "as the outcome", "准则值", "value of the criterion"),
            "first": variable(
                three, self.first, "1", "重抽样后居首的比例", "share of resamples in which first"
            ),
            "met": variable(two, self.met, "1", "满足要求的情形占比", "share of worlds that meet the goal"),
        }
        data |= {name: variable(one, getattr(self, name), "1", zh, en) for name, zh, en in BY_POLICY}
        criteria = [
            Label(c, texts.in_language("zh", f"robustness.{c}"), texts.in_language("en", f"robustness.{c}"))
            for c in CRITERIA
        ]
        outcomes = [goal.label for goal in self.goals]
        coordinates = labelled("policy", self.policies) | labelled("outcome", outcomes)
        coordinates |= labelled("criterion", criteria)
        coordinates["outcome_unit"] = unit_coordinate("outcome", outcomes)
        coordinates["more_is_better"] = ("outcome", np.array([goal.more for goal in self.goals]))
        bounds = [np.nan if goal.bound is None else goal.bound for goal in self.goals]
        coordinates["bound"] = ("outcome", np.array(bounds, dtype=np.float64))
        return xr.Dataset(data, coordinates, {"worlds": self.worlds})


BY_POLICY: Final = (
    ("domain", "满足全部要求的情形占比", "share of worlds that meet all goals"),
    ("domain_low", "满足全部要求的情形占比（下限）", "share of worlds that meet all goals: low"),
    ("domain_high", "满足全部要求的情形占比（上限）", "share of worlds that meet all goals: high"),
    ("domain_first", "重抽样后居首的比例", "share of resamples in which its domain is largest"),
    ("regret_relative", "相对后悔值（90%）", "relative regret (90%)"),
    ("deviation", "与基准情形的相对偏离（90%）", "relative deviation from the base world (90%)"),
    ("horizon", "到最近未达标情形的距离", "distance to the nearest world that misses a goal"),
)


def robustness(
    values: npt.ArrayLike,
    policies: Sequence[Label],
    goals: Sequence[Goal],
    *,
    seed: int,
    base: npt.ArrayLike | None = None,
    worlds: npt.ArrayLike | None = None,
    base_world: npt.ArrayLike | None = None,
) -> Robustness:
    """Compare the robustness of policies over an ensemble of worlds.

    Args:
        values: (policy, world, outcome) outcomes.
        policies: labels of the policies.
        goals: goals for the outcomes, in the order of the last dimension of ``values``.
        seed: seed for resampling the worlds.
        base: (policy, outcome) values in the base world, needed for ``deviation``.
        worlds: (world, uncertainty) position of each world, as shares 0 to 1 of the ranges; needed for
            ``horizon``.
        base_world: (uncertainty) position of the base world.

    Raises:
        ValueError: the shapes do not match, or ``values`` contains NaN.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 3 or x.shape[::2] != (len(policies), len(goals)) or x.shape[1] < 1:
        raise ValueError(f"values {x.shape} do not fit {len(policies)} policies and {len(goals)} outcomes")
    if np.isnan(x).any():
        raise ValueError("the values contain NaN")
    good = x * [goal.sign for goal in goals]
    scores = _scores(good)
    met = _met(x, goals)
    every = np.asarray(np.nan_to_num(met, nan=1).all(axis=2))
    bounded = any(goal.bound is not None for goal in goals)
    first, domain_first = _first(good, every, generator(seed, "worlds"))
    bounds = np.array([wilson(float(row.sum()), len(row)) for row in every])
    # Scores are larger for better policies; values have the sign of the outcome, regrets are positive.
    signs = np.array([[-1.0 if c in REGRETS else goal.sign for goal in goals] for c in CRITERIA])
    unknown = np.full(len(policies), np.nan)
    return Robustness(
        policies=tuple(policies),
        goals=tuple(goals),
        value=scores * signs[:, None] + 0.0,
        first=first,
        met=met.mean(axis=1),
        domain=every.mean(axis=1) if bounded else unknown,
        domain_low=bounds[:, 0] if bounded else unknown,
        domain_high=bounds[:, 1] if bounded else unknown,
        domain_first=domain_first if bounded else unknown,
        regret_relative=_relative(regret(good), x),
        deviation=unknown if base is None else deviation(x, np.asarray(base, dtype=np.float64)),
        horizon=unknown
        if worlds is None or base_world is None
        else horizon(every, np.asarray(worlds, dtype=np.float64), np.asarray(base_world, dtype=np.float64)),
        worlds=x.shape[1],
    )


def regret(good: Floats) -> Floats:
    """Return the distance from the best policy of the same world: (policy, world, outcome).

    Args:
        good: (policy, world, outcome) values; larger values are better.
    """
    return np.asarray(good.max(axis=0) - good)


def deviation(values: Floats, base: Floats) -> Floats:
    """Return the 90% quantile over worlds of |value - base| / |base|, maximised over outcomes, by policy."""
    return _relative(np.abs(values - base[:, None]), np.broadcast_to(base[:, None], values.shape))


def horizon(met: Bools, worlds: Floats, base: Floats) -> Floats:
    """Return the distance from the base world to the nearest world in which a goal is missed, by policy.

    Args:
        met: (policy, world) whether all goals are met.
        worlds: (world, uncertainty) positions, as shares of the ranges.
        base: (uncertainty) position of the base world.

    Returns:
        the distance; infinity for a policy that meets all goals in all worlds.
    """
    distance = np.sqrt(((worlds - base) ** 2).sum(axis=1))
    return np.asarray(np.where(met, np.inf, distance).min(axis=1))


def _relative(distance: Floats, of: Floats) -> Floats:
    """Return the 90% quantile over worlds of distance / |of|, maximised over outcomes; 0 / 0 counts as 0."""
    size = np.abs(of)
    share = np.where(
        distance == 0, 0.0, np.divide(distance, size, out=np.full(distance.shape, np.inf), where=size > 0)
    )
    # Order statistic without interpolation, since infinity times zero is not a number.
    return np.asarray(np.quantile(share, 0.9, axis=1, method="higher").max(axis=1))


def _scores(good: Floats) -> Floats:
    """Return all criteria, with signs such that larger is better: (criterion, policy, outcome)."""
    return np.array([criterion(good) for criterion in CRITERIA.values()])


def _met(values: Floats, goals: Sequence[Goal]) -> Floats:
    """Return 1 where a goal is met, NaN where it has no bound: (policy, world, outcome)."""
    met = np.full(values.shape, np.nan)
    for k, goal in enumerate(goals):
        if goal.bound is not None:
            met[..., k] = (values[..., k] - goal.bound) * goal.sign >= 0
    return met


def _first(good: Floats, every: Bools, draws: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the shares of resampled ensembles in which each policy ranks first, with ties divided evenly."""
    first, domain = np.zeros((len(CRITERIA), len(good), good.shape[2])), np.zeros(len(good))
    for _ in range(RESAMPLES):
        pick = draws.integers(0, good.shape[1], good.shape[1])
        scores, met = _scores(good[:, pick]), every[:, pick].mean(axis=1)
        leads = scores == scores.max(axis=1, keepdims=True)
        first += leads / leads.sum(axis=1, keepdims=True)
        domain += (met == met.max()) / (met == met.max()).sum()
    return first / RESAMPLES, domain / RESAMPLES


def _leader(first: Floats) -> int | None:
    """Return the index of the policy that ranks first in at least 95% of resampled ensembles, or None."""
    best = int(np.argmax(first))
    return best if first[best] >= LEVEL else None
