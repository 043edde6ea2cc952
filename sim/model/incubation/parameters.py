"""Incubation: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, NamedTuple

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome


class Criteria(NamedTuple):
    """Criteria of a title for facilities of a minimum area.

    If a title has several criteria, those with the largest minimum area that a facility reaches apply to it.

    Attributes:
        area: minimum area in m2.
        tenants: minimum number of tenants.
        years: minimum number of years since opening.
        source: ids of the evidence.
    """

    area: float
    tenants: int
    years: float
    source: str

    def __repr__(self) -> str:
        """Return the criteria as text for the generated table of constants."""
        return f"{self.area:,} m2, {self.tenants} tenants, {self.years:g} years ({self.source})"


# fmt: off

# --- Facilities ---
OPENING_AWARD: Final = PolicyLever(
    "incubator.opening_award", "yuan", 0, 0, 5e6, "value", "市级认定奖补标准", "award for recognition by the city")
PROVINCIAL_AWARD: Final = PolicyLever(
    "incubator.provincial_award", "yuan", 0, 0, 3e6, "value", "省级认定奖补标准", "award for the provincial title")
NATIONAL_AWARD: Final = PolicyLever(
    "incubator.national_award", "yuan", 0, 0, 5e6, "value", "国家级认定奖补标准", "award for the national title")
AWARD_BUDGET: Final = PolicyLever(
    "incubator.award_budget", "yuan a year", 0, 0, 5e7, "value", "孵化载体认定奖补年度预算", "yearly budget of awards for titles")
TAX_RELIEF: Final = PolicyLever(
    "incubator.tax_relief", "share", 0.0, 0, 0.1, "value", "减免税额占载体收入的比例", "tax relief as a share of a facility's income")
ONLINE_ALLOWED: Final = PolicyLever(
    "incubator.online_allowed", "switch", 0, 0, 1, "value", "网络众创空间可获扶持", "eligibility of online makerspaces for support")
PLATFORM_PROJECTS: Final = PolicyLever(
    "incubator.platform_projects", "projects", 0, 0, 4, "value", "国际合作孵化平台候选项目数", "candidate projects of international platforms")
CONVERTIBLE_AREA: Final = PolicyLever(
    "incubator.convertible_area", "m2 a year", 0, 0, 4e5, "value", "每年可批准改建的面积", "area for which conversion may be approved in a year")
CONVERSION_DAYS: Final = PolicyLever(
    "incubator.conversion_days", "days", 180, 1, 365, "value", "改建审批天数（不含排队）", "days of the approval of a conversion, excluding the queue")
CONVERSION_CLERKS: Final = PolicyLever(
    "incubator.conversion_officers", "officers", 2, 0, 50, "value", "改建审批人员数", "clerks who approve conversions")
REVIEWERS: Final = PolicyLever(
    "incubator.reviewers", "reviewers", 4, 0, 50, "value", "认定评审人员数", "reviewers of applications for recognition")
UTILITY_DISCOUNT: Final = PolicyLever(
    "incubator.utility_discount", "share", 0, 0, 1, "value", "众创空间水电等费用优惠幅度", "discount on a makerspace's utilities")
SUPPORTED_MAKERSPACES: Final = PolicyLever(
    "incubator.supported_makerspaces", "spaces a year", 0, 0, 40, "value", "每年扶持众创空间数", "makerspaces that may receive support in a year")
INCUBATION_SUBSIDY: Final = PolicyLever(
    "incubator.subsidy_per_firm", "yuan per firm", 0, 0, 10000, "value", "每户孵化成功企业补贴标准", "subsidy for each successfully incubated firm")
INCUBATION_SUBSIDY_BUDGET: Final = PolicyLever(
    "incubator.subsidy_budget", "yuan a year", 0, 0, 2e7, "value", "创业孵化补贴年度预算", "yearly budget of the incubation subsidy")
RENT_WAIVED: Final = PolicyLever(
    "incubator.rent_waived", "share", 0, 0, 1, "value", "政府主办基地租金减免比例", "share of rent waived in public bases")
VETERANS_FIRST: Final = PolicyLever(
    "incubator.veteran_priority", "switch", 0, 0, 1, "value", "退役军人优先入驻政府主办基地", "priority admission of veterans to public bases")

PROJECTS: Final = {
    "incubator": Parameter("incubator.projects", 1.2, 0.7, 1.8, "projects a month", "guess; INC03", "D",
                           "每月科技企业孵化器候选项目数", "candidate tech incubators"),
    "makerspace": Parameter("incubator.makerspace_projects", 0.9, 0.5, 1.4, "projects a month", "guess; ZS031-032", "D",
                            "每月众创空间候选项目数", "candidate makerspaces"),
    "base": Parameter("incubator.base_projects", 0.6, 0.3, 1.2, "projects a month", "guess; ZS211", "D",
                      "每月创业孵化基地候选项目数", "candidate entrepreneurship bases"),
}
AREA: Final = Parameter("incubator.area", 28000, 24000, 34000, "m2", "ZS023, ZS043", "A",
                        "科技企业孵化器平均面积", "mean area of a tech incubator")
OWN_INFORMATION: Final = Parameter("incubator.doubt", 3.0, 2.0, 5.0, "yuan/m2/month", "guess", "D",
                         "投资方对项目净收益判断的标准差", "standard deviation of investors' private information on a project's net yield")
LAG: Final = Parameter("incubator.lag_months", 18, 12, 24, "months", "guess", "D",
                       "孵化器从决定建设到开业的月数", "months from the decision to the opening of a tech incubator")
DEMAND: Final = Parameter("incubator.tenant_share", 0.55, 0.42, 0.68, "share", "INC01, JOB18 x ZS136", "D",
                          "有意入驻孵化器的科技企业比例（普通企业按二十分之一计）", "share of technology firms that seek a place in a tech incubator; a twentieth of it for ordinary enterprises")
LEAST_STAFF: Final = Parameter("incubator.least_staff", 6, 4, 9, "persons", "guess; ZS216, JOB09", "D",
                               "申请入驻孵化器企业的最少人数（含业主）", "minimum size, owner included, of a firm that applies for a place in a tech incubator")
PROVINCIAL: Final = Parameter("incubator.provincial_titles", 4.5, 3.0, 6.5, "titles a year", "INC24", "B",
                              "本市每年省级孵化器和众创空间认定名额", "provincial titles for the city, incubators and makerspaces")
NATIONAL: Final = Parameter("incubator.national_titles", 1.2, 0.6, 2.0, "titles a year", "guess; INC04, INC16", "D",
                            "本市每年国家级孵化器和众创空间认定名额", "national titles for the city, incubators and makerspaces")
TITLE_LOST: Final = Parameter("incubator.title_lost", 0.03, 0.0, 0.06, "share a year", "guess; INC06", "D",
                        "年度评价取消资格的比例", "share of titles lost in a year's evaluation")
PLATFORM_OPENS: Final = Parameter("incubator.platform_opens", 0.6, 0.3, 0.9, "share", "guess", "D",
                            "候选国际合作孵化平台落地比例", "share of candidate international platforms that open")
SMALL_DEMAND: Final = Parameter("incubator.small_space_share", 0.016, 0.008, 0.03, "share", "guess; ZS163, ZS211, ZS214", "D",
                                "非科技企业创业者中有意入驻基地或众创空间的比例", "share of founders outside technology firms who seek a place in a base or makerspace")
PARK_DEMAND: Final = Parameter("incubator.park_share", 0.008, 0.004, 0.016, "share", "guess", "D",
                               "软件、设计、商贸创业者中有意入驻“互联网+”园区的比例", "share of founders in software, design and trade who seek a place in an Internet Plus park")
MENTORING: Final = Parameter("incubator.mentor_hours", 1.5, 0.5, 3.0, "hours a month", "guess; INC08: a mentor for five tenants", "D",
                             "已认定载体内企业月均辅导时数", "hours of advice to a tenant of a recognised facility")
HIGH_TECH: Final = Parameter("incubator.high_tech", 0.12, 0.05, 0.2, "share a year", "guess; INC05", "D",
                             "在孵科技企业每年认定为高新技术企业的比例", "share of technology tenants certified as high-tech enterprises in a year")

KINDS: Final[Annotated[tuple[str, ...], Constant("kinds", "Torch statistics", "kinds of facilities: tech incubators, makerspaces, entrepreneurship bases, international platforms, parks")]] = ("incubator", "makerspace", "base", "platform", "park")
PREFIX: Final[Annotated[Mapping[str, str], Constant("letters", "convention", "prefixes of the names of facilities, by kind")]] = {"incubator": "TI", "makerspace": "MS", "base": "EB", "platform": "IP", "park": "NP"}
SEEKS_INCUBATOR, SEEKS_SMALL, SEEKS_PARK = 1, 2, 3  # kind of facility that a founder seeks; 0 none
SMALL_KINDS: Final[Annotated[tuple[str, ...], Constant("kinds", "convention", "kinds of facilities smaller than incubators, except parks")]] = ("makerspace", "base", "platform")
NONE, CITY, PROVINCE, NATION = range(4)  # levels of recognition
LEVELS: Final[Annotated[tuple[str, ...], Constant("levels", "convention", "names of the levels of recognition, by number")]] = ("none", "city", "province", "nation")
CRITERIA: Final[Annotated[Mapping[tuple[str, int], tuple[Criteria, ...]], Constant("m2, tenants, years", "INC04, INC07-08, INC16-17, ZS214-215", "criteria of recognition by kind and level (1 city, 2 province, 3 nation), largest area first")]] = {
    ("incubator", CITY): (Criteria(2000, 10, 0.5, "INC08"),),
    ("makerspace", CITY): (Criteria(300, 6, 1.0, "ZS215"),),
    ("base", CITY): (Criteria(1000, 10, 0.5, "ZS214 at a third"),),
    ("platform", CITY): (Criteria(0, 0, 0.0, "convention"),),
    ("incubator", PROVINCE): (Criteria(10_000, 40, 2.0, "INC17"), Criteria(5_000, 25, 2.0, "INC17: specialised incubators")),
    ("makerspace", PROVINCE): (Criteria(1000, 15, 1.0, "recalled: check"),),
    ("incubator", NATION): (Criteria(10_000, 50, 3.0, "INC04, INC16"),),
    ("makerspace", NATION): (Criteria(500, 20, 1.5, "INC07"),),
}
RENT: Final[Annotated[float, Assumption("yuan/m2/month", "ZS164 over 28,000 m2 (ZS023), nine tenths let", "mean rent of let area, including services")]] = 28.5
RUNNING_COST: Final[Annotated[float, Assumption("yuan/m2/month", "ZS165 over 28,000 m2", "running cost of a facility")]] = 21.0
PLACE_AREA: Final[Annotated[float, Assumption("m2", "ZS216", "area of a place in an incubator")]] = 700.0
AWARD_MONTHS: Final[Annotated[int, Assumption("months", "guess", "period over which an owner spreads an award when calculating the net yield")]] = 60
UTILITIES: Final[Annotated[float, Assumption("yuan/m2/month", "guess", "cost of utilities of a makerspace")]] = 2.0
AREAS: Final[Annotated[Mapping[str, float], Assumption("m2", "guess; ZS215", "mean area of each kind of facility")]] = {"makerspace": 1500.0, "base": 6000.0, "platform": 8000.0}
LAG_SHARE: Final[Annotated[Mapping[str, float], Assumption("ratio", "guess", "months from project to opening, relative to those of an incubator, by kind")]] = {"incubator": 1.0, "makerspace": 0.33, "base": 0.5}
SMALL_PLACE_AREA: Final[Annotated[Mapping[str, float], Assumption("m2", "guess; ZS214-215, INC07", "area of a place in each smaller kind of facility; four desks in a park")]] = {"makerspace": 50.0, "base": 150.0, "platform": 150.0, "park": 24.0}
PARK_SECTORS: Final[Annotated[tuple[str, ...], Assumption("sectors", "guess", "sectors whose firms seek places in parks")]] = ("software", "culture", "trade")
STAY: Final[Annotated[int, Constant("months", "INC21", "maximum stay in an incubator")]] = 48
SMALL_STAY: Final[Annotated[int, Assumption("months", "guess; ZS214", "stay in a smaller facility, after which a firm that is still open counts as incubated")]] = 24
SEEK_MONTHS: Final[Annotated[int, Assumption("months", "guess", "months since opening during which a founder seeks a place")]] = 24
ENTERPRISE_DEMAND: Final[Annotated[float, Assumption("ratio", "guess", "share of ordinary enterprises that seek a place in an incubator, relative to that of technology firms")]] = 0.05
USUAL_JOBS: Final[Annotated[float, Assumption("persons", "guess", "number of jobs at which the size of a firm neither raises nor lowers its score")]] = 3.0
ADMISSION_ERROR: Final[Annotated[float, Assumption("standard deviations", "guess", "error of a facility's assessment of a firm, in standard deviations of skill")]] = 0.5
SELECTIVITY: Final[Annotated[float, Assumption("standard deviations", "guess; INC12", "rise of the admission threshold from an empty to a full facility, in standard deviations of skill; the threshold is 0 when full")]] = 2.0
EVICTED_AFTER: Final[Annotated[int, Assumption("months", "guess", "months in arrears beyond the limit after which a tenant is evicted")]] = 3
SIZE_COUNTS: Final[Annotated[float, Assumption("standard deviations", "guess; JOB09", "score for a log point of jobs, in standard deviations of skill: facilities prefer larger firms")]] = 0.5
GRADUATE_TURNOVER: Final[Annotated[float, Constant("yuan", "INC05", "turnover in two successive years with which a tenant graduates")]] = 1e7
GRADUATE_EQUITY: Final[Annotated[float, Constant("yuan", "INC05", "equity raised with which a tenant graduates")]] = 5e6
NATIONAL_GAIN: Final[Annotated[float, Assumption("ratio", "INC11", "advice in a national-level facility, relative to that in others")]] = 1.14
PUBLIC_BASES: Final[Annotated[float, Assumption("share", "guess", "share of bases that are run by the government")]] = 0.5
GRACE: Final[Annotated[int, Assumption("months", "guess", "months since opening during which no facility closes")]] = 36
LOSS_MONTHS: Final[Annotated[int, Assumption("months", "guess", "months at a loss after which a private facility closes")]] = 24
TORCH_SHARE: Final[Annotated[float, Assumption("share", "ZS020-023: 558,000 m2 there", "share of facilities located in the Torch zone; the others are distributed like firms")]] = 0.5
AREA_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log area of projects of a kind")]] = 0.6
USUAL_INCUBATOR_AREA: Final[Annotated[float, Constant("m2", "ZS023, ZS043", "reference area of an incubator in the assignment of titles in 2016")]] = 28_000.0
TITLE_SIZE_WEIGHT: Final[Annotated[float, Assumption("standard deviations", "guess", "weight of a log point of area in the assignment of titles in 2016, in standard deviations of quality")]] = 0.8
ASSESSMENT_ERROR: Final[Annotated[float, Assumption("standard deviations", "guess", "error of the assessors of the province and the nation, in standard deviations of quality")]] = 0.5
INITIAL_AGE: Final[Annotated[tuple[float, float], Assumption("years", "guess", "lowest age of a facility at the start of 2017, and the range above it")]] = (0.5, 6.0)
USUAL_OCCUPANCY: Final[Annotated[float, Assumption("share", "guess", "occupancy that a project expects if there is no facility of its kind yet")]] = 0.75
LAG_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log months from project to opening")]] = 0.25
PLATFORM_MONTHS: Final[Annotated[tuple[float, float], Assumption("months", "guess", "minimum time from project to opening of an international platform, and the range above it")]] = (9.0, 27.0)
ONLINE_SHARE: Final[Annotated[float, Assumption("share", "guess", "share of makerspace projects that are online")]] = 0.15
CONVERTED: Final[Annotated[float, Assumption("share", "guess", "share of incubator projects in existing buildings, whose conversion needs approval")]] = 0.6
PIPELINE: Final[Annotated[int, Assumption("incubators", "guess", "number of incubators under construction at the start of 2017")]] = 6
FILES_A_DAY: Final[Annotated[Mapping[str, float], Assumption("files", "guess", "applications that a reviewer or clerk decides in a day")]] = {"accreditation": 0.15, "conversion": 0.02}
ROUND_MONTH: Final[Annotated[int, Constant("month of the year", "INC05", "month in which facilities apply for titles (9 is October); titles are awarded in December")]] = 9
ROUND_DAYS: Final[Annotated[int, Constant("days", "INC05", "days from 1 December to the award of titles")]] = 19
AWARD_PROGRAMME: Final[Annotated[str, Constant("instrument", "catalogue", "instrument of awards to facilities")]] = "incubator_support"
SUBSIDY_PROGRAMME: Final[Annotated[str, Constant("instrument", "catalogue", "instrument of the incubation subsidy")]] = "incubation_subsidy"

INCUBATORS: Final = Outcome("tech_incubators", ("month",), "incubators", "科技企业孵化器数（在科技部门登记）", "tech incubators registered with the science office")
INCUBATION_AREA: Final = Outcome("incubation_area", ("month",), "m2", "科技企业孵化器面积", "area of tech incubators", whole=False)
FACILITY_AREA: Final = Outcome("total_facility_area", ("month",), "m2", "各类孵化载体面积", "area of incubation facilities of all kinds", whole=False)
PLATFORMS: Final = Outcome("international_platforms", ("month",), "platforms", "国际合作孵化平台数", "international platforms")
NATIONALS: Final = Outcome("national_level_spaces", ("month",), "spaces", "国家级科技企业孵化器及众创空间数", "incubators and makerspaces of national level")
PROVINCIALS: Final = Outcome("provincial_level_spaces", ("month",), "spaces", "省级及以上科技企业孵化器及众创空间数", "incubators and makerspaces of provincial level or higher")
EXACTLY_PROVINCIAL: Final = Outcome("exactly_provincial_spaces", ("month",), "spaces", "省级科技企业孵化器及众创空间数（不含国家级）", "incubators and makerspaces of exactly provincial level")
BASES: Final = Outcome("entrepreneurship_bases", ("month",), "bases", "创业孵化基地数", "entrepreneurship bases")
MAKERSPACES: Final = Outcome("makerspaces", ("month",), "makerspaces", "众创空间数", "makerspaces")
OCCUPANCY: Final = Outcome("incubator_occupancy", ("month",), "share", "孵化器入驻率", "share of incubators' places that are occupied", "mean", whole=False)
BY_DISTRICT: Final = Outcome("incubation_area_by_district", ("month", "district"), "m2", "各镇区科技企业孵化器面积", "area of tech incubators by district", whole=False)
PLACES: Final = Outcome("berths", ("month",), "count", "孵化载体工位数（可入驻户数）", "places in all incubation facilities")
TENANTS: Final = Outcome("tenants", ("month",), "count", "孵化载体在孵和入驻企业数", "tenants of all incubation facilities")
BY_KIND: Final = {
    "incubator": Outcome("incubator_tenants", ("month",), "count", "孵化器在孵企业数", "tenants of tech incubators"),
    "makerspace": Outcome("makerspace_tenants", ("month",), "count", "众创空间入驻企业数", "tenants of makerspaces"),
    "base": Outcome("base_tenants", ("month",), "count", "创业孵化基地入驻企业数", "tenants of entrepreneurship bases"),
    "platform": Outcome("platform_tenants", ("month",), "count", "国际合作孵化平台入驻企业数", "tenants of international platforms"),
    "park": Outcome("park_tenants", ("month",), "count", "“互联网+”园区入驻企业数", "tenants of Internet Plus parks"),
}
TENANTS_BY_DISTRICT: Final = Outcome("tenants_by_district", ("month", "district"), "count", "各镇区孵化载体在孵和入驻企业数", "tenants by district")
JOBS_IN_INCUBATORS: Final = Outcome("jobs_in_incubators", ("month",), "persons", "孵化器在孵企业就业", "jobs in tenants of tech incubators")
JOBS_IN_SMALL: Final = Outcome("jobs_in_small_spaces", ("month",), "persons", "孵化器以外孵化载体入驻企业就业", "jobs in tenants of facilities other than tech incubators")
GRADUATIONS: Final = Outcome("graduations", ("month",), "count", "毕业企业数", "tenants that graduate", "flow")
ADMITTED: Final = Outcome("admissions", ("month",), "count", "新入驻企业数", "firms admitted to a place", "flow")
EVICTED: Final = Outcome("evictions", ("month",), "count", "因欠费清退的企业数", "tenants evicted for arrears", "flow")
QUEUE: Final = Outcome("berth_queue", ("month",), "count", "申请入驻孵化载体的在营企业数", "open firms that apply for a place in a facility")
FACILITIES_CLOSED: Final = Outcome("spaces_closed", ("month",), "count", "停办的孵化载体数", "incubation facilities that close", "flow")

# --- Seed money ---
SEED_LOSS_SHARE: Final = PolicyLever(
    "incubator.seed_loss_share", "share", 0, 0, 0.5, "value", "种子投资损失财政补偿比例（省、市合计）", "share of seed losses borne by province and city")

SEED_SAVED: Final = Parameter("seed.saved", 0.15, 0.05, 0.3, "share", "guess; INC04, INC17", "D",
                         "孵化器盈余计提种子资金的比例", "share of an incubator's surplus that is saved in its seed fund")
SEED_REQUESTS: Final = Parameter("seed.requests", 0.12, 0.05, 0.25, "share a year", "guess; INC04: a tenth of tenants financed", "D",
                        "未获种子投资的在孵科技企业年申请比例", "share of technology tenants without seed money that request it in a year")
SEED_HURDLE: Final = Parameter("seed.hurdle", 1.2, 1.05, 1.4, "yuan back per yuan", "guess: five years of a deposit", "D",
                          "孵化器要求的种子投资预期收益倍数", "expected proceeds that an incubator requires for a yuan invested")
SEED_TRUST: Final = Parameter("seed.believed", 0.6, 0.2, 1.0, "share", "guess", "D",
                          "孵化器视为可靠的损失补偿承诺比例", "share of the promised compensation for losses on which an incubator relies", potency=0.5)
SEED_ASSESSMENT_ERROR: Final = Parameter("seed.noise", 0.4, 0.2, 0.7, "log odds", "guess: it sees its tenants every day", "D",
                         "孵化器评审误差（标准差）", "standard deviation of an incubator's assessment error")
SEED_EXITS: Final = Parameter("seed.exits", 0.10, 0.05, 0.2, "share a year", "guess; VC03-04", "D",
                        "种子投资年退出比例（首年以后）", "share of seed stakes sold in a year, after the first")

SEED_LEAST: Final[Annotated[float, Assumption("yuan", "guess", "smallest stake")]] = 1e5
SEED_MOST: Final[Annotated[float, Assumption("yuan", "guess", "largest stake")]] = 3e5
SEED_HOLD_YEARS: Final[Annotated[float, Assumption("years", "guess", "period for which an incubator expects to hold a stake")]] = 5.0
SEED_MULTIPLE: Final[Annotated[float, Assumption("ratio", "guess; VC04", "mean proceeds of a successful stake relative to its amount; most are sold to partners or bought back")]] = 1.5
SEED_MULTIPLE_SD: Final[Annotated[float, Assumption("log points", "guess", "standard deviation of the log of this ratio")]] = 0.5
SEED_LARGEST_FUND: Final[Annotated[float, Assumption("yuan", "INC04, INC08", "maximum size of an incubator's seed fund")]] = 5e6
SEED_FIRST_YEAR: Final[Annotated[int, Constant("months", "convention", "period after which a stake may be sold, and period of saving in the initial seed funds")]] = 12
SEED_PAST_MONTHS: Final[Annotated[int, Constant("months", "convention", "period before 2017 whose stakes are drawn at the start of the run")]] = 36
SEED_PROGRAMME: Final[Annotated[str, Constant("instrument", "catalogue", "instrument of risk compensation for incubators")]] = "incubator_risk_compensation"

SEED_INVESTED: Final = Outcome("seed_invested", ("month",), "yuan", "孵化器种子投资额", "seed money invested by incubators", "flow", whole=False)
SEED_STAKES: Final = Outcome("seed_stakes", ("month",), "count", "新增种子投资笔数", "tenants that received seed money", "flow")
SEED_LOST: Final = Outcome("seed_lost", ("month",), "yuan", "企业歇业造成的种子投资损失", "seed money lost with firms that closed", "flow", whole=False)
SEED_LOSSES_BORNE: Final = Outcome("seed_losses_borne", ("month",), "yuan", "种子投资损失财政补偿额（省、市合计）", "seed losses borne by province and city", "flow", whole=False)
SEED_HELD: Final = Outcome("seed_held", ("month",), "yuan", "种子投资余额（按成本计）", "seed stakes held, at cost", whole=False)

# --- Parks ---
PARK_SEATS: Final = PolicyLever(
    "incubator.park_seats", "seats", 0, 0, 10000, "value", "“互联网+”园区工位数", "seats in Internet Plus parks")

PARK_FIT_OUT: Final = Parameter("parks.fit_out", 9, 3, 15, "months", "guess", "D",
                           "园区工位从规划到启用的月数", "months from the planning of a park's seats to their opening")

PARK_KIND: Final[Annotated[str, Constant("kind", "convention", "kind of facility of a park")]] = "park"
SEATS_A_PARK: Final[Annotated[int, Assumption("seats", "guess", "seats of a park")]] = 400
SEATS_A_PLACE: Final[Annotated[int, Assumption("desks", "ZS162: 3.5 jobs", "desks of a tenant in a park")]] = 4
FIT_OUT_SD: Final[Annotated[float, Assumption("share", "guess", "standard deviation of the duration of a fit-out, relative to its mean; truncated at two standard deviations")]] = 0.25
DAYS_A_MONTH: Final[Annotated[float, Constant("days", "convention", "days in a month of a fit-out or of advice")]] = 30.44
PARK_SEAT_AREA: Final[Annotated[float, Assumption("m2", "guess", "area of a seat")]] = 6.0

PARK_SEATS_OPEN: Final = Outcome(
    "park_seats", ("month",), "seats", "“互联网+”园区已启用工位数", "open seats in Internet Plus parks"
)

# --- Demonstration bases ---
DEMONSTRATION_FUNDING: Final = PolicyLever(
    "incubator.base_funding", "yuan per base", 0, 0, 5e7, "value", "“双创”示范基地每个资助标准", "funding of a demonstration base")
DEMONSTRATION_NOMINATIONS: Final = PolicyLever(
    "incubator.nominations", "bases", 0, 0, 10, "value", "每年推荐“双创”示范基地数", "bases nominated in a year's call")

DEMONSTRATION_TITLES: Final = Parameter("demonstration.titles", 0.8, 0.3, 1.5, "titles a year", "guess; INC24", "D",
                          "本市每年省级“双创”示范基地名额", "provincial demonstration titles awarded to the city")

DEMONSTRATION_CALL_MONTH: Final[Annotated[int, Constant("month of the year", "convention", "month in which bases are nominated (9 is October); the province selects on 20 December")]] = 9
DEMONSTRATION_CHOSEN_AFTER: Final[Annotated[int, Constant("days", "convention", "days from the call to the selection")]] = 80
DEMONSTRATION_AREA_SHARE: Final[Annotated[float, Assumption("share", "guess", "share of the funding spent on new area; the remainder pays for advice")]] = 0.5
DEMONSTRATION_AREA_COST: Final[Annotated[float, Assumption("yuan/m2", "guess", "cost of fitting out new area")]] = 1500.0
DEMONSTRATION_WORKS: Final[Annotated[int, Assumption("days", "guess", "days until the new area is ready")]] = 365
DEMONSTRATION_HOUR: Final[Annotated[float, Assumption("yuan", "guess", "cost of an hour of advice, as in the purchase of services")]] = 300.0
DEMONSTRATION_ADVICE_MONTHS: Final[Annotated[int, Assumption("months", "guess", "period over which the advice is given")]] = 36
DEMONSTRATION_PROGRAMME: Final[Annotated[str, Constant("instrument", "catalogue", "instrument of the funding of demonstration bases")]] = "demonstration_bases"

DEMONSTRATION_CHOSEN: Final = Outcome("demonstration_bases", ("month",), "bases", "省级“双创”示范基地数", "provincial demonstration bases")
DEMONSTRATION_NOMINATED: Final = Outcome("demonstration_nominated", ("month",), "bases", "推荐申报省级“双创”示范基地数", "bases nominated to the province", "flow")

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
