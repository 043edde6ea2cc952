"""Tests of tenancy: admission, departure, and the effects of a place."""

from typing import Any

import numpy as np
import pytest

from sim.engine import clock
from sim.model.environment import geography
from sim.model.incubation import parameters as incubation_parameters
from sim.model.population.firm_table import NEVER, OPEN, E, G, T
from tests.model import town

FLOW = town.FLOWS.index


@pytest.fixture(scope="module")
def simulated():
    """City after a run with default settings, with places and tenants of every facility by month."""
    city = town.city()
    observed: list[list[tuple[int, int, int]]] = []

    def observe() -> None:
        rows = np.flatnonzero(city.context.firms.space >= 0)
        counted = np.bincount(city.context.firms.space[rows], minlength=len(city.register.by_number))
        observed.append([(s.places, s.tenants, int(counted[s.number])) for s in city.register.by_number])

    for month in range(48):
        town.after(city, clock.MONTH_START[month] + 5.0, observe)
    output = city.run_all()
    yield city, output, observed
    city.close()


def test_no_facility_houses_more_than_it_has_places_and_all_tenants_are_somewhere(simulated) -> None:
    _, _, observed = simulated
    assert len(observed) == 48
    for facilities in observed:
        assert all(0 <= tenants == counted <= places for places, tenants, counted in facilities)
    assert max(t for facilities in observed for _, t, _ in facilities) > 30


def test_only_open_firms_of_those_who_seek_are_tenants(simulated) -> None:
    city, _, _ = simulated
    firms = city.context.firms
    rows = np.flatnonzero(firms.space >= 0)
    assert (firms.state[rows] == OPEN).all()
    assert (firms.seeks[rows] > 0).all()
    assert (firms.weight[rows] == 1).all()
    in_incubator = np.array([s.kind == "incubator" for s in city.register.by_number])[firms.space[rows]]
    assert (firms.seeks[rows][in_incubator] == 1).all()
    assert not (firms.segment[rows][in_incubator] == G).any()
    share = (firms.segment[rows][in_incubator] == T).mean()
    assert 0.4 < share < 0.95


def test_tenants_per_incubator_are_what_the_country_has(simulated) -> None:
    """Incubators have 35 to 40 tenants in the province (JOB18), and 37 to 45 in the country (INC01)."""
    _, output, _ = simulated
    each = output.outcomes["incubator_tenants"] / output.outcomes["tech_incubators"]
    assert ((each > 25) & (each < 50)).all()


def test_the_stock_of_tenants_moves_by_who_comes_and_goes(simulated) -> None:
    """Firms graduate after a year in an incubator or two in a smaller facility; all stays are limited."""
    city, output, _ = simulated
    firms, o = city.context.firms, output.outcomes
    months = 47 - firms.moved_in[firms.space >= 0]
    assert months.max() <= incubation_parameters.STAY
    assert o["graduations"].sum() > 500
    assert (o["tenants"] <= o["berths"]).all()
    assert o["tenants_by_district"].sum(axis=1).tolist() == o["tenants"].tolist()


