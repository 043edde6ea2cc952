"""Multi-objective search under a limit: known fronts, noise, and number of evaluations."""

import numpy as np
import pytest

from sim.reporting.tables import search_tables
from sim.studies.methods.interface import Evaluate, Factor, Floats, Label
from sim.studies.methods.pareto_front import Front, Limit, Objective
from sim.studies.methods.search import dominated, search
from sim.studies.specification.units import displayed_unit

FUND = Factor("guarantee_fund.capital", 0, 10, "担保基金", "guarantee fund")
FEE = Factor("fee_cut.share", 0, 10, "降费", "fee cut")
GRANT = Factor("grant.amount", 0, 10, "补助", "grant")
PLAN = (FUND, FEE, GRANT)
JOBS, FIRMS = (
    Objective(Label("jobs", "岗位", "jobs", displayed_unit("job-years")), 0),
    Objective(Label("firms", "企业", "firms"), 1),
)
BUDGET = Limit(Label("spending", "支出", "spending", displayed_unit("yuan")), 2, 10.0)


def noise_free(points: Floats, values: list[Floats], replicates: int = 2) -> Floats:
    return np.repeat(np.stack(values, axis=1)[:, None, :], replicates, axis=1)


def linear(points: Floats) -> Floats:
    """Return linear outcomes: jobs = 3 fund + fee, firms = fund + 2 fee, cost = fund + fee + grant."""
    fund, fee, grant = points.T
    return noise_free(points, [3 * fund + fee, fund + 2 * fee, fund + fee + grant])


def zdt1(points: Floats) -> Floats:
    """ZDT1 (Zitzler, Deb & Thiele 2000): f2 = 1 - sqrt(f1) on the front, where other factors are 0."""
    f1, g = points[:, 0], 1 + 9 * points[:, 1:].mean(axis=1)
    return noise_free(points, [f1, g * (1 - np.sqrt(f1 / g))], 1)


@pytest.fixture(scope="module")
def under_budget() -> Front:
    return search(linear, PLAN, [JOBS, FIRMS], BUDGET, most=1600, population=40, seed=1)


def test_linear_front_under_a_budget(under_budget: Front) -> None:
    """On the front, fund + fee = 10 and grant = 0, so that jobs = 10 + 2 fund and firms = 20 - fund."""
    jobs, firms = under_budget.value.T
    np.testing.assert_allclose(jobs + 2 * firms, 50, rtol=0.03)
    assert under_budget.settings[:, 2].max() < 0.5
    assert (under_budget.limited <= 10).all()
    assert (under_budget.within == 1).all()
    assert jobs.max() > 28  # 30 and 20 are the ends
    assert firms.max() > 18.5
    assert (np.diff(jobs) <= 0).all()


def test_no_evaluated_feasible_point_dominates_the_front(under_budget: Front) -> None:
    tried = under_budget.all_values[under_budget.all_feasible]
    for value in under_budget.value:
        assert not ((tried >= value).all(axis=1) & (tried > value).any(axis=1)).any()


def test_zdt1() -> None:
    factors = [Factor(f"x{i}") for i in range(6)]
    objectives = [Objective(Label("f1"), 0, more=False), Objective(Label("f2"), 1, more=False)]
    result = search(zdt1, factors, objectives, most=3000, population=40, seed=3)
    f1, f2 = result.value.T
    assert np.abs(f2 - (1 - np.sqrt(f1))).max() < 0.1
    assert len(f1) >= 20
    assert f1.min() < 0.02
    assert f1.max() > 0.9
    assert result.evaluated == 3000


def test_points_are_evaluated_once_and_within_the_limit() -> None:
    seen: list[bytes] = []
    sizes: list[int] = []

    def evaluate(points: Floats) -> Floats:
        seen.extend(p.tobytes() for p in points)
        sizes.append(len(points))
        return linear(points)

    result = search(evaluate, PLAN, [JOBS, FIRMS], BUDGET, most=101, population=20, seed=1)
    assert len(seen) == len(set(seen)) == result.evaluated == 101
    assert sizes[0] == 20  # a whole generation at a time


def test_search_ends_when_integers_are_exhausted() -> None:
    small = [Factor("a", 0, 3, whole=True), Factor("b", values=(0.0, 5.0)), Factor("c", 0, 1, whole=True)]
    result = search(linear, small, [JOBS, FIRMS], BUDGET, most=500, population=10, seed=2)
    assert result.evaluated <= 4 * 2 * 2
    assert [3.0, 5.0, 0.0] in result.settings.tolist()


def test_initial_points_include_the_current_policy() -> None:
    log = Factor("x", 1, 100, log=True)

    def evaluate(points: Floats) -> Floats:
        return noise_free(points, [points[:, 0], points[:, 1]])

    result = search(evaluate, [log, FEE], [JOBS, FIRMS], most=10, population=10, seed=1, start=[[10.0, 2.5]])
    np.testing.assert_allclose(result.all_settings[0], [10, 2.5])
    with pytest.raises(ValueError, match="outside its range"):
        search(evaluate, [log, FEE], [JOBS, FIRMS], most=10, population=10, seed=1, start=[[1000.0, 2.5]])


