"""Entry: who founds, how many, in which line and place, with what skill and savings.

Each month's candidates are drawn once from the world and are the same under every policy. A candidate
founds if its own uniform number lies under its propensity, which policy moves a little (M01-M03
through fixed cost and days, M06 through training), so that the firms which exist only under a policy
can be told from those that would have come anyway. Who thinks of a line that is closed to him asks for
a licence or stays out (M01, M34); some go where the platforms are (M22). Programmes for people (M07,
M16, M20, M25-M28, M30) act on founders that ``newcomers`` draws.
Evidence: ENTRY01, ENTRY04-09, SUB26, ZS009, ZS121, ZS133, ZS206, JOB03, JOB08.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.record import Outcome
from sim.engine.socket import Parameter, Socket
from sim.model import flows, founders, places, startups
from sim.model.startups import NEVER, OWN_INCOME, RENT, WAGE, G, Mask

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Codes = npt.NDArray[np.int8]
Ids = npt.NDArray[np.int64]

# --- sockets ---------------------------------------------------------------------------------------
FIXED_COST: Final = Socket(
    "entry.fixed_cost", "yuan", 3000, 0, 50000, "sum", "开办固定成本",
    "fees and address a new firm must pay for before it opens; base: an address of one's own")  # fmt: skip
TRAINEES: Final = Socket(
    "entry.trainees", "persons a year", 0, 0, 100000, "sum", "创业培训人数",
    "would-be founders trained in a year")  # fmt: skip
# fmt: off
OPEN_SHARE: Final = Socket(
    "entry.open_share", "share", 1.0, 0, 1, "value", "准入开放行业比例", "business lines open to any entrant")
PLATFORM_OPEN_SHARE: Final = Socket(
    "entry.platform_open_share", "share", 1.0, 0, 1, "value", "平台类业务开放比例", "platform lines open to any entrant")
DISTRICT_PULL: Final = Socket(
    "entry.district_pull", "share", 0.0, 0, 1, "sum", "园区平台吸引力", "relative pull of the Torch zone and Cuiheng on founders")
RESEARCHERS: Final = Socket(
    "entry.researchers", "persons a year", 0, 0, 1000, "sum", "科研人员创业增量", "researchers more who think of founding")
LEAVE_TERM: Final = Socket(
    "entry.leave_term", "months", 36, 0, 120, "value", "离岗创业期限", "length of a leave to found a firm")
LEAVE_TERMS: Final = Socket(
    "entry.leave_terms", "terms", 1, 0, 5, "value", "离岗创业期数", "terms of leave at most")
LEAVE_APPROVAL: Final = Socket(
    "entry.leave_approval", "share", 0.0, 0, 1, "value", "离岗创业批准比例", "requests for leave that the employer grants")
EQUITY_INCENTIVES: Final = Socket(
    "entry.equity_incentives", "share", 0.0, 0, 1, "value", "股权激励企业比例", "technology firms with equity incentives")
EQUITY_DEFERRAL: Final = Socket(
    "entry.equity_deferral", "years", 5, 0, 20, "value", "递延纳税年限", "years of tax deferral on equity awards")
RETURNEES: Final = Socket(
    "entry.returnees", "persons a year", 0, 0, 70, "value", "境外与留学人才创业人数", "founders who come from abroad")
PERMIT_DAYS: Final = Socket(
    "entry.permit_days", "days", 30, 0, 365, "value", "外国人工作许可天数", "days of a work permit")
SPINOFFS: Final = Socket(
    "entry.spinoffs", "persons a year", 0, 0, 2000, "sum", "企业员工创业增量", "employees more who think of founding")
FARMERS: Final = Socket(
    "entry.farmers", "persons a year", 0, 0, 5000, "sum", "农民创业增量", "farmers more who think of founding")
GRADUATES_TRAINED: Final = Socket(
    "entry.graduates_trained", "persons a year", 0, 0, 50000, "sum", "接受创业教育的学生", "students in start-up programmes")
GRADUATE_MENTORS: Final = Socket(
    "entry.graduate_mentors", "mentors", 0, 0, 5000, "sum", "高校创业指导师", "mentors at the universities")
LUMP_SUM: Final = Socket(
    "entry.lump_sum_benefit", "switch", 1, 0, 1, "value", "一次性领取失业保险金", "unemployment benefit may be taken at once")
ALLOWANCE_MONTHS: Final = Socket(
    "entry.allowance_months", "months", 0, 0, 60, "value", "低保待遇保留月数", "months for which the minimum allowance is kept")
SOCKETS: Final = (
    FIXED_COST, TRAINEES, OPEN_SHARE, PLATFORM_OPEN_SHARE, DISTRICT_PULL, RESEARCHERS, LEAVE_TERM, LEAVE_TERMS,
    LEAVE_APPROVAL, EQUITY_INCENTIVES, EQUITY_DEFERRAL, RETURNEES, PERMIT_DAYS, SPINOFFS, FARMERS, GRADUATES_TRAINED,
    GRADUATE_MENTORS, LUMP_SUM, ALLOWANCE_MONTHS)
# fmt: on

# --- parameters ------------------------------------------------------------------------------------
PROPENSITY: Final = Parameter(
    "entry.propensity", 0.6, 0.6, 0.6, "share", "convention: room for policy to move it both ways", "D",
    "候选人创业概率", "chance that a candidate founds when policy moves nothing")  # fmt: skip
REFORM: Final = Parameter(
    "entry.reform_effect", 0.02, 0.01, 0.05, "relative entries", "ENTRY04", "B",
    "商事登记改革对新设的影响", "more entries from the whole cut of opening days, 20 to 5 working days")  # fmt: skip
TRAINING: Final = Parameter(
    "entry.training_effect", 0.02, 0.0, 0.05, "probability", "SUB26", "C",
    "创业培训对创业概率的影响", "more chance to found for a trainee", potency=0.5)  # fmt: skip
COST_EFFECT: Final = Parameter(
    "entry.cost_effect", 0.05, 0.0, 0.1, "relative entries", "guess; potency ENTRY08", "D",
    "开办成本对新设的影响", "fewer entries for a fixed cost of one month of own income", potency=0.5)  # fmt: skip
ON_THE_VERGE: Final = Parameter(
    "entry.trainees_on_the_verge", 0.3, 0.15, 0.5, "share", "guess", "D",
    "学员中当月拟创业者比例", "of trainees, who are about to decide whether to found")  # fmt: skip
INDIVIDUAL: Final = Parameter(
    "entry.individual_share", 0.66, 0.64, 0.68, "share", "ZS206", "B",
    "新设中个体户比例", "individual businesses among entrants")  # fmt: skip
TECHNOLOGY: Final = Parameter(
    "entry.technology_share", 0.03, 0.02, 0.04, "share", "guess; ZS136 for the stock", "D",
    "新设中科技企业比例", "technology enterprises among entrants")  # fmt: skip
SIZE_E: Final = Parameter(
    "entry.enterprise_size", 4.55, 4.3, 4.8, "persons", "JOB03", "B",
    "企业初始规模参数", "median jobs of an enterprise at opening, owner included")  # fmt: skip
SIZE_G: Final = Parameter(
    "entry.individual_staff", 1.05, 0.85, 1.25, "persons", "JOB08", "B",
    "个体户初始雇员参数", "median staff of an individual business at opening, owner apart")  # fmt: skip
CAPITAL: Final = Parameter(
    "entry.capital_months", 2.2, 1.6, 2.8, "months of cost", "SHOCK04, CRED16", "B",
    "初始资金可支撑月数", "median own capital, in months of cost")  # fmt: skip
BARRED: Final = Parameter(
    "entry.barred", 0.1, 0.0, 0.25, "share", "guess; potency ENTRY08", "D",
    "受限行业中放弃创业的比例", "of those whose line is closed, who stay out; the rest ask for a licence", potency=0.5)  # fmt: skip
PULL: Final = Parameter(
    "entry.pull_effect", 1.0, 0.3, 2.0, "ratio", "guess; potency SUB08-09", "D",
    "平台吸引力的实际程度", "how far the pull of district platforms is real", potency=0.5)  # fmt: skip
ENCOURAGED: Final = Parameter(
    "entry.encouraged", 0.2, 0.05, 0.4, "share", "guess; potency ENTRY08", "D",
    "受鼓励者中本不会考虑创业的比例", "of persons whom programmes lead to think of founding, who would not have otherwise",
    potency=0.5)  # fmt: skip
PROGRAMME: Final = Parameter(
    "entry.programme_effect", 0.005, 0.001, 0.015, "probability", "guess; potency SUB26", "D",
    "创业教育对创业概率的影响", "more chance to found for a student of a start-up programme", potency=0.5)  # fmt: skip
ASKING: Final = Parameter(
    "entry.researchers_asking", 12, 5, 25, "persons a year", "guess", "D",
    "有意离岗创业的科研人员", "researchers who think of a leave to found a firm whatever policy does")  # fmt: skip
PARAMETERS: Final = (
    PROPENSITY, REFORM, TRAINING, COST_EFFECT, ON_THE_VERGE, INDIVIDUAL, TECHNOLOGY, SIZE_E, SIZE_G, CAPITAL,
    BARRED, PULL, ENCOURAGED, PROGRAMME, ASKING)  # fmt: skip

OLD_DAYS, NEW_DAYS = 20.0, 5.0  # working days before and after the reform (ADMIN02, ADMIN04)
AS_IT_WAS_DAYS: Final = {2018: 12.0, 2019: 5.0, 2020: 5.0}  # working days (ADMIN02-04, as in the catalogue)
AS_IT_WAS_FEES: Final = {2018: 800.0, 2019: 800.0, 2020: 800.0}  # yuan (catalogue: fee_cleanup)
OLD_FEES: Final = 1500.0  # yuan, fees before their clean-up, address shared (catalogue: fee_cleanup)
AS_IT_WAS_OPEN: Final = {2018: 0.97, 2019: 0.97, 2020: 0.97}  # share of lines (catalogue: negative_list)
OLD_OPEN: Final = 0.9  # share of lines open before the negative list (catalogue)
POLICY_CAP: Final = 0.05  # most that policy can add to entries in all
RESTRICTED: Final = 0.3  # founders in a line under restriction, relative to a line that is open (guess)
STUDENTS_FOUND: Final = 0.029  # of students, who found anyway (ENTRY01)
_ZONES: Final = [k for k, d in enumerate(places.districts()) if d.slug in founders.ZONES]

# --- outcomes --------------------------------------------------------------------------------------
TRAINED: Final = Outcome(
    "trainees", ("month",), "persons", "创业培训人数", "would-be founders trained", "flow")  # fmt: skip
OUTCOMES: Final = (TRAINED,)


# --- rules -----------------------------------------------------------------------------------------
def propensity(base: float, days: float, cost: float, reform: float, cost_effect: float) -> float:
    """Chance that a candidate founds.

    p = min(0.95, base x (1 + e)), e = min(0.05, reform x (20 - days)/15 - cost_effect x (cost - 1500)/4300):
    opening days and fixed cost against those before the reform (ENTRY04).

    Args:
        base: chance when policy moves nothing.
        days: working days of opening a firm.
        cost: fixed cost of opening, yuan.
        reform: effect of the whole cut in days.
        cost_effect: effect of one month's own income in cost.
    """
    effect = reform * (OLD_DAYS - days) / (OLD_DAYS - NEW_DAYS)
    effect -= cost_effect * (cost - OLD_FEES) / OWN_INCOME
    return min(0.95, base * (1.0 + min(POLICY_CAP, effect)))


def line_open(u: Floats, platform: Mask, lines: float, platforms: float) -> Mask:
    """Whether a founder's line is open to any entrant: u <= 1 - 0.3 (1 - lines), on platforms u <= platforms."""
    return np.asarray(u <= np.where(platform, platforms, closing_line(lines)))


