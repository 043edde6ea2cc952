"""Many objectives under a limit: fronts whose answer is known, luck, and points used."""

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


def sure(points: Floats, values: list[Floats], replicates: int = 2) -> Floats:
    return np.repeat(np.stack(values, axis=1)[:, None, :], replicates, axis=1)


def linear(points: Floats) -> Floats:
    """Jobs 3 fund + fee, firms fund + 2 fee, the grant does nothing; each costs 1: jobs + 2 firms <= 50."""
    fund, fee, grant = points.T
    return sure(points, [3 * fund + fee, fund + 2 * fee, fund + fee + grant])


def zdt1(points: Floats) -> Floats:
    """Zitzler, Deb & Thiele 2000: the front is f2 = 1 - sqrt(f1), where all but the first are 0."""
    f1, g = points[:, 0], 1 + 9 * points[:, 1:].mean(axis=1)
    return sure(points, [f1, g * (1 - np.sqrt(f1 / g))], 1)


@pytest.fixture(scope="module")
def under_budget() -> Front:
    return search(linear, PLAN, [JOBS, FIRMS], BUDGET, most=1600, population=40, seed=1)


def test_a_linear_front_under_a_budget(under_budget: Front) -> None:
    """fund + fee = 10, no grant: jobs = 10 + 2 fund, firms = 20 - fund."""
    jobs, firms = under_budget.value.T
    np.testing.assert_allclose(jobs + 2 * firms, 50, rtol=0.03)
    assert under_budget.settings[:, 2].max() < 0.5
    assert (under_budget.limited <= 10).all()
    assert (under_budget.within == 1).all()
    assert jobs.max() > 28  # 30 and 20 are the ends
    assert firms.max() > 18.5
    assert (np.diff(jobs) <= 0).all()


def test_nothing_tried_within_the_budget_is_better_than_the_front(under_budget: Front) -> None:
    tried = under_budget.all_values[under_budget.all_feasible]
    for value in under_budget.value:
        assert not ((tried >= value).all(axis=1) & (tried > value).any(axis=1)).any()


def test_zdt1() -> None:
    factors = [Factor(f"x{i}") for i in range(6)]
    objectives = [Objective(Label("f1"), 0, more=False), Objective(Label("f2"), 1, more=False)]
    found = search(zdt1, factors, objectives, most=3000, population=40, seed=3)
    f1, f2 = found.value.T
    assert np.abs(f2 - (1 - np.sqrt(f1))).max() < 0.1
    assert len(f1) >= 20
    assert f1.min() < 0.02
    assert f1.max() > 0.9
    assert found.evaluated == 3000


def test_points_are_counted_asked_once_and_never_too_many() -> None:
    seen: list[bytes] = []
    sizes: list[int] = []

    def evaluate(points: Floats) -> Floats:
        seen.extend(p.tobytes() for p in points)
        sizes.append(len(points))
        return linear(points)

    found = search(evaluate, PLAN, [JOBS, FIRMS], BUDGET, most=101, population=20, seed=1)
    assert len(seen) == len(set(seen)) == found.evaluated == 101
    assert sizes[0] == 20  # a whole generation at a time


def test_whole_numbers_run_out_and_the_search_ends() -> None:
    small = [Factor("a", 0, 3, whole=True), Factor("b", values=(0.0, 5.0)), Factor("c", 0, 1, whole=True)]
    found = search(linear, small, [JOBS, FIRMS], BUDGET, most=500, population=10, seed=2)
    assert found.evaluated <= 4 * 2 * 2
    assert [3.0, 5.0, 0.0] in found.settings.tolist()


def test_the_plan_as_enacted_is_among_the_first() -> None:
    log = Factor("x", 1, 100, log=True)

    def evaluate(points: Floats) -> Floats:
        return sure(points, [points[:, 0], points[:, 1]])

    found = search(evaluate, [log, FEE], [JOBS, FIRMS], most=10, population=10, seed=1, start=[[10.0, 2.5]])
    np.testing.assert_allclose(found.all_settings[0], [10, 2.5])
    with pytest.raises(ValueError, match="outside its range"):
        search(evaluate, [log, FEE], [JOBS, FIRMS], most=10, population=10, seed=1, start=[[1000.0, 2.5]])


def noisy(seed: int, replicates: int) -> Evaluate:
    """Nothing does anything; every setting has luck of its own."""

    def evaluate(points: Floats) -> Floats:
        draws = [np.random.default_rng([seed, *p.view(np.uint64)]) for p in points]
        return np.array([d.standard_normal((replicates, 3)) for d in draws])

    return evaluate