def test_half_the_places_fewer_tenants_a_longer_queue() -> None:
    usual = town.run()
    city = town.city()

    def shrink() -> None:
        for facility in city.register.open:
            facility.places = max(facility.tenants, facility.places // 2)

    for month in range(48):
        town.after(city, clock.MONTH_START[month], shrink)
    tight = city.run_all()
    city.close()
    assert tight.outcomes["tenants"][-1] < 0.9 * usual.outcomes["tenants"][-1]
    assert tight.outcomes["berth_queue"][-1] > 1.1 * usual.outcomes["berth_queue"][-1]


def test_the_tenants_of_a_facility_that_closes_lose_their_places() -> None:
    city = town.city()
    closed: dict[str, Any] = {}

    def close() -> None:
        facility = max((s for s in city.register.open if s.kind == "incubator"), key=lambda s: s.tenants)
        closed["was"] = np.flatnonzero(city.context.firms.space == facility.number)
        city.facilities.close(facility)
        closed["now"] = np.flatnonzero(city.context.firms.space == facility.number)
        closed["facility"] = facility

    town.after(city, 700, close)
    city.run_all()
    city.close()
    assert len(closed["was"]) > 20
    assert len(closed["now"]) == 0
    assert closed["facility"].tenants == 0
    assert (city.context.firms.moved_in[closed["was"]] < NEVER).all()  # they do not apply again
    assert (city.context.firms.space[closed["was"]] == -1).all()


def test_veterans_go_first_in_public_bases() -> None:
    """If places are scarce, more veterans are tenants of public bases; they have no priority elsewhere."""
    share = {}
    for first in (0, 1):
        city = town.city({"incubator.veteran_priority": first})
        for facility in city.register.open:
            if facility.kind == "base":
                facility.places = 12
        city.context.parameters["incubator.base_projects"] = 0.0
        order: list[bool] = []
        move_in = city.tenancy.move_in

        def watched(rows, facilities, month, day, city=city, order=order, move_in=move_in):
            public = [s.public and month >= 0 for s in facilities]
            order.extend((city.context.firms.kind[rows] == geography.kind_code("veteran"))[public])
            move_in(rows, facilities, month, day)

        setattr(city.tenancy, "move_in", watched)  # noqa: B010
        city.run_all()
        city.close()
        share[first] = np.mean(order)
    assert share[1] > share[0]


def test_free_rent_stays_with_the_tenant_and_is_lost_to_the_facility() -> None:
    none, full = (town.run({"incubator.rent_waived": v}) for v in (0.0, 1.0))
    passed = [h.outcomes["flows"][:, FLOW("tenants_rent")].sum() for h in (none, full)]
    assert passed[1] < passed[0]
    rent = [h.outcomes["flows"][:6, FLOW("rent")].sum() for h in (none, full)]
    assert rent[1] < rent[0]


def test_a_place_does_not_touch_closing(simulated) -> None:
    """A place does not change a firm's hazard of closure (INC09)."""
    with_, without = (town.city() for _ in range(2))
    for city in (with_, without):
        city.context.parameters["incubator.mentor_hours"] = 0.0
    without.register.open.clear()
    a, b = with_.run_all(), without.run_all()
    with_.close()
    without.close()
    moved = with_.context.firms.moved_in[: len(with_.context.firms)] < NEVER
    ids = with_.context.firms.id[np.flatnonzero(moved & (with_.context.firms.rent_waived == 0))]
    closed = [np.isin(ids, h.firms["id"][h.firms["closed"] < clock.DAYS]).mean() for h in (a, b)]
    assert closed[0] == pytest.approx(closed[1], abs=0.02)


def test_those_who_are_admitted_are_larger_and_abler(simulated) -> None:
    city, _, _ = simulated
    firms = city.context.firms
    seekers = np.flatnonzero(
        (firms.seeks == 1) & (firms.opened_month >= 0) & (firms.opened_month < 24) & (firms.segment == E)
    )
    got = firms.moved_in[seekers] < NEVER
    assert 0.2 < got.mean() < 0.95
    assert firms.skill[seekers[got]].mean() > firms.skill[seekers[~got]].mean() + 0.2


def test_incubated_firms_are_paid_for_while_there_is_money() -> None:
    usual, poor = town.run(TENANTS_PAID), town.run(TENANTS_PAID | {"incubator.subsidy_budget": 30_000})
    spent = [town.by_year(town.spending(h, "incubation_subsidy")) for h in (usual, poor)]
    assert spent[0].sum() > 0
    assert (spent[0] % 3000 == 0).all()
    assert (spent[1] <= 30_000).all()
    assert (
        town.spending(town.run(TENANTS_PAID | {"incubator.subsidy_per_firm": 0}), "incubation_subsidy").sum()
        == 0
    )


TENANTS_PAID = {"incubator.subsidy_per_firm": 3000.0, "incubator.subsidy_budget": 2e6}


def test_tenancies_under_way_before_2017_are_nobodys_policy() -> None:
    tenancies = []
    for overrides in (
        {},
        {"incubator.veteran_priority": 1, "incubator.rent_waived": 1, "incubator.reviewers": 0},
    ):
        city = town.city(overrides)
        tenancies.append((city.context.firms.space.copy(), city.context.firms.moved_in.copy()))
        city.close()
    assert np.array_equal(tenancies[0][0], tenancies[1][0])
    assert np.array_equal(tenancies[0][1], tenancies[1][1])
    assert len(np.unique(tenancies[0][1][tenancies[0][0] >= 0])) > 30  # half-way through, at all stages


def test_a_facility_that_leaves_the_city_lowers_tenants() -> None:
    """If a facility is removed during a run, its tenants lose their places and fewer places are available."""
    usual = town.run()
    city = town.city()

    def go() -> None:
        for facility in [s for s in city.register.open if s.kind == "incubator"][:10]:
            facility.remove()

    town.after(city, 700, go)
    fewer = city.run_all()
    city.close()
    for name in ("incubator_tenants", "tech_incubators"):  # others admit some of those who seek
        assert fewer.outcomes[name][23] < 0.85 * usual.outcomes[name][23], name
        assert (fewer.outcomes[name][23:] < usual.outcomes[name][23:]).all(), name
        assert np.array_equal(fewer.outcomes[name][:22], usual.outcomes[name][:22])
    assert not any(s in city.register.open for s in city.register.by_number[:10])


def test_occupancy_falls_when_area_runs_ahead_of_tenants() -> None:
    """Four times the candidate projects give more area but few more tenants, so occupancy falls."""
    usual = town.run().outcomes
    city = town.city()
    city.context.parameters["incubator.projects"] *= 4
    ahead = city.run_all().outcomes
    city.close()
    assert ahead["incubation_area"][-1] > 1.15 * usual["incubation_area"][-1]
    assert ahead["incubator_occupancy"][-1] < usual["incubator_occupancy"][-1] - 0.03
    assert ahead["incubator_occupancy"][-1] < ahead["incubator_occupancy"][0] - 0.1
    more = ahead["incubator_tenants"][-1] / usual["incubator_tenants"][-1]
    assert more < ahead["incubation_area"][-1] / usual["incubation_area"][-1]


@pytest.mark.parametrize("waived", [0.0, 0.37])
def test_facilities_get_to_the_fen_what_their_tenants_pay(waived: float) -> None:
    city, paid = town.city({"incubator.rent_waived": waived}), []

    def observe() -> None:
        firms = city.context.firms
        rows = np.flatnonzero(firms.space >= 0)
        public = np.array([s.public for s in city.register.by_number])[firms.space[rows]]
        full = np.where(firms.segment[rows] == G, 1600, 4000)
        paid.append(
            round(sum(yuan * (1 - waived * free) for yuan, free in zip(full, public, strict=True)), 2)
        )

    for month in range(48):
        town.after(city, clock.MONTH_START[month] + 5.0, observe)
    posted = city.run_all().outcomes["flows"][:, FLOW("tenants_rent")]
    city.close()
    assert posted == pytest.approx(paid, abs=1e-6)


def test_firms_without_the_staff_for_a_place_do_not_apply_to_an_incubator(simulated) -> None:
    """JOB09: tenants are larger than other technology firms because small firms do not apply."""
    city, output, _ = simulated
    firms = city.context.firms
    open_now = firms.rows_in(OPEN)
    applicants = city.tenancy.applicants(47)
    applicants = applicants[firms.seeks[applicants] == 1]
    assert len(applicants) > 30
    assert (firms.jobs[applicants] >= 6).all()
    each = output.outcomes["jobs_in_incubators"] / output.outcomes["incubator_tenants"]
    tech = firms.jobs[open_now[firms.segment[open_now] == T]].mean()
    assert (each > 1.1 * tech).all()
