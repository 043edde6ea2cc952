"""Tests of intellectual property: lost sales, cases at protection centres, and licences."""

from functools import cache

import numpy as np
import pytest

from sim.model.business_support import intellectual_property
from sim.model.business_support import parameters as business_support_parameters
from sim.model.population.firm_table import OPEN, E, T
from tests.model import town

AT_WORK: dict[str, town.Value] = {"ip.enforcement": 0.3, "ip.rapid_centres": 3, "ip.case_days": 30}
LAST = 47


@cache
def outcomes(**levers: float) -> dict[str, np.ndarray]:
    named = {f"ip.{name}": value for name, value in levers.items()}
    return town.run(AT_WORK | named).outcomes


def window(o: dict[str, np.ndarray], what: str) -> np.ndarray:
    return o[what][:, list(town.COORDS["window"].values).index("ip")]


def simulated(**levers: float):
    """Return a city after its run, with its cases."""
    return town.simulated(AT_WORK | {f"ip.{name}": value for name, value in levers.items()})[0]


def test_who_holds_a_right_and_who_is_infringed() -> None:
    city = simulated()
    firms = city.context.firms
    designs = np.flatnonzero(firms.design[: len(firms)])
    assert (firms.segment[designs] >= E).all()
    ordinary = designs[firms.segment[designs] == E]
    assert (firms.skill[ordinary] >= business_support_parameters.ABLE).all()
    assert set(firms.sector[ordinary].tolist()) == set(
        intellectual_property.sector_numbers(business_support_parameters.DESIGN_SECTORS)
    )
    rows = np.array([case.row for case in city.rights.cases])
    assert len(rows) > 400
    assert (firms.patent[rows] | firms.design[rows]).all()
    hurt = np.flatnonzero((firms.sales_lost > 0) & (firms.state == OPEN))
    assert set(hurt.tolist()) <= {case.row for case in city.rights.cases if case.ended > 1430}


def test_a_holder_has_one_case_at_a_time() -> None:
    open_until: dict[int, float] = {}
    for case in simulated().rights.cases:
        assert case.began >= open_until.get(case.row, -1) - 31
        open_until[case.row] = min(case.ended, 1461)


def test_enforcement_stops_as_many_as_it_says() -> None:
    none, half, all_ = (outcomes(enforcement=v)["ip_infringements"].sum() for v in (0.0, 0.5, 1.0))
    assert 0.45 < half / none < 0.6
    assert all_ == 0
    assert not outcomes(enforcement=1.0)["ip_sales_lost"].any()


def test_enforcement_saves_sales_of_holders() -> None:
    weak, strong = (outcomes(enforcement=v) for v in (0.0, 1.0))
    assert weak["ip_sales_lost"].sum() > 1e6
    flow = town.FLOWS.index("value_added")
    assert strong["flows"][:, flow].sum() > weak["flows"][:, flow].sum()


def test_a_short_procedure_takes_copies_off_the_market_sooner() -> None:
    short, long = (outcomes(case_days=v) for v in (10.0, 365.0))
    assert short["ip_case_days"][12:].mean() < 0.8 * long["ip_case_days"][12:].mean()
    assert short["ip_sales_lost"].sum() < 0.9 * long["ip_sales_lost"].sum()


def test_each_centre_takes_its_sector_and_only_then_is_a_case_short() -> None:
    one, three = outcomes(rapid_centres=1.0), outcomes(rapid_centres=3.0)
    assert 0 < window(one, "applications").sum() < window(three, "applications").sum()
    assert three["ip_sales_lost"].sum() < one["ip_sales_lost"].sum()
    city = simulated(rapid_centres=1.0)
    lighting = intellectual_property.sector_numbers(["lighting"])[0]
    at_desk = [case for case in city.rights.cases if case.handled.triggered]
    assert {int(city.context.firms.sector[case.row]) for case in at_desk} == {lighting}
    ordinary = [case for case in city.rights.cases if not case.handled.triggered and np.isfinite(case.ended)]
    elsewhere = [case.ended - case.began for case in ordinary]
    assert 160 < np.mean(elsewhere) < 200