def test_a_lucky_front_does_not_survive_new_replicates() -> None:
    lucky = search(noisy(1, 4), PLAN, [JOBS, FIRMS], most=200, seed=1)
    told = search(noisy(1, 4), PLAN, [JOBS, FIRMS], most=200, seed=1, confirm=noisy(2, 50))
    assert lucky.value[:, 0].max() > 1.0  # the best of 200 means of four
    assert told.value.max() < 0.6
    assert told.confirmed
    assert told.dropped > 0
    assert told.replicates == 50


def test_how_sure_a_place_on_the_front_is() -> None:
    """Two points that luck can't tell apart, and one that is clearly best."""

    def evaluate(points: Floats) -> Floats:
        luck = np.array([np.random.default_rng(list(p.view(np.uint64))).standard_normal(30) for p in points])
        return np.asarray((100 * (points[:, :1] == 1) + luck)[:, :, None])

    found = search(evaluate, [Factor("a", 0, 1, whole=True)], [JOBS], most=4, population=4, seed=1)
    assert found.settings.tolist() == [[1.0]]
    assert found.stays[0] == 1
    flat = search(noisy(3, 30), PLAN, [JOBS, FIRMS], most=100, seed=1)
    assert flat.stays.min() < 0.9


def test_a_gain_is_over_the_policy_as_it_stands_with_the_same_luck() -> None:
    """Luck of 100 is shared, so a gain of 3 is seen; where there is none, that is said."""
    luck = np.random.default_rng(5).normal(0, 100, 8)

    def evaluate(points: Floats) -> Floats:
        jobs = points[:, :1] + luck
        return np.stack([jobs, np.zeros_like(jobs)], axis=2)

    current = np.column_stack([luck + 7 + np.linspace(-0.1, 0.1, 8), np.zeros(8)])
    goals = [JOBS, FIRMS]
    found = search(evaluate, [FUND], goals, most=60, population=20, seed=1, start=[[10.0]], current=current)
    assert found.current[0] == pytest.approx(7 + luck.mean())
    assert found.gain[0, 0] == pytest.approx(3)
    assert 2.9 < found.gain_low[0, 0] < 3 < found.gain_high[0, 0] < 3.1
    assert "相差3人年" in found.sentences("zh")[1]
    assert "未见显著差异" in found.sentences("zh")[1]  # firms
    said = {"name": "s", "title_zh": "寻优", "kind": "search"}
    settings, jobs, _, sure = search_tables.tables(found.dataset().assign_attrs(said))
    assert settings.rows[0].numbers["1"] == found.settings[0, 0]
    assert [row.name for row in jobs.rows] == ["current", "1"]
    assert jobs.rows[1].numbers["gain"] == found.gain[0, 0]
    assert set(sure.columns) == {"stays"}  # nothing is limited


def test_a_budget_that_cannot_be_kept_is_said() -> None:
    none = search(linear, PLAN, [JOBS, FIRMS], Limit(BUDGET.label, 2, -1.0), most=40, seed=1, confirm=linear)
    assert none.settings.shape == (0, 3)
    assert "均超出限额" in none.sentences("zh")[0]
    assert none.dataset().sizes["point"] == 0


def test_sentences_and_dataset(under_budget: Front) -> None:
    zh = under_budget.sentences("zh")
    assert zh[0].startswith("共试算1600组取值")
    assert zh[1].startswith("岗位最优的为取值1：担保基金")
    assert len(under_budget.sentences("en")) == 3
    data = under_budget.dataset()
    assert data["all_values"].shape == (1600, 2)
    assert float(data["value"].sel(objective="jobs").max()) == pytest.approx(under_budget.value[:, 0].max())


def test_the_same_seed_gives_the_same_front_and_leaves_numpy_alone() -> None:
    before = str(np.random.get_state(legacy=False))  # noqa: NPY002
    one, two, other = (
        search(linear, PLAN, [JOBS, FIRMS], BUDGET, most=120, seed=seed).dataset() for seed in (5, 5, 6)
    )
    assert one.identical(two)
    assert not one.equals(other)
    assert str(np.random.get_state(legacy=False)) == before  # noqa: NPY002


def test_dominated_by_hand() -> None:
    losses = np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [2.0, 2.0], [4.0, 1.0]])
    assert dominated(losses).tolist() == [False, False, True, False, False]


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="numbers"):
        search(linear, [Factor("x", categories=("a", "b"))], [JOBS], most=20, seed=1)
    with pytest.raises(ValueError, match="generation"):
        search(linear, PLAN, [JOBS], most=5, seed=1)
    with pytest.raises(ValueError, match="without a number"):
        search(lambda p: np.full((len(p), 1, 1), np.nan), PLAN, [JOBS], most=20, seed=1)
