"""Capacities that no scenario may exceed in incubation: places, seats, titles, area, money of the year."""

from __future__ import annotations

from collections import Counter

import numpy as np

from sim.engine import clock
from sim.engine.recorder import RunOutput
from sim.model.city import City
from sim.model.incubation import parameters as incubation_parameters
from sim.model.incubation.parameters import CITY, NATION, PROVINCE
from tests.model import town


class Watch:
    """Checks of a city in the middle of every month, and of its outcomes afterwards."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.looks = 0
        for month in range(clock.MONTHS):
            town.after(city, clock.MONTH_START[month] + 14.0, self.look)

    def look(self) -> None:
        """Every tenant has a place, every place its area, every stake its money, every park its seats."""
        city = self.city
        self.looks += 1
        housed = Counter(city.context.firms.space[city.context.firms.space >= 0].tolist())
        for space in city.register.by_number:
            assert 0 <= space.tenants == housed[space.number], space.name
            assert space.tenants <= space.places, space.name
            size = incubation_parameters.SMALL_PLACE_AREA.get(space.kind, incubation_parameters.PLACE_AREA)
            assert space.places * size <= space.area + 1e-6, space.name
            assert space.tenants == 0 or space in city.register.open, space.name
        assert all(fen >= 0 for fen in city.seed_money.funds.values())
        assert city.projects.convertible.remaining >= 0
        seats = incubation_parameters.SEATS_A_PLACE * sum(
            s.places for s in city.register.open if s.kind == incubation_parameters.PARK_KIND
        )
        assert seats <= city.context.levers.at(incubation_parameters.PARK_SEATS, city.context.clock.first_day)

    def check(self, output: RunOutput) -> None:
        """Titles of each year, area converted so far, money of each year."""
        city = self.city
        assert self.looks == clock.MONTHS
        for year in (2017, 2018, 2019, 2020):
            for level, rate, name in (
                (PROVINCE, incubation_parameters.PROVINCIAL, "provincial titles"),
                (NATION, incubation_parameters.NATIONAL, "national titles"),
            ):
                titles = city.context.streams.poisson(city.context.parameters[rate.id], name, year)
                assert sum(gains(space.rounds, year, level) for space in city.register.by_number) <= titles
            titles = city.context.streams.poisson(
                city.context.parameters[incubation_parameters.DEMONSTRATION_TITLES.id],
                "demonstration titles",
                year,
            )
            assert list(city.demonstration.chosen.values()).count(year) <= titles
        for name, what in (
            (incubation_parameters.SUBSIDY_PROGRAMME, self.subsidies),
            (incubation_parameters.DEMONSTRATION_PROGRAMME, self.funding),
        ):
            spent = np.cumsum(town.by_year(town.spending(output, name)))
            assert (spent <= np.cumsum([what(year) for year in range(4)]) + 1e-6).all(), name
        converted = [
            s.area
            for s in city.register.by_number
            if s.kind == "incubator"
            and s.key >= 100_000
            and city.context.streams.scalar("converted", s.key) < incubation_parameters.CONVERTED
        ]
        allowed = sum(self.most(incubation_parameters.CONVERTIBLE_AREA.id, year) for year in range(4))
        assert sum(converted) <= allowed + len(converted)  # the area allowed is in whole m2

    def most(self, lever: str, year: int) -> float:
        """The largest value of a lever that was in force in a year."""
        days, values = self.city.settings.steps[lever]
        start, end = (clock.MONTH_START[12 * k] for k in (year, year + 1))
        last = max(k for k, day in enumerate(days) if day <= start)
        return max(v for k, v in enumerate(values) if k == last or start < days[k] < end)

    def subsidies(self, year: int) -> float:
        """Yuan of the incubation subsidy that a year had at most."""
        return self.most(incubation_parameters.INCUBATION_SUBSIDY_BUDGET.id, year)

    def funding(self, year: int) -> float:
        """Yuan for demonstration bases that a year had at most."""
        places = round(self.most(incubation_parameters.DEMONSTRATION_NOMINATIONS.id, year))
        return places * self.most(incubation_parameters.DEMONSTRATION_FUNDING.id, year)


def gains(rounds: list[tuple[int, int]], year: int, level: int) -> int:
    """Number of times that a facility rose to a level in a year; ``rounds`` hold year and level of each."""
    was, n = CITY, 0
    for when, now in rounds:
        n += when == year and now == level and now > was
        was = now
    return n
