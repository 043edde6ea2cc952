"""Demonstration bases: the city puts bases forward, the province chooses few, each chosen one is funded once.

On 1 October the city puts forward its best recognised bases, as many as policy says. On 20 December the province
chooses among them while it has titles. The money of a chosen base goes into rooms, which are there a year later,
and into advice for its tenants over three years.
Measures: M23. Evidence: ZS212, INC24 (few titles), INC22 (rooms alone do nothing, advice may).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.engine import clock
from sim.model.government.budgets import Budget
from sim.model.incubation.parameters import (
    DEMONSTRATION_ADVICE_MONTHS,
    DEMONSTRATION_CALL_MONTH,
    DEMONSTRATION_CHOSEN,
    DEMONSTRATION_CHOSEN_AFTER,
    DEMONSTRATION_FUNDING,
    DEMONSTRATION_NOMINATED,
    DEMONSTRATION_NOMINATIONS,
    DEMONSTRATION_PROGRAMME,
    DEMONSTRATION_TITLES,
    DEMONSTRATION_WORKS,
)
from sim.model.incubation.rules import advice_hours, area_added

if TYPE_CHECKING:
    from sim.model.context import Context
    from sim.model.incubation.facilities import Facilities
    from sim.model.incubation.register import FacilityRegister


class DemonstrationBases:
    """Bases put forward and chosen, and the money for them."""

    def __init__(self, context: Context, register: FacilityRegister, facilities: Facilities) -> None:
        self.context, self.register, self.facilities = context, register, facilities
        self.money = Budget(context.env)
        self.chosen: dict[int, int] = {}  # number of the space: year
        self.nominated = 0  # this month

    def begin(self) -> None:
        """The year's money, and in October the bases put forward."""
        context, day = self.context, self.context.clock.first_day
        places = round(context.levers.at(DEMONSTRATION_NOMINATIONS, day))
        context.accounts.appropriate(
            self.money, places * round(100 * context.levers.at(DEMONSTRATION_FUNDING, day))
        )
        if context.clock.month % 12 == DEMONSTRATION_CALL_MONTH and places:
            self.put_forward(places)

    def put_forward(self, places: int) -> None:
        """The city's best recognised bases that are none yet."""
        able = [s for s in self.register.open if s.kind == "base" and s.level and s.number not in self.chosen]
        able.sort(key=lambda s: (-s.quality, s.key))
        self.nominated = len(able[:places])
        self.context.env.process(self.choose(able[:places], clock.year_of(self.context.clock.month)))

    def choose(self, bases: list[Any], year: int) -> Any:
        """The province chooses the best in its own eyes, as many as it has titles."""
        yield self.context.env.timeout(DEMONSTRATION_CHOSEN_AFTER)
        context = self.context
        titles = context.streams.poisson(
            context.parameters[DEMONSTRATION_TITLES.id], "demonstration titles", year
        )
        seen = {
            s.number: s.quality + 0.5 * float(context.streams.normal([s.key], "province", year)[0])
            for s in bases
        }
        there = [s for s in bases if s in self.register.open]
        for space in sorted(there, key=lambda s: (-seen[s.number], s.key))[:titles]:
            self.chosen[space.number] = year
            if context.events:
                context.events.space(
                    space.name, "demonstration.chosen", day=context.env.now, rule="incubation.demonstration_bases.DemonstrationBases")  # fmt: skip
            yuan = context.levers.at(DEMONSTRATION_FUNDING, context.env.now)
            if yuan > 0:
                context.env.process(self.fund(space, yuan))

    def fund(self, space: Any, yuan: float) -> Any:
        """The money, then the advice at once and the rooms after the works."""
        context = self.context
        yield context.env.process(self.facilities.pay(space, yuan, self.money, DEMONSTRATION_PROGRAMME))
        if space not in self.register.open:
            return
        space.advice = advice_hours(yuan)
        more = area_added(yuan, space.area)
        yield context.env.timeout(DEMONSTRATION_WORKS)
        space.resize(space.area + more)
        yield context.env.timeout(round(30.44 * DEMONSTRATION_ADVICE_MONTHS) - DEMONSTRATION_WORKS)
        space.advice = 0.0

    def settle(self) -> None:
        """Record."""
        context, put = self.context, self.context.recorder.put
        put(
            DEMONSTRATION_CHOSEN,
            context.clock.month,
            sum(self.register.by_number[k] in self.register.open for k in self.chosen),
        )
        put(DEMONSTRATION_NOMINATED, context.clock.month, self.nominated)
        self.nominated = 0
