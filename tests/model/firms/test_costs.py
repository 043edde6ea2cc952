"""Cost: where a firm's money goes."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.business_support import parameters as business_support_parameters
from sim.model.firms import rules as firms_rules
from sim.model.population.firm_table import OPEN, G
from tests.model import town
from tests.model.levers import moved

FLOW = town.FLOWS.index


def test_taxes_recorded_are_taxes_posted() -> None:
    outcomes = town.run().outcomes
    assert np.array_equal(outcomes["tax_receipts"], outcomes["flows"][:, FLOW("taxes")])
    assert (outcomes["tax_receipts"] > 0).all()


def test_using_the_relief_costs_the_treasury() -> None:
    none, all_ = (town.run({"cost.tax_uptake": [(0, 0.45), (365, u)]}).outcomes for u in (0.0, 1.0))
    assert np.array_equal(none["tax_receipts"][:12], all_["tax_receipts"][:12])
    assert (all_["tax_receipts"][12:] < none["tax_receipts"][12:]).all()


def test_from_2019_small_firms_pay_less() -> None:
    """VAT threshold from 30,000 to 100,000 yuan, small profits from 10% to 5%."""
    paid = town.by_year(town.run().outcomes["tax_receipts"])
    made = town.by_year(town.run().outcomes["flows"][:, FLOW("value_added")])
    rate = paid / made
    assert rate[2] < 0.8 * rate[1]


def test_sixty_per_cent_of_wages_while_shut_and_sales_fall_with_activity() -> None:
    open_, shut = (town.run(shocks=s).outcomes["flows"] for s in ((), ("covid_2020",)))
    february = 37
    wages = shut[february, FLOW("wages")] / open_[february, FLOW("wages")]
    assert wages == pytest.approx(1 - 0.4 * 0.80, abs=0.02)  # 80% of firms shut (SHOCK01)
    assert shut[february, FLOW("value_added")] < 0.6 * open_[february, FLOW("value_added")]
    assert np.array_equal(shut[:36], open_[:36])


def test_owners_live_and_never_take_money_from_a_firm_without_cash() -> None:
    draw = firms_rules.owners_draw(
        np.full(3, 50_000.0), np.array([-1.0, 0.0, 1e5]), np.full(3, 3e4), np.ones(3)
    )
    assert draw == pytest.approx([1800.0, 42_500.0, 50_000.0 + 0.15 * 70_000])


def test_owners_keep_little_and_what_is_owed_or_raised_is_not_theirs() -> None:
    """At the end of 2019 most enterprises could live two months at most on their cash (SHOCK04: 67%)."""
    city = town.city()
    found: list[float] = []

    def look() -> None:
        firms = city.context.firms
        rows = np.flatnonzero((firms.state == OPEN) & (firms.segment != G))
        runway = firms.cash[rows] / 100 / firms_rules.month_cost(firms.segment[rows], firms.jobs[rows])
        found.append(float(np.average(runway <= 2, weights=firms.weight[rows])))

    town.after(city, clock.MONTH_START[36], look)
    town.until(city, clock.MONTH_START[36] + 0.7)
    assert 0.5 < found[0] < 0.8
    kept = firms_rules.reserve(np.array([1.4, 1.4]), np.array([1e4, 1e4]), np.array([0.0, 3e5]))
    assert kept[1] - kept[0] == 3e5


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
    """What a firm saves it is taxed on: profit is higher."""
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


def test_a_row_that_stands_for_many_firms_does_not_squeeze_in() -> None:
    held = town.run({"cost.space_discount": 0.25, "cost.space_area": 5_000}).outcomes["low_cost_tenants"]
    assert 0 < held.max() <= 50  # an ordinary enterprise stands for a hundred here


@pytest.mark.parametrize("values", [{"cost.space_area": 5e5}, {"cost.space_discount": 0.6}])
def test_no_space_or_no_discount_changes_nothing(values) -> None:
    assert not town.differing(town.run(values), town.run())


def test_low_cost_space_is_for_young_enterprises_outside_carriers() -> None:
    city = town.city({"cost.space_discount": 0.2, "cost.space_area": 100_000})
    seen: list[int] = []

    def look() -> None:
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
        town.after(city, day, look)
    town.until(city, 1200.7)
    assert len(seen) == 4
    assert seen[0] > 0
