"""Tests of crowdfunding: campaigns presell goods, and checks reject some that are unable to deliver."""

import numpy as np
import pytest

from sim.model.equity import parameters as equity_parameters
from sim.model.population.firm_table import NEVER, G, T
from tests.model import town

AT_WORK: dict[str, town.Value] = {
    "crowdfunding.campaigns": 600, "crowdfunding.success": 0.4, "crowdfunding.verified": 0.5,
    "crowdfunding.rated": 0.5,
}  # fmt: skip
CROWD = list(town.COORDS["source"].values).index("crowd")


@pytest.fixture(scope="module", autouse=True)
def hamlet():
    """Simulate one registration in ten with weight one, so that the number of campaigns follows the lever."""
    with town.registering(0.1):
        yield


def simulated(**levers: float):
    city, output = town.simulated(AT_WORK | {f"crowdfunding.{k}": v for k, v in levers.items()}, scale=1.0)
    return city, output.outcomes


def outcomes(**levers: float) -> dict[str, np.ndarray]:
    return dict(simulated(**levers)[1])


def flow(o: dict[str, np.ndarray], name: str) -> float:
    return float(o["flows"][:, town.FLOWS.index(name)].sum())


def test_as_many_campaigns_as_the_lever_sets() -> None:
    for campaigns in (60.0, 600.0):
        o = outcomes(campaigns=campaigns)
        started = o["crowdfunding_campaigns"].sum() + o["crowdfunding_turned_away"].sum()
        assert 0.75 * 4 * campaigns < started < 1.2 * 4 * campaigns


def test_no_campaigns_and_the_rest_changes_nothing() -> None:
    none = AT_WORK | {"crowdfunding.campaigns": 0.0}
    other = none | {"crowdfunding.success": 1.0, "crowdfunding.verified": 1.0, "crowdfunding.rated": 1.0}
    a, b = (town.run(each, scale=1.0) for each in (none, other))
    assert town.differing(a, b) == []
    assert not a.outcomes["crowdfunding_raised"].any()


def test_more_succeed_and_more_is_raised() -> None:
    low, high = outcomes(success=0.1), outcomes(success=0.8)
    assert 0 < 5 * low["crowdfunding_raised"].sum() < high["crowdfunding_raised"].sum()
    assert not outcomes(success=0.0)["crowdfunding_raised"].any()


def test_checks_reject_campaigns_that_would_not_deliver() -> None:
    none, all_ = outcomes(verified=0.0), outcomes(verified=1.0)
    assert not none["crowdfunding_turned_away"].any()
    assert all_["crowdfunding_turned_away"].sum() > 50
    assert all_["crowdfunding_undelivered"].sum() < 0.8 * none["crowdfunding_undelivered"].sum()


def test_backers_give_more_on_rated_platforms() -> None:
    none, all_ = outcomes(rated=0.0), outcomes(rated=1.0)
    assert none["crowdfunding_raised"].sum() < all_["crowdfunding_raised"].sum()
    response = simulated()[0].context.parameters[equity_parameters.RATING.id]
    assert all_["crowdfunding_raised"].sum() < 1.1 * (1 + response) * none["crowdfunding_raised"].sum()


def test_the_money_is_owed_as_goods() -> None:
    """Proceeds are presales and a little equity; at least four fifths of presales are spent on delivery."""
    city, o = simulated()
    firms = city.context.firms
    assert flow(o, "presales") + flow(o, "crowd_equity") == pytest.approx(o["crowdfunding_raised"].sum())
    owed = firms.total(firms.prepaid[: len(firms)], np.arange(len(firms))) / 100
    spent, raised, lost = flow(o, "delivery"), flow(o, "presales"), o["crowdfunding_undelivered"].sum()
    assert 0.8 * (raised - lost) - owed - 1 <= spent <= raised
    assert owed > 0


def test_equity_of_the_crowd_is_of_technology_firms_and_of_its_own_source() -> None:
    city, o = simulated()
    assert o["equity_invested"][:, CROWD].sum() == pytest.approx(flow(o, "crowd_equity"))
    assert 0 < flow(o, "crowd_equity") < 0.5 * flow(o, "presales")
    raised = np.flatnonzero(city.context.firms.raised > 0)
    assert (city.context.firms.segment[raised] == T).all()


def test_only_enterprises_in_the_sectors_of_the_plan() -> None:
    city, _ = simulated()
    owing = np.flatnonzero(city.context.firms.prepaid > 0)
    assert len(owing) > 20
    assert (city.context.firms.segment[owing] != G).all()
    assert city.crowdfunding._in_sectors[city.context.firms.sector[owing]].all()
    assert (city.context.firms.opened[owing] < NEVER).all()


def test_owners_do_not_draw_money_owed_as_goods() -> None:
    """Most firms that owe goods hold at least half the cash needed to deliver them."""
    city, _ = simulated()
    owing = np.flatnonzero(city.context.firms.prepaid > 0)
    assert (city.context.firms.cash[owing] >= 0.5 * city.context.firms.prepaid[owing]).mean() > 0.8
