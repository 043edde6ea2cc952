"""What does the work: Shapley values of players (chapters, measures, instruments) of one plan.

A player's value is its average addition over all orders in which the players may come; so the values add up
to the total effect whatever the order, which stacking one reform on another does not give (Shapley 1953).

Interface: ``evaluate(points)`` as in :mod:`sim.studies.methods.interface`; a point has one column a player, 1 in force
and 0 not. :func:`exact` asks for all 2^n coalitions in one call (8 chapters: 256). :func:`sampled` asks for
those along random orders and their reverses (antithetic pairs; Mitchell et al. 2022), each coalition once.
Both return an :class:`Attribution`: ``.dataset()`` is its xarray.Dataset, ``.sentences(language)`` says it.

Noise: replicates have the same luck in every coalition, so each gives Shapley values of its own and their
spread is the error from luck. Orders and replicates are crossed; the variance of the mean over both is
A + B - C of a two-way analysis of variance (mean squares of orders, replicates and remainder over the number
of cells), not below A or B. Players are judged by intervals that hold for all of them together (Bonferroni):
one whose interval holds 0 can't be told from zero; one whose interval overlaps another's has no rank.
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
    variable,
)
from sim.studies.methods.intervals import LEVEL

MOST: Final = 12
"""Players up to which all coalitions are evaluated (4,096)."""
ROUNDING: Final = 1e-9
"""Of the largest value: nearer than this two values are the same number."""

STATES: Final = ("above", "below", "zero", "missing")
ABOVE, BELOW, ZERO, MISSING = STATES

BOTH: Final = ("player", "outcome")
VARIABLES: Final = (
    ("value", BOTH, "夏普利值", "Shapley value"),
    ("se", BOTH, "标准误", "standard error"),
    ("se_luck", BOTH, "标准误：运气", "standard error: luck"),
    ("se_order", BOTH, "标准误：顺序抽样", "standard error: orders drawn"),
    ("low", BOTH, "95%区间下限", "95% interval: low"),
    ("high", BOTH, "95%区间上限", "95% interval: high"),
    ("low_all", BOTH, "联合95%区间下限", "joint 95% interval: low"),
    ("high_all", BOTH, "联合95%区间上限", "joint 95% interval: high"),
    ("total", ("outcome",), "总效应", "total effect"),
    ("total_low", ("outcome",), "总效应（下限）", "total effect: low"),
    ("total_high", ("outcome",), "总效应（上限）", "total effect: high"),
    ("residual", ("outcome",), "各值之和与总效应之差", "sum of values less total"),
)
JUDGED: Final = (
    ("state", BOTH, "与零相比", "against zero"),
    ("rank_best", BOTH, "最高可能名次", "best place possible"),
    ("rank_worst", BOTH, "最低可能名次", "worst place possible"),
    ("rank", BOTH, "名次（0：不能排名）", "rank (0: no ranking possible)"),
    ("ranking", ("outcome",), "能否排名", "whether any ranking is possible"),
)


@dataclass(frozen=True)
class Attribution:
    """Shapley values with their errors, (player, outcome) unless said otherwise.

    Args:
        method: ``exact`` or ``orders``.
        se_luck, se_order: error from replicates, and from the orders drawn (0 if exact).
        low, high: 95% interval of one player.
        low_all, high_all: intervals that hold for all players together with 95%.
        state: ``above``, ``below``, ``zero`` (can't be told from it) or ``missing`` (no number, no interval).
        rank_best, rank_worst: places that the intervals leave open, 1 for the largest value.
        rank: the place where only one is left, that is, no other interval overlaps; else 0.
        total, total_low, total_high: (outcome) effect of all players together.
        residual: (outcome) largest |sum of values - total| of a replicate; rounding only.
        coalitions, replicates, orders: how many were evaluated.
    """

    players: tuple[Label, ...]
    outcomes: tuple[Label, ...]
    method: str
    value: Floats
    se: Floats
    se_luck: Floats
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
        """(outcome) Whether any player has a rank."""
        return np.asarray((self.rank > 0).any(axis=0))

    def sentences(self, language: str) -> list[str]:
        """Of each outcome: who adds, who takes away, who can't be told from zero, and in what order."""
        said = []
        comma = texts.told(language, "attribution.comma")
        called = [player.said(language) for player in self.players]
        for k, outcome in enumerate(self.outcomes):
            # In the order given, not by value: a list of equals must not look like a ranking.
            lists = {s: [called[i] for i in np.flatnonzero(self.state[:, k] == s)] for s in STATES}
            ranked = [
                texts.told(language, "attribution.place", rank=self.rank[i, k], player=called[i])
                for i in np.argsort(self.rank[:, k], kind="stable")
                if self.rank[i, k]
            ]
            lists["ranked" if ranked else "no_ranking"] = ranked or [""]
            for key, names in lists.items():
                fields = {"outcome": outcome.said(language), "players": comma.join(names)}
                said += [texts.told(language, f"attribution.{key}", **fields)] if names else []
        return said

    def dataset(self) -> xr.Dataset:
        """Dimensions player and outcome; each outcome in its own unit (coordinate ``outcome_unit``)."""
        data: dict[str, Any] = {
            name: variable(dims, getattr(self, name), unit, zh, en)
            for unit, rows in (("as the outcome", VARIABLES), ("1", JUDGED))
            for name, dims, zh, en in rows
        }
        coordinates = labelled("player", self.players) | labelled("outcome", self.outcomes)
        coordinates["outcome_unit"] = ("outcome", np.array([o.unit for o in self.outcomes], dtype=np.str_))
        facts = {
            "method": self.method,
            "coalitions": self.coalitions,
            "replicates": self.replicates,
            "orders": self.orders,
        }
        return xr.Dataset(data, coordinates, facts)


def coalitions(players: int) -> Floats:
    """All coalitions, the number of each read in binary: (2^n, n) of 0 and 1.

    >>> coalitions(2).tolist()
    [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    """
    return ((np.arange(2**players)[:, None] >> np.arange(players)) & 1).astype(np.float64)


def exact(evaluate: Evaluate, players: Sequence[Label], outcomes: Sequence[Label]) -> Attribution:
    """Shapley values over all coalitions: sum of |S|! (n-|S|-1)! / n! (v(S + i) - v(S)) over S without i.

    Raises:
        ValueError: no player, or more than :data:`MOST`.
    """
    n = len(players)
    if not 1 <= n <= MOST:
        raise ValueError(f"{n} players: from 1 to {MOST} for all coalitions; sample orders instead")
    everyone = coalitions(n)
    worth = evaluated(evaluate, everyone)
    size = everyone.sum(axis=1).astype(np.int64)
    weight = np.array([math.factorial(s) * math.factorial(n - s - 1) for s in range(n)]) / math.factorial(n)
    value = np.empty((n, *worth.shape[1:]))
    for i in range(n):
        without = np.flatnonzero(everyone[:, i] == 0)
        addition = worth[without + 2**i] - worth[without]
        value[i] = np.tensordot(weight[size[without]], addition, axes=1)
    return _judged(players, outcomes, value[None], worth[-1] - worth[0], "exact", len(everyone), 0)


def sampled(
    evaluate: Evaluate,
    players: Sequence[Label],
    outcomes: Sequence[Label],
    *,
    pairs: int,
    seed: int,
    batch: int = 4,
) -> Attribution:
    """Shapley values along ``pairs`` random orders and their reverses.

    The mean over any orders adds up to the total effect, since each order runs from nobody to everybody.

    Args:
        evaluate: the worth of coalitions.
        players: who they are.
        outcomes: what is counted.
        pairs: orders drawn, each with its reverse; at least 2 for an error.
        seed: keys the orders; the first orders stay the same when more are asked for.
        batch: pairs whose coalitions are asked for in one call.

    Raises:
        ValueError: no player, or fewer than two pairs.
    """
    n = len(players)
    if n < 1 or pairs < 2:
        raise ValueError(f"{n} players, {pairs} pairs of orders: at least 1 and 2")
    orders = drawn(n, pairs, seed)
    known: dict[bytes, Floats] = {}
    value = []
    for start in range(0, pairs, batch):
        lot = orders[start : start + batch]
        paths = [path(order) for each in lot for order in (each, each[::-1])]
        wanted = {c.tobytes(): c for way in paths for c in way if c.tobytes() not in known}
        if wanted:
            found = evaluated(evaluate, np.array(list(wanted.values()), dtype=np.float64))
            known |= dict(zip(wanted, found, strict=True))
        steps = [np.diff([known[c.tobytes()] for c in way], axis=0) for way in paths]
        for there, back, order in zip(steps[::2], steps[1::2], lot, strict=True):
            addition = np.empty_like(there)
            addition[order] = (there + back[::-1]) / 2
            value.append(addition)
    total = known[np.ones(n, dtype=np.bool_).tobytes()] - known[np.zeros(n, dtype=np.bool_).tobytes()]
    return _judged(players, outcomes, np.array(value), total, "orders", len(known), 2 * pairs)


def drawn(number: int, pairs: int, seed: int) -> list[npt.NDArray[np.int64]]:
    """Orders in which so many players come."""
    draws = generator(seed, "orders")
    return [draws.permutation(number) for _ in range(pairs)]


def path(order: npt.NDArray[np.int64]) -> Bools:
    """Coalitions from nobody to everybody as players come in an order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return np.asarray(place < np.arange(len(order) + 1)[:, None])


def _judged(
    players: Sequence[Label],
    outcomes: Sequence[Label],
    draws: Floats,
    total: Floats,
    method: str,
    asked: int,
    orders: int,
) -> Attribution:
    """Means, errors, intervals, states and ranks.

    ``draws``: (pair of orders or 1, player, replicate, outcome); ``total``: (replicate, outcome).
    """
    _, n, r, outcomes_found = draws.shape
    if outcomes_found != len(outcomes):
        raise ValueError(f"{outcomes_found} outcomes evaluated, {len(outcomes)} named")
    value = draws.mean(axis=(0, 2))
    luck, order, variance, freedom = _errors(draws)
    se = np.sqrt(variance)
    half, half_all = (stdtrit(freedom, 1 - (1 - LEVEL) / 2 / together) * se for together in (1, n))
    half_all = half_all + ROUNDING * np.abs(value).max(axis=0)
    low_all, high_all = value - half_all, value + half_all
    state = np.full(value.shape, MISSING)
    state[(low_all <= 0) & (high_all >= 0)] = ZERO
    state[low_all > 0], state[high_all < 0] = ABOVE, BELOW
    best, worst = _places(low_all, high_all)
    whole = total.mean(axis=0)
    spread = total.std(axis=0, ddof=1) / np.sqrt(r) if r > 1 else np.full(len(outcomes), np.nan)
    reach = stdtrit(max(1, r - 1), 0.5 + LEVEL / 2) * spread
    return Attribution(
        players=tuple(players),
        outcomes=tuple(outcomes),
        method=method,
        value=value,
        se=se,
        se_luck=np.sqrt(luck),
        se_order=np.sqrt(order),
        low=value - half,
        high=value + half,
        low_all=low_all,
        high_all=high_all,
        state=state,
        rank_best=best,
        rank_worst=worst,
        rank=np.where(best == worst, best, 0) * (state != MISSING),
        total=whole,
        total_low=whole - reach,
        total_high=whole + reach,
        residual=np.abs(draws.mean(axis=0).sum(axis=0) - total).max(axis=0),
        coalitions=asked,
        replicates=r,
        orders=orders,
    )


def _errors(draws: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Variance of the mean from luck, from orders, in all; its degrees of freedom (Satterthwaite)."""
    p, n, r, k = draws.shape
    nothing, unknown = np.zeros((n, k)), np.full((n, k), np.nan)
    by_order, by_luck = draws.mean(axis=2), draws.mean(axis=0)  # (p, n, k), (n, r, k)
    luck = by_luck.var(axis=1, ddof=1) / r if r > 1 else unknown
    if p == 1:
        return luck, nothing, luck, np.full((n, k), max(1, r - 1))
    order = by_order.var(axis=0, ddof=1) / p
    if r == 1:
        return unknown, order, unknown, np.ones((n, k))
    rest = draws - by_order[:, :, None] - by_luck[None] + draws.mean(axis=(0, 2))[None, :, None]
    remainder = (rest**2).sum(axis=(0, 2)) / ((p - 1) * (r - 1)) / (p * r)
    variance = np.maximum(luck + order - remainder, np.maximum(luck, order))
    squares = luck**2 / (r - 1) + order**2 / (p - 1)
    whole = (luck + order) ** 2
    return luck, order, variance, np.where(squares > 0, whole / np.where(squares > 0, squares, 1), r - 1)


def _places(low: Floats, high: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Best and worst place by value that the intervals leave open; any where there is no interval."""
    above, below = (low[None] > high[:, None]).sum(axis=1), (high[None] < low[:, None]).sum(axis=1)
    return 1 + above, len(low) - below
