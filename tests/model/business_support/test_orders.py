"""Tests of orders: winners, displacement of other sales, and limits of delivery."""

import numpy as np
import pytest

from sim.model.business_support import parameters as business_support_parameters
from sim.model.population.firm_table import OPEN, T
from tests.model import town
from tests.model.levers import moved

PUBLIC: dict[str, town.Value] = {"growth.public_orders": 2e8, "growth.public_orders_startups": 0.3}
HAMLET: dict[str, town.Value] = {
    "growth.public_orders": 1e7,
    "growth.public_orders_startups": 0.3,
    "growth.first_set_award": 500_000,
}


@pytest.mark.parametrize(
    ("lever", "low", "high", "outcomes"),
    [
        ("growth.public_orders", 0, 1e8, ["orders_won", "orders_delivered", "jobs_displaced"]),
        ("growth.public_orders_startups", 0, 1, ["orders_won", "orders_delivered", "jobs_displaced"]),
        ("growth.crowd_orders", 0, 1e8, ["orders_won", "orders_delivered", "jobs_displaced"]),
        ("growth.supply_chain_firms", 0, 40, ["orders_won", "orders_delivered", "jobs_displaced"]),
    ],
)
def test_setting_moves(lever: str, low: float, high: float, outcomes: list[str]) -> None:
    less, more = moved(lever, low, high, [*outcomes, "jobs"], HAMLET)
    for name in outcomes:
        assert more.outcomes[name][25:].sum() > less.outcomes[name][25:].sum(), name


def simulated(overrides: dict[str, town.Value], **drawn: float):
    """Return a city with some parameters set, after its run, and its output."""
    return town.simulated(overrides, {f"growth.{name}": value for name, value in drawn.items()})


@pytest.mark.parametrize(
    ("lever", "high"), [("growth.first_set_award", 3e6), ("growth.first_set_premium", 0.8)]
)
def test_first_sets_are_paid_for_and_insured_ones_sell(lever: str, high: float) -> None:
    sums = []
    for value in (0.0, high):
        _, output = simulated({"growth.first_set_award": 5e5, lever: value}, first_sets=8.0, insured_sale=0.6)
        sums.append(
            (town.spending(output, "first_set_award").sum(), output.outcomes["orders_won"].sum(),
             output.outcomes["orders_delivered"].sum())
        )  # fmt: skip
    assert sums[1][0] > sums[0][0]
    if lever.endswith("premium"):
        assert sums[0][1:] == (0, 0)  # sets that sell without the subsidy are part of usual sales
        assert sums[1][1] > 0
        assert sums[1][2] > 0
    else:
        assert sums == [(0, 0, 0), (sums[1][0], 0, 0)]


def test_there_is_money_for_three_first_sets_a_year() -> None:
    """Forty first sets a year are claimed for; one sold in December may be paid in January."""
    _, output = simulated({"growth.first_set_award": 5e5, "growth.first_set_premium": 0.5}, first_sets=40.0)
    spent = town.by_year(town.spending(output, "first_set_award"))
    assert spent[1:].sum() >= 2 * 3 * 545_000
    assert spent.sum() <= 4 * 3 * 545_000
    assert (spent % 545_000 == 0).all()


def test_the_volume_is_awarded_and_the_able_win() -> None:
    won = town.by_year(town.run(PUBLIC).outcomes["orders_won"])
    assert (won <= 6e7 + business_support_parameters.TENDER).all()
    assert (won > 0.8 * 6e7).all()  # the part of a tender too large for the winner goes elsewhere
    city = town.city(PUBLIC)
    observed: list[float] = []

    def observe() -> None:
        firms = city.context.firms
        booked = firms.order_book > 0
        assert (firms.segment[booked] == T).all()
        observed.append(firms.skill[booked].mean() - firms.skill[firms.segment == T].mean())

    for day in (300, 700, 1100):
        town.after(city, day, observe)
    city.run_all()
    city.close()
    assert min(observed) > 0.5


def test_order_books_empty_once_nothing_is_awarded() -> None:
    city, output = simulated(PUBLIC | {"growth.public_orders": [(0, 2e8), (366, 0.0)]})
    delivered = output.outcomes["orders_delivered"]
    assert (delivered[2:12] > 0).all()
    assert (delivered[30:] == 0).all()
    open_ = city.context.firms.state == OPEN
    assert (city.context.firms.order_book[open_] == 0).all()


def test_a_firm_delivers_no_more_than_a_quarter_above_its_usual_sales() -> None:
    """With inexhaustible order books, technology firms sell 1.25 times their usual sales."""
    city = town.city()
    made: list[float] = []

    def fill() -> None:
        firms = city.context.firms
        firms.order_book[(firms.state == OPEN) & (firms.segment == T)] = 1e9

    def observe() -> None:
        firms = city.context.firms
        made.append(float(firms.value_added[firms.order_book > 0].sum()))

    town.at(city, 1090, fill)  # in December 2019
    town.at(city, 1094.95, observe)
    output = city.run_all()
    city.close()
    assert output.outcomes["orders_delivered"][35] == pytest.approx(0.2 * made[0], rel=0.01)


def test_what_is_not_additional_changes_nobody() -> None:
    """Orders that fully replace other sales change only the number of orders."""
    with_, without = (simulated(v, orders_additional=0.0)[1] for v in (PUBLIC, {}))
    assert town.differing(with_, without) == ["outcomes.orders_won"]


def test_orders_take_from_older_firms() -> None:
    """Incumbents lose the first month's deliveries before any staff is hired for them."""
    with_, without = town.run(PUBLIC).outcomes, town.run().outcomes
    first = int(np.flatnonzero(with_["orders_delivered"])[0])
    assert with_["jobs_displaced"][first] > without["jobs_displaced"][first]
    assert np.array_equal(with_["jobs_displaced"][:first], without["jobs_displaced"][:first])
    assert np.array_equal(with_["demand_factor"][first], without["demand_factor"][first])


def test_no_part_for_the_young_no_orders() -> None:
    assert not town.differing(
        town.run({"growth.public_orders": 1e9, "growth.public_orders_startups": 0}), town.run()
    )
