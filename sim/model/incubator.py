"""Incubators and other carriers, in a first true form: named spaces that open, are accredited and lose titles.

Candidate projects are drawn from the world; a project opens when it pays, after conversion has been
approved and the work is done. Spaces apply in yearly rounds for the city's, the province's and the
nation's recognition; titles above the city's are scarce. T1 to T6 count these spaces. Tenants are a
share of berths here; they become firms with berths of their own when incubation is built.
Measures: M07 (tax relief, online spaces), M16 (awards, platforms), M24 (conversion), M30 (makerspaces).
Evidence: ZS020-023, ZS043, ZS211-212, INC01, INC03-08, INC16-17, INC24.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import simpy
from mesa import Agent

from sim.engine import clock
from sim.engine.record import Outcome
from sim.engine.socket import Parameter, Socket
from sim.model import flows, places
from sim.model.government import Budget
from sim.model.startups import OPEN, E, Rows, T

if TYPE_CHECKING:
    from sim.model.city import City

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
OPENING_AWARD: Final = Socket(
    "incubator.opening_award", "yuan", 0, 0, 5e6, "value", "认定奖补（市级）", "award of a space recognised by the city")
PROVINCIAL_AWARD: Final = Socket(
    "incubator.provincial_award", "yuan", 0, 0, 3e6, "value", "认定奖补（省级）", "award with the provincial title")
NATIONAL_AWARD: Final = Socket(
    "incubator.national_award", "yuan", 0, 0, 5e6, "value", "认定奖补（国家级）", "award with the national title")
AWARD_BUDGET: Final = Socket(
    "incubator.award_budget", "yuan a year", 0, 0, 5e7, "value", "载体奖补预算", "yearly budget of these awards")
TAX_RELIEF: Final = Socket(
    "incubator.tax_relief", "share", 0.0, 0, 0.1, "value", "孵化器税收优惠", "tax relief as a share of a space's income")
ONLINE_ALLOWED: Final = Socket(
    "incubator.online_allowed", "switch", 0, 0, 1, "value", "网络众创空间可获扶持", "online spaces may be supported")
PLATFORM_PROJECTS: Final = Socket(
    "incubator.platform_projects", "projects", 0, 0, 4, "value", "国际合作孵化平台项目数", "candidate international platforms")
CONVERTIBLE_AREA: Final = Socket(
    "incubator.convertible_area", "m2 a year", 0, 0, 4e5, "value", "可改建面积", "area for which conversion may be approved in a year")
CONVERSION_DAYS: Final = Socket(
    "incubator.conversion_days", "days", 180, 1, 365, "value", "改建审批天数", "days of a conversion approval, the line apart")
CONVERSION_OFFICERS: Final = Socket(
    "incubator.conversion_officers", "officers", 2, 0, 50, "value", "改建审批人员", "officers who approve conversions")
REVIEWERS: Final = Socket(
    "incubator.reviewers", "reviewers", 4, 0, 50, "value", "认定评审人员", "reviewers of accreditation files")
UTILITY_DISCOUNT: Final = Socket(
    "incubator.utility_discount", "share", 0, 0, 1, "value", "众创空间水电优惠", "discount on a makerspace's utilities")
SUPPORTED_MAKERSPACES: Final = Socket(
    "incubator.supported_makerspaces", "spaces a year", 0, 0, 40, "value", "每年扶持众创空间数", "makerspaces that may get support in a year")
SOCKETS: Final = (
    OPENING_AWARD, PROVINCIAL_AWARD, NATIONAL_AWARD, AWARD_BUDGET, TAX_RELIEF, ONLINE_ALLOWED,
    PLATFORM_PROJECTS, CONVERTIBLE_AREA, CONVERSION_DAYS, CONVERSION_OFFICERS, REVIEWERS,
    UTILITY_DISCOUNT, SUPPORTED_MAKERSPACES)
# fmt: on

# --- parameters ------------------------------------------------------------------------------------
# fmt: off
PROJECTS: Final = {
    "incubator": Parameter("incubator.projects", 1.2, 0.7, 1.8, "projects a month", "guess; INC03", "D",
                           "孵化器候选项目", "candidate tech incubators"),
    "makerspace": Parameter("incubator.makerspace_projects", 0.9, 0.5, 1.4, "projects a month", "guess; ZS031-032", "D",
                            "众创空间候选项目", "candidate makerspaces"),
    "base": Parameter("incubator.base_projects", 0.6, 0.3, 1.2, "projects a month", "guess; ZS211", "D",
                      "创业孵化基地候选项目", "candidate entrepreneurship bases"),
}
AREA: Final = Parameter("incubator.area", 28000, 24000, 34000, "m2", "ZS023, ZS043", "A",
                        "孵化器平均面积", "mean area of a tech incubator")
DOUBT: Final = Parameter("incubator.doubt", 3.0, 2.0, 5.0, "yuan/m2/month", "guess", "D",
                         "项目收益判断的离散", "spread of what investors know about a project's yield")
LAG: Final = Parameter("incubator.lag_months", 18, 12, 24, "months", "guess", "D",
                       "孵化器建设周期", "months from the decision to the opening of a tech incubator")
DEMAND: Final = Parameter("incubator.tenant_share", 0.20, 0.14, 0.26, "share", "INC01 x ZS136", "D",
                          "有意入驻企业比例", "of technology firms and one enterprise in twenty, who want a berth")
PROVINCIAL: Final = Parameter("incubator.provincial_titles", 4.5, 3.0, 6.5, "titles a year", "INC24", "B",
                              "省级名额", "provincial titles for the city, incubators and makerspaces")
NATIONAL: Final = Parameter("incubator.national_titles", 1.2, 0.6, 2.0, "titles a year", "guess; INC04, INC16", "D",
                            "国家级名额", "national titles for the city, incubators and makerspaces")
LOST: Final = Parameter("incubator.title_lost", 0.03, 0.0, 0.06, "share a year", "guess; INC06", "D",
                        "摘牌比例", "titles lost in a year's evaluation")
PLATFORM: Final = Parameter("incubator.platform_opens", 0.6, 0.3, 0.9, "share", "guess", "D",
                            "国际平台落地概率", "candidate international platforms that open")
PARAMETERS: Final = (*PROJECTS.values(), AREA, DOUBT, LAG, DEMAND, PROVINCIAL, NATIONAL, LOST, PLATFORM)
# fmt: on

KINDS: Final = ("incubator", "makerspace", "base", "platform")
PREFIX: Final = {"incubator": "TI", "makerspace": "MS", "base": "EB", "platform": "IP"}
NONE, CITY, PROVINCE, NATION = range(4)
RENT, RUNNING_COST = 25.0, 20.0  # yuan/m2/month (guesses; ZS164-165 for the ratio)
BERTH: Final = 700.0  # m2 a tenant (ZS216)
AWARD_MONTHS: Final = 60  # over which an owner counts an award
UTILITIES: Final = 2.0  # yuan/m2/month of a makerspace (guess)
AREAS: Final = {
    "makerspace": 1500.0,
    "base": 6000.0,
    "platform": 8000.0,
}  # m2, means (guesses; ZS215)
LAG_SHARE: Final = {"incubator": 1.0, "makerspace": 0.33, "base": 0.5}
FIRST_LET: Final = (
    0.9,
    0.2,
)  # let share of spaces there before 2017 (INC01: 40 tenants of 700 m2 each), and when new
TORCH: Final = 0.5  # of spaces are in the Torch zone (ZS020-023: 558,000 m2 there); the rest as firms are
CONVERTED: Final = 0.6  # of incubator projects, in existing buildings that need approval (guess)
PIPELINE: Final = 6  # incubators under way at the start of 2017
FILES_A_DAY: Final = {
    "accreditation": 0.15,
    "conversion": 0.02,
}  # by one reviewer, one officer (guesses)
ROUND_MONTH: Final = 9  # files go in on 1 October, titles come in December
AWARD_PROGRAMME: Final = "incubator_support"

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
INCUBATORS: Final = Outcome("tech_incubators", ("month",), "incubators", "科技企业孵化器", "tech incubators registered with the science office")
AREA_OUT: Final = Outcome("incubation_area", ("month",), "m2", "孵化面积", "area of tech incubators", whole=False)
ALL_AREA: Final = Outcome("carrier_area", ("month",), "m2", "各类载体面积", "area of carriers of all kinds", whole=False)
PLATFORMS: Final = Outcome("international_platforms", ("month",), "platforms", "国际合作孵化平台", "international platforms")
NATIONALS: Final = Outcome("national_level_spaces", ("month",), "spaces", "国家级孵化器及众创空间", "incubators and makerspaces of national level")
PROVINCIALS: Final = Outcome("provincial_level_spaces", ("month",), "spaces", "省级及以上孵化器及众创空间", "incubators and makerspaces of provincial level or higher")
EXACTLY: Final = Outcome("exactly_provincial_spaces", ("month",), "spaces", "省级（不含国家级）", "incubators and makerspaces of exactly provincial level")
BASES: Final = Outcome("entrepreneurship_bases", ("month",), "bases", "创业孵化基地", "entrepreneurship bases")
MAKERSPACES: Final = Outcome("makerspaces", ("month",), "makerspaces", "众创空间", "makerspaces")
OCCUPANCY: Final = Outcome("incubator_occupancy", ("month",), "share", "孵化器入驻率", "let share of incubators' area", "mean", whole=False)
BY_DISTRICT: Final = Outcome("incubation_area_by_district", ("month", "district"), "m2", "各镇区孵化面积", "area of tech incubators by district", whole=False)
OUTCOMES: Final = (INCUBATORS, AREA_OUT, ALL_AREA, PLATFORMS, NATIONALS, PROVINCIALS, EXACTLY, BASES, MAKERSPACES, OCCUPANCY, BY_DISTRICT)
# fmt: on


# --- rules -----------------------------------------------------------------------------------------
def yields(occupancy: float, relief: float, award: float, area: float, saving: float = 0.0) -> float:
    """What a project earns, yuan/m2/month: rent x occupancy x (1 + relief) + saving + award/(area x 60) - running cost."""
    return RENT * occupancy * (1 + relief) + saving + award / (area * AWARD_MONTHS) - RUNNING_COST


def city_criteria(kind: str, area: float, tenants: float, years: float) -> bool:
    """The city's own recognition (INC08; makerspaces ZS215; bases ZS214 at a third)."""
    needed = {
        "incubator": (2000, 10, 0.5),
        "makerspace": (300, 6, 1.0),
        "base": (1000, 10, 0.5),
        "platform": (0, 0, 0),
    }
    floor, firms, open_years = needed[kind]
    return area >= floor and tenants >= firms and years >= open_years


