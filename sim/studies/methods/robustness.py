"""Which policy stands up to what nobody knows: regret and satisficing over an ensemble of worlds.

Interface: ``values`` (policy, world, outcome), which is what ``evaluate`` of :mod:`sim.studies.methods.interface`
returns for points that are policies when replicate k is world k: one set of what is uncertain and one luck,
the same for every policy. :func:`robustness` returns a :class:`Robustness`; ``.dataset()`` makes it an
xarray.Dataset, ``.sentences(language)`` says it.

Criteria of one outcome, "good" being the better direction (McPhail et al. 2018 compare them):
- ``mean`` over worlds (Laplace), ``worst`` (Wald's maximin), ``best`` (maximax), ``hurwicz`` half-way
  between the two, ``tenth``: the value that nine worlds of ten do better than;
- ``regret_worst``, ``regret_90``: how far behind the best policy of the same world, at most (Savage) and in
  nine worlds of ten.

Criteria of all outcomes together:
- ``domain``: share of worlds in which everything wanted is met (Starr 1963; "satisficing type I"), with
  Wilson's interval;
- ``regret_relative``: |value - best of the world| / |value|, 90% of worlds, the largest of the outcomes
  ("regret type II" of Herman et al. 2015);
- ``deviation``: |value - value in the base world| / |value in the base world|, likewise ("regret type I");
- ``horizon``: distance from the base world to the nearest world in which something wanted is missed, in
  shares of the ranges of what is uncertain ("satisficing type II"); infinite where none misses.

A finite ensemble may crown a policy by luck. Worlds are therefore drawn anew with replacement; ``first`` is
the share of such ensembles in which a policy comes first, and only one with 95% is called the choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim import texts
from sim.studies.methods.interface import Bools, Floats, Label, generator, labelled, variable
from sim.studies.methods.intervals import LEVEL, wilson

OPTIMISM: Final = 0.5
RESAMPLES: Final = 400


class Wish(NamedTuple):
    """What is wanted of an outcome.

    Args:
        label: the outcome.
        more: whether more of it is better.
        wanted: from which value on (or, if less is better, up to which) it is good enough; None: no matter.
    """

    label: Label
    more: bool = True
    wanted: float | None = None

    @property
    def sign(self) -> float:
        """1 if more is better, else -1."""
        return 1.0 if self.more else -1.0


# Each takes (policy, world, outcome), more being better, to (policy, outcome), more being better.
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
    """Policies by criteria.

    Args:
        value: (criterion, policy, outcome) in the outcome's unit; regrets are above 0.
        first: (criterion, policy, outcome) share of ensembles drawn anew in which it comes first.
        met: (policy, outcome) share of worlds that meet what is wanted of it; NaN: nothing is.
        domain, domain_low, domain_high: (policy) share of worlds that meet all; NaN if nothing is wanted.
        domain_first: (policy) share of ensembles drawn anew in which its domain is largest.
        regret_relative: (policy).
        deviation, horizon: (policy) NaN without a base world.
        worlds: how many.
    """

    policies: tuple[Label, ...]
    wishes: tuple[Wish, ...]
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
        """The policy that comes first in 95% of ensembles, or None: it can't be told."""
        return _leader(self.first[list(CRITERIA).index(criterion), :, outcome])

    def sentences(self, language: str) -> list[str]:
        """Which policy each criterion chooses, or that it can't be told; and the domain of each."""
        said = []
        for k, wish in enumerate(self.wishes):
            for criterion in CRITERIA:
                outcome, called = wish.label.said(language), texts.told(language, f"robustness.{criterion}")
                said.append(self._choice(language, self.choice(criterion, k), outcome, called))
        if np.isnan(self.domain).all():
            return said
        for i, policy in enumerate(self.policies):
            numbers = {"share": self.domain[i], "low": self.domain_low[i], "high": self.domain_high[i]}
            fields = {name: f"{number:.0%}" for name, number in numbers.items()}
            fields |= {"policy": policy.said(language), "worlds": f"{self.worlds}"}
            said.append(texts.told(language, "robustness.met", **fields))
        every = texts.told(language, "robustness.every")
        domain = texts.told(language, "robustness.domain")
        return [*said, self._choice(language, _leader(self.domain_first), every, domain)]

    def _choice(self, language: str, leader: int | None, outcome: str, criterion: str) -> str:
        fields = {"outcome": outcome, "criterion": criterion}
        if leader is None:
            return texts.told(language, "robustness.no_choice", **fields)
        return texts.told(
            language, "robustness.choice", policy=self.policies[leader].said(language), **fields
        )

    def dataset(self) -> xr.Dataset:
        """Dimensions criterion, policy and outcome."""
        three, two, one = ("criterion", "policy", "outcome"), ("policy", "outcome"), ("policy",)
        data: dict[str, Any] = {
            "value": variable(three, self.value, "as the outcome", "准则值", "value of the criterion"),
            "first": variable(three, self.first, "1", "重抽世界后居首的比例", "share of ensembles led"),
            "met": variable(two, self.met, "1", "达到要求的世界比例", "share of worlds that meet it"),
        }
        data |= {name: variable(one, getattr(self, name), "1", zh, en) for name, zh, en in BY_POLICY}
        names = [Label(c, *(texts.told(x, f"robustness.{c}") for x in ("zh", "en"))) for c in CRITERIA]
        outcomes = [wish.label for wish in self.wishes]
        coordinates = labelled("policy", self.policies) | labelled("outcome", outcomes)
        coordinates |= labelled("criterion", names)
        coordinates["outcome_unit"] = ("outcome", np.array([o.unit for o in outcomes], dtype=np.str_))
        coordinates["more_is_better"] = ("outcome", np.array([w.more for w in self.wishes]))
        wanted = [np.nan if w.wanted is None else w.wanted for w in self.wishes]
        coordinates["wanted"] = ("outcome", np.array(wanted, dtype=np.float64))
        return xr.Dataset(data, coordinates, {"worlds": self.worlds})


