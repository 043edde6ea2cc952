"""Growth: what a month of sales and hiring does, and what it must not do."""

import numpy as np
import pytest

from sim.model import growth
from sim.model.coordinates import COORDS
from tests.model import town
from tests.model.cases import cases, check


@cases("growth")
def test_rule(case) -> None:
    check(case)


def test_whole_people_are_right_on_average() -> None:
    """Rounding by a uniform number hires 0.6 persons in expectation, not always none or one."""
    n = 10_000
    u = (np.arange(n) + 0.5) / n
    jobs = np.full(n, 10, dtype=np.int16)
    after = growth.next_jobs(jobs, np.full(n, 20.0), np.ones(n, dtype=bool), u, 0.06, 0.1)
    assert after.mean() == pytest.approx(10.6, abs=1e-3)
    fewer = growth.next_jobs(jobs, np.full(n, 3.0), np.ones(n, dtype=bool), u, 0.06, 0.1)
    assert fewer.mean() == pytest.approx(9.3, abs=1e-3)


def test_a_cheaper_job_is_a_larger_firm_but_not_by_much() -> None:
    """SUB27: a wage subsidy of 3% must not raise a month's staff by tenths."""
    args = (np.array([9.46]), np.zeros(1), np.zeros(1), np.ones(1))
    dear, cheap = (growth.wanted_jobs(*args, np.array([w])) for w in (5000.0, 4850.0))
    assert 1.0 < float(cheap[0] / dear[0]) < 1.1


def test_more_young_firms_meet_less_demand_each() -> None:
    crowded, empty = town.run(), town.run({"registration.clerks": 0})
    local = COORDS["sector"].values.index("trade")
    m = crowded.outcomes["demand_factor"][:, local], empty.outcomes["demand_factor"][:, local]
    assert (m[0][6:] < m[1][6:]).all()
    # what the young do not sell, incumbents do: with nobody founding, they win jobs
    assert empty.outcomes["jobs_displaced"][-1] < crowded.outcomes["jobs_displaced"][-1]
    assert empty.outcomes["jobs_displaced"][-1] < 0
    for history in (crowded, empty):
        factor = history.outcomes["demand_factor"]
        assert ((factor >= 0.9) & (factor <= 1.05)).all()


def test_advice_decays_and_its_effect_is_small() -> None:
    """Equation 13: 40 hours a year for a year give about 3% sales to a founder of usual skill."""
    c: growth.Floats = np.zeros(1)
    for _ in range(12):
        c = growth.next_capability(c, np.zeros(1), np.zeros(1), np.full(1, 40.0), 0.004)
    assert 0.02 < float(c[0]) < 0.04
