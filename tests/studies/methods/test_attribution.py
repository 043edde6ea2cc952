"""Shapley values: games whose values are known, noise, and what may not be ranked."""

import math

import numpy as np
import pytest

from sim import texts
from sim.studies.methods.attribution import BELOW, ZERO, Attribution, coalitions, exact, sampled
from sim.studies.methods.interface import Evaluate, Floats, Label
from sim.studies.specification.units import displayed_unit

JOBS = (Label("jobs", "岗位", "jobs", displayed_unit("persons")),)


def named(number: int) -> list[Label]:
    return [Label(f"p{i}", f"甲{i}", f"player {i}") for i in range(number)]


def sure(worth, replicates: int = 3) -> Evaluate:
    """A game without luck."""

    def evaluate(points: Floats) -> Floats:
        found = np.array([worth(point.astype(bool)) for point in points], dtype=float)
        return np.repeat(found[:, None, None], replicates, axis=1)

    return evaluate


def gloves(who) -> float:
    """Two left gloves, one right: 1/6, 1/6, 2/3."""
    return float(min(who[:2].sum(), who[2]))


COSTS = np.array([1.0, 3.0, 3.0, 7.0])


def airport(who) -> float:
    """The runway costs what its largest aircraft needs: 1/4, 11/12, 11/12, 59/12 (Littlechild & Owen)."""
    return float(COSTS[who].max(initial=0))


@pytest.mark.parametrize(
    ("game", "known"),
    [(gloves, [1 / 6, 1 / 6, 2 / 3]), (airport, [1 / 4, 11 / 12, 11 / 12, 59 / 12])],
)
def test_games_with_known_values(game, known) -> None:
    found = exact(sure(game), named(len(known)), JOBS)
    np.testing.assert_allclose(found.value[:, 0], known)
    assert found.total[0] == pytest.approx(sum(known))
    assert found.residual[0] < 1e-12
    assert found.coalitions == 2 ** len(known)


def test_equal_players_share_no_rank_and_the_largest_is_first() -> None:
    found = exact(sure(airport), named(4), JOBS)
    assert found.rank[:, 0].tolist() == [4, 0, 0, 1]


def test_all_orders_drawn_often_enough_give_the_exact_values() -> None:
    found = sampled(sure(airport), named(4), JOBS, pairs=400, seed=7)
    error = np.abs(found.value[:, 0] - [1 / 4, 11 / 12, 11 / 12, 59 / 12])
    assert (error <= 4 * found.se_order[:, 0] + 1e-12).all()
    assert found.se_order.max() > 0
    assert found.residual[0] < 1e-12
    assert found.coalitions <= 16  # each is asked for once


def test_reversed_orders_cancel_what_two_players_share() -> None:
    """Pairwise interactions split evenly in every antithetic pair: no error from orders is left."""
    pair = np.triu(np.arange(25.0).reshape(5, 5), 1)
    found = sampled(sure(lambda who: float(who @ pair @ who)), named(5), JOBS, pairs=2, seed=1)
    np.testing.assert_allclose(found.value[:, 0], (pair + pair.T).sum(axis=1) / 2)
    assert found.se_order.max() < 1e-9


def additive(effects: list[float], luck: float, replicates: int, seed: int) -> Evaluate:
    """Effects that add up, each with luck of its own; replicate r has the same luck in every coalition."""
    draws = np.random.default_rng(seed)
    own = np.array(effects) + luck * draws.standard_normal((replicates, len(effects)))
    common = 1000 * draws.standard_normal(replicates)

    def evaluate(points: Floats) -> Floats:
        return np.asarray((points @ own.T + common)[:, :, None])

    return evaluate


@pytest.fixture(scope="module")
def noisy() -> Attribution:
    return exact(additive([50, 10, -20, 0, 0, 9.5], 2.0, 12, 3), named(6), JOBS)


def test_luck_common_to_all_coalitions_drops_out(noisy: Attribution) -> None:
    assert noisy.se.max() < 1  # 2 / sqrt(12), though replicates differ by 1,000
    np.testing.assert_allclose(noisy.value[:, 0], [50, 10, -20, 0, 0, 9.5], atol=4 * 2 / math.sqrt(12))


