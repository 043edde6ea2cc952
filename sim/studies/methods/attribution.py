"""Attribution of an effect to the parts of a policy: Shapley values of chapters, measures or instruments.

The value of a player is its average marginal contribution over all orders in which players can be added, so
that the values add up to the total effect (Shapley 1953). Unlike the effects of adding reforms in a single
order, they do not depend on that order.

Interface: ``evaluate(points)`` as in :mod:`sim.studies.methods.interface`; a point has one column per player,
1 if the player is in force and 0 if not. :func:`exact` evaluates all 2^n coalitions in one call (256 for 8
chapters). :func:`sampled` evaluates the coalitions along random orders and their reverses (antithetic pairs;
Mitchell et al. 2022), each coalition once. Both return an :class:`Attribution`, which provides a dataset and
sentences.

Noise: replicates have the same random numbers in every coalition, so that each replicate has its own Shapley
values, and their variance over replicates gives the error from random numbers. Orders and replicates are
crossed. The variance of the mean over both is the larger of A, B and A + B - C, where A, B and C are the mean
squares of orders, replicates and the residual in a two-way analysis of variance, divided by the number of
cells. Players are compared by simultaneous intervals (Bonferroni): a player whose interval contains 0 has no
significant effect, and a player whose interval overlaps another interval has no rank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr
from scipy.special import stdtrit

from sim import texts
from sim.studies.methods.interface import (
    Bools,
    Evaluate,
    Floats,
    Label,
    evaluated,
    generator,
    labelled,
    unit_coordinate,
    variable,
)
from sim.studies.methods.intervals import LEVEL

MOST_PLAYERS: Final = 12
"""Maximum number of players for which all coalitions are evaluated (4,096 coalitions)."""
ROUNDING: Final = 1e-9
"""Relative rounding error, as a share of the largest value; values that differ by less count as equal."""

STATES: Final = ("above", "below", "zero", "missing")
ABOVE, BELOW, ZERO, MISSING = STATES

BOTH: Final = ("player", "outcome")
VARIABLES: Final = (
    ("value", BOTH, "夏普利值", "Shapley value"),
    ("se", BOTH, "标准误", "standard error"),
    ("se_random", BOTH, "标准误：随机因素", "standard error: random numbers"),
    ("se_order", BOTH, "标准误：顺序抽样", "standard error: sampled orders"),
    ("low", BOTH, "95%区间下限", "95% interval: low"),
    ("high", BOTH, "95%区间上限", "95% interval: high"),
    ("low_all", BOTH, "联合95%区间下限", "joint 95% interval: low"),
    ("high_all", BOTH, "联合95%区间上限", "joint 95% interval: high"),
    ("total", ("outcome",), "总效应", "total effect"),
    ("total_low", ("outcome",), "总效应（下限）", "total effect: low"),
    ("total_high", ("outcome",), "总效应（上限）", "total effect: high"),
    ("residual", ("outcome",), "各值之和与总效应之差", "sum of values less total"),
)
COMPARISONS: Final = (
    ("state", BOTH, "与零相比", "compared with zero"),
    ("rank_best", BOTH, "最高可能名次", "best possible rank"),
    ("rank_worst", BOTH, "最低可能名次", "worst possible rank"),
    ("rank", BOTH, "名次（0：不能排名）", "rank (0: no ranking possible)"),
    ("ranking", ("outcome",), "能否排名", "whether any ranking is possible"),
)


@dataclass(frozen=True)
class Attribution:
    """Shapley values with their errors; arrays are (player, outcome) unless stated otherwise.

    Attributes:
        players, outcomes: labels of the two dimensions.
        method: ``exact`` or ``orders``.
        value, se: Shapley value and its standard error.
        se_random, se_order: error from random numbers, and from the sampling of orders (0 if exact).
        low, high: limits of the 95% interval of each player alone.
        low_all, high_all: limits of the joint 95% intervals of all players.
        state: ``above``, ``below``, ``zero`` (not significantly different from zero) or ``missing`` (no
            number or no interval).
        rank_best, rank_worst: ranks that the joint intervals allow, 1 for the largest value.
        rank: rank if the joint intervals allow only one, that is, if no other interval overlaps; otherwise 0.
        total, total_low, total_high: (outcome) effect of all players together.
        residual: (outcome) largest |sum of values - total| over replicates, which is due to rounding only.
        coalitions, replicates, orders: numbers of coalitions, replicates and orders evaluated.
    """

    players: tuple[Label, ...]
    outcomes: tuple[Label, ...]
    method: str
    value: Floats
    se: Floats
    se_random: Floats
    se_order: Floats
    low: Floats
    high: Floats
    low_all: Floats
    high_all: Floats
    state: npt.NDArray[np.str_]
    rank_best: npt.NDArray[np.int64]
    rank_worst: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    total: Floats
    total_low: Floats
    total_high: Floats
    residual: Floats
    coalitions: int
    replicates: int
    orders: int

    @property
    def ranking(self) -> Bools:
        """Whether any player has a rank, by outcome."""
        return np.asarray((self.rank > 0).any(axis=0))

    def sentences(self, language: str) -> list[str]:
        """Describe, for each outcome, which players raise it, lower it or have no significant effect."""
        sentences = []
        comma = texts.in_language(language, "attribution.comma")
        titles = [player.title(language) for player in self.players]
        for k, outcome in enumerate(self.outcomes):
            # Listed in the given order, not by value: a list without significant differences must not look
            # like a ranking.
            lists = {s: [titles[i] for i in np.flatnonzero(self.state[:, k] == s)] for s in STATES}
            ranked = [
                texts.in_language(language, "attribution.place", rank=self.rank[i, k], player=titles[i])
                for i in np.argsort(self.rank[:, k], kind="stable")
                if self.rank[i, k]
            ]
            lists["ranked" if ranked else "no_ranking"] = ranked or [""]
            for key, names in lists.items():
                fields = {"outcome": outcome.title(language), "players": comma.join(names)}
                sentences += [texts.in_language(language, f"attribution.{key}", **fields)] if names else []
        return sentences

    def dataset(self) -> xr.Dataset:
        """Return a dataset over players and outcomes, each outcome in its own unit (``outcome_unit``)."""
        data: dict[str, Any] = {
            name: variable(dims, getattr(self, name), unit, zh, en)
            for unit, rows in (("as the outcome", VARIABLES), ("1", COMPARISONS))
            for name, dims, zh, en in rows
        }
        coordinates = labelled("player", self.players) | labelled("outcome", self.outcomes)
        coordinates["outcome_unit"] = unit_coordinate("outcome", self.outcomes)
        attributes = {
            "method": self.method,
            "coalitions": self.coalitions,
            "replicates": self.replicates,
            "orders": self.orders,
        }
        return xr.Dataset(data, coordinates, attributes)


def coalitions(players: int) -> Floats:
    """Return all coalitions: (2^n, n) array of 0 and 1, with the binary digits of the row index in each row.

    >>> coalitions(2).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    return ((np.arange(2**players)[:, None] >> np.arange(players)) & 1).astype(np.float64)