def test_five_centres_wait_less_than_three_under_a_heavy_load() -> None:
    load: dict[str, town.Value] = {"ip.enforcement": 0.0}
    waits = [
        np.nanmean(window(town.run(AT_WORK | load | {"ip.rapid_centres": n}).outcomes, "waiting_days"))
        for n in (3, 5)
    ]
    assert waits[1] < waits[0]


def test_without_case_officers_cases_wait_and_copies_stay_on_the_market() -> None:
    """Without case officers no case at a centre ends, and firms continue to lose sales."""
    city = town.city(AT_WORK)

    def go() -> None:
        for centre in city.rights.centres:
            centre.staff(0)

    town.after(city, 200, go)
    o = city.run_all().outcomes
    city.close()
    usual = outcomes()
    assert window(o, "approvals")[8:].sum() == 0
    assert window(o, "queue_length")[LAST] > 50 > window(usual, "queue_length")[LAST]
    assert o["ip_sales_lost"].sum() > 1.2 * usual["ip_sales_lost"].sum()
    assert np.array_equal(o["ip_infringements"][:6], usual["ip_infringements"][:6])


def test_one_case_officer_each_makes_a_longer_queue_than_two() -> None:
    city = town.city(AT_WORK | {"ip.enforcement": 0.0})

    def go() -> None:
        for centre in city.rights.centres:
            centre.clerks[0].remove()

    town.after(city, 5, go)
    o = city.run_all().outcomes
    city.close()
    two = outcomes(enforcement=0.0)
    assert np.nanmean(window(o, "waiting_days")) > 1.5 * np.nanmean(window(two, "waiting_days"))


def test_a_centre_that_closes_loses_no_case() -> None:
    city = town.city(AT_WORK | {"ip.rapid_centres": [(0, 3), (700, 0)], "ip.enforcement": 0.0})
    city.run_all()
    old = [case for case in city.rights.cases if case.began < 700]
    city.close()
    assert old
    assert all(np.isfinite(case.ended) for case in old)
    late = [case for case in city.rights.cases if case.began > 800]
    assert not any(case.handled.triggered for case in late)


def test_without_a_centre_its_days_change_nothing() -> None:
    none = AT_WORK | {"ip.rapid_centres": 0}
    assert town.differing(town.run(none), town.run(none | {"ip.case_days": 300})) == []
    assert window(town.run(none).outcomes, "applications").sum() == 0


def test_licences_bring_holders_money() -> None:
    none, some, many = (outcomes(traded_share=v) for v in (0.0, 0.05, 0.2))
    assert not none["ip_traded"].any()
    assert 0 < 2 * some["ip_traded"].sum() < many["ip_traded"].sum()
    flow = many["flows"][:, town.FLOWS.index("ip_licences")]
    assert flow.sum() == pytest.approx(many["ip_traded"].sum())
    assert many["flows"][:, town.FLOWS.index("owners_draw")].sum() != pytest.approx(
        none["flows"][:, town.FLOWS.index("owners_draw")].sum(), abs=1
    )


def test_patent_information_is_advice_to_technology_firms_only() -> None:
    """The capability of users rises slightly through the response to advice, and with it their sales."""
    none, all_ = simulated(information_users=0.0), simulated(information_users=1.0)

    def gain(city) -> np.ndarray:
        return np.asarray(city.context.firms.capability - city.context.firms.capability_start)[
            : len(city.context.firms)
        ]

    mine = none.context.firms.segment[: len(none.context.firms)] == T
    assert gain(all_)[mine].mean() > gain(none)[mine].mean() + 0.001
    assert np.array_equal(gain(all_)[~mine].shape, gain(none)[~mine].shape)
    hours = all_.context.firms.support_hours[: len(all_.context.firms)][mine]
    assert hours.max() < 60
    some = outcomes(information_users=0.2)["flows"]
    assert not np.array_equal(some, outcomes(information_users=0.0)["flows"])
