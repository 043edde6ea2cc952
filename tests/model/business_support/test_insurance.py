"""Tests of technology insurance: effect of the subsidy, payouts and public spending."""

from functools import cache

import numpy as np
import pytest

from sim.model.business_support import parameters as business_support_parameters
from sim.model.population.firm_table import T
from tests.model import town


@cache
def with_(subsidy: float, replicate: int = 0):
    return town.run({"exit.premium_subsidy": subsidy}, replicate=replicate)


def flow(output, name: str) -> np.ndarray:
    return np.asarray(output.outcomes["flows"][:, town.FLOWS.index(name)])


def test_the_subsidy_raises_how_many_insure() -> None:
    insured = [with_(s).outcomes["insured_firms"][12:].mean() for s in (0.0, 0.5, 0.8)]
    assert 10 < insured[0] < insured[1] < insured[2]
    assert insured[1] < 0.1 * 6000


def test_the_city_pays_its_share_and_nothing_without_a_subsidy() -> None:
    assert not town.spending(with_(0.0), "tech_insurance").any()
    half = with_(0.5)
    public, own = flow(half, "premium_subsidy"), flow(half, "premiums")
    assert public.sum() == pytest.approx(own.sum(), rel=1e-3)
    assert town.spending(half, "tech_insurance") == pytest.approx(public)


def test_premiums_are_more_than_what_is_paid_out_and_not_many_times_as_much() -> None:
    premiums = paid = 0.0
    for k in range(3):
        output = with_(0.8, k)
        premiums += flow(output, "premium_subsidy").sum() + flow(output, "premiums").sum()
        paid += flow(output, "insurance").sum()
    assert 0.3 * premiums < paid < premiums * business_support_parameters.LOADING / 1.0


def test_it_pays_firms_whose_productivity_has_fallen_and_they_earn_more_that_month() -> None:
    city = town.city({"exit.premium_subsidy": 0.8})
    observed: list[tuple[int, float, int]] = []
    pay = city.insurance.pay

    def watch() -> None:
        before = {p.row: p.productivity for p in city.insurance.policies}
        pay()
        gone = set(before) - {p.row for p in city.insurance.policies}
        firms = city.context.firms
        observed.extend(
            (r, before[r] - float(firms.productivity[r]), int(firms.granted[r])) for r in sorted(gone)
        )

    city.insurance.pay = watch  # type: ignore[method-assign]
    city.run_all()
    paid = [(row, fall) for row, fall, granted in observed if granted > 0]
    assert len(paid) > 5
    assert all(fall >= business_support_parameters.INSURED_FALL for _, fall in paid)
    assert all(city.context.firms.segment[row] == T for row, _ in paid)
    city.close()


def test_what_is_paid_out_reaches_outcomes() -> None:
    assert with_(0.8).outcomes["insurance_paid"].sum() > with_(0.0).outcomes["insurance_paid"].sum() > 0
    assert flow(with_(0.8), "insurance").sum() == pytest.approx(with_(0.8).outcomes["insurance_paid"].sum())
