"""Recognition: the yearly round in which facilities gain or lose city, provincial and national titles.

On 1 October facilities apply; applications reviewed by 20 December enter the round. Titles above city level
are limited in number.
Measures: M16, M30. Evidence: INC04-08, INC16-17, INC24, ZS214-215.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine import clock
from sim.model.incubation.agents import ApplicationDesk
from sim.model.incubation.parameters import (
    CITY,
    LEVELS,
    NATIONAL,
    PROVINCIAL,
    REVIEWERS,
    ROUND_DAYS,
    ROUND_MONTH,
    TITLE_LOST,
)
from sim.model.incubation.rules import assessed_quality, loses_title, titles_awarded

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.model.context import Context
    from sim.model.incubation.agents import Facility
    from sim.model.incubation.payments import FacilityPayments
    from sim.model.incubation.register import FacilityRegister


class Recognition:
    """Yearly rounds of recognition.

    Attributes:
        desk: service desk where applications for titles are reviewed.
        applications: applications reviewed for this year's round, each with its facility and the level that
            it is for, by facility key.
        last_round: year of the last round held.
    """

    def __init__(self, context: Context, register: FacilityRegister, payments: FacilityPayments) -> None:
        self.context, self.register, self.payments = context, register, payments
        self.desk = ApplicationDesk(context, "accreditation")
        self.applications: dict[int, tuple[Facility, int]] = {}
        self.last_round = 2016

    def begin(self) -> None:
        """Staff the review desk; call for applications in October and hold the round in December."""
        context = self.context
        self.desk.staff(context.levers.at(REVIEWERS, context.clock.first_day))
        if context.clock.month % 12 == ROUND_MONTH:
            self.call()
        if context.clock.month % 12 == 11:
            context.env.process(self._hold_round(clock.year_of(context.clock.month)))

    def call(self) -> None:
        """Have every facility that meets the criteria of the next level apply for it."""
        for facility in list(self.register.open):
            level = facility.decide_to_apply(self.context.env.now)
            if level:
                self.context.env.process(self._apply(facility, level))

    def _apply(self, facility: Facility, level: int) -> ProcessGenerator:
        """SimPy process of an application, which enters the round only if it is reviewed in time."""
        year = clock.date(self.context.env.now).year
        yield self.desk.submit(facility.key)
        if self.last_round < year and clock.date(self.context.env.now).year == year:
            self.applications[facility.key] = (facility, level)

    def _hold_round(self, year: int) -> ProcessGenerator:
        """SimPy process of a year's round, held on 20 December."""
        yield self.context.env.timeout(ROUND_DAYS)
        self._award_titles(year)
        self._evaluate(year)
        self.last_round = year

    def _award_titles(self, year: int) -> None:
        """Award titles to the best-ranked applications of facilities that are still open."""
        streams, p = self.context.streams, self.context.parameters
        provincial = streams.poisson(p[PROVINCIAL.id], "provincial titles", year)
        national = streams.poisson(p[NATIONAL.id], "national titles", year)

        def ranking(application: tuple[Facility, int]) -> tuple[float, int]:
            facility = application[0]
            g = float(streams.normal([facility.key], "jury", year)[0])
            return -assessed_quality(facility.quality, g), facility.key

        ranked = sorted((a for a in self.applications.values() if a[0] in self.register.open), key=ranking)
        awarded = titles_awarded([level for _, level in ranked], provincial, national)
        for (facility, level), success in zip(ranked, awarded, strict=True):
            if success:
                self._recognise(facility, level, year)
        self.applications.clear()

    def _recognise(self, facility: Facility, level: int, year: int) -> None:
        """Give a facility its title, and pay the award for the title."""
        facility.level = level
        facility.rounds.append((year, level))
        now = self.context.env.now
        if self.context.events:
            self.context.events.facility(
                facility.name, "incubator.recognised", day=now, rule="incubation.rules.titles_awarded",
                level=LEVELS[level], tenants=facility.tenants, years=facility.years(now))  # fmt: skip
        self.desk.passed += 1
        self.payments.award_title(facility, level)

    def _evaluate(self, year: int) -> None:
        """Withdraw some titles above city level; each facility concerned falls by one level."""
        context, yearly = self.context, self.context.parameters[TITLE_LOST.id]
        for facility in [f for f in self.register.open if f.level > CITY]:
            if loses_title(
                facility.rounds[-1][0], year, context.streams.scalar("title", facility.key, year), yearly
            ):
                facility.level -= 1
                if context.events:
                    context.events.facility(
                        facility.name, "incubator.title_lost", day=context.env.now, rule="incubation.rules.loses_title")  # fmt: skip
                facility.rounds.append((year, facility.level))
