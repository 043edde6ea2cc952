"""Seed money: who gives, to whom, how much, how it ends, and what the city bears."""

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
def lived():
    city = town.city({"incubator.seed_loss_share": 0.5})
    funds: list[list[int]] = []
    for month in range(48):
        town.after(
            city, clock.MONTH_START[month] + 5.0, lambda: funds.append(list(city.seed_money.funds.values()))
        )
    history = city.run_all()
    yield city, history, funds
    city.close()


def test_stakes_are_of_technology_tenants_one_each_and_small(lived) -> None:
    city, history, _ = lived
    rows = np.array([s.row for s in city.seed_money.stakes])
    assert len(rows) > 100
    assert len(np.unique(rows)) == len(rows)
    assert (city.context.firms.segment[rows] == T).all()
    assert (city.context.firms.state[rows] == OPEN).all()
    assert all(1e7 <= s.fen <= 3e7 for s in city.seed_money.stakes)
    assert sum(s.fen for s in city.seed_money.stakes) / 100 == history.outcomes["seed_held"][-1]


def test_about_a_tenth_of_technology_tenants_have_seed_money(lived) -> None:
    """INC04 asks it of national-level incubators."""
    city, _, _ = lived
    tenants = np.flatnonzero(city.context.firms.space >= 0)
    tenants = tenants[~city.tenancy.small(tenants) & (city.context.firms.segment[tenants] == T)]
    assert 0.03 < np.isin(tenants, list(city.seed_money.had)).mean() < 0.2


def test_no_incubator_gives_more_than_it_has_saved(lived) -> None:
    _, _, funds = lived
    assert all(fen >= 0 for month in funds for fen in month)


def test_without_income_no_seed_money() -> None:
    """Incubators that lose money save nothing: from 2018 on none has any to give."""
    city = town.city()

    def impoverish() -> None:
        city.seed_money.funds.clear()
        for space in city.register.open:
            space.edge = -30.0

    for month in range(12, 48):
        town.at(city, clock.MONTH_START[month] - 0.05, impoverish)
    o = city.run_all().outcomes
    city.close()
    assert o["seed_stakes"][:12].sum() > 10
    assert not o["seed_stakes"][12:].any()


def test_the_more_the_city_bears_the_more_is_given_and_to_riskier_tenants(lived) -> None:
    none, half = shared(0.0).outcomes, shared(0.5).outcomes
    assert half["seed_stakes"].sum() > none["seed_stakes"].sum()
    city, _, _ = lived
    rows = np.flatnonzero((city.context.firms.space >= 0) & (city.context.firms.segment == T))
    liked = [city.seed_money.likes(rows, 40, s) for s in (0.0, 0.5)]
    assert (liked[0][0] <= liked[1][0]).all()
    tipped = liked[1][0] & ~liked[0][0]
    assert tipped.any()
    assert liked[1][1][tipped].min() > liked[0][1][liked[0][0]].max()


def test_the_city_pays_its_share_of_what_was_given_since_2017_and_lost(lived) -> None:
    _, history, _ = lived
    o = history.outcomes
    borne = o["seed_losses_borne"].sum()
    assert 0 < borne < 0.5 * o["seed_lost"].sum()  # stakes of before 2017 are not covered
    assert o["flows"][:, FLOW("seed_losses")].sum() == pytest.approx(borne)
    assert town.spending(history, "incubator_risk_compensation").sum() == pytest.approx(borne)
    assert not shared(0.0).outcomes["seed_losses_borne"].any()
    assert not town.spending(shared(0.0), "incubator_risk_compensation").any()


def test_money_given_sold_lost_and_held_add_up(lived) -> None:
    _, history, _ = lived
    o = history.outcomes
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
    """The firm of an untouched tenant lives the same life: the first month of stakes is asked for alike."""
    a, b = (town.city({"incubator.seed_loss_share": v}) for v in (0.0, 0.5))
    assert a.seed.stakes == b.seed.stakes
    tenants = np.flatnonzero(a.firms.space >= 0)
    assert np.array_equal(a.seed.asking(tenants, 0), b.seed.asking(tenants, 0))
    assert incubation_parameters.SEED_PROGRAMME in town.INSTRUMENTS
    a.close()
    b.close()
