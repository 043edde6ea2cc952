"""Shapley values: games with known values, noise, and ranks."""

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


def noise_free(worth, replicates: int = 3) -> Evaluate:
    """Return a function that evaluates a game without noise."""

    def evaluate(points: Floats) -> Floats:
        result = np.array([worth(point.astype(bool)) for point in points], dtype=float)
        return np.repeat(result[:, None, None], replicates, axis=1)

    return evaluate


def gloves(who) -> float:
    """Glove game with two left gloves and one right glove: Shapley values 1/6, 1/6 and 2/3."""
    return float(min(who[:2].sum(), who[2]))


COSTS = np.array([1.0, 3.0, 3.0, 7.0])


def airport(who) -> float:
    """Airport game (Littlechild & Owen): cost of the largest aircraft; values 1/4, 11/12, 11/12 and 59/12."""
    return float(COSTS[who].max(initial=0))


@pytest.mark.parametrize(
    ("game", "known"),
    [(gloves, [1 / 6, 1 / 6, 2 / 3]), (airport, [1 / 4, 11 / 12, 11 / 12, 59 / 12])],
)
def test_games_with_known_shapley_values(game, known) -> None:
    result = exact(noise_free(game), named(len(known)), JOBS)
    np.testing.assert_allclose(result.value[:, 0], known)
    assert result.total[0] == pytest.approx(sum(known))
    assert result.residual[0] < 1e-12
    assert result.coalitions == 2 ** len(known)


def test_equal_players_have_no_rank_and_the_largest_is_first() -> None:
    result = exact(noise_free(airport), named(4), JOBS)
    assert result.rank[:, 0].tolist() == [4, 0, 0, 1]


def test_sampled_orders_converge_to_exact_values() -> None:
    result = sampled(noise_free(airport), named(4), JOBS, pairs=400, seed=7)
    error = np.abs(result.value[:, 0] - [1 / 4, 11 / 12, 11 / 12, 59 / 12])
    assert (error <= 4 * result.se_order[:, 0] + 1e-12).all()
    assert result.se_order.max() > 0
    assert result.residual[0] < 1e-12
    assert result.coalitions <= 16  # each is evaluated once


def test_antithetic_orders_cancel_pairwise_interactions() -> None:
    """Pairwise interactions are split evenly in every antithetic pair of orders, without sampling error."""
    pair = np.triu(np.arange(25.0).reshape(5, 5), 1)
    result = sampled(noise_free(lambda who: float(who @ pair @ who)), named(5), JOBS, pairs=2, seed=1)
    np.testing.assert_allclose(result.value[:, 0], (pair + pair.T).sum(axis=1) / 2)
    assert result.se_order.max() < 1e-9


def additive(effects: list[float], noise: float, replicates: int, seed: int) -> Evaluate:
    """Return additive effects with noise; replicate r has the same noise in every coalition."""
    draws = np.random.default_rng(seed)
    own = np.array(effects) + noise * draws.standard_normal((replicates, len(effects)))
    common = 1000 * draws.standard_normal(replicates)

    def evaluate(points: Floats) -> Floats:
        return np.asarray((points @ own.T + common)[:, :, None])

    return evaluate


@pytest.fixture(scope="module")
def noisy() -> Attribution:
    return exact(additive([50, 10, -20, 0, 0, 9.5], 2.0, 12, 3), named(6), JOBS)


def test_noise_common_to_all_coalitions_cancels(noisy: Attribution) -> None:
    assert noisy.se.max() < 1  # 2 / sqrt(12), though replicates differ by 1,000
    np.testing.assert_allclose(noisy.value[:, 0], [50, 10, -20, 0, 0, 9.5], atol=4 * 2 / math.sqrt(12))


def test_overlapping_intervals_have_no_rank(noisy: Attribution) -> None:
    assert noisy.state[:, 0].tolist() == ["above", "above", BELOW, ZERO, ZERO, "above"]
    assert noisy.rank[:, 0].tolist() == [1, 0, 6, 0, 0, 0]
    assert noisy.rank_best[:, 0].tolist() == [1, 2, 6, 4, 4, 2]
    assert noisy.rank_worst[:, 0].tolist() == [1, 3, 6, 5, 5, 3]


def test_false_positive_rate_of_null_players() -> None:
    """With eight players, the family-wise error rate is about 5%, not a third."""
    result = [exact(additive([0.0] * 8, 1.0, 10, seed), named(8), JOBS) for seed in range(150)]
    assert np.mean([(each.state != ZERO).any() for each in result]) <= 0.1


def test_conclusion_without_a_ranking() -> None:
    result = exact(additive([1, 2, 3], 50.0, 4, 5), named(3), JOBS)
    assert not result.ranking[0]
    assert set(result.state[:, 0]) == {ZERO}
    assert any("no ranking possible" in text for text in result.sentences("en"))
    assert any("不能排序" in text for text in result.sentences("zh"))


def test_conclusions_name_every_player_once(noisy: Attribution) -> None:
    text = "".join(noisy.sentences("en")[:-1])
    for i in range(6):
        assert text.count(f"player {i}") == 1
    assert texts.in_language("zh", "attribution.zero", outcome="岗位", players="甲3、甲4") in noisy.sentences(
        "zh"
    )


def test_coverage_of_intervals() -> None:
    """95% intervals reflect orders and noise, and include the true value in about 95 of 100 cases."""
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
        (result.low[:, 0] <= truth) & (truth <= result.high[:, 0])
        for seed in range(60)
        for result in [sampled(world(seed, 6), named(5), JOBS, pairs=6, seed=seed)]
    ]
    assert 0.9 <= np.mean(held) <= 1


def test_reasons_for_missing_intervals() -> None:
    result = exact(additive([1, 2], 1.0, 1, 1), named(2), JOBS)
    assert set(result.state[:, 0]) == {"missing"}
    assert np.isnan(result.low).all()
    np.testing.assert_allclose(result.value.sum(), result.total)


def test_missing_number_affects_only_its_outcome() -> None:
    def evaluate(points: Floats) -> Floats:
        result = np.repeat(points.sum(axis=1)[:, None, None], 3, axis=1).repeat(2, axis=2)
        result[3, 1, 1] = np.nan
        return result

    result = exact(evaluate, named(2), (*JOBS, Label("survival")))
    assert set(result.state[:, 0]) == {"above"}
    assert set(result.state[:, 1]) == {"missing"}
    assert not result.rank[:, 1].any()


def test_dataset_has_labels_units_and_all_numbers(noisy: Attribution) -> None:
    data = noisy.dataset()
    assert data["value"].dims == ("player", "outcome")
    assert data["player_zh"].values[0] == "甲0"
    assert data["outcome_unit"].values[0] == "persons"
    assert all({"units", "long_name", "long_name_zh"} <= set(v.attrs) for v in data.data_vars.values())
    assert float(data["value"].sum()) == pytest.approx(float(data["total"][0]))


def test_too_many_players_are_an_error() -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        exact(noise_free(gloves), named(13), JOBS)
    with pytest.raises(ValueError, match="pairs"):
        sampled(noise_free(gloves), named(3), JOBS, pairs=1, seed=1)
    with pytest.raises(ValueError, match="point, replicate, outcome"):
        exact(lambda points: points, named(2), JOBS)
    assert coalitions(3).sum() == 12
