"""Growth: monthly sales, hiring, advice and displacement."""

import numpy as np
import pytest

from sim.engine import arrays
from sim.model.coordinates import COORDS
from sim.model.firms import rules as firms_rules
from tests.model import town
from tests.model.levers import moved


def test_whole_people_are_right_on_average() -> None:
    """Random rounding preserves expected employment, with 0.6 hires on average."""
    n = 10_000
    u = (np.arange(n) + 0.5) / n
    jobs = np.full(n, 10, dtype=np.int16)
    after = firms_rules.next_jobs(jobs, np.full(n, 20.0), np.ones(n, dtype=bool), u, 0.06, 0.1)
    assert after.mean() == pytest.approx(10.6, abs=1e-3)
    fewer = firms_rules.next_jobs(jobs, np.full(n, 3.0), np.ones(n, dtype=bool), u, 0.06, 0.1)
    assert fewer.mean() == pytest.approx(9.3, abs=1e-3)


def test_a_cheaper_job_is_a_larger_firm_but_not_by_much() -> None:
    """A wage subsidy of 3% raises desired employment by less than 10% (SUB27)."""
    args = (np.array([9.46]), np.zeros(1), np.zeros(1), np.ones(1))
    dear, cheap = (firms_rules.desired_jobs(*args, np.array([w])) for w in (5000.0, 4850.0))
    assert 1.0 < float(cheap[0] / dear[0]) < 1.1


def test_more_young_firms_meet_less_demand_each() -> None:
    crowded, empty = town.run(), town.run({"registration.clerks": 0})
    local = COORDS["sector"].values.index("trade")
    m = crowded.outcomes["demand_factor"][:, local], empty.outcomes["demand_factor"][:, local]
    assert (m[0][6:] < m[1][6:]).all()
    # what the young do not sell, incumbents do: with nobody founding, they win jobs
    assert empty.outcomes["jobs_displaced"][-1] < crowded.outcomes["jobs_displaced"][-1]
    assert empty.outcomes["jobs_displaced"][-1] < 0
    for output in (crowded, empty):
        factor = output.outcomes["demand_factor"]
        assert ((factor >= 0.9) & (factor <= 1.05)).all()


def test_advice_decays_and_its_effect_is_small() -> None:
    """40 hours of advice a year raise the capability of an average founder by 2 to 4% (equation 13)."""
    c: arrays.Floats = np.zeros(1)
    for _ in range(12):
        c = firms_rules.next_capability(c, np.zeros(1), np.zeros(1), np.full(1, 40.0), 0.004)
    assert 0.02 < float(c[0]) < 0.04


@pytest.mark.parametrize(
    ("lever", "low", "high", "outcomes"),
    [
        ("growth.reach", 0, 0.05, ["jobs", "jobs_displaced"]),
        ("growth.apprentices", 0, 50_000, ["jobs", "hiring_days"]),
        ("growth.transfer_days", 90, 1, ["jobs", "hiring_days"]),
    ],
)
def test_setting_moves(lever: str, low: float, high: float, outcomes: list[str]) -> None:
    less, more = moved(lever, low, high, outcomes, {"growth.transfer_days": 45.0})
    assert more.outcomes["jobs"][-12:].sum() > less.outcomes["jobs"][-12:].sum()
    if "hiring_days" in outcomes:
        assert more.outcomes["hiring_days"][-1] < less.outcomes["hiring_days"][-1]


def test_what_young_firms_win_by_reach_older_firms_lose_at_once() -> None:
    wide, usual = town.run({"growth.reach": 0.01}).outcomes, town.run().outcomes
    assert (wide["jobs_displaced"][:6] > usual["jobs_displaced"][:6]).all()
    assert np.array_equal(wide["demand_factor"][0], usual["demand_factor"][0])  # not by pressing on demand


@pytest.mark.parametrize(
    ("parameter", "around"),
    [
        ("growth.reach_effect", {"growth.reach": 0.01}),
        ("growth.hiring_response", {"growth.apprentices": 50_000, "growth.transfer_days": 1}),
    ],
)
def test_an_effect_that_is_zero_leaves_no_trace(parameter: str, around: dict[str, town.Value]) -> None:
    """A setting has no influence if its effect parameter is 0, as in half of the replicates."""
    outputs = []
    for overrides in ({}, around):
        city = town.city(overrides)
        city.context.parameters[parameter] = 0.0
        outputs.append(city.run_all())
        city.close()
    assert not town.differing(*outputs)


def test_only_enterprises_hire_faster() -> None:
    """Faster hiring raises jobs in enterprises and hardly affects individual businesses."""
    fast, usual = (
        town.run({"growth.apprentices": 50_000, "growth.transfer_days": 1}).outcomes,
        town.run().outcomes,
    )
    more = fast["jobs"][-1] - usual["jobs"][-1]
    assert more[0] > 0
    assert abs(more[1]) < 0.2 * more[0]
