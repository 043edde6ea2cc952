"""Carriers: how projects, conversions, yearly rounds and awards follow on each other. What spaces decide is in ``incubator``.

Candidate projects are drawn from the world; a project opens when it pays, after conversion has been
approved and the work is done. Spaces apply in yearly rounds for the city's, the province's and the
nation's recognition; titles above the city's are scarce.
Evidence: ZS020-023, ZS043, ZS211-212, INC01, INC03-08, INC16-17, INC24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import simpy

from sim.engine import clock
from sim.engine.service_desk import ServiceDesk
from sim.model.government import flows
from sim.model.government.budgets import Budget
from sim.model.incubation.agents import Facility
from sim.model.incubation.parameters import (
    ALL_AREA,
    AREA,
    AREA_OUT,
    AREAS,
    AWARD_BUDGET,
    AWARD_PROGRAMME,
    BASES,
    BY_DISTRICT,
    CITY,
    CLOSED_SPACES,
    CONVERSION_DAYS,
    CONVERSION_OFFICERS,
    CONVERTED,
    CONVERTIBLE_AREA,
    DOUBT,
    EXACTLY,
    FILES_A_DAY,
    INCUBATION_SUBSIDY,
    INCUBATION_SUBSIDY_BUDGET,
    INCUBATORS,
    KINDS,
    LAG,
    LAG_SHARE,
    LOST,
    MAKERSPACES,
    NATION,
    NATIONAL,
    NATIONAL_AWARD,
    NATIONALS,
    NONE,
    OCCUPANCY,
    ONLINE_ALLOWED,
    OPENING_AWARD,
    PIPELINE,
    PLATFORM,
    PLATFORM_PROJECTS,
    PLATFORMS,
    PROJECTS,
    PROVINCE,
    PROVINCIAL,
    PROVINCIAL_AWARD,
    PROVINCIALS,
    REVIEWERS,
    ROUND_MONTH,
    SUBSIDY_PROGRAMME,
    SUPPORTED_MAKERSPACES,
    TAX_RELIEF,
    UTILITIES,
    UTILITY_DISCOUNT,
)
from sim.model.incubation.rules import yields

if TYPE_CHECKING:
    from sim.model.context import Context
    from sim.model.incubation.register import FacilityRegister


class Facilities:
    """All spaces of a run, the projects on the way, and the yearly rounds."""

    def __init__(self, context: Context, register: FacilityRegister) -> None:
        self.context, self.register = context, register
        self.accreditation, self.conversion = (
            ServiceDesk(context.model, name, FILES_A_DAY[name], self.decided)
            for name in ("accreditation", "conversion")
        )
        self.numbers = dict.fromkeys(KINDS, 0)
        self.awards = Budget(context.env)
        self.subsidies = Budget(context.env)  # for firms incubated with success
        self.convertible = Budget(context.env)  # of area, in m2
        self.asked: dict[int, tuple[Facility, int]] = {}
        self.approvals: dict[int, simpy.Event] = {}
        self.files = 0
        self.rounds_held = 2016
        self.platforms_begun = 0

    # what there was before 2017
    def begin_with(self) -> None:
        """Spaces at the end of 2016, as the scenario knows them or as drawn, and six incubators under way."""
        context, known = self.context, self.context.initial
        n = {k: round(known[name]) for k, name in
             (("incubator", "tech_incubators"), ("makerspace", "makerspaces"), ("base", "entrepreneurship_bases"))}  # fmt: skip
        for kind, count in n.items():
            keys = np.arange(count) + 10_000 * (KINDS.index(kind) + 1)
            area = self.area_of(kind, keys)
            if kind == "incubator" and count:
                area *= known["incubation_area"] / area.sum()
            ages = 365.25 * (0.5 + 6 * context.streams.uniform(keys, "space age"))
            for key, m2, age in zip(keys, area, ages, strict=True):
                self.open(kind, int(key), float(m2), -float(age), CITY)
        titled = [s for s in self.register.open if s.kind in ("incubator", "makerspace")]
        titled.sort(
            key=lambda s: (
                -(
                    s.quality
                    + 0.8 * np.log(max(s.area, 1.0) / AREAS.get(s.kind, 28000))
                    + (s.kind == "incubator")
                )
            )
        )
        national = min(round(known["national_level_spaces"]), round(known["provincial_level_spaces"]))
        for k, space in enumerate(titled[: round(known["provincial_level_spaces"])]):
            space.level = NATION if k < national else PROVINCE
            space.rounds.append((2016, space.level))
        for k in range(PIPELINE):
            lag = context.parameters[LAG.id] * (k + 0.5) / PIPELINE
            context.env.process(self.build("incubator", 9_000 + k, lag, approved=True))

    def area_of(self, kind: str, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Areas of projects, m2: lognormal with sd 0.6 about the kind's mean."""
        mean = self.context.parameters[AREA.id] if kind == "incubator" else AREAS[kind]
        g = self.context.streams.normal(keys, "space area")
        return np.asarray(mean * np.exp(0.6 * g - 0.18))

    def open(self, kind: str, key: int, area: float, day: float, level: int = NONE) -> Facility:
        """A space opens and gets its number."""
        self.numbers[kind] += 1
        space = Facility(
            self.context,
            self.register,
            kind,
            len(self.register.by_number),
            self.numbers[kind],
            key,
            area,
            day,
            level,
        )
        self.register.enter(space)
        return space

    def close(self, space: Facility) -> None:
        """A space closes for good."""
        if self.context.events:
            self.context.events.space(
                space.name, "incubator.closed", day=self.context.env.now, rule="incubation.agents.Facility", at_a_loss=space.at_a_loss)  # fmt: skip
        space.remove()

    # projects
    def propose(self, month: int) -> None:
        """A month's candidate projects decide; the same projects under every policy."""
        context = self.context
        for kind, rate in PROJECTS.items():
            expected = context.parameters[rate.id]
            n = int(expected) + (context.streams.one("projects", kind, month) < expected % 1)
            for k in range(n):
                key = 100_000 * (KINDS.index(kind) + 1) + 100 * month + k
                if self.pays(kind, key):
                    g = float(context.streams.normal([key], "lag")[0])
                    lag = context.parameters[LAG.id] * LAG_SHARE[kind] * np.exp(0.25 * g)
                    context.env.process(self.build(kind, key, float(lag)))
        wanted = int(context.levers.at(PLATFORM_PROJECTS, context.clock.first_day))
        for k in range(self.platforms_begun, wanted):
            if context.streams.one("platform opens", k) < context.parameters[PLATFORM.id]:
                context.env.process(self.build("platform", 400_000 + k, 9 + 27 * context.streams.one("platform lag", k), approved=True))  # fmt: skip
        self.platforms_begun = max(self.platforms_begun, wanted)

    def pays(self, kind: str, key: int) -> bool:
        """Whether the project opens: yield + sigma g > 0. Online makerspaces need the rule that lets them be supported."""
        context, day = self.context, self.context.clock.first_day
        area = float(self.area_of(kind, np.array([key]))[0])
        award = context.levers.at(OPENING_AWARD, day) if not context.levers.not_yet(AWARD_BUDGET) else 0.0
        online = kind == "makerspace" and context.streams.one("online", key) < 0.15
        if online and not context.levers.at(ONLINE_ALLOWED, day):
            return False
        g = float(context.streams.normal([key], "doubt")[0])
        saving = self.saving(kind)
        worth = yields(self.occupancy(kind), context.levers.at(TAX_RELIEF, day), award, area, saving)
        return worth + context.parameters[DOUBT.id] * g > 0

    def saving(self, kind: str) -> float:
        """What a makerspace saves on utilities if it is supported, yuan/m2/month, times its chance to be."""
        context, day = self.context, self.context.clock.first_day
        if kind != "makerspace":
            return 0.0
        supported = min(
            1.0, context.levers.at(SUPPORTED_MAKERSPACES, day) / 12 / context.parameters[PROJECTS[kind].id]
        )
        return UTILITIES * context.levers.at(UTILITY_DISCOUNT, day) * supported

    def surplus(self, space: Facility) -> float:
        """What a space has left of its income, yuan a month; never below nothing."""
        relief = self.context.levers.at(TAX_RELIEF, self.context.clock.first_day)
        return max(0.0, space.worth(relief, self.saving(space.kind))) * space.area

    def build(self, kind: str, key: int, months: float, approved: bool = False) -> Any:
        """The life of a project until it opens: conversion of a building where it needs one, then the work."""
        context, since = self.context, self.context.env.now
        area = float(self.area_of(kind, np.array([key]))[0])
        if kind == "incubator" and not approved and context.streams.one("converted", key) < CONVERTED:
            yield self.hand_in(self.conversion, key)
            self.conversion.passed += 1
            if not self.convertible.try_reserve(round(area)):
                yield self.convertible.wait(round(area))
            yield context.env.timeout(context.levers.at(CONVERSION_DAYS, context.env.now))
        yield context.env.timeout(round(months * 365.25 / 12))
        space = self.open(kind, key, area, context.env.now)
        if context.events:
            context.events.space(
                space.name, "incubator.opened", day=context.env.now, waited=context.env.now - since, rule="incubation.rules.yields",
                area=area, district=space.district)  # fmt: skip

    def hand_in(self, desk: ServiceDesk, key: int) -> simpy.Event:
        """A file of a space or project; the event happens when an officer has worked on it."""
        context = self.context
        self.files += 1
        self.approvals[self.files] = context.env.event()
        day = int(context.env.now)
        desk.hand_in([day], context.ties(np.array([key]), desk.name), np.array([self.files]))
        return self.approvals[self.files]

    def decided(self, day: int, files: npt.NDArray[np.int64], came: npt.NDArray[np.int64]) -> None:
        """Officers have worked on these files."""
        for number in files:
            self.approvals.pop(int(number)).succeed()

    # rounds
    def call(self) -> None:
        """1 October: every space that meets the criteria of the next level applies."""
        for space in list(self.register.open):
            level = space.decide_to_apply(self.context.env.now)
            if level:
                self.context.env.process(self.apply(space, level))

    def apply(self, space: Facility, level: int) -> Any:
        """An application: reviewers work through the line; only files reviewed by December are in the round."""
        year = clock.date(self.context.env.now).year
        yield self.hand_in(self.accreditation, space.key)
        if self.rounds_held < year and clock.date(self.context.env.now).year == year:
            self.asked[space.key] = (space, level)

    def hold_round(self, year: int) -> Any:
        """The year's round, held on 20 December."""
        yield self.context.env.timeout(19)
        self.award_titles(year)
        self.rounds_held = year

    def award_titles(self, year: int) -> None:
        """20 December: the city recognises all that qualify; province and nation have few titles, the best get them."""
        context = self.context
        titles = {
            PROVINCE: context.streams.poisson(context.parameters[PROVINCIAL.id], "provincial titles", year),
            NATION: context.streams.poisson(context.parameters[NATIONAL.id], "national titles", year),
        }
        ranked = sorted(
            (entry for entry in self.asked.values() if entry[0] in self.register.open),
            key=lambda e: (
                -e[0].quality - 0.5 * float(context.streams.normal([e[0].key], "jury", year)[0]),
                e[0].key,
            ),
        )
        for space, level in ranked:
            if level > CITY:
                if titles[level] == 0:
                    continue
                titles[level] -= 1
            self.recognise(space, level, year)
        self.asked.clear()
        for space in self.register.open:
            if (
                space.level > CITY
                and space.rounds[-1][0] < year
                and context.streams.one("title", space.key, year) < context.parameters[LOST.id]
            ):
                space.level -= 1
                if context.events:
                    context.events.space(
                        space.name, "incubator.title_lost", day=context.env.now, rule="incubation.facilities.Facilities")  # fmt: skip
                space.rounds.append((year, space.level))

    def recognise(self, space: Facility, level: int, year: int) -> None:
        """A title, and the award that comes with it when the year's budget covers it."""
        space.level = level
        space.rounds.append((year, level))
        if self.context.events:
            self.context.events.space(
                space.name, "incubator.recognised", day=self.context.env.now, rule="incubation.facilities.Facilities",
                level=("none", "city", "province", "nation")[level], tenants=space.tenants, years=space.years(self.context.env.now))  # fmt: skip
        self.accreditation.passed += 1
        lever = {CITY: OPENING_AWARD, PROVINCE: PROVINCIAL_AWARD, NATION: NATIONAL_AWARD}[level]
        yuan = self.context.levers.at(lever, self.context.env.now)
        if yuan > 0 and not self.context.levers.not_yet(AWARD_BUDGET):
            self.context.env.process(self.pay(space, yuan, self.awards, AWARD_PROGRAMME))

    def reward(self, space: Facility) -> None:
        """A firm has been incubated with success: the base asks for its subsidy."""
        if space.kind != "base":
            return
        yuan = self.context.levers.at(INCUBATION_SUBSIDY, self.context.env.now)
        if yuan > 0 and not self.context.levers.not_yet(INCUBATION_SUBSIDY_BUDGET):
            self.context.env.process(self.pay(space, yuan, self.subsidies, SUBSIDY_PROGRAMME))

    def pay(self, space: Facility, yuan: float, pot: Budget, programme: str) -> Any:
        """An award or subsidy, in the order of decision, from the year's budget."""
        fen = round(100 * yuan)
        if not pot.try_reserve(fen):
            yield pot.wait(fen)
        if space not in self.register.open:  # it has closed while it waited
            pot.returned(fen)
            return
        pot.paid(fen)
        space.award += yuan
        if self.context.events:
            self.context.events.space(
                space.name, "incubator.award", day=self.context.env.now, yuan=yuan, rule="incubation.facilities.Facilities")  # fmt: skip
        self.context.accounts.post(flows.AWARDS, fen)
        self.context.accounts.spend(self.context.accounts.instruments.index(programme), yuan)

    # the month
    def occupancy(self, kind: str) -> float:
        """Let share of the berths of a kind now, which projects expect to find."""
        of_kind = [s for s in self.register.open if s.kind == kind]
        berths = sum(s.berths for s in of_kind)
        return sum(s.tenants for s in of_kind) / berths if berths else 0.75

    def begin(self) -> None:
        """Posts, pots and the month's projects."""
        context, day = self.context, self.context.clock.first_day
        self.conversion.staff(context.levers.at(CONVERSION_OFFICERS, day))
        self.accreditation.staff(context.levers.at(REVIEWERS, day))
        area = round(context.levers.at(CONVERTIBLE_AREA, day))
        if context.clock.month % 12 == 0:
            self.convertible.new_year(area)
        else:
            self.convertible.amend(area)
        context.accounts.appropriate(self.awards, round(100 * context.levers.at(AWARD_BUDGET, day)))
        subsidised = context.levers.at(INCUBATION_SUBSIDY, day) > 0
        yearly = context.levers.at(INCUBATION_SUBSIDY_BUDGET, day) if subsidised else 0.0
        context.accounts.appropriate(self.subsidies, round(100 * yearly))
        self.propose(context.clock.month)
        if context.clock.month % 12 == ROUND_MONTH:
            self.call()
        if context.clock.month % 12 == 11:
            context.env.process(self.hold_round(clock.year_of(context.clock.month)))

    def close_down(self) -> None:
        """Spaces that have not paid for two years close."""
        relief = self.context.levers.at(TAX_RELIEF, self.context.clock.first_day)
        saving = {kind: self.saving(kind) for kind in KINDS}
        for space in list(self.register.open):
            if space.decide_to_close(relief, saving[space.kind], self.context.clock.last_day):
                self.close(space)

    def settle(self) -> None:
        """Close what does not pay, count."""
        context, month = self.context, self.context.clock.month
        self.close_down()
        of = {kind: [s for s in self.register.open if s.kind == kind] for kind in KINDS}
        counted = [s for s in of["incubator"] if s.level >= CITY]
        both = of["incubator"] + of["makerspace"]
        put = context.recorder.put
        put(INCUBATORS, month, len(counted))
        put(AREA_OUT, month, sum(s.area for s in counted))
        put(ALL_AREA, month, sum(s.area for s in self.register.open))
        put(PLATFORMS, month, len(of["platform"]))
        put(NATIONALS, month, sum(s.level == NATION for s in both))
        put(PROVINCIALS, month, sum(s.level >= PROVINCE for s in both))
        put(EXACTLY, month, sum(s.level == PROVINCE for s in both))
        put(BASES, month, sum(s.level >= CITY for s in of["base"]))
        put(MAKERSPACES, month, sum(s.level >= CITY for s in of["makerspace"]))
        if of["incubator"]:
            put(OCCUPANCY, month, self.occupancy("incubator"))
        put(CLOSED_SPACES, month, self.register.closed)
        self.register.closed = 0
        for space in counted:
            context.recorder.add(BY_DISTRICT, (month, space.district), space.area)
