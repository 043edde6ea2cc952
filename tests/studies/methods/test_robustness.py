"""Regret and satisficing over states of the world: worked examples."""

import numpy as np
import pytest
from scipy.stats import norm

from sim.studies.methods.interface import Label
from sim.studies.methods.robustness import CRITERIA, Goal, Robustness, robustness
from sim.studies.specification.units import displayed_unit

POLICIES = [Label("fund", "担保基金", "fund"), Label("fee", "降费", "fee"), Label("both", "并举", "both")]
JOBS = Label("jobs", "岗位", "jobs", displayed_unit("persons"))
COST = Label("cost", "支出", "spending", displayed_unit("yuan"))

#                  worlds:  1    2    3    4
HAND = np.array(
    [
        [[100, 10], [80, 10], [60, 20], [40, 10]],  # fund
        [[90, 5], [90, 5], [50, 5], [50, 5]],  # fee
        [[120, 30], [60, 30], [60, 30], [0, 30]],  # both
    ],
    dtype=float,
)
GOALS = [Goal(JOBS, bound=50), Goal(COST, more=False, bound=15)]


@pytest.fixture(scope="module")
def result() -> Robustness:
    return robustness(HAND, POLICIES, GOALS, seed=1)


@pytest.mark.parametrize(
    ("criterion", "jobs", "cost"),
    [
        ("mean", [70, 70, 60], [12.5, 5, 30]),
        ("worst", [40, 50, 0], [20, 5, 30]),
        ("best", [100, 90, 120], [10, 5, 30]),
        ("hurwicz", [70, 70, 60], [15, 5, 30]),
        ("tenth", [46, 50, 18], [17, 5, 30]),  # 0.3 of the way from the worst to the next
        (
            "regret_worst",
            [20, 30, 50],
            [15, 0, 25],
        ),  # fund 20, 10, 0, 10; fee 30, 0, 10, 0; both 0, 30, 0, 50
        ("regret_90", [17, 24, 44], [12, 0, 25]),
    ],
)
def test_criteria_worked_example(
    result: Robustness, criterion: str, jobs: list[float], cost: list[float]
) -> None:
    k = list(CRITERIA).index(criterion)
    np.testing.assert_allclose(result.value[k, :, 0], jobs)
    np.testing.assert_allclose(result.value[k, :, 1], cost)


def test_domain_worked_example(result: Robustness) -> None:
    assert result.met.tolist() == [[0.75, 0.75], [1, 1], [0.75, 0]]
    np.testing.assert_allclose(result.domain, [0.5, 1, 0])
    assert result.domain_low[1] == pytest.approx(0.5101, abs=1e-3)  # Wilson, 4 of 4
    assert result.domain_high[1] == pytest.approx(1)


def test_relative_regret_and_deviation_agree_with_rhodium() -> None:
    """Regret types I and II of Herman et al. (2015); with ten worlds, the 90% quantile is an observation."""
    draws = np.random.default_rng(4)
    x = draws.uniform(10, 20, (3, 11, 2))
    base = draws.uniform(10, 20, (3, 2))
    result = robustness(x, POLICIES, GOALS, seed=1, base=base)
    best = np.array([x[:, :, 0].max(axis=0), x[:, :, 1].min(axis=0)]).T
    for i in range(3):
        second = [
            np.percentile([abs((x[i, w, k] - best[w, k]) / x[i, w, k]) for w in range(11)], 90)
            for k in (0, 1)
        ]
        first = [
            np.percentile([abs((x[i, w, k] - base[i, k]) / base[i, k]) for w in range(11)], 90)
            for k in (0, 1)
        ]
        assert result.regret_relative[i] == pytest.approx(max(second))
        assert result.deviation[i] == pytest.approx(max(first))


def test_horizon_is_the_distance_to_the_nearest_failing_state() -> None:
    worlds = np.array([[0.5, 0.5], [0.5, 0.9], [0.8, 0.9], [0.5, 0.6]])
    result = robustness(HAND, POLICIES, GOALS, seed=1, worlds=worlds, base_world=[0.5, 0.5])
    np.testing.assert_allclose(
        result.horizon, [0.1, np.inf, 0]
    )  # fund: 4th at 0.1, 3rd at 0.5; both: the 1st


def test_no_domain_without_goals_and_no_horizon_without_base_state() -> None:
    result = robustness(HAND, POLICIES, [Goal(JOBS), Goal(COST, more=False)], seed=1)
    for name in ("domain", "domain_low", "domain_first", "deviation", "horizon"):
        assert np.isnan(getattr(result, name)).all()
    assert not any("全部要求" in text for text in result.sentences("zh"))


def test_relative_regret_of_a_zero_best_is_missing() -> None:
    x = np.array([[[0.0], [1.0]], [[0.0], [2.0]]])
    result = robustness(x, POLICIES[:2], [Goal(JOBS)], seed=1)
    assert result.regret_relative.tolist() == [1.0, 0.0]
    worse = robustness(x - [[[1.0], [1.0]], [[0.0], [0.0]]], POLICIES[:2], [Goal(JOBS)], seed=1)
    assert worse.regret_relative[0] == np.inf


def test_choice_requires_enough_states_of_the_world() -> None:
    draws = np.random.default_rng(2)
    worlds = 100 * draws.standard_normal(400)
    gap = 3 + 10 * draws.standard_normal(400)  # better by 3 on average; t = 6 with 400 worlds, 1 with 12
    many = np.stack([worlds, worlds + gap])[:, :, None]
    labels = POLICIES[:2]
    assert robustness(many, labels, [Goal(JOBS)], seed=1).choice("mean", 0) == 1
    few = robustness(many[:, :12], labels, [Goal(JOBS)], seed=1)
    assert few.choice("mean", 0) is None
    assert any("各方案未见显著差异" in text for text in few.sentences("zh"))
    assert any("no significant difference" in text for text in few.sentences("en"))


def test_share_of_first_places_reflects_sampling_error() -> None:
    draws = np.random.default_rng(5)
    gap = draws.standard_normal(200)
    gap += 0.1 - gap.mean()
    result = robustness(np.stack([np.zeros(200), gap])[:, :, None], POLICIES[:2], [Goal(JOBS)], seed=1)
    assert result.first[0, 1, 0] == pytest.approx(norm.cdf(0.1 * np.sqrt(200) / gap.std()), abs=0.05)


def test_equal_policies_share_a_rank() -> None:
    result = robustness(np.ones((2, 5, 1)), POLICIES[:2], [Goal(JOBS)], seed=1)
    np.testing.assert_allclose(result.first, 0.5)


def test_conclusions_name_the_choice_and_every_domain(result: Robustness) -> None:
    zh = result.sentences("zh")
    assert "支出，按“各情形平均”：宜选降费。" in zh
    assert any(text.startswith("担保基金：4种情形中有50%满足全部要求") for text in zh)
    assert len(result.sentences("en")) == len(zh) == 2 * len(CRITERIA) + 3 + 1


def test_dataset_is_complete(result: Robustness) -> None:
    data = result.dataset()
    assert float(data["value"].sel(criterion="worst", policy="fee", outcome="jobs")) == 50
    assert float(data["domain"].sel(policy="fund")) == 0.5
    assert data["more_is_better"].values.tolist() == [True, False]
    assert data["criterion_zh"].values[0] == "各情形平均"


def test_invalid_arguments() -> None:
    with pytest.raises(ValueError, match="fit"):
        robustness(HAND, POLICIES[:2], GOALS, seed=1)
    with pytest.raises(ValueError, match="NaN"):
        robustness(np.where(HAND == 0, np.nan, HAND), POLICIES, GOALS, seed=1)
