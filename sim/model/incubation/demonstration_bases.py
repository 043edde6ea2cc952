"""Demonstration bases: the city nominates bases, the province selects a few, and each is funded once.

On 1 October the city nominates its best recognised bases, up to the number that policy allows. On 20 December
the province selects the best of them, up to its number of titles. Half of a base's funding pays for new area,
which is ready a year later, and half for advice to its tenants over three years.
Measures: M23. Evidence: ZS212, INC24 (few titles), INC22 (area alone has no effect, advice may).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import clock
from sim.model.government.budgets import Budget
from sim.model.incubation.parameters import (
    DAYS_A_MONTH,
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
from sim.model.incubation.rules import advice_hours, area_added, assessed_quality

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.model.context import Context
    from sim.model.incubation.agents import Facility
    from sim.model.incubation.payments import FacilityPayments
    from sim.model.incubation.register import FacilityRegister


class DemonstrationBases:
    """Nomination, selection and funding of demonstration bases.

    Attributes:
        money: yearly budget for funding bases.
        chosen: year in which each selected base received its title, by facility number.
        nominated: number of bases nominated this month.
    """

    def __init__(self, context: Context, register: FacilityRegister, payments: FacilityPayments) -> None:
        self.context, self.register, self.payments = context, register, payments
        self.money = Budget(context.env)
        self.chosen: dict[int, int] = {}
        self.nominated = 0

    def begin(self) -> None:
        """Appropriate the year's budget and, in October, nominate bases."""
        context, day = self.context, self.context.clock.first_day
        nominations = round(context.levers.at(DEMONSTRATION_NOMINATIONS, day))
        funding = round(100 * context.levers.at(DEMONSTRATION_FUNDING, day))
        context.accounts.appropriate(self.money, nominations * funding)
        if context.clock.month % 12 == DEMONSTRATION_CALL_MONTH and nominations:
            self._nominate(nominations)

    def _nominate(self, nominations: int) -> None:
        """Nominate the city's best recognised bases that do not hold a title yet."""
        bases = [
            f for f in self.register.open if f.kind == "base" and f.level and f.number not in self.chosen
        ]
        bases.sort(key=lambda f: (-f.quality, f.key))
        nominated = bases[:nominations]
        self.nominated = len(nominated)
        self.context.env.process(self._select(nominated, clock.year_of(self.context.clock.month)))

    def _select(self, nominated: list[Facility], year: int) -> ProcessGenerator:
        """SimPy process of the yearly selection, in which the province awards titles to the best bases."""
        yield self.context.env.timeout(DEMONSTRATION_CHOSEN_AFTER)
        context, streams = self.context, self.context.streams
        titles = streams.poisson(context.parameters[DEMONSTRATION_TITLES.id], "demonstration titles", year)
        assessed = {
            f.number: assessed_quality(f.quality, float(streams.normal([f.key], "province", year)[0]))
            for f in nominated
        }
        candidates = [f for f in nominated if f in self.register.open]
        candidates.sort(key=lambda f: (-assessed[f.number], f.key))
        for facility in candidates[:titles]:
            self.chosen[facility.number] = year
            if context.events:
                context.events.facility(
                    facility.name, "demonstration.chosen", day=context.env.now, rule="incubation.rules.assessed_quality")  # fmt: skip
            yuan = context.levers.at(DEMONSTRATION_FUNDING, context.env.now)
            if yuan > 0:
                context.env.process(self._fund(facility, yuan))

    def _fund(self, facility: Facility, yuan: float) -> ProcessGenerator:
        """SimPy process of a base's funding, which adds advice at once and new area after the works."""
        context = self.context
        yield context.env.process(self.payments.pay(facility, yuan, self.money, DEMONSTRATION_PROGRAMME))
        if facility not in self.register.open:
            return
        facility.advice = advice_hours(yuan)
        added = area_added(yuan, facility.area)
        yield context.env.timeout(DEMONSTRATION_WORKS)
        facility.resize(facility.area + added)
        advised = round(DAYS_A_MONTH * DEMONSTRATION_ADVICE_MONTHS)
        yield context.env.timeout(advised - DEMONSTRATION_WORKS)
        facility.advice = 0.0

    def settle(self) -> None:
        """Record the numbers of demonstration bases and of nominations."""
        month, put = self.context.clock.month, self.context.recorder.put
        put(
            DEMONSTRATION_CHOSEN,
            month,
            sum(self.register.by_number[k] in self.register.open for k in self.chosen),
        )
        put(DEMONSTRATION_NOMINATED, month, self.nominated)
        self.nominated = 0