def noisy(seed: int, replicates: int) -> Evaluate:
    """Return objectives that consist of independent noise at every setting."""

    def evaluate(points: Floats) -> Floats:
        draws = [np.random.default_rng([seed, *p.view(np.uint64)]) for p in points]
        return np.array([d.standard_normal((replicates, 3)) for d in draws])

    return evaluate


def test_front_due_to_noise_is_dropped_with_new_replicates() -> None:
    first = search(noisy(1, 4), PLAN, [JOBS, FIRMS], most=200, seed=1)
    confirmed = search(noisy(1, 4), PLAN, [JOBS, FIRMS], most=200, seed=1, confirm=noisy(2, 50))
    assert first.value[:, 0].max() > 1.0  # the best of 200 means of four
    assert confirmed.value.max() < 0.6
    assert confirmed.confirmed
    assert confirmed.dropped > 0
    assert confirmed.replicates == 50


def test_reliability_of_points_on_the_front() -> None:
    """Two points cannot be distinguished because of noise, and one point is clearly best."""

    def evaluate(points: Floats) -> Floats:
        noise = np.array([np.random.default_rng(list(p.view(np.uint64))).standard_normal(30) for p in points])
        return np.asarray((100 * (points[:, :1] == 1) + noise)[:, :, None])

    result = search(evaluate, [Factor("a", 0, 1, whole=True)], [JOBS], most=4, population=4, seed=1)
    assert result.settings.tolist() == [[1.0]]
    assert result.stays[0] == 1
    flat = search(noisy(3, 30), PLAN, [JOBS, FIRMS], most=100, seed=1)
    assert flat.stays.min() < 0.9


def test_gain_over_the_current_policy_uses_common_random_numbers() -> None:
    """Noise of 100 is common to both policies, so that a gain of 3 is significant and a gain of 0 is not."""
    noise = np.random.default_rng(5).normal(0, 100, 8)

    def evaluate(points: Floats) -> Floats:
        jobs = points[:, :1] + noise
        return np.stack([jobs, np.zeros_like(jobs)], axis=2)

    current = np.column_stack([noise + 7 + np.linspace(-0.1, 0.1, 8), np.zeros(8)])
    goals = [JOBS, FIRMS]
    result = search(evaluate, [FUND], goals, most=60, population=20, seed=1, start=[[10.0]], current=current)
    assert result.current[0] == pytest.approx(7 + noise.mean())
    assert result.gain[0, 0] == pytest.approx(3)
    assert 2.9 < result.gain_low[0, 0] < 3 < result.gain_high[0, 0] < 3.1
    assert "相差3人年" in result.sentences("zh")[1]
    assert "未见显著差异" in result.sentences("zh")[1]  # firms
    attributes = {"name": "s", "title_zh": "寻优", "kind": "search"}
    settings, jobs, _, reliability = search_tables.tables(result.dataset().assign_attrs(attributes))
    assert settings.rows[0].numbers["1"] == result.settings[0, 0]
    assert [row.name for row in jobs.rows] == ["current", "1"]
    assert jobs.rows[1].numbers["gain"] == result.gain[0, 0]
    assert set(reliability.columns) == {"stays"}  # nothing is limited


def test_infeasible_budget_is_reported() -> None:
    none = search(linear, PLAN, [JOBS, FIRMS], Limit(BUDGET.label, 2, -1.0), most=40, seed=1, confirm=linear)
    assert none.settings.shape == (0, 3)
    assert "均超出限额" in none.sentences("zh")[0]
    assert none.dataset().sizes["point"] == 0


def test_conclusions_and_dataset(under_budget: Front) -> None:
    zh = under_budget.sentences("zh")
    assert zh[0].startswith("共试算1600组取值")
    assert zh[1].startswith("岗位最优的为取值1：担保基金")
    assert len(under_budget.sentences("en")) == 3
    data = under_budget.dataset()
    assert data["all_values"].shape == (1600, 2)
    assert float(data["value"].sel(objective="jobs").max()) == pytest.approx(under_budget.value[:, 0].max())


def test_reproducible_without_global_random_state() -> None:
    before = str(np.random.get_state(legacy=False))  # noqa: NPY002
    one, two, other = (
        search(linear, PLAN, [JOBS, FIRMS], BUDGET, most=120, seed=seed).dataset() for seed in (5, 5, 6)
    )
    assert one.identical(two)
    assert not one.equals(other)
    assert str(np.random.get_state(legacy=False)) == before  # noqa: NPY002


def test_dominated_worked_example() -> None:
    losses = np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [2.0, 2.0], [4.0, 1.0]])
    assert dominated(losses).tolist() == [False, False, True, False, False]


def test_invalid_arguments() -> None:
    with pytest.raises(ValueError, match="numbers"):
        search(linear, [Factor("x", categories=("a", "b"))], [JOBS], most=20, seed=1)
    with pytest.raises(ValueError, match="generation"):
        search(linear, PLAN, [JOBS], most=5, seed=1)
    with pytest.raises(ValueError, match="NaN"):
        search(lambda p: np.full((len(p), 1, 1), np.nan), PLAN, [JOBS], most=20, seed=1)
