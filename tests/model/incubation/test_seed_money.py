"""Tests of seed money: investments, limits, the end of stakes, and the city's share of losses."""

from functools import cache

import numpy as np
import pytest

from sim.engine import clock
from sim.model.incubation import parameters as incubation_parameters
from sim.model.population.firm_table import OPEN, T
from tests.model import town

FLOW = town.FLOWS.index


@cache
def shared(share: float = 0.5):
    return town.run({"incubator.seed_loss_share": share})


@pytest.fixture(scope="module")
def simulated():
    city = town.city({"incubator.seed_loss_share": 0.5})
    funds: list[list[int]] = []
    for month in range(48):
        town.after(
            city, clock.MONTH_START[month] + 5.0, lambda: funds.append(list(city.seed_money.funds.values()))
        )
    output = city.run_all()
    yield city, output, funds
    city.close()


def test_stakes_are_of_technology_tenants_one_each_and_small(simulated) -> None:
    city, output, _ = simulated
    rows = np.array([s.row for s in city.seed_money.stakes])
    assert len(rows) > 100
    assert len(np.unique(rows)) == len(rows)
    assert (city.context.firms.segment[rows] == T).all()
    assert (city.context.firms.state[rows] == OPEN).all()
    assert all(1e7 <= s.fen <= 3e7 for s in city.seed_money.stakes)
    assert sum(s.fen for s in city.seed_money.stakes) / 100 == output.outcomes["seed_held"][-1]


def test_about_a_tenth_of_technology_tenants_have_seed_money(simulated) -> None:
    """National-level incubators must finance a tenth of their tenants (INC04)."""
    city, _, _ = simulated
    tenants = np.flatnonzero(city.context.firms.space >= 0)
    tenants = tenants[~city.tenancy.small(tenants) & (city.context.firms.segment[tenants] == T)]
    assert 0.03 < np.isin(tenants, list(city.seed_money.funded)).mean() < 0.2


def test_no_incubator_invests_more_than_it_has_saved(simulated) -> None:
    _, _, funds = simulated
    assert all(fen >= 0 for month in funds for fen in month)


def test_without_income_no_seed_money() -> None:
    """Incubators that make losses from 2018 on save nothing and cannot invest."""
    city = town.city()

    def impoverish() -> None:
        city.seed_money.funds.clear()
        for facility in city.register.open:
            facility.own_information = -30.0

    for month in range(12, 48):
        town.at(city, clock.MONTH_START[month] - 0.05, impoverish)
    o = city.run_all().outcomes
    city.close()
    assert o["seed_stakes"][:12].sum() > 10
    assert not o["seed_stakes"][12:].any()


def test_the_more_the_city_bears_the_more_is_invested_and_in_riskier_tenants(simulated) -> None:
    none, half = shared(0.0).outcomes, shared(0.5).outcomes
    assert half["seed_stakes"].sum() > none["seed_stakes"].sum()
    city, _, _ = simulated
    rows = np.flatnonzero((city.context.firms.space >= 0) & (city.context.firms.segment == T))
    approved = [city.seed_money.approves(rows, 40, s) for s in (0.0, 0.5)]
    assert (approved[0][0] <= approved[1][0]).all()
    tipped = approved[1][0] & ~approved[0][0]
    assert tipped.any()
    assert approved[1][1][tipped].min() > approved[0][1][approved[0][0]].max()


def test_the_city_pays_its_share_of_losses_on_stakes_since_2017(simulated) -> None:
    _, output, _ = simulated
    o = output.outcomes
    borne = o["seed_losses_borne"].sum()
    assert 0 < borne < 0.5 * o["seed_lost"].sum()  # stakes of before 2017 are not covered
    assert o["flows"][:, FLOW("seed_losses")].sum() == pytest.approx(borne)
    assert town.spending(output, "incubator_risk_compensation").sum() == pytest.approx(borne)
    assert not shared(0.0).outcomes["seed_losses_borne"].any()
    assert not town.spending(shared(0.0), "incubator_risk_compensation").any()


def test_stakes_invested_sold_lost_and_held_add_up(simulated) -> None:
    _, output, _ = simulated
    o = output.outcomes
    assert o["flows"][:, FLOW("seed")].sum() == pytest.approx(o["seed_invested"].sum())
    assert o["flows"][:, FLOW("seed_exits")].sum() > 0
    change = np.diff(o["seed_held"])
    assert (change <= o["seed_invested"][1:] - o["seed_lost"][1:] + 1e-6).all()


def test_no_stake_is_sold_in_its_first_year() -> None:
    city = town.city()
    city.seed_money.stakes.clear()
    o = town.until(city, clock.MONTH_START[12])
    assert not o["flows"][:12, FLOW("seed_exits")].any()


def test_what_is_drawn_does_not_depend_on_policy() -> None:
    """Initial stakes and the requests of the first month are the same under every policy."""
    a, b = (town.city({"incubator.seed_loss_share": v}) for v in (0.0, 0.5))
    assert a.seed_money.stakes == b.seed_money.stakes
    tenants = np.flatnonzero(a.context.firms.space >= 0)
    assert np.array_equal(a.seed_money.requesting(tenants, 0), b.seed_money.requesting(tenants, 0))
    assert incubation_parameters.SEED_PROGRAMME in town.INSTRUMENTS
    a.close()
    b.close()
