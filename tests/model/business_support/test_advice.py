"""Tests of advice: the firms served, the payments, and the totals of hours."""

import numpy as np
import pytest

from sim.model.business_support import parameters as business_support_parameters
from sim.model.city import City
from sim.model.environment import geography
from sim.model.firms import parameters as firms_parameters
from sim.model.population.firm_table import G, T
from tests.model import town
from tests.model.levers import moved

AROUND: dict[str, town.Value] = {
    "growth.support_hours": 3000,
    "growth.service_purchase": 300_000,
    "growth.voucher_volume": 1.5e6,
    "growth.voucher_cap": 100_000,
}
SPENT = "public_spending"


@pytest.mark.parametrize(
    ("lever", "low", "high", "outcomes"),
    [
        ("growth.support_hours", 0, 20_000, ["support_hours", "jobs"]),
        ("growth.cluster_hours", 0, 12_000, ["support_hours", "jobs"]),
        ("growth.district_hours", 0, 20_000, ["support_hours", "jobs"]),
        ("growth.equipment_share", 0, 1, ["support_hours", "jobs"]),
        ("growth.service_purchase", 0, 1e6, [SPENT]),
        ("growth.voucher_volume", 0, 5e6, [SPENT, "tax_receipts"]),
        ("growth.voucher_cap", 0, 500_000, [SPENT, "tax_receipts", "applications"]),
    ],
)
def test_setting_moves(lever: str, low: float, high: float, outcomes: list[str]) -> None:
    less, more = moved(lever, low, high, outcomes, AROUND)
    for name in set(outcomes) - {"tax_receipts"}:  # a little more of value added: chance decides on jobs
        assert more.outcomes[name][25:].sum() > less.outcomes[name][25:].sum(), name


def hours_gained(overrides: dict[str, town.Value]) -> tuple[np.ndarray, City]:
    """Return the hours of firms at the end of a run in which advice has no effect on capability."""
    cities = [town.simulated(values, {firms_parameters.ADVICE.id: 0.0})[0] for values in ({}, overrides)]
    bare, served = (c.context.firms.support_hours for c in cities)
    return served - bare, cities[1]


def test_platforms_of_the_zones_serve_technology_firms_there_alone() -> None:
    gain, city = hours_gained({"growth.district_hours": 20_000})
    firms = city.context.firms
    zones = [k for k, d in enumerate(geography.districts()) if d.slug in business_support_parameters.ZONES]
    assert len(zones) == 2
    got = gain > 0
    assert got.sum() > 100
    assert np.isin(firms.district[got], zones).all()
    assert (firms.segment[got] == T).all()


def test_centres_of_the_clusters_serve_enterprises_of_their_sectors_alone() -> None:
    gain, city = hours_gained({"growth.cluster_hours": 12_000})
    firms = city.context.firms
    sectors = [k for k, s in enumerate(geography.sectors()) if s.slug in business_support_parameters.CLUSTERS]
    got = gain > 0
    assert got.sum() > 20
    assert np.isin(firms.sector[got], sectors).all()
    assert (firms.segment[got] != G).all()


def test_hours_given_add_up_and_the_able_have_more() -> None:
    year = town.by_year(town.run({"growth.support_hours": 40_000}).outcomes["support_hours"])
    assert year == pytest.approx(np.full(4, 40_000), rel=0.05)
    gain, city = hours_gained({"growth.support_hours": 40_000})
    technology = city.context.firms.segment == T
    got = technology & (gain > 0)
    assert (city.context.firms.segment[gain > 0] == T).all()
    assert city.context.firms.skill[got].mean() > city.context.firms.skill[technology].mean() + 0.05


def test_an_hour_at_an_instrument_counts_a_tenth() -> None:
    outcome = town.run({"growth.equipment_share": 0.3}).outcomes["support_hours"]
    firms = town.run().outcomes["firms"]
    assert (
        0
        < outcome[-12:].sum()
        < 0.5
        * business_support_parameters.INSTRUMENT_HOURS
        * business_support_parameters.INSTRUMENT_COUNTS
        * firms[-1].sum()
    )
    users = (
        outcome[-1]
        * 12
        / (business_support_parameters.INSTRUMENT_HOURS * business_support_parameters.INSTRUMENT_COUNTS)
    )
    assert 1500 < users < 3500  # three in ten of about 8,000


def test_what_the_city_buys_it_pays_for() -> None:
    spent = town.by_year(town.spending(town.run({"growth.service_purchase": 1e7}), "service_purchase"))
    assert spent[1:] == pytest.approx(np.full(3, 1e7), rel=0.12)
    assert spent.sum() < 4e7


def test_vouchers_keep_to_their_cap_and_their_budget_and_pay_for_work() -> None:
    city = town.city({"growth.voucher_volume": 6e6, "growth.voucher_cap": 50_000})
    output = city.run_all()
    city.close()
    files = [f for f in city.claims.files if f.programme == "innovation_vouchers"]
    yuan = np.array([f.fen for f in files]) / 100
    assert len(files) > 100
    assert yuan.max() == 50_000
    assert [f.hours for f in files] == pytest.approx(
        yuan / business_support_parameters.YUAN_AN_HOUR, abs=0.01
    )
    rows = np.array([f.row for f in files])
    assert (city.context.firms.segment[rows] == T).all()
    assert (
        city.context.firms.skill[rows].mean()
        > city.context.firms.skill[city.context.firms.segment == T].mean() + 0.1
    )
    spent = town.by_year(town.spending(output, "innovation_vouchers"))
    assert (spent <= 6e6 * 1.25).all()  # what was set aside in December is paid in January
    assert spent.sum() <= 4 * 6e6
    assert (
        output.outcomes["waiting_list"][-1, town.INSTRUMENTS.index("innovation_vouchers")] > 0
    )  # the budget binds
    in_year = output.outcomes["flows"][:, town.FLOWS.index("services")]
    assert town.by_year(in_year)[1:].min() >= spent[1:].min()


@pytest.mark.parametrize(
    ("nothing", "whatever"),
    [
        ({"growth.voucher_volume": 0}, {"growth.voucher_cap": 400_000}),
        ({"growth.voucher_cap": 0}, {"growth.voucher_volume": 5e7}),
    ],
)
def test_a_programme_that_cannot_pay_changes_nothing(nothing, whatever) -> None:
    assert not town.differing(town.run(nothing | whatever), town.run())
