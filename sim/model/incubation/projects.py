"""Projects: candidate facilities from the investor's decision to the opening.

Candidate projects are the same under every policy; a project is carried out if it is profitable. Some
incubators are conversions of existing buildings, which require approval, and area within a yearly ceiling,
before construction starts.
Measures: M16 (platforms), M24 (conversion), M07 (online makerspaces). Evidence: ZS023, ZS031-032, ZS043,
ZS211, INC03.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.government.budgets import Budget
from sim.model.incubation.agents import ApplicationDesk
from sim.model.incubation.parameters import (
    AWARD_BUDGET,
    CONVERSION_CLERKS,
    CONVERSION_DAYS,
    CONVERTED,
    CONVERTIBLE_AREA,
    KINDS,
    LAG,
    LAG_SHARE,
    ONLINE_ALLOWED,
    ONLINE_SHARE,
    OPENING_AWARD,
    OWN_INFORMATION,
    PIPELINE,
    PLATFORM_OPENS,
    PLATFORM_PROJECTS,
    PROJECTS,
    TAX_RELIEF,
)
from sim.model.incubation.rules import months_to_open, net_yield, platform_months, project_pays

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.model.context import Context
    from sim.model.incubation.facilities import Facilities


class Projects:
    """Projects of new facilities.

    Attributes:
        desk: service desk where conversions are approved.
        convertible: area that may still be converted this year, as a :class:`Budget` in m2.
        platforms_begun: number of candidate platforms considered so far.
    """

    def __init__(self, context: Context, facilities: Facilities) -> None:
        self.context, self.facilities = context, facilities
        self.desk = ApplicationDesk(context, "conversion")
        self.convertible = Budget(context.env)
        self.platforms_begun = 0

    def begin_with(self) -> None:
        """Start the incubator projects that were under way at the start of 2017."""
        for k in range(PIPELINE):
            lag = self.context.parameters[LAG.id] * (k + 0.5) / PIPELINE
            self.context.env.process(self.build("incubator", 9_000 + k, lag, approved=True))

    def begin(self) -> None:
        """Set the number of clerks and the area for conversions, and start the month's projects."""
        context, day = self.context, self.context.clock.first_day
        self.desk.staff(context.levers.at(CONVERSION_CLERKS, day))
        area = round(context.levers.at(CONVERTIBLE_AREA, day))
        if context.clock.month % 12 == 0:
            self.convertible.new_year(area)
        else:
            self.convertible.amend(area)
        for kind in PROJECTS:
            self._propose(kind, context.clock.month)
        self._propose_platforms()

    def _propose(self, kind: str, month: int) -> None:
        """Draw a month's candidate projects of one kind, and start those that are profitable."""
        context, expected = self.context, self.context.parameters[PROJECTS[kind].id]
        candidates = int(expected) + (context.streams.scalar("projects", kind, month) < expected % 1)
        for k in range(candidates):
            key = 100_000 * (KINDS.index(kind) + 1) + 100 * month + k
            if self.pays(kind, key):
                g = float(context.streams.normal([key], "lag")[0])
                lag = months_to_open(context.parameters[LAG.id], LAG_SHARE[kind], g)
                context.env.process(self.build(kind, key, lag))

    def _propose_platforms(self) -> None:
        """Draw which newly planned international platforms will open, and start their projects."""
        context = self.context
        planned = int(context.levers.at(PLATFORM_PROJECTS, context.clock.first_day))
        for k in range(self.platforms_begun, planned):
            if context.streams.scalar("platform opens", k) < context.parameters[PLATFORM_OPENS.id]:
                months = platform_months(context.streams.scalar("platform lag", k))
                context.env.process(self.build("platform", 400_000 + k, months, approved=True))
        self.platforms_begun = max(self.platforms_begun, planned)

    def pays(self, kind: str, key: int) -> bool:
        """Return whether a project is profitable and, if it is an online makerspace, eligible for support."""
        context, day = self.context, self.context.clock.first_day
        area = float(self.facilities.area_of(kind, np.array([key]))[0])
        award = context.levers.at(OPENING_AWARD, day) if not context.levers.not_yet(AWARD_BUDGET) else 0.0
        online = kind == "makerspace" and context.streams.scalar("online", key) < ONLINE_SHARE
        if online and not context.levers.at(ONLINE_ALLOWED, day):
            return False
        relief = context.levers.at(TAX_RELIEF, day)
        expected = net_yield(
            self.facilities.occupancy(kind), relief, award, area, self.facilities.saving(kind)
        )
        g = float(context.streams.normal([key], "doubt")[0])
        return project_pays(expected, context.parameters[OWN_INFORMATION.id] * g)

    def build(self, kind: str, key: int, months: float, approved: bool = False) -> ProcessGenerator:
        """SimPy process of a project: approval (only for conversions), construction and opening."""
        context, since = self.context, self.context.env.now
        area = float(self.facilities.area_of(kind, np.array([key]))[0])
        if kind == "incubator" and not approved and context.streams.scalar("converted", key) < CONVERTED:
            yield self.desk.submit(key)
            self.desk.passed += 1
            if not self.convertible.try_reserve(round(area)):
                yield self.convertible.wait(round(area))
            yield context.env.timeout(context.levers.at(CONVERSION_DAYS, context.env.now))
        yield context.env.timeout(round(months * 365.25 / 12))
        facility = self.facilities.open(kind, key, area, context.env.now)
        if context.events:
            context.events.facility(
                facility.name, "incubator.opened", day=context.env.now, waited=context.env.now - since, rule="incubation.rules.project_pays",
                area=area, district=facility.district)  # fmt: skip
