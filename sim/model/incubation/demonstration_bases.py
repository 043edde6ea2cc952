"""Demonstration bases: the city puts bases forward, the province chooses few, each chosen one is funded once.

On 1 October the city puts forward its best recognised bases, as many as policy says. On 20 December the province
chooses among them while it has titles. The money of a chosen base goes into rooms, which are there a year later,
and into advice for its tenants over three years.
Measures: M23. Evidence: ZS212, INC24 (few titles), INC22 (rooms alone do nothing, advice may).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sim.engine import clock
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.government.budgets import Budget

if TYPE_CHECKING:
    from sim.model.city import City

# fmt: off
# --- sockets ---------------------------------------------------------------------------------------
FUNDING: Final = PolicyLever(
    "incubator.base_funding", "yuan per base", 0, 0, 5e7, "value", "示范基地资助", "funding of a demonstration base")
NOMINATIONS: Final = PolicyLever(
    "incubator.nominations", "bases", 0, 0, 10, "value", "示范基地推荐数", "demonstration bases put forward in a year's call")
LEVERS: Final = (FUNDING, NOMINATIONS)

# --- parameters ------------------------------------------------------------------------------------
TITLES: Final = Parameter("demonstration.titles", 0.8, 0.3, 1.5, "titles a year", "guess; INC24", "D",
                          "省级双创示范基地名额", "provincial demonstration titles for the city")
PARAMETERS: Final = (TITLES,)
# fmt: on

CALL_MONTH: Final = 9  # October; the province chooses on 20 December
CHOSEN_AFTER: Final = 80  # days
INTO_ROOMS: Final = 0.5  # of the money; the rest pays for advice (guess)
ROOM_COST: Final = 1500.0  # yuan/m2, to fit out (guess)
WORKS: Final = 365  # days until the rooms are there (guess)
HOUR: Final = 300.0  # yuan of an hour of advice, as in the purchase of services (guess)
ADVICE_MONTHS: Final = 36  # over which the advice is given (guess)
PROGRAMME: Final = "demonstration_bases"

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
CHOSEN: Final = Outcome("demonstration_bases", ("month",), "bases", "省级双创示范基地", "provincial demonstration bases")
NOMINATED: Final = Outcome("demonstration_nominated", ("month",), "bases", "推荐省级双创示范基地", "bases put forward to the province", "flow")
# fmt: on
OUTCOMES: Final = (CHOSEN, NOMINATED)


# --- rules -----------------------------------------------------------------------------------------
def rooms(yuan: float, area: float) -> float:
    """Area that the money adds to a base, m2: half of it at 1,500 yuan/m2, at most as much again as there is."""
    return min(area, INTO_ROOMS * yuan / ROOM_COST)


def advice(yuan: float) -> float:
    """Hours of advice a month that the money pays for in a base: half of it at 300 yuan an hour, over 36 months."""
    return (1 - INTO_ROOMS) * yuan / HOUR / ADVICE_MONTHS


# --- process and settle ----------------------------------------------------------------------------
class DemonstrationBases:
    """Bases put forward and chosen, and the money for them."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.money = Budget(city.env)
        self.chosen: dict[int, int] = {}  # number of the space: year
        self.nominated = 0  # this month

    def begin(self) -> None:
        """The year's money, and in October the bases put forward."""
        city, day = self.city, self.city.first_day
        places = round(city.at(NOMINATIONS, day))
        city.appropriate(self.money, places * round(100 * city.at(FUNDING, day)))
        if city.month % 12 == CALL_MONTH and places:
            self.put_forward(places)

    def put_forward(self, places: int) -> None:
        """The city's best recognised bases that are none yet."""
        able = [
            s
            for s in self.city.carriers.spaces
            if s.kind == "base" and s.level and s.number not in self.chosen
        ]
        able.sort(key=lambda s: (-s.quality, s.key))
        self.nominated = len(able[:places])
        self.city.env.process(self.choose(able[:places], clock.year_of(self.city.month)))

    def choose(self, bases: list[Any], year: int) -> Any:
        """The province chooses the best in its own eyes, as many as it has titles."""
        yield self.city.env.timeout(CHOSEN_AFTER)
        city = self.city
        titles = city.chance.poisson(city.drawn[TITLES.id], "demonstration titles", year)
        seen = {
            s.number: s.quality + 0.5 * float(city.chance.normal([s.key], "province", year)[0]) for s in bases
        }
        there = [s for s in bases if s in city.carriers.spaces]
        for space in sorted(there, key=lambda s: (-seen[s.number], s.key))[:titles]:
            self.chosen[space.number] = year
            if city.diary:
                city.diary.space(
                    space.name, "demonstration.chosen", day=city.env.now, rule="demonstration.Demonstration")  # fmt: skip
            yuan = city.at(FUNDING, city.env.now)
            if yuan > 0:
                city.env.process(self.fund(space, yuan))

    def fund(self, space: Any, yuan: float) -> Any:
        """The money, then the advice at once and the rooms after the works."""
        city = self.city
        yield city.env.process(city.carriers.pay(space, yuan, self.money, PROGRAMME))
        if space not in city.carriers.spaces:
            return
        space.advice = advice(yuan)
        more = rooms(yuan, space.area)
        yield city.env.timeout(WORKS)
        space.resize(space.area + more)
        yield city.env.timeout(round(30.44 * ADVICE_MONTHS) - WORKS)
        space.advice = 0.0

    def settle(self) -> None:
        """Record."""
        city, put = self.city, self.city.record.put
        put(CHOSEN, city.month, sum(city.carriers.ever[k] in city.carriers.spaces for k in self.chosen))
        put(NOMINATED, city.month, self.nominated)
        self.nominated = 0
