"""Tests of demonstration bases: limited titles, a single payment, new area, and three years of advice."""

import numpy as np
import pytest

from sim.engine import clock
from sim.model.incubation import parameters as incubation_parameters
from sim.model.incubation import rules as incubation_rules
from tests.model import town

BASES = {"incubator.base_funding": 5e6, "incubator.nominations": 3}


@pytest.fixture(scope="module")
def simulated():
    city = town.city(BASES)
    observed: list[dict[int, tuple[float, int, float]]] = []

    def observe() -> None:
        observed.append({s.number: (s.area, s.places, s.advice) for s in city.register.by_number})

    for month in range(48):
        town.after(city, clock.MONTH_START[month] + 5.0, observe)
    output = city.run_all()
    yield city, output, observed
    city.close()


def test_titles_are_scarce_and_the_city_nominates_as_many_as_it_may(simulated) -> None:
    city, output, _ = simulated
    nominated = town.by_year(output.outcomes["demonstration_nominated"])
    assert nominated.tolist() == [3, 3, 3, 3]
    for k, year in enumerate((2017, 2018, 2019, 2020)):
        titles = city.context.streams.poisson(
            city.context.parameters[incubation_parameters.DEMONSTRATION_TITLES.id],
            "demonstration titles",
            year,
        )
        won = [n for n, y in city.demonstration.chosen.items() if y == year]
        assert len(won) == min(titles, nominated[k])
    assert 0 < len(city.demonstration.chosen) < 12
    assert all(city.register.by_number[n].kind == "base" for n in city.demonstration.chosen)


def test_each_is_paid_once(simulated) -> None:
    city, output, _ = simulated
    spent = town.by_year(town.spending(output, "demonstration_bases"))
    years = list(city.demonstration.chosen.values())
    assert spent.tolist() == [5e6 * years.count(y) for y in (2017, 2018, 2019, 2020)]


def test_the_money_becomes_area_after_a_year_and_advice_at_once(simulated) -> None:
    city, _, observed = simulated
    number, year = min(city.demonstration.chosen.items(), key=lambda item: item[1])
    month = 12 * (year - 2017) + 11  # 20 December
    before, after, later = observed[month][number], observed[month + 1][number], observed[month + 13][number]
    assert before[2] == 0.0
    assert after[2] == pytest.approx(incubation_rules.advice_hours(5e6))
    assert after[:2] == before[:2]
    assert later[0] == pytest.approx(before[0] + min(before[0], 5e6 / 3000))
    assert later[1] > before[1]


def test_tenants_of_a_funded_base_are_advised() -> None:
    """Tenants receive the funded hours in addition to the usual advice of a recognised facility."""
    hours = []
    for funding in (0.0, 5e7):
        city = town.city({"incubator.base_funding": funding, "incubator.nominations": 10})

        def record(city=city) -> None:
            tenants = np.isin(city.context.firms.space, list(city.demonstration.chosen))
            hours.append(float(city.context.firms.support_hours[tenants].mean()))

        town.at(city, 1000, record)
        town.until(city, 1000.1)
    assert hours[1] > 2 * hours[0]


def test_without_nominations_funding_changes_nothing() -> None:
    none = {"incubator.nominations": 0}
    assert town.differing(town.run(none), town.run(none | {"incubator.base_funding": 5e7})) == []


def test_titles_without_money_are_titles() -> None:
    o = town.run({"incubator.nominations": 3})
    assert o.outcomes["demonstration_bases"][-1] > 0
    assert not town.spending(o, "demonstration_bases").any()