def exact(evaluate: Evaluate, players: Sequence[Label], outcomes: Sequence[Label]) -> Attribution:
    """Compute Shapley values over all coalitions.

    The value of player i is the sum of |S|! (n-|S|-1)! / n! (v(S + i) - v(S)) over coalitions S without i.

    Args:
        evaluate: function that returns the values of coalitions.
        players: labels of the players.
        outcomes: labels of the outcomes.

    Raises:
        ValueError: there is no player, or there are more than :data:`MOST_PLAYERS`.
    """
    n = len(players)
    if not 1 <= n <= MOST_PLAYERS:
        raise ValueError(f"{n} players: exact values need 1 to {MOST_PLAYERS} players; sample orders instead")
    everyone = coalitions(n)
    worth = evaluated(evaluate, everyone)
    size = everyone.sum(axis=1).astype(np.int64)
    weight = np.array([math.factorial(s) * math.factorial(n - s - 1) for s in range(n)]) / math.factorial(n)
    value = np.empty((n, *worth.shape[1:]))
    for i in range(n):
        without = np.flatnonzero(everyone[:, i] == 0)
        addition = worth[without + 2**i] - worth[without]
        value[i] = np.tensordot(weight[size[without]], addition, axes=1)
    return _attribution(players, outcomes, value[None], worth[-1] - worth[0], "exact", len(everyone), 0)


def sampled(
    evaluate: Evaluate,
    players: Sequence[Label],
    outcomes: Sequence[Label],
    *,
    pairs: int,
    seed: int,
    batch: int = 4,
) -> Attribution:
    """Estimate Shapley values along ``pairs`` random orders and their reverses.

    Means over any set of orders add up to the total effect, since each order leads from no player to all
    players.

    Args:
        evaluate: function that returns the values of coalitions.
        players: labels of the players.
        outcomes: labels of the outcomes.
        pairs: number of orders drawn, each with its reverse; at least 2, to estimate the error.
        seed: seed of the orders; a larger number of orders starts with the same orders.
        batch: number of pairs whose coalitions are evaluated in one call.

    Raises:
        ValueError: there is no player, or there are fewer than two pairs.
    """
    n = len(players)
    if n < 1 or pairs < 2:
        raise ValueError(f"{n} players and {pairs} pairs of orders: at least 1 player and 2 pairs are needed")
    orders = random_orders(n, pairs, seed)
    worth: dict[bytes, Floats] = {}
    value = []
    for start in range(0, pairs, batch):
        chunk = orders[start : start + batch]
        paths = [path(order) for each in chunk for order in (each, each[::-1])]
        new = {c.tobytes(): c for steps in paths for c in steps if c.tobytes() not in worth}
        if new:
            values = evaluated(evaluate, np.array(list(new.values()), dtype=np.float64))
            worth |= dict(zip(new, values, strict=True))
        steps = [np.diff([worth[c.tobytes()] for c in coalitions_], axis=0) for coalitions_ in paths]
        for forward, backward, order in zip(steps[::2], steps[1::2], chunk, strict=True):
            addition = np.empty_like(forward)
            addition[order] = (forward + backward[::-1]) / 2
            value.append(addition)
    total = worth[np.ones(n, dtype=np.bool_).tobytes()] - worth[np.zeros(n, dtype=np.bool_).tobytes()]
    return _attribution(players, outcomes, np.array(value), total, "orders", len(worth), 2 * pairs)