def test_who_cannot_be_told_apart_has_no_rank(noisy: Attribution) -> None:
    assert noisy.state[:, 0].tolist() == ["above", "above", BELOW, ZERO, ZERO, "above"]
    assert noisy.rank[:, 0].tolist() == [1, 0, 6, 0, 0, 0]
    assert noisy.rank_best[:, 0].tolist() == [1, 2, 6, 4, 4, 2]
    assert noisy.rank_worst[:, 0].tolist() == [1, 3, 6, 5, 5, 3]


def test_players_who_do_nothing_seldom_look_as_if_one_did() -> None:
    """Eight judged at once: in one world of twenty one of them may, not in one of three."""
    found = [exact(additive([0.0] * 8, 1.0, 10, seed), named(8), JOBS) for seed in range(150)]
    assert np.mean([(each.state != ZERO).any() for each in found]) <= 0.1


def test_no_ranking_possible_is_an_answer() -> None:
    found = exact(additive([1, 2, 3], 50.0, 4, 5), named(3), JOBS)
    assert not found.ranking[0]
    assert set(found.state[:, 0]) == {ZERO}
    assert any("no ranking possible" in text for text in found.sentences("en"))
    assert any("不能排序" in text for text in found.sentences("zh"))


def test_sentences_name_every_player_once(noisy: Attribution) -> None:
    told = "".join(noisy.sentences("en")[:-1])
    for i in range(6):
        assert told.count(f"player {i}") == 1
    assert texts.told("zh", "attribution.zero", outcome="岗位", players="甲3、甲4") in noisy.sentences("zh")


def test_intervals_hold_what_they_promise() -> None:
    """Orders and luck together: the 95% interval holds the true value in 95 of 100 worlds or nearly so."""
    three = np.random.default_rng(2).normal(0, 3, (5, 5, 5))

    def world(seed: int, pairs: int) -> Evaluate:
        own = 3 * np.random.default_rng(seed).standard_normal((8, 5))

        def evaluate(points: Floats) -> Floats:
            shared = np.einsum("ni,nj,nk,ijk->n", points, points, points, three)
            return np.asarray((shared[:, None] + points @ own.T)[:, :, None])

        return evaluate

    truth = exact(
        lambda points: np.repeat(
            np.einsum("ni,nj,nk,ijk->n", points, points, points, three)[:, None, None], 2, axis=1
        ),
        named(5),
        JOBS,
    ).value[:, 0]
    held = [
        (found.low[:, 0] <= truth) & (truth <= found.high[:, 0])
        for seed in range(60)
        for found in [sampled(world(seed, 6), named(5), JOBS, pairs=6, seed=seed)]
    ]
    assert 0.9 <= np.mean(held) <= 1


def test_replicates_alone_or_one_only_are_said() -> None:
    found = exact(additive([1, 2], 1.0, 1, 1), named(2), JOBS)
    assert set(found.state[:, 0]) == {"missing"}
    assert np.isnan(found.low).all()
    np.testing.assert_allclose(found.value.sum(), found.total)


def test_a_missing_number_stays_with_its_outcome() -> None:
    def evaluate(points: Floats) -> Floats:
        found = np.repeat(points.sum(axis=1)[:, None, None], 3, axis=1).repeat(2, axis=2)
        found[3, 1, 1] = np.nan
        return found

    found = exact(evaluate, named(2), (*JOBS, Label("survival")))
    assert set(found.state[:, 0]) == {"above"}
    assert set(found.state[:, 1]) == {"missing"}
    assert not found.rank[:, 1].any()


def test_the_dataset_carries_names_units_and_every_number(noisy: Attribution) -> None:
    data = noisy.dataset()
    assert data["value"].dims == ("player", "outcome")
    assert data["player_zh"].values[0] == "甲0"
    assert data["outcome_unit"].values[0] == "persons"
    assert all({"units", "long_name", "long_name_zh"} <= set(v.attrs) for v in data.data_vars.values())
    assert float(data["value"].sum()) == pytest.approx(float(data["total"][0]))


def test_players_out_of_reach_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        exact(sure(gloves), named(13), JOBS)
    with pytest.raises(ValueError, match="pairs"):
        sampled(sure(gloves), named(3), JOBS, pairs=1, seed=1)
    with pytest.raises(ValueError, match="point, replicate, outcome"):
        exact(lambda points: points, named(2), JOBS)
    assert coalitions(3).sum() == 12
