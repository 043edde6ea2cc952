"""Costs: taxes, wages, the owner's draw and retained cash."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.firms import rules as firms_rules
from sim.model.population.firm_table import OPEN, G
from tests.model import town

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
    """Taxes fall with the VAT threshold (from 30,000 to 100,000 yuan) and the small-profit rate of 2019."""
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
    """At the end of 2019, the cash of most enterprises covers at most two months of cost (67% in SHOCK04)."""
    city = town.city()
    shares: list[float] = []

    def observe() -> None:
        firms = city.context.firms
        rows = np.flatnonzero((firms.state == OPEN) & (firms.segment != G))
        runway = firms.cash[rows] / 100 / firms_rules.month_cost(firms.segment[rows], firms.jobs[rows])
        shares.append(float(np.average(runway <= 2, weights=firms.weight[rows])))

    town.after(city, clock.MONTH_START[36], observe)
    town.until(city, clock.MONTH_START[36] + 0.7)
    assert 0.5 < shares[0] < 0.8
    kept = firms_rules.reserve(np.array([1.4, 1.4]), np.array([1e4, 1e4]), np.array([0.0, 3e5]))
    assert kept[1] - kept[0] == 3e5
