"""Incubators and other carriers: named spaces that open when it pays, house tenants, are accredited, and close.

What a space is and decides stands here. How projects, rounds and awards follow on each other is in
``carriers``; how firms seek, get and leave a berth is in ``tenancy``. T1 to T6 count these spaces.
Measures: M06 (incubation subsidy, free rent), M07 (tax relief, online spaces), M16 (awards, platforms),
M24 (conversion), M28 (veterans first), M30 (makerspaces). Seed money is in ``seed``, parks (M18)
in ``parks``, demonstration bases (M23) in ``demonstration``.
Evidence: ZS020-023, ZS043, ZS211-212, INC01, INC03-08, INC16-17, INC24.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from mesa import Agent

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.environment import geography
from sim.model.population.firm_table import Mask

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
OPENING_AWARD: Final = PolicyLever(
    "incubator.opening_award", "yuan", 0, 0, 5e6, "value", "认定奖补（市级）", "award of a space recognised by the city")
PROVINCIAL_AWARD: Final = PolicyLever(
    "incubator.provincial_award", "yuan", 0, 0, 3e6, "value", "认定奖补（省级）", "award with the provincial title")
NATIONAL_AWARD: Final = PolicyLever(
    "incubator.national_award", "yuan", 0, 0, 5e6, "value", "认定奖补（国家级）", "award with the national title")
AWARD_BUDGET: Final = PolicyLever(
    "incubator.award_budget", "yuan a year", 0, 0, 5e7, "value", "载体奖补预算", "yearly budget of these awards")
TAX_RELIEF: Final = PolicyLever(
    "incubator.tax_relief", "share", 0.0, 0, 0.1, "value", "孵化器税收优惠", "tax relief as a share of a space's income")
ONLINE_ALLOWED: Final = PolicyLever(
    "incubator.online_allowed", "switch", 0, 0, 1, "value", "网络众创空间可获扶持", "online spaces may be supported")
PLATFORM_PROJECTS: Final = PolicyLever(
    "incubator.platform_projects", "projects", 0, 0, 4, "value", "国际合作孵化平台项目数", "candidate international platforms")
CONVERTIBLE_AREA: Final = PolicyLever(
    "incubator.convertible_area", "m2 a year", 0, 0, 4e5, "value", "可改建面积", "area for which conversion may be approved in a year")
CONVERSION_DAYS: Final = PolicyLever(
    "incubator.conversion_days", "days", 180, 1, 365, "value", "改建审批天数", "days of a conversion approval, the line apart")
CONVERSION_OFFICERS: Final = PolicyLever(
    "incubator.conversion_officers", "officers", 2, 0, 50, "value", "改建审批人员", "officers who approve conversions")
REVIEWERS: Final = PolicyLever(
    "incubator.reviewers", "reviewers", 4, 0, 50, "value", "认定评审人员", "reviewers of accreditation files")
UTILITY_DISCOUNT: Final = PolicyLever(
    "incubator.utility_discount", "share", 0, 0, 1, "value", "众创空间水电优惠", "discount on a makerspace's utilities")
SUPPORTED_MAKERSPACES: Final = PolicyLever(
    "incubator.supported_makerspaces", "spaces a year", 0, 0, 40, "value", "每年扶持众创空间数", "makerspaces that may get support in a year")
SUBSIDY: Final = PolicyLever(
    "incubator.subsidy_per_firm", "yuan per firm", 0, 0, 10000, "value", "孵化补贴标准", "subsidy per firm incubated with success")
SUBSIDY_BUDGET: Final = PolicyLever(
    "incubator.subsidy_budget", "yuan a year", 0, 0, 2e7, "value", "孵化补贴预算", "its yearly budget")
RENT_WAIVED: Final = PolicyLever(
    "incubator.rent_waived", "share", 0, 0, 1, "value", "公办基地免租比例", "rent waived in public bases")
VETERANS_FIRST: Final = PolicyLever(
    "incubator.veteran_priority", "switch", 0, 0, 1, "value", "退役军人优先入驻", "veterans are admitted first")
LEVERS: Final = (
    SUBSIDY, SUBSIDY_BUDGET, RENT_WAIVED, VETERANS_FIRST, OPENING_AWARD, PROVINCIAL_AWARD, NATIONAL_AWARD, AWARD_BUDGET, TAX_RELIEF, ONLINE_ALLOWED,
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
DEMAND: Final = Parameter("incubator.tenant_share", 0.55, 0.42, 0.68, "share", "INC01, JOB18 x ZS136", "D",
                          "有意入驻企业比例", "of technology firms and one enterprise in twenty, who want a berth once they have the staff for it")
LEAST_STAFF: Final = Parameter("incubator.least_staff", 6, 4, 9, "persons", "guess; ZS216, JOB09", "D",
                               "申请入驻最少人数", "owner and staff from which a firm asks for a berth in a tech incubator")
PROVINCIAL: Final = Parameter("incubator.provincial_titles", 4.5, 3.0, 6.5, "titles a year", "INC24", "B",
                              "省级名额", "provincial titles for the city, incubators and makerspaces")
NATIONAL: Final = Parameter("incubator.national_titles", 1.2, 0.6, 2.0, "titles a year", "guess; INC04, INC16", "D",
                            "国家级名额", "national titles for the city, incubators and makerspaces")
LOST: Final = Parameter("incubator.title_lost", 0.03, 0.0, 0.06, "share a year", "guess; INC06", "D",
                        "摘牌比例", "titles lost in a year's evaluation")
PLATFORM: Final = Parameter("incubator.platform_opens", 0.6, 0.3, 0.9, "share", "guess", "D",
                            "国际平台落地概率", "candidate international platforms that open")
SMALL_DEMAND: Final = Parameter("incubator.small_space_share", 0.016, 0.008, 0.03, "share", "guess; ZS163, ZS211, ZS214", "D",
                                "有意入驻基地或众创空间的比例", "of other founders, who want a berth in a base or makerspace")
PARK_DEMAND: Final = Parameter("incubator.park_share", 0.008, 0.004, 0.016, "share", "guess", "D",
                               "有意入驻园区的比例", "of founders, who would move into an Internet Plus park if their line is software, design or trade")
MENTORING: Final = Parameter("incubator.mentor_hours", 1.5, 0.5, 3.0, "hours a month", "guess; INC08: a mentor for five tenants", "D",
                             "在孵企业月均辅导小时", "advice that a tenant of a recognised space gets")
HIGH_TECH: Final = Parameter("incubator.high_tech", 0.12, 0.05, 0.2, "share a year", "guess; INC05", "D",
                             "在孵科技企业认定高企比例", "technology tenants certified as high-tech enterprises")
PARAMETERS: Final = (
    *PROJECTS.values(), AREA, DOUBT, LAG, DEMAND, LEAST_STAFF, PROVINCIAL, NATIONAL, LOST, PLATFORM, SMALL_DEMAND, PARK_DEMAND,
    MENTORING, HIGH_TECH)
# fmt: on

KINDS: Final = ("incubator", "makerspace", "base", "platform", "park")
PREFIX: Final = {"incubator": "TI", "makerspace": "MS", "base": "EB", "platform": "IP", "park": "NP"}
NONE, CITY, PROVINCE, NATION = range(4)
RENT: Final = (
    28.5  # yuan/m2/month of let area, services included (ZS164 over 28,000 m2, ZS023, nine tenths let)
)
RUNNING_COST: Final = 21.0  # yuan/m2/month (ZS165 over 28,000 m2)
BERTH: Final = 700.0  # m2 a tenant (ZS216)
AWARD_MONTHS: Final = 60  # over which an owner counts an award
UTILITIES: Final = 2.0  # yuan/m2/month of a makerspace (guess)
AREAS: Final = {
    "makerspace": 1500.0,
    "base": 6000.0,
    "platform": 8000.0,
}  # m2, means (guesses; ZS215)
LAG_SHARE: Final = {"incubator": 1.0, "makerspace": 0.33, "base": 0.5}
SMALL_BERTH: Final = {
    "makerspace": 50.0,
    "base": 150.0,
    "platform": 150.0,
    "park": 24.0,
}  # m2 a tenant (guesses; ZS214-215, INC07; four desks in a park)
PARK_SECTORS: Final = ("software", "culture", "trade")
STAY: Final = 48  # months at most in an incubator (INC21)
SMALL_STAY: Final = (
    24  # months in a small space, after which a firm still open counts as incubated (guess; ZS214)
)
SEEK_MONTHS: Final = 24  # after opening, for which a founder goes on seeking a berth (guess)
SIZE_COUNTS: Final = (
    0.5  # spreads of skill that a space gives for a log point of jobs: it lets to larger firms (guess; JOB09)
)
GRADUATE_TURNOVER: Final = 1e7  # yuan of turnover in two successive years (INC05)
GRADUATE_EQUITY: Final = 5e6  # yuan of equity raised (INC05)
TURNOVER: Final = 4.0  # a yuan of value added
NATIONAL_GAIN: Final = 1.14  # of advice in a national-level space (INC11)
PUBLIC_BASES: Final = 0.5  # of bases are run by government (guess)
GRACE: Final = 36  # months after opening in which no space closes (guess)
LOSS_MONTHS: Final = 24  # at a loss after which a private space closes (guess)
TORCH: Final = 0.5  # of spaces are in the Torch zone (ZS020-023: 558,000 m2 there); the rest as firms are
CONVERTED: Final = 0.6  # of incubator projects, in existing buildings that need approval (guess)
PIPELINE: Final = 6  # incubators under way at the start of 2017
FILES_A_DAY: Final = {
    "accreditation": 0.15,
    "conversion": 0.02,
}  # by one reviewer, one officer (guesses)
ROUND_MONTH: Final = 9  # files go in on 1 October, titles come in December
AWARD_PROGRAMME: Final = "incubator_support"
SUBSIDY_PROGRAMME: Final = "incubation_subsidy"

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
BERTHS: Final = Outcome("berths", ("month",), "count", "孵化工位（户）", "berths of all carriers")
TENANTS: Final = Outcome("tenants", ("month",), "count", "在孵企业", "tenants of all carriers")
BY_KIND: Final = {
    "incubator": Outcome("incubator_tenants", ("month",), "count", "孵化器在孵企业", "tenants of tech incubators"),
    "makerspace": Outcome("makerspace_tenants", ("month",), "count", "众创空间入驻企业", "tenants of makerspaces"),
    "base": Outcome("base_tenants", ("month",), "count", "基地入驻企业", "tenants of entrepreneurship bases"),
    "platform": Outcome("platform_tenants", ("month",), "count", "国际平台入驻企业", "tenants of international platforms"),
    "park": Outcome("park_tenants", ("month",), "count", "互联网+园区入驻企业", "tenants of Internet Plus parks"),
}
TENANTS_BY_DISTRICT: Final = Outcome("tenants_by_district", ("month", "district"), "count", "各镇区在孵企业", "tenants by district")
JOBS_IN: Final = Outcome("jobs_in_incubators", ("month",), "persons", "孵化器在孵企业就业", "jobs in tenants of tech incubators")
JOBS_IN_SMALL: Final = Outcome("jobs_in_small_spaces", ("month",), "persons", "众创空间、基地和园区入驻企业就业", "jobs in tenants of makerspaces, bases and parks")
GRADUATIONS: Final = Outcome("graduations", ("month",), "count", "毕业企业", "tenants that graduate", "flow")
ADMITTED: Final = Outcome("admissions", ("month",), "count", "新入驻企业", "firms admitted to a berth", "flow")
EVICTED: Final = Outcome("evictions", ("month",), "count", "清退企业", "tenants evicted for arrears", "flow")
QUEUE: Final = Outcome("berth_queue", ("month",), "count", "等候入驻企业", "open firms that seek a berth")
CLOSED_SPACES: Final = Outcome("spaces_closed", ("month",), "count", "停办载体", "spaces that close", "flow")
OUTCOMES: Final = (BERTHS, TENANTS, *BY_KIND.values(), TENANTS_BY_DISTRICT, JOBS_IN, JOBS_IN_SMALL, GRADUATIONS, ADMITTED,
                   EVICTED, QUEUE, CLOSED_SPACES, INCUBATORS, AREA_OUT, ALL_AREA, PLATFORMS, NATIONALS, PROVINCIALS, EXACTLY, BASES, MAKERSPACES, OCCUPANCY, BY_DISTRICT)
# fmt: on


# --- rules -----------------------------------------------------------------------------------------
def yields(occupancy: float, relief: float, award: float, area: float, saving: float = 0.0) -> float:
    """What a project earns, yuan/m2/month: rent x occupancy x (1 + relief) + saving + award/(area x 60) - running cost."""
    return RENT * occupancy * (1 + relief) + saving + award / (max(area, 1.0) * AWARD_MONTHS) - RUNNING_COST


def city_criteria(kind: str, area: float, tenants: float, years: float) -> bool:
    """The city's own recognition (INC08; makerspaces ZS215; bases ZS214 at a third); parks have none."""
    if kind == "park":
        return False
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
    weights = np.array([d.weight for d in geography.districts()])
    torch = [d.slug for d in geography.districts()].index("torch")
    weights[torch] = 0
    shares = (1 - TORCH) * weights / weights.sum()
    shares[torch] = TORCH
    return np.cumsum(shares)