def closing_line(lines: float) -> float:
    """Share of founders whose line is open: 1 - 0.3 (1 - lines); lines under restriction are thin in founders."""
    return 1 - RESTRICTED * (1 - lines)


def room_left(founders: float, usual: float) -> float:
    """Founders that policy may still add: what is left of 5% of the usual number (equation 13)."""
    return max(0.0, (1 + POLICY_CAP) * usual - founders)


# --- process and settle ----------------------------------------------------------------------------
@cache
def registrations() -> dict[int, float]:
    """Registrations of a year, from ``data/registrations.csv``."""
    text = files("sim.model").joinpath("data/registrations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(r["year"]): 1000 * float(r["thousand"]) for r in rows}


def candidates(month: int, base: float, reform: float, cost_effect: float, barred: float = 0.0) -> int:
    """Number of candidates of a month (0 is January 2017, negative before).

    Registrations / 12 / the chance to found under the days, fees and closed lines of that year as they were, so
    that the city as it was registers what was registered, and a world without the reform less.
    """
    year = 2017 + month // 12
    chance = propensity(
        base, AS_IT_WAS_DAYS.get(year, OLD_DAYS), AS_IT_WAS_FEES.get(year, OLD_FEES), reform, cost_effect
    )
    if month >= 0:
        chance *= 1 - barred * (1 - closing_line(AS_IT_WAS_OPEN.get(year, OLD_OPEN)))
    return round(registrations()[year] / 12 / chance)


def expected_firms(scale: float) -> int:
    """Rows to make room for: a little more than will be needed at a scale."""
    whole = sum(registrations().values())
    return int(1.03 * whole * (scale * 0.97 + 0.04)) + 2000


def _draw(city: City, ids: Ids) -> dict[str, Any]:
    """The city's own founders among these: what the world fixes of them, and what lines and places policy lets them choose."""
    chance, p, day = city.chance, city.drawn, city.first_day
    segment = founders.segment_of(chance.uniform(ids, "segment"), p[TECHNOLOGY.id], p[INDIVIDUAL.id])
    sector, skill = founders.sector_of(segment, chance.uniform(ids, "sector")), skill_of(city, ids)
    weight = np.ones(len(ids), dtype=np.int32)
    if city.scale < 1:
        whole = city.never_thinned(ids, segment, sector, skill)
        keep, weight = founders.thin(segment, chance.uniform(ids, "scale"), city.scale, whole)
        ids, segment, sector, skill, weight = (
            a.compress(keep) for a in (ids, segment, sector, skill, weight))  # fmt: skip
    lines, platforms = city.at(OPEN_SHARE, day), city.at(PLATFORM_OPEN_SHARE, day)
    open_ = np.ones(len(ids), dtype=np.bool_)
    if min(lines, platforms) < 1:
        platform = chance.uniform(ids, "platform") < founders.IN_PLATFORMS[sector]
        open_ = line_open(chance.uniform(ids, "line"), platform, lines, platforms)
        go = open_ | (chance.uniform(ids, "barred") >= p[BARRED.id])
        ids, segment, sector, skill, weight, open_ = (
            a.compress(go) for a in (ids, segment, sector, skill, weight, open_))  # fmt: skip
    kind = founders.kind_of(chance.uniform(ids, "kind"))
    new = describe(city, ids, segment, sector, kind, skill)
    new["licence"] = np.where(open_, new["licence"], np.maximum(new["licence"], 1))
    return new | {"weight": weight}


def skill_of(city: City, ids: Ids) -> Floats:
    """Founders' skill: those of able firms tend to be skilled, half of it shows in the firm's capability."""
    return np.asarray(0.5 * city.chance.normal(ids, "capability") + 0.866 * city.chance.normal(ids, "skill"))


def describe(
    city: City,
    ids: Ids,
    segment: Codes,
    sector: Codes,
    kind: Codes,
    skill: Floats,
    district: Codes | None = None,
) -> dict[str, Any]:
    """Everything else about founders of these forms, lines, kinds and skill that the world fixes; each stands for one."""
    chance, p = city.chance, city.drawn
    if district is None:
        district = _place(city, ids, segment, sector)
    c = chance.normal(ids, "capability") * np.take(founders.CAPABILITY_SD, segment)
    jobs = founders.starting_jobs(
        segment, chance.normal(ids, "size"), c, chance.uniform(ids, "size", "round"),
        p[SIZE_E.id], p[SIZE_G.id])  # fmt: skip
    wage = np.take(WAGE, segment)
    return {
        "id": ids,
        "segment": segment,
        "sector": sector,
        "district": district,
        "kind": kind,
        "skill": skill,
        "exporter": city.tradable[sector] & (chance.uniform(ids, "exporter") < founders.EXPORT_SHARE),
        "log_scale": founders.log_scale(jobs, c, wage),
        "capability": c,
        "capability_start": c,
        "cell": founders.cell(segment, kind, sector, district),
        "turn": ids % 6,
        "luck_sd": founders.luck_sd(chance.uniform(ids, "luck", "sd"), jobs),
        "jobs": jobs,
        "jobs_at_12": jobs,
        **city.dispositions(ids, segment, sector, skill),
    }


def _place(city: City, ids: Ids, segment: Codes, sector: Codes) -> Codes:
    """Where they found; enterprises are drawn to the zones that have platforms (M22), by a number of their own."""
    district = founders.district_of(sector, city.chance.uniform(ids, "district"))
    pull = city.at(DISTRICT_PULL, city.first_day) * city.drawn[PULL.id]
    if pull > 0:
        one, other = _ZONES
        first, second = places.district_shares()[:, _ZONES].T
        chance = founders.drawn_away(first + second, pull)[sector]
        go = (segment != G) & (district != one) & (district != other)
        go &= city.chance.uniform(ids, "pull") < chance
        ids, sector = ids[go], sector[go]
        u = city.chance.uniform(ids, "pull", "zone") * (first + second)[sector]
        district[go] = np.where(u < first[sector], one, other)
    return district


def monthly_ids(month: int, n: int) -> Ids:
    """Permanent ids of a month's candidates: (months since 2012) x 100,000 + number."""
    return (month + 60) * 100_000 + np.arange(n, dtype=np.int64)


def past(city: City, month: int) -> None:
    """A month before 2017: those who registered then, without queues or policy."""
    base = city.drawn[PROPENSITY.id]
    ids = monthly_ids(month, candidates(month, base, city.drawn[REFORM.id], city.drawn[COST_EFFECT.id]))
    ids = ids.compress(city.chance.uniform(ids, "found") < base)
    new = _draw(city, ids)
    ids = new["id"]
    start = round(month * 365.25 / 12)
    day = start + np.floor(30 * city.chance.uniform(ids, "day")).astype(np.int16)
    # Whose steps reach into 2017 is under way at the start and comes through then; for the others the day is
    # that of registration.
    done = day + np.floor(clock.working_days(city.opening_days(start)) * new["steps"])
    late = done >= 0
    rows = city.firms.append(
        len(ids), filed=day, registered=np.where(late, done, day), registered_month=np.where(late, NEVER, month),
        state=np.where(late, startups.FILED, startups.REGISTERED), **new)  # fmt: skip
    numbers = np.arange(rows.start, rows.stop)
    city.under_way(numbers[late])
    city.registered_before(numbers[~late])


def usual(city: City) -> tuple[int, float]:
    """This month's candidates, and the chance that one founds under the days and costs of the month."""
    p, day = city.drawn, city.first_day
    n = candidates(city.month, p[PROPENSITY.id], p[REFORM.id], p[COST_EFFECT.id], p[BARRED.id])
    return n, propensity(
        p[PROPENSITY.id], city.opening_days(day), city.at(FIXED_COST, day), p[REFORM.id], p[COST_EFFECT.id])  # fmt: skip


def begin(city: City, places: float) -> int:
    """A month's candidates: who founds hands in a file at the registry on its own day.

    Args:
        city: the city.
        places: yearly places of a training programme that takes people, 0 where none does.

    Returns:
        Persons trained this month, on the verge of founding or not.
    """
    p, day, month = city.drawn, city.first_day, city.month
    n, base = usual(city)
    ids = monthly_ids(month, n)
    trained = city.chance.uniform(ids, "trained") < p[ON_THE_VERGE.id] * places / 12 / max(n, 1)
    u = city.chance.uniform(ids, "found")
    found = u < np.minimum(0.95, base + p[TRAINING.id] * trained)
    persons = round((month % 12 + 1) * places / 12) - round(month % 12 * places / 12)
    city.record.put(TRAINED, month, persons)
    new = _draw(city, ids.compress(found))
    ids = new["id"]
    days = filing_days(city, ids)
    if city.at(LUMP_SUM, day) < 1:
        left, waits = _benefit(city, ids, new["kind"])
        days += np.where(waits, np.rint(left * 365.25 / 12), 0).astype(np.int64)
    taught = trained[ids - monthly_ids(month, 1)[0]]
    # Most students of a programme who found would have founded anyway; the programme counts them all the same.
    students = (
        STUDENTS_FOUND
        * city.at(GRADUATES_TRAINED, day)
        / (12 * max(n * base * founders.KIND_SHARE["graduate"], 1))
    )
    if students > 0:
        taught |= (new["kind"] == city.graduate) & (city.chance.uniform(ids, "programme") < students)
    hand_in(city, new, days, np.where(taught, days, NEVER), "entry.propensity", base)
    return persons


def filing_days(city: City, ids: Ids) -> npt.NDArray[np.int64]:
    """The day of the month on which each hands in its file."""
    u = city.chance.uniform(ids, "day")
    return np.asarray(city.first_day + np.floor(clock.month_length(city.month) * u).astype(np.int64))


def hand_in(
    city: City, new: dict[str, Any], days: npt.ArrayLike, served: npt.ArrayLike, rule: str, chance: npt.ArrayLike
) -> startups.Rows:  # fmt: skip
    """Founders hand in their files at the registry. Returns their rows."""
    ids = new["id"]
    rows = city.firms.append(len(ids), filed=days, state=startups.FILED, served=served, **new)
    numbers = np.arange(rows.start, rows.stop)
    city.windows["registry"].hand_in(days, city.ties(ids, "registry"), numbers)
    if city.diary:
        city.diary.firms(
            ids, "entry.founded", day=days, rule=rule, chance=chance,
            trained=np.asarray(served) < NEVER, jobs=city.firms.jobs[rows])  # fmt: skip
    return numbers


def _benefit(city: City, ids: Ids, kind: Codes) -> tuple[Floats, Mask]:
    """Months of benefit that founders have left, and who would draw them month by month before he founds."""
    left = np.where(kind == city.unemployed, founders.benefit_left(city.chance.uniform(ids, "benefit")), 0.0)
    waits = city.chance.uniform(ids, "benefit", "waits") < founders.WAIT_FOR_BENEFIT
    return left, waits & (left > 0)


def pay_in(city: City, rows: startups.Rows) -> None:
    """Founders bring their own capital when they open, and pay what opening costs.

    K = capital_months x exp(0.7 g) months of cost + 3,000 yuan (SHOCK04, CRED16). What the registered
    unemployed bring holds the benefit that they may take at once; where they may not, who has not waited loses it.
    """
    firms = city.firms
    segment = firms.segment[rows]
    cost = np.take(WAGE, segment) * (firms.jobs[rows] - 1)
    cost = cost + np.take(RENT, segment)
    g = city.chance.normal(firms.id[rows], "capital")
    capital = 3000 + city.drawn[CAPITAL.id] * np.exp(0.7 * g) * cost
    if city.at(LUMP_SUM, city.first_day) < 1:
        left, waits = _benefit(city, firms.id[rows], firms.kind[rows])
        capital = np.where(waits, capital, np.maximum(capital - founders.BENEFIT * left, 0))
    city.pay(flows.CAPITAL, rows, 100 * capital)
    if city.month >= 0:
        fee = city.at(FIXED_COST, city.first_day)
        city.pay(flows.FEES, rows, np.full(len(rows), -100.0 * fee))
