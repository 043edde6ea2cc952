"""Tests of business costs that the city reduces: testing, software and low-cost space."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.business_support import parameters as business_support_parameters
from sim.model.population.firm_table import OPEN, G
from tests.model import town
from tests.model.levers import moved

FLOW = town.FLOWS.index


SPACE: dict[str, town.Value] = {"cost.space_discount": 0.2, "cost.space_area": 5_000}


@pytest.mark.parametrize(
    ("lever", "low", "high", "outcomes", "around"),
    [
        ("cost.testing_discount", 0, 0.6, ["tax_receipts", "flows"], {}),
        ("cost.it_discount", 0, 0.5, ["tax_receipts", "flows"], {}),
        ("cost.space_discount", 0, 0.6, ["public_spending", "tax_receipts"], SPACE),
        ("cost.space_area", 0, 20_000, ["public_spending", "low_cost_tenants", "tax_receipts"], SPACE),
    ],
)
def test_setting_moves(
    lever: str, low: float, high: float, outcomes: list[str], around: dict[str, town.Value]
) -> None:
    """Savings raise profits and therefore taxes."""
    less, more = moved(lever, low, high, outcomes, around)
    for name in outcomes:
        if name != "flows":
            assert more.outcomes[name][24:].sum() > less.outcomes[name][24:].sum(), name


def test_savings_are_a_small_part_of_value_added_and_are_posted() -> None:
    outcomes = town.run({"cost.testing_discount": 0.2, "cost.it_discount": 0.2}).outcomes
    saved = outcomes["flows"][:, FLOW("inputs_saved")]
    assert (saved > 0).all()
    assert saved.sum() < 0.001 * outcomes["flows"][:, FLOW("value_added")].sum()
    assert (outcomes["ledger_residual"] == 0).all()


def test_low_cost_space_fills_and_no_more_and_the_city_makes_the_rent_good() -> None:
    with town.registering(0.05):
        outcomes = town.run({"cost.space_discount": 0.25, "cost.space_area": 2_000}, scale=1.0).outcomes
    assert outcomes["low_cost_tenants"].max() == 20
    assert outcomes["low_cost_tenants"][6:].min() >= 19
    paid = outcomes["public_spending"][:, town.INSTRUMENTS.index("low_cost_space")]
    assert np.array_equal(paid, outcomes["flows"][:, FLOW("space_support")])
    assert paid.max() <= 20 * 4000 * 0.25
    assert paid[6:].min() >= 0.8 * 20 * 4000 * 0.25  # a tenant who closes leaves within the month


def test_a_row_that_stands_for_many_firms_gets_no_place_that_is_too_small() -> None:
    held = town.run({"cost.space_discount": 0.25, "cost.space_area": 5_000}).outcomes["low_cost_tenants"]
    assert 0 < held.max() <= 50  # an ordinary enterprise represents a hundred here


@pytest.mark.parametrize("values", [{"cost.space_area": 5e5}, {"cost.space_discount": 0.6}])
def test_no_space_or_no_discount_changes_nothing(values) -> None:
    assert not town.differing(town.run(values), town.run())


def test_low_cost_space_is_for_young_enterprises_outside_facilities() -> None:
    city = town.city({"cost.space_discount": 0.2, "cost.space_area": 100_000})
    seen: list[int] = []

    def observe() -> None:
        firms = city.context.firms
        inside = np.flatnonzero((firms.state == OPEN) & (firms.low_cost < clock.MONTHS))
        inside = inside[firms.low_cost[inside] == city.context.clock.month]
        seen.append(len(inside))
        assert (firms.segment[inside] != G).all()
        assert (firms.space[inside] < 0).all()
        assert (
            city.context.clock.month - firms.opened_month[inside] <= business_support_parameters.SPACE_MONTHS
        ).all()

    for day in (5, 400, 800, 1200):
        town.after(city, day, observe)
    town.until(city, 1200.7)
    assert len(seen) == 4
    assert seen[0] > 0
