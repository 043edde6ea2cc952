"""Registration: waiting for clerks, processing days and licences."""

import numpy as np
import pytest

from sim.engine.event_log import EventLog
from sim.engine.random_streams import RandomStreams
from sim.model.city import simulate
from sim.model.entry import rules as entry_rules
from sim.model.population.firm_table import FILED, GIVEN_UP, NEVER, REGISTERED
from sim.texts import TEXTS
from tests.model import town


def test_openers_by_age_follow_the_curve() -> None:
    """40% of enterprises open at once, 79% in total (JOB01-02), half of the others within 4 ln 2 months."""
    u = (np.arange(100_000) + 0.5) / 100_000
    wait = entry_rules.opening_wait(u, np.full(100_000, 0.40), np.full(100_000, 0.79))
    assert (wait == 0).mean() == pytest.approx(0.40, abs=1e-4)
    assert np.isfinite(wait).mean() == pytest.approx(0.79, abs=1e-4)
    assert (wait <= 4 * np.log(2)).mean() == pytest.approx(0.40 + 0.39 / 2, abs=1e-4)


@pytest.fixture(scope="module")
def simulated():
    """Return a city after its run, for access to variables that are not in the panel."""
    return town.simulated()[0]


def test_dates_come_in_order(simulated) -> None:
    firms = simulated.context.firms
    new = firms.filed >= 0
    done = new & (firms.registered < NEVER)
    assert done.sum() > 5000
    assert (firms.registered[done] >= firms.filed[done]).all()
    opened = done & (firms.opened < NEVER)
    assert (firms.opened[opened] >= firms.registered[opened]).all()
    closed = firms.closed < NEVER
    assert (firms.closed[closed] >= firms.opened[closed]).all()


def test_what_a_line_needs_is_had_before_it_opens(simulated) -> None:
    """Firms that need a licence open no earlier than the licensing days after registration."""
    firms = simulated.context.firms
    bound = (firms.filed >= 0) & (firms.licence > 0) & (firms.opened < NEVER)
    assert bound.sum() > 300
    least = np.where(firms.licence == 2, 60, 30)  # bases of the two levers
    assert (firms.opened[bound] - firms.registered[bound] >= least[bound]).all()


def test_the_licence_is_in_the_case_history(simulated) -> None:
    """All events of licensed firms have labels, and the licence event precedes the opening."""
    firms = simulated.context.firms
    bound = (firms.filed >= 0) & (firms.licence > 0) & (firms.opened < NEVER)
    events = EventLog(firms.id[bound].tolist())
    simulate(
        town.settings(),
        town.WORLD,
        RandomStreams(town.SEED, 0),
        uncertain=False,
        scale=town.SCALE,
        events=events,
    )
    assert all(f"story.{event.event}" in TEXTS for event in events.events)
    licensed = {event.who: event.day for event in events.events if event.event == "registration.licensed"}
    assert licensed.keys() == set(firms.id[bound].tolist())
    opened = dict(zip(firms.id[bound].tolist(), firms.opened[bound].tolist(), strict=True))
    assert all(licensed[who] <= opened[who] for who in licensed)


def test_nobody_is_two_things_at_once(simulated) -> None:
    firms = simulated.context.firms
    assert (
        (firms.registered > simulated.context.clock.last_day) | ~np.isin(firms.state, [FILED, GIVEN_UP])
    ).all()
    assert (
        (firms.registered <= simulated.context.clock.last_day) | np.isin(firms.state, [FILED, GIVEN_UP])
    ).all()
    waiting = firms.state == REGISTERED
    assert (firms.opened[waiting] > simulated.context.clock.last_day).all()


def test_shorter_steps_register_earlier(simulated) -> None:
    slow = town.city({"registration.days": 40})
    slow.run_all()
    slow.close()
    took = []
    for firms in (slow.context.firms, simulated.context.firms):
        done = (firms.filed >= 0) & (firms.registered < NEVER)
        days = (firms.registered - firms.filed)[done]
        took.append(np.average(days, weights=firms.weight[done]))
    # 28 working days are 39 calendar days; individual businesses (two thirds) have 0.4 of the steps
    assert took[0] - took[1] == pytest.approx(39.2 * (1 / 3 + 0.4 * 2 / 3), rel=0.1)


def test_online_files_spare_the_clerks() -> None:
    """If clerks are at capacity, online applications increase registrations."""
    offline, online = (
        town.run({"registration.clerks": 25, "registration.electronic_share": e})
        .outcomes["registrations"]
        .sum()
        for e in (0.0, 1.0)
    )
    assert online / offline == pytest.approx(1 / 0.7, abs=0.08)


def test_founders_give_up_when_the_line_is_too_long() -> None:
    city = town.city({"registration.clerks": 10})
    city.run_all()
    city.close()
    firms = city.context.firms
    tired = firms.state == GIVEN_UP
    assert tired.sum() > 1000
    assert (firms.registered[tired] == NEVER).all()
    assert (firms.opened[tired] == NEVER).all()
    assert (firms.jobs_at_12[tired] >= 1).all()  # they would have had jobs, which must not be counted:
    output = city.context.recorder.arrays
    assert output["founders_served"][-1, 0] <= town.run().outcomes["founders_served"][-1, 0]
