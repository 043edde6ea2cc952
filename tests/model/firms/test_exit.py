"""Exit: closure hazard and deregistration."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.firms import rules as firms_rules
from sim.model.population.firm_table import CLOSED, DEREGISTRATION_PENDING, NEVER, OPEN, REGISTERED
from tests.model import town


def test_five_years_of_the_usual_hazard() -> None:
    """Five-year survival since opening is between the bounds of the evidence (SURV01-04; EU 0.44-0.50)."""
    x, arrears, jobs = np.full(1, 1.5), np.zeros(1, dtype=np.int8), np.ones(1, dtype=np.int16)
    for individual in (False, True):
        alive = 1.0
        for month in range(60):
            h = firms_rules.closure_hazard(
                np.array([month / 12]), np.array([individual]), x, arrears, jobs, 0.45, 1.0, 1.0
            )
            alive *= 1 - float(h[0])
        assert 0.42 < alive < 0.55


def test_richer_owners_close_less() -> None:
    x = np.linspace(-2, 5, 50)
    h = firms_rules.closure_hazard(
        np.ones(50),
        np.zeros(50, dtype=bool),
        x,
        np.zeros(50, dtype=np.int8),
        np.ones(50, dtype=np.int16),
        0.45,
        1,
        1,
    )
    assert (np.diff(h) <= 0).all()
    assert h[0] > 3 * h[-1]


@pytest.fixture(scope="module", params=[30, 4], ids=["licence clerks as usual", "few licence clerks"])
def simulated(request):
    return town.simulated({"registration.licence_clerks": request.param})[0]


def test_only_the_closed_and_the_never_opened_leave_the_register(simulated) -> None:
    """Firms that have opened must close before they are struck off."""
    firms = simulated.context.firms
    applied = firms.deregistered < NEVER
    assert applied.sum() > 1000
    assert not (applied & (firms.state == OPEN)).any()
    ever_open = applied & (firms.opened <= simulated.context.clock.last_day)
    assert (firms.closed[ever_open] < NEVER).all()


def test_nobody_leaves_the_register_within_three_months_or_before_the_notice_is_over(simulated) -> None:
    firms = simulated.context.firms
    gone = (firms.deregistered < clock.DAYS) & (firms.registered >= 0)
    since = np.where(firms.closed < NEVER, firms.closed, firms.registered)[gone]
    assert gone.sum() > 300
    assert (firms.deregistered[gone] - since >= 90 + 75).all()  # base of the lever: 75 days


def test_the_closed_employ_nobody_and_own_nothing(simulated) -> None:
    firms = simulated.context.firms
    closed = np.isin(firms.state, [CLOSED])
    assert (firms.jobs[closed] == 0).all()
    assert (firms.cash[closed] == 0).all()


def test_faster_deregistration_shrinks_the_register() -> None:
    """Faster deregistration reduces the stock of registered entities."""
    slow, fast = (
        town.run({"exit.deregistration_days": d, "exit.simple_share": s}).outcomes
        for d, s in ((120, 0.0), (20, 1.0))
    )
    assert fast["market_entities"][-1].sum() < slow["market_entities"][-1].sum()
    assert np.array_equal(fast["firms"], slow["firms"])  # without affecting open firms


def test_no_file_is_lost_on_its_way_out() -> None:
    city = town.city({"exit.clerks": 0})
    city.run_all()
    city.close()
    firms = city.context.firms
    through = firms.deregistered[firms.deregistered < DEREGISTRATION_PENDING]
    assert (through <= 180).all()  # on their notice since 2016
    assert city.context.recorder.arrays["deregistrations"][6:].sum() == 0
    # those of the last month come in January 2021
    waiting = city.deregistration.desk.queue.waiting(clock.DAYS + 31)
    assert sorted(waiting.tolist()) == np.flatnonzero(firms.deregistered == DEREGISTRATION_PENDING).tolist()
    assert len(waiting) > 500
    assert np.isin(firms.state[firms.deregistered == DEREGISTRATION_PENDING], [CLOSED, REGISTERED]).all()