def provincial_criteria(kind: str, area: float, tenants: float, years: float) -> bool:
    """Provincial recognition: incubators INC17 (10,000 m2, 40 tenants, 2 years; half for the specialised), makerspaces 1,000 m2, 15 tenants, 1 year (check)."""
    if kind == "incubator":
        return area >= 5000 and tenants >= (40 if area >= 10000 else 25) and years >= 2
    return kind == "makerspace" and area >= 1000 and tenants >= 15 and years >= 1


def national_criteria(kind: str, area: float, tenants: float, years: float) -> bool:
    """National recognition: incubators INC04, INC16 (10,000 m2, 50 tenants, 3 years), makerspaces INC07 (500 m2, 20 teams, 18 months)."""
    if kind == "incubator":
        return area >= 10000 and tenants >= 50 and years >= 3
    return kind == "makerspace" and area >= 500 and tenants >= 20 and years >= 1.5


@cache
def _district_shares() -> npt.NDArray[np.float64]:
    weights = np.array([d.weight for d in places.districts()])
    torch = [d.slug for d in places.districts()].index("torch")
    weights[torch] = 0
    shares = (1 - TORCH) * weights / weights.sum()
    shares[torch] = TORCH
    return np.cumsum(shares)


def place(u: float) -> int:
    """Number of the district where a space stands: half in the Torch zone, the rest as firms are."""
    return min(int(np.searchsorted(_district_shares(), u)), len(places.districts()) - 1)