BY_POLICY: Final = (
    ("domain", "全部达到要求的世界比例", "share of worlds that meet all that is wanted"),
    ("domain_low", "全部达到要求的世界比例（下限）", "share of worlds that meet all: low"),
    ("domain_high", "全部达到要求的世界比例（上限）", "share of worlds that meet all: high"),
    ("domain_first", "重抽世界后居首的比例", "share of redrawn ensembles in which its domain is largest"),
    ("regret_relative", "相对后悔值（90%）", "relative regret (90%)"),
    ("deviation", "与基准世界的相对偏离（90%）", "relative deviation from the base world (90%)"),
    ("horizon", "到最近失败世界的距离", "distance to the nearest world that fails"),
)


def robustness(
    values: npt.ArrayLike,
    policies: Sequence[Label],
    wishes: Sequence[Wish],
    *,
    seed: int,
    base: npt.ArrayLike | None = None,
    worlds: npt.ArrayLike | None = None,
    base_world: npt.ArrayLike | None = None,
) -> Robustness:
    """Policies judged over worlds.

    Args:
        values: (policy, world, outcome).
        policies: what the first dimension is.
        wishes: what the last one is.
        seed: keys the ensembles drawn anew.
        base: (policy, outcome) values in the base world, for ``deviation``.
        worlds: (world, uncertainty) where each world lies, as shares 0 to 1 of the ranges, for ``horizon``.
        base_world: (uncertainty) where the base world lies.

    Raises:
        ValueError: shapes that do not fit, or NaN.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 3 or x.shape[::2] != (len(policies), len(wishes)) or x.shape[1] < 1:
        raise ValueError(f"values {x.shape} do not fit {len(policies)} policies and {len(wishes)} outcomes")
    if np.isnan(x).any():
        raise ValueError("a world without a number can't be judged")
    good = x * [wish.sign for wish in wishes]
    scores = _scores(good)
    met = _met(x, wishes)
    every = np.asarray(np.nan_to_num(met, nan=1).all(axis=2))
    wanted = any(wish.wanted is not None for wish in wishes)
    first, domain_first = _first(good, every, generator(seed, "worlds"))
    bounds = np.array([wilson(float(row.sum()), len(row)) for row in every])
    facing = np.array([[1.0 if c in REGRETS else wish.sign for wish in wishes] for c in CRITERIA])
    flipped = np.array([-1.0 if c in REGRETS else 1.0 for c in CRITERIA])[:, None] * facing
    unknown = np.full(len(policies), np.nan)
    return Robustness(
        policies=tuple(policies),
        wishes=tuple(wishes),
        value=scores * flipped[:, None] + 0.0,
        first=first,
        met=met.mean(axis=1),
        domain=every.mean(axis=1) if wanted else unknown,
        domain_low=bounds[:, 0] if wanted else unknown,
        domain_high=bounds[:, 1] if wanted else unknown,
        domain_first=domain_first if wanted else unknown,
        regret_relative=_relative(regret(good), x),
        deviation=unknown if base is None else deviation(x, np.asarray(base, dtype=np.float64)),
        horizon=unknown
        if worlds is None or base_world is None
        else horizon(every, np.asarray(worlds, dtype=np.float64), np.asarray(base_world, dtype=np.float64)),
        worlds=x.shape[1],
    )


def regret(good: Floats) -> Floats:
    """(policy, world, outcome) How far behind the best policy of the same world, more being better."""
    return np.asarray(good.max(axis=0) - good)


def deviation(values: Floats, base: Floats) -> Floats:
    """(policy) |value - base| / |base| in nine worlds of ten, the largest of the outcomes."""
    return _relative(np.abs(values - base[:, None]), np.broadcast_to(base[:, None], values.shape))


def horizon(met: Bools, worlds: Floats, base: Floats) -> Floats:
    """(policy) Distance from the base world to the nearest that fails; infinite where none does."""
    away = np.sqrt(((worlds - base) ** 2).sum(axis=1))
    return np.asarray(np.where(met, np.inf, away).min(axis=1))


def _relative(short: Floats, of: Floats) -> Floats:
    """|short| / |of| in nine worlds of ten, the largest of the outcomes; nothing of nothing is none."""
    size = np.abs(of)
    share = np.where(
        short == 0, 0.0, np.divide(short, size, out=np.full(short.shape, np.inf), where=size > 0)
    )
    # An order statistic, not between two: infinity times zero is no number.
    return np.asarray(np.quantile(share, 0.9, axis=1, method="higher").max(axis=1))


def _scores(good: Floats) -> Floats:
    """(criterion, policy, outcome), more being better."""
    return np.array([criterion(good) for criterion in CRITERIA.values()])


def _met(values: Floats, wishes: Sequence[Wish]) -> Floats:
    """(policy, world, outcome) 1 where what is wanted is met, NaN where nothing is wanted."""
    met = np.full(values.shape, np.nan)
    for k, wish in enumerate(wishes):
        if wish.wanted is not None:
            met[..., k] = (values[..., k] - wish.wanted) * wish.sign >= 0
    return met


def _first(good: Floats, every: Bools, draws: np.random.Generator) -> tuple[Floats, Floats]:
    """Shares of ensembles drawn anew in which each policy comes first; equals share the place."""
    first, domain = np.zeros((len(CRITERIA), len(good), good.shape[2])), np.zeros(len(good))
    for _ in range(RESAMPLES):
        pick = draws.integers(0, good.shape[1], good.shape[1])
        scores, met = _scores(good[:, pick]), every[:, pick].mean(axis=1)
        leads = scores == scores.max(axis=1, keepdims=True)
        first += leads / leads.sum(axis=1, keepdims=True)
        domain += (met == met.max()) / (met == met.max()).sum()
    return first / RESAMPLES, domain / RESAMPLES


def _leader(first: Floats) -> int | None:
    """The one that comes first in 95% of ensembles."""
    best = int(np.argmax(first))
    return best if first[best] >= LEVEL else None