def random_orders(number: int, pairs: int, seed: int) -> list[npt.NDArray[np.int64]]:
    """Draw ``pairs`` random orders of ``number`` players."""
    draws = generator(seed, "orders")
    return [draws.permutation(number) for _ in range(pairs)]


def path(order: npt.NDArray[np.int64]) -> Bools:
    """Return the coalitions from no player to all players as players are added in an order: (n + 1, n)."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return np.asarray(place < np.arange(len(order) + 1)[:, None])


def _attribution(
    players: Sequence[Label],
    outcomes: Sequence[Label],
    draws: Floats,
    total: Floats,
    method: str,
    evaluated_coalitions: int,
    orders: int,
) -> Attribution:
    """Compute the means, errors, intervals, states and ranks of Shapley values.

    Args:
        players: labels of the players.
        outcomes: labels of the outcomes.
        draws: (pair of orders or 1, player, replicate, outcome) Shapley values.
        total: (replicate, outcome) total effect.
        method: ``exact`` or ``orders``.
        evaluated_coalitions: number of coalitions evaluated.
        orders: number of orders.
    """
    _, n, r, outcomes_evaluated = draws.shape
    if outcomes_evaluated != len(outcomes):
        raise ValueError(f"{outcomes_evaluated} outcomes evaluated, {len(outcomes)} named")
    value = draws.mean(axis=(0, 2))
    random, order, variance, freedom = _errors(draws)
    se = np.sqrt(variance)
    half, half_all = (stdtrit(freedom, 1 - (1 - LEVEL) / 2 / together) * se for together in (1, n))
    half_all = half_all + ROUNDING * np.abs(value).max(axis=0)
    low_all, high_all = value - half_all, value + half_all
    state = np.full(value.shape, MISSING)
    state[(low_all <= 0) & (high_all >= 0)] = ZERO
    state[low_all > 0], state[high_all < 0] = ABOVE, BELOW
    best, worst = _ranks(low_all, high_all)
    mean_total = total.mean(axis=0)
    se_total = total.std(axis=0, ddof=1) / np.sqrt(r) if r > 1 else np.full(len(outcomes), np.nan)
    half_total = stdtrit(max(1, r - 1), 0.5 + LEVEL / 2) * se_total
    return Attribution(
        players=tuple(players),
        outcomes=tuple(outcomes),
        method=method,
        value=value,
        se=se,
        se_random=np.sqrt(random),
        se_order=np.sqrt(order),
        low=value - half,
        high=value + half,
        low_all=low_all,
        high_all=high_all,
        state=state,
        rank_best=best,
        rank_worst=worst,
        rank=np.where(best == worst, best, 0) * (state != MISSING),
        total=mean_total,
        total_low=mean_total - half_total,
        total_high=mean_total + half_total,
        residual=np.abs(draws.mean(axis=0).sum(axis=0) - total).max(axis=0),
        coalitions=evaluated_coalitions,
        replicates=r,
        orders=orders,
    )


def _errors(draws: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Estimate the variance of the mean Shapley values.

    Returns:
        the variance due to random numbers, the variance due to orders, the total variance, and its degrees of
        freedom (Satterthwaite).
    """
    p, n, r, k = draws.shape
    zero, unknown = np.zeros((n, k)), np.full((n, k), np.nan)
    by_order, by_replicate = draws.mean(axis=2), draws.mean(axis=0)  # (p, n, k), (n, r, k)
    random = by_replicate.var(axis=1, ddof=1) / r if r > 1 else unknown
    if p == 1:
        return random, zero, random, np.full((n, k), max(1, r - 1))
    order = by_order.var(axis=0, ddof=1) / p
    if r == 1:
        return unknown, order, unknown, np.ones((n, k))
    rest = draws - by_order[:, :, None] - by_replicate[None] + draws.mean(axis=(0, 2))[None, :, None]
    remainder = (rest**2).sum(axis=(0, 2)) / ((p - 1) * (r - 1)) / (p * r)
    variance = np.maximum(random + order - remainder, np.maximum(random, order))
    squares = random**2 / (r - 1) + order**2 / (p - 1)
    whole = (random + order) ** 2
    return random, order, variance, np.where(squares > 0, whole / np.where(squares > 0, squares, 1), r - 1)


def _ranks(low: Floats, high: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the best and worst rank that the intervals allow: any rank for a player without an interval."""
    above, below = (low[None] > high[:, None]).sum(axis=1), (high[None] < low[:, None]).sum(axis=1)
    return 1 + above, len(low) - below