def next_occupancy(now: float, wanted: float) -> float:
    """A space fills and empties slowly: o' = o + 0.08 (wanted - o)."""
    return now + 0.08 * (wanted - now)


# --- agent -----------------------------------------------------------------------------------------
class Space(Agent):
    """A named carrier: what it is, where, how large, since when, and by which round it has its level.

    Attributes:
        name: e.g. ``TI-035``.
        kind: one of :data:`KINDS`.
        opened: day of the clock (negative: before 2017).
        level: 0 none, 1 city, 2 province, 3 nation.
        rounds: (year, level) of each recognition, the last one loses or gains the title it has now.
    """

    def __init__(
        self, city: City, kind: str, number: int, key: int, area: float, opened: float, level: int
    ) -> None:
        super().__init__(city)
        self.name = f"{PREFIX[kind]}-{number:03d}"
        self.kind, self.key, self.area, self.opened, self.level = kind, key, area, opened, level
        self.rounds: list[tuple[int, int]] = []
        self.award = 0.0
        self.quality = float(city.chance.normal([key], "space quality")[0])
        self.district = place(city.chance.one("space district", key))
        self.occupancy = FIRST_LET[0] if opened < 0 else FIRST_LET[1]

    @property
    def tenants(self) -> float:
        """Firms it can be taken to house at its occupancy."""
        return self.occupancy * self.area / (BERTH if self.kind == "incubator" else BERTH / 7)

    def years(self, day: float) -> float:
        """Years open."""
        return (day - self.opened) / 365.25

    def decide_to_apply(self, day: float) -> int:
        """The level it applies for in this year's round, 0 for none: the next above its own whose criteria it meets."""
        case = (self.kind, self.area, self.tenants, self.years(day))
        if self.level == NONE:
            return CITY if city_criteria(*case) else NONE
        if self.level == CITY:
            return PROVINCE if provincial_criteria(*case) else NONE
        return NATION if self.level == PROVINCE and national_criteria(*case) else NONE