def place(u: float) -> int:
    """Number of the district where a space stands: half in the Torch zone, the rest as firms are."""
    return min(int(np.searchsorted(_district_shares(), u)), len(geography.districts()) - 1)


def score(skill: Floats, jobs: npt.NDArray[np.integer[Any]], g: Floats) -> Floats:
    """What a space sees of a firm, in spreads of skill: skill + 0.5 ln(jobs/3) + 0.5 g."""
    return np.asarray(skill + SIZE_COUNTS * np.log(np.maximum(jobs, 1) / 3) + 0.5 * g)


def threshold(occupancy: float | Floats) -> float | Floats:
    """The score from which a space admits, in spreads of skill: 2 x occupancy - 2, so that a full space is choosy (INC12)."""
    return 2 * occupancy - 2


def graduates(
    value_added: Floats, raised: Floats, certified: Mask, months: npt.NDArray[np.integer[Any]]
) -> Mask:
    """Who meets the criteria of graduation (INC05), after a year: 10 m yuan of turnover in two years, 5 m of equity, or certified."""
    turnover = 24 * TURNOVER * value_added
    return np.asarray(
        (months >= 12) & ((turnover >= GRADUATE_TURNOVER) | (raised >= GRADUATE_EQUITY) | certified)
    )


# --- agent -----------------------------------------------------------------------------------------
class Facility(Agent):
    """A named carrier: what it is, where, how large, since when, who is in it, and by which round it has its level.

    Attributes:
        number: permanent, in the order of opening; tenants refer to it.
        name: e.g. ``TI-035``.
        kind: one of :data:`KINDS`.
        opened: day of the clock (negative: before 2017).
        level: 0 none, 1 city, 2 province, 3 nation.
        rounds: (year, level) of each recognition, the last one loses or gains the title it has now.
        public: a base run by government; it never closes, nor does a park for want of tenants.
        berths: firms that it can house; ``tenants``: firms that it houses.
        advice: hours a month that it has to give beside the usual, shared by its tenants.
        edge: what its investor knew besides, yuan/m2/month.
        at_a_loss: months running.
    """

    def __init__(
        self, city: City, kind: str, number: int, order: int, key: int, area: float, opened: float, level: int
    ) -> None:
        super().__init__(city)
        self.city = city
        self.name, self.number = f"{PREFIX[kind]}-{order:03d}", number
        self.kind, self.key, self.opened, self.level = kind, key, opened, level
        self.rounds: list[tuple[int, int]] = []
        self.award = self.advice = 0.0
        self.quality = float(city.chance.normal([key], "space quality")[0])
        self.district = place(city.chance.one("space district", key))
        self.public = kind == "base" and city.chance.one("public base", key) < PUBLIC_BASES
        self.tenants = 0
        self.resize(area)
        doubt = float(city.chance.normal([key], "doubt")[0])
        # Of spaces that opened before 2017 the investor had been right.
        self.edge = city.drawn[DOUBT.id] * (abs(doubt) if opened < 0 else doubt)
        self.at_a_loss = 0

    def resize(self, area: float) -> None:
        """So much area from now on, and the berths that fit in."""
        self.area, self.berths = area, int(area / SMALL_BERTH.get(self.kind, BERTH))

    def remove(self) -> None:
        """Leave the city for good: nothing is let any more, its tenants have to go."""
        if not self.city.over:
            self.city.carriers.forget(self)
        super().remove()

    def worth(self, relief: float, saving: float) -> float:
        """What it earns as it is let now, yuan/m2/month."""
        return yields(self.occupancy, relief, 0.0, self.area, saving) + self.edge

    @property
    def occupancy(self) -> float:
        """Share of its berths that are let."""
        return self.tenants / self.berths if self.berths else 0.0

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

    def decide_to_close(self, relief: float, saving: float, day: float) -> bool:
        """A month's thought: whether it has been at a loss for two years. A public space, or a young one, never closes."""
        if self.public or self.kind == "park" or 12 * self.years(day) < GRACE:
            return False
        self.at_a_loss = self.at_a_loss + 1 if self.worth(relief, saving) < 0 else 0
        return self.at_a_loss >= LOSS_MONTHS


def dispositions(
    city: City, ids: npt.NDArray[np.int64], segment: npt.NDArray[np.int8]
) -> dict[str, npt.NDArray[Any]]:
    """What founders seek: a berth in an incubator (1: technology firms, and enterprises a twentieth as often), in a small space (2), in a park (3), none."""
    u, p = city.chance.uniform(ids, "seeks berth"), city.drawn
    want = np.array([0.0, 0.05 * p[DEMAND.id], p[DEMAND.id]])  # by segment G, E, T
    small = want + np.array([p[SMALL_DEMAND.id], p[SMALL_DEMAND.id], 0.0])
    park = small + p[PARK_DEMAND.id]
    seeks = np.where(u < park[segment], 3, 0)
    seeks[u < small[segment]] = 2
    seeks[u < want[segment]] = 1
    return {"seeks": seeks.astype(np.int8)}
