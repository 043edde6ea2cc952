"""Tests of parks: seats open after the fit-out and close as policy sets them; parks create no firms."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.environment import geography
from tests.model import town


@pytest.fixture(scope="module")
def simulated():
    """2,000 seats from the start, 1,003 from July 2018 on, none from January 2020."""
    city = town.city({"incubator.park_seats": [(0, 2000), (546, 1003), (1095, 0)]})
    observed: list[list[tuple[int, int]]] = []

    def observe() -> None:
        observed.append([(s.places, s.tenants) for s in city.register.open if s.kind == "park"])

    for month in range(48):
        town.after(city, clock.MONTH_START[month] + 5.0, observe)
    output = city.run_all()
    yield city, output, observed
    city.close()


def test_seats_come_after_the_fit_out_and_never_exceed_policy(simulated) -> None:
    _, output, observed = simulated
    seats = output.outcomes["park_seats"]
    assert seats[:3].tolist() == [0, 0, 0]
    assert (seats <= 2000).all()
    assert (np.diff(seats[:18]) >= 0).all()
    assert seats[17] == 2000
    assert (seats[18:36] == 1000).all()
    assert not seats[36:].any()
    assert all(tenants <= places for parks in observed for places, tenants in parks)


def test_those_who_came_last_go_when_a_park_shrinks_and_all_when_it_closes(simulated) -> None:
    city, output, _ = simulated
    tenants = output.outcomes["park_tenants"]
    assert tenants[17] > 250
    assert 200 < tenants[18] <= 250
    assert not tenants[36:].any()
    parks = [s.number for s in city.register.by_number if s.kind == "park"]
    assert not np.isin(city.context.firms.space, parks).any()


def test_tenants_are_firms_in_software_design_and_trade() -> None:
    city = town.city({"incubator.park_seats": 2000})
    city.run_all()
    parks = [s.number for s in city.register.by_number if s.kind == "park"]
    sectors = np.array([s.slug for s in geography.sectors()])[
        city.context.firms.sector[np.isin(city.context.firms.space, parks)]
    ]
    city.close()
    assert set(sectors) == {"software", "culture", "trade"}


def test_too_many_seats_stay_empty() -> None:
    """Five times the seats do not attract five times the tenants, because few firms seek a park."""
    few, many = (town.run({"incubator.park_seats": v}).outcomes["park_tenants"][-1] for v in (2000, 10000))
    assert few < many < 4 * few
    assert many < 0.8 * 10000 / 4


def test_a_park_is_no_incubator_and_makes_no_firm() -> None:
    """Parks do not count for targets T1 to T6 and do not change registrations."""
    none, parks = (town.run({"incubator.park_seats": v}).outcomes for v in (0, 2000))
    for name in ("tech_incubators", "incubation_area", "international_platforms", "registrations"):
        assert np.array_equal(none[name], parks[name]), name
    assert parks["tenants"][-1] > none["tenants"][-1] + 300