class Carriers:
    """All spaces of a run, the projects on the way, and the yearly rounds."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.spaces: list[Space] = []
        self.numbers = dict.fromkeys(KINDS, 0)
        self.awards = Budget(city.env)
        self.convertible = Budget(city.env)  # of area, in m2
        self.asked: dict[int, tuple[Space, int]] = {}
        self.approvals: dict[int, simpy.Event] = {}
        self.files = 0
        self.rounds_held = 2016
        self.platforms_begun = 0

    # what there was before 2017
    def begin_with(self) -> None:
        """Spaces at the end of 2016, as the scenario knows them or as drawn, and six incubators under way."""
        city, known = self.city, self.city.initial
        n = {k: round(known[name]) for k, name in
             (("incubator", "tech_incubators"), ("makerspace", "makerspaces"), ("base", "entrepreneurship_bases"))}  # fmt: skip
        for kind, count in n.items():
            keys = np.arange(count) + 10_000 * (KINDS.index(kind) + 1)
            area = self.area_of(kind, keys)
            if kind == "incubator" and count:
                area *= known["incubation_area"] / area.sum()
            ages = 365.25 * (0.5 + 6 * city.chance.uniform(keys, "space age"))
            for key, m2, age in zip(keys, area, ages, strict=True):
                self.open(kind, int(key), float(m2), -float(age), CITY)
        titled = [s for s in self.spaces if s.kind in ("incubator", "makerspace")]
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
            lag = city.drawn[LAG.id] * (k + 0.5) / PIPELINE
            city.env.process(self.build("incubator", 9_000 + k, lag, approved=True))

    def area_of(self, kind: str, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Areas of projects, m2: lognormal with sd 0.6 about the kind's mean."""
        mean = self.city.drawn[AREA.id] if kind == "incubator" else AREAS[kind]
        g = self.city.chance.normal(keys, "space area")
        return np.asarray(mean * np.exp(0.6 * g - 0.18))

    def open(self, kind: str, key: int, area: float, day: float, level: int = NONE) -> Space:
        """A space opens and gets its number."""
        self.numbers[kind] += 1
        space = Space(self.city, kind, self.numbers[kind], key, area, day, level)
        self.spaces.append(space)
        return space

    def close(self, space: Space) -> None:
        """A space closes for good."""
        self.spaces.remove(space)
        space.remove()

    # projects
    def propose(self, month: int) -> None:
        """A month's candidate projects decide; the same projects under every policy."""
        city = self.city
        for kind, rate in PROJECTS.items():
            expected = city.drawn[rate.id]
            n = int(expected) + (city.chance.one("projects", kind, month) < expected % 1)
            for k in range(n):
                key = 100_000 * (KINDS.index(kind) + 1) + 100 * month + k
                if self.pays(kind, key):
                    g = float(city.chance.normal([key], "lag")[0])
                    lag = city.drawn[LAG.id] * LAG_SHARE[kind] * np.exp(0.25 * g)
                    city.env.process(self.build(kind, key, float(lag)))
        wanted = int(city.at(PLATFORM_PROJECTS, city.first_day))
        for k in range(self.platforms_begun, wanted):
            if city.chance.one("platform opens", k) < city.drawn[PLATFORM.id]:
                city.env.process(self.build("platform", 400_000 + k, 9 + 27 * city.chance.one("platform lag", k), approved=True))  # fmt: skip
        self.platforms_begun = max(self.platforms_begun, wanted)

    def pays(self, kind: str, key: int) -> bool:
        """Whether the project opens: yield + sigma g > 0. Online makerspaces need the rule that lets them be supported."""
        city, day = self.city, self.city.first_day
        area = float(self.area_of(kind, np.array([key]))[0])
        award = city.at(OPENING_AWARD, day) if not city.settings.never(AWARD_BUDGET) else 0.0
        saving = 0.0
        if kind == "makerspace":
            supported = min(1.0, city.at(SUPPORTED_MAKERSPACES, day) / 12 / city.drawn[PROJECTS[kind].id])
            saving = UTILITIES * city.at(UTILITY_DISCOUNT, day) * supported
            online = city.chance.one("online", key) < 0.15
            if online and not city.at(ONLINE_ALLOWED, day):
                return False
        g = float(city.chance.normal([key], "doubt")[0])
        worth = yields(self.expected_occupancy(), city.at(TAX_RELIEF, day), award, area, saving)
        return worth + city.drawn[DOUBT.id] * g > 0

    def build(self, kind: str, key: int, months: float, approved: bool = False) -> Any:
        """The life of a project until it opens: conversion of a building where it needs one, then the work."""
        city, since = self.city, self.city.env.now
        area = float(self.area_of(kind, np.array([key]))[0])
        if kind == "incubator" and not approved and city.chance.one("converted", key) < CONVERTED:
            yield self.hand_in("conversion", key)
            city.windows["conversion"].passed += 1
            if not self.convertible.covers(round(area)):
                yield self.convertible.wait(round(area))
            yield city.env.timeout(city.at(CONVERSION_DAYS, city.env.now))
        yield city.env.timeout(round(months * 365.25 / 12))
        space = self.open(kind, key, area, city.env.now)
        if city.diary:
            city.diary.space(
                space.name, "incubator.opened", day=city.env.now, waited=city.env.now - since, rule="incubator.yields",
                area=area, district=space.district)  # fmt: skip

    def hand_in(self, window: str, key: int) -> simpy.Event:
        """A file of a space or project; the event happens when an officer has worked on it."""
        city = self.city
        self.files += 1
        self.approvals[self.files] = city.env.event()
        day = int(city.env.now)
        city.windows[window].hand_in([day], city.ties(np.array([key]), window), np.array([self.files]))
        return self.approvals[self.files]

    def decided(self, day: int, files: npt.NDArray[np.int64], came: npt.NDArray[np.int64]) -> None:
        """Officers have worked on these files."""
        for number in files:
            self.approvals.pop(int(number)).succeed()

    def wind_up(self, rows: Rows) -> None:
        """Tenants among these firms leave their space."""

    # rounds
    def call(self) -> None:
        """1 October: every space that meets the criteria of the next level applies."""
        for space in list(self.spaces):
            level = space.decide_to_apply(self.city.env.now)
            if level:
                self.city.env.process(self.apply(space, level))

    def apply(self, space: Space, level: int) -> Any:
        """An application: reviewers work through the line; only files reviewed by December are in the round."""
        year = clock.date(self.city.env.now).year
        yield self.hand_in("accreditation", space.key)
        if self.rounds_held < year and clock.date(self.city.env.now).year == year:
            self.asked[space.key] = (space, level)

    def hold_round(self, year: int) -> Any:
        """The year's round, held on 20 December."""
        yield self.city.env.timeout(19)
        self.award_titles(year)
        self.rounds_held = year

    def award_titles(self, year: int) -> None:
        """20 December: the city recognises all that qualify; province and nation have few titles, the best get them."""
        city = self.city
        titles = {
            PROVINCE: city.poisson(city.drawn[PROVINCIAL.id], "provincial titles", year),
            NATION: city.poisson(city.drawn[NATIONAL.id], "national titles", year),
        }
        ranked = sorted(
            (entry for entry in self.asked.values() if entry[0] in self.spaces),
            key=lambda e: (
                -e[0].quality - 0.5 * float(city.chance.normal([e[0].key], "jury", year)[0]),
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
        for space in self.spaces:
            if (
                space.level > CITY
                and space.rounds[-1][0] < year
                and city.chance.one("title", space.key, year) < city.drawn[LOST.id]
            ):
                space.level -= 1
                if city.diary:
                    city.diary.space(
                        space.name, "incubator.title_lost", day=city.env.now, rule="incubator.Carriers")  # fmt: skip
                space.rounds.append((year, space.level))

    def recognise(self, space: Space, level: int, year: int) -> None:
        """A title, and the award that comes with it when the year's budget covers it."""
        space.level = level
        space.rounds.append((year, level))
        if self.city.diary:
            self.city.diary.space(
                space.name, "incubator.recognised", day=self.city.env.now, rule="incubator.Carriers",
                level=("none", "city", "province", "nation")[level], tenants=space.tenants, years=space.years(self.city.env.now))  # fmt: skip
        self.city.windows["accreditation"].passed += 1
        socket = {CITY: OPENING_AWARD, PROVINCE: PROVINCIAL_AWARD, NATION: NATIONAL_AWARD}[level]
        yuan = self.city.at(socket, self.city.env.now)
        if yuan > 0 and not self.city.settings.never(AWARD_BUDGET):
            self.city.env.process(self.pay(space, yuan))

    def pay(self, space: Space, yuan: float) -> Any:
        """The award, in the order of decision, from the year's budget."""
        fen = round(100 * yuan)
        if not self.awards.covers(fen):
            yield self.awards.wait(fen)
        self.awards.paid(fen)
        space.award += yuan
        if self.city.diary:
            self.city.diary.space(
                space.name, "incubator.award", day=self.city.env.now, yuan=yuan, rule="incubator.Carriers")  # fmt: skip
        self.city.post(flows.AWARDS, fen)
        self.city.spend(self.city.instruments.index(AWARD_PROGRAMME), yuan)

    # the month
    def expected_occupancy(self) -> float:
        """Let share of tech incubators' area now, which projects expect to find."""
        area = sum(s.area for s in self.spaces if s.kind == "incubator")
        let = sum(s.area * s.occupancy for s in self.spaces if s.kind == "incubator")
        return let / area if area else 0.75

    def fill(self) -> None:
        """Spaces fill or empty towards what all who want a berth can fill."""
        city = self.city
        open_now = city.firms.state == OPEN
        seekers = city.drawn[DEMAND.id] * (
            city.firms.weight[open_now & (city.firms.segment == T)].sum()
            + 0.05 * city.firms.weight[open_now & (city.firms.segment == E)].sum()
        )
        berths = sum(s.area for s in self.spaces if s.kind == "incubator") / BERTH
        common = min(0.95, float(seekers) / berths) if berths else 0.0
        for space in self.spaces:
            usual = common if space.kind == "incubator" else 0.7
            space.occupancy = next_occupancy(space.occupancy, min(1.0, usual * np.exp(0.15 * space.quality)))

    def settle(self) -> None:
        """Fill the spaces, count."""
        city, month = self.city, self.city.month
        self.fill()
        of = {kind: [s for s in self.spaces if s.kind == kind] for kind in KINDS}
        counted = [s for s in of["incubator"] if s.level >= CITY]
        both = of["incubator"] + of["makerspace"]
        put = city.record.put
        put(INCUBATORS, month, len(counted))
        put(AREA_OUT, month, sum(s.area for s in counted))
        put(ALL_AREA, month, sum(s.area for s in self.spaces))
        put(PLATFORMS, month, len(of["platform"]))
        put(NATIONALS, month, sum(s.level == NATION for s in both))
        put(PROVINCIALS, month, sum(s.level >= PROVINCE for s in both))
        put(EXACTLY, month, sum(s.level == PROVINCE for s in both))
        put(BASES, month, sum(s.level >= CITY for s in of["base"]))
        put(MAKERSPACES, month, sum(s.level >= CITY for s in of["makerspace"]))
        if of["incubator"]:
            put(OCCUPANCY, month, self.expected_occupancy())
        for space in counted:
            city.record.add(BY_DISTRICT, (month, space.district), space.area)


def settle(city: City) -> None:
    """The spaces' part of the month's end."""
    city.carriers.settle()


def begin(city: City) -> None:
    """Posts, pots and the month's projects."""
    carriers, day = city.carriers, city.first_day
    city.windows["conversion"].staff(city.at(CONVERSION_OFFICERS, day))
    city.windows["accreditation"].staff(city.at(REVIEWERS, day))
    area = round(city.at(CONVERTIBLE_AREA, day))
    if city.month % 12 == 0:
        carriers.convertible.new_year(area)
    else:
        carriers.convertible.amend(area)
    city.appropriate(carriers.awards, round(100 * city.at(AWARD_BUDGET, day)))
    carriers.propose(city.month)
    if city.month % 12 == ROUND_MONTH:
        carriers.call()
    if city.month % 12 == 11:
        city.env.process(carriers.hold_round(clock.year_of(city.month)))
