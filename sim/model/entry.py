"""Entry: who founds, how many, in which line and place, with what skill and savings.

Each month's candidates are drawn once from the world and are the same under every policy. A candidate
founds if its own uniform number lies under its propensity, which policy moves a little (M01-M03
through fixed cost and days, M06 through training), so that the firms which exist only under a policy
can be told from those that would have come anyway.
Evidence: ENTRY04-07, ENTRY09, SUB26, ZS009, ZS121, ZS206, JOB03, JOB08.
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
from sim.model import flows, places, startups
from sim.model.startups import LABOUR_SHARE, NEVER, OWN_INCOME, RENT, WAGE, E, G, T

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Codes = npt.NDArray[np.int8]

# --- sockets ---------------------------------------------------------------------------------------
FIXED_COST: Final = Socket(
    "entry.fixed_cost", "yuan", 3000, 0, 50000, "sum", "开办固定成本",
    "fees and address a new firm must pay for before it opens; base: an address of one's own")  # fmt: skip
TRAINEES: Final = Socket(
    "entry.trainees", "persons a year", 0, 0, 100000, "sum", "创业培训人数",
    "would-be founders trained in a year")  # fmt: skip
SOCKETS: Final = (FIXED_COST, TRAINEES)

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
PARAMETERS: Final = (
    PROPENSITY, REFORM, TRAINING, COST_EFFECT, ON_THE_VERGE, INDIVIDUAL, TECHNOLOGY, SIZE_E, SIZE_G, CAPITAL)  # fmt: skip

OLD_DAYS, NEW_DAYS = 20.0, 5.0  # working days before and after the reform (ADMIN02, ADMIN04)
AS_IT_WAS_DAYS: Final = {2018: 12.0, 2019: 5.0, 2020: 5.0}  # working days (ADMIN02-04, as in the catalogue)
AS_IT_WAS_FEES: Final = {2018: 800.0, 2019: 800.0, 2020: 800.0}  # yuan (catalogue: fee_cleanup)
OLD_FEES: Final = 1500.0  # yuan, fees before their clean-up, address shared (catalogue: fee_cleanup)
POLICY_CAP: Final = 0.05  # most that policy can add to entries in all
CAPABILITY_SD: Final = (0.30, 0.38, 0.38)  # by segment
EXPORT_SHARE: Final = 0.25  # of firms in tradable sectors (guess)
FIRST_YEAR: Final = 2012

# Shares of entrants by founder kind and by sector (services 80% of new enterprises, ZS121; the rest: guesses).
KIND_SHARE: Final = {
    "graduate": 0.10, "researcher": 0.0001, "returnee": 0.0002, "veteran": 0.01, "farmer": 0.05,
    "unemployed": 0.02, "hardship": 0.015, "spinoff": 0.08}  # fmt: skip
SECTOR_SHARE: Final = {
    G: {"lighting": 0.02, "appliances": 0.005, "mahogany": 0.01, "equipment": 0.03, "health": 0.005,
        "software": 0.005, "culture": 0.05, "trade": 0.85, "agriculture": 0.025},
    E: {"lighting": 0.05, "appliances": 0.03, "mahogany": 0.01, "equipment": 0.10, "health": 0.02,
        "software": 0.06, "culture": 0.10, "trade": 0.62, "agriculture": 0.01},
    T: {"lighting": 0.10, "appliances": 0.08, "mahogany": 0.0, "equipment": 0.25, "health": 0.10,
        "software": 0.35, "culture": 0.10, "trade": 0.0, "agriculture": 0.02},
}  # fmt: skip

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


def segment_of(u: Floats, technology: float, individual: float) -> Codes:
    """G, E or T by one uniform number; T first, so that who is T does not hang on the share of G."""
    return np.where(u < technology, T, np.where(u < 1 - individual, E, G)).astype(np.int8)


def sector_of(segment: Codes, u: Floats) -> Codes:
    """Sector by the shares of the segment (ZS121)."""
    sector = np.zeros(len(segment), dtype=np.int8)
    for s, shares in SECTOR_SHARE.items():
        mine = segment == s
        sector[mine] = np.searchsorted(np.cumsum(list(shares.values()))[:-1], u[mine])
    return sector


def district_of(sector: Codes, u: Floats) -> Codes:
    """District by the shares of the sector: towns known for it draw more."""
    cumulative = np.cumsum(places.district_shares(), axis=1)
    district = np.zeros(len(sector), dtype=np.int8)
    for s in range(len(cumulative)):
        mine = np.flatnonzero(sector == s)
        district[mine] = np.searchsorted(cumulative[s, :-1], u[mine])
    return district


def kind_of(u: Floats) -> Codes:
    """Founder kind by its share of entrants."""
    return np.searchsorted(np.cumsum(list(KIND_SHARE.values())), u).astype(np.int8)


def luck_sd(u: Floats, jobs: npt.NDArray[np.int16]) -> Floats:
    """Sd of a firm's monthly luck: s^2 ~ Exp(mean 0.055^2) n0^-0.4, larger firms steadier (JOB16-17)."""
    return np.asarray(0.055 * np.sqrt(-np.log(u)) * jobs**-0.2)


def starting_jobs(
    segment: npt.NDArray[np.int8], g: Floats, c: Floats, u: Floats, size_e: float, size_g: float
) -> npt.NDArray[np.int16]:
    """Owner and staff at opening: E, T round(size_e exp(0.7 g + 0.8 c)), G 1 + floor(size_g exp(0.65 g + 0.8 c) + u) (JOB03, JOB08)."""
    enterprise = np.rint(size_e * np.exp(0.7 * g + 0.8 * c))
    individual = 1 + np.floor(size_g * np.exp(0.65 * g + 0.8 * c) + u)
    return np.clip(np.where(segment == G, individual, enterprise), 1, 2000).astype(np.int16)


def log_scale(jobs: npt.NDArray[np.int16], c: Floats, wage: Floats) -> Floats:
    """Ln A such that the firm wants 1.08 times its starting jobs at l = 0 (JOB04: grows 13-18% in a year with selection)."""
    wanted = 1.08 * jobs.astype(np.float64)
    return np.asarray(np.log(wage / LABOUR_SHARE) + (1 - LABOUR_SHARE) * np.log(wanted) - c)


# --- process and settle ----------------------------------------------------------------------------
@cache
def registrations() -> dict[int, float]:
    """Registrations of a year, from ``data/registrations.csv``."""
    text = files("sim.model").joinpath("data/registrations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(r["year"]): 1000 * float(r["thousand"]) for r in rows}


def candidates(month: int, base: float, reform: float, cost_effect: float) -> int:
    """Number of candidates of a month (0 is January 2017, negative before).

    Registrations / 12 / the chance to found under the days and fees of that year as they were, so that the
    city as it was registers what was registered, and a world without the reform less.
    """
    year = 2017 + month // 12
    chance = propensity(
        base, AS_IT_WAS_DAYS.get(year, OLD_DAYS), AS_IT_WAS_FEES.get(year, OLD_FEES), reform, cost_effect
    )
    return round(registrations()[year] / 12 / chance)


def expected_firms(scale: float) -> int:
    """Rows to make room for: a little more than will be needed at a scale."""
    whole = sum(registrations().values())
    return int(1.03 * whole * (scale * 0.97 + 0.04)) + 2000


def _draw(city: City, ids: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Everything about would-be founders that the world fixes."""
    chance, p = city.chance, city.drawn
    segment = segment_of(chance.uniform(ids, "segment"), p[TECHNOLOGY.id], p[INDIVIDUAL.id])
    sector = sector_of(segment, chance.uniform(ids, "sector"))
    # founders of able firms tend to be skilled: half of it shows in the firm's capability
    skill = 0.5 * chance.normal(ids, "capability") + 0.866 * chance.normal(ids, "skill")
    whole = city.never_thinned(ids, segment, sector, skill)
    keep, weight = thin(segment, chance.uniform(ids, "scale"), city.scale, whole)
    ids, segment, sector, skill = ids[keep], segment[keep], sector[keep], skill[keep]
    district = district_of(sector, chance.uniform(ids, "district"))
    kind = kind_of(chance.uniform(ids, "kind"))
    c = chance.normal(ids, "capability") * np.take(CAPABILITY_SD, segment)
    jobs = starting_jobs(
        segment, chance.normal(ids, "size"), c, chance.uniform(ids, "size", "round"),
        p[SIZE_E.id], p[SIZE_G.id])  # fmt: skip
    wage = np.take(WAGE, segment)
    return {
        "id": ids,
        "weight": weight[keep],
        "segment": segment,
        "sector": sector,
        "district": district,
        "kind": kind,
        "skill": skill,
        "exporter": city.tradable[sector] & (chance.uniform(ids, "exporter") < EXPORT_SHARE),
        "log_scale": log_scale(jobs, c, wage),
        "capability": c,
        "capability_start": c,
        "cell": cell(segment, kind, sector, district),
        "turn": ids % 6,
        "luck_sd": luck_sd(chance.uniform(ids, "luck", "sd"), jobs),
        "jobs": jobs,
        "jobs_at_12": jobs,
        **city.dispositions(ids, segment, sector, skill),
    }


def cell(
    segment: npt.NDArray[np.int8],
    kind: npt.NDArray[Any],
    sector: npt.NDArray[Any],
    district: npt.NDArray[Any],
) -> npt.NDArray[np.int16]:
    """Form, founder kind, sector and district in one number, by which the census counts (C order)."""
    shape = (2, len(places.founder_kinds()), len(places.sectors()), len(places.districts()))
    return np.ravel_multi_index(((segment == G).astype(int), kind, sector, district), shape).astype(np.int16)


def thin(
    segment: npt.NDArray[np.int8], u: Floats, scale: float, whole: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int32]]:
    """Which firms a smaller city keeps, and how many each stands for.

    T and ``whole`` (who seeks a berth, who holds a design) always and 1:1; other G and E if u < scale, with
    whole weights of mean 1/scale.
    """
    always = (segment == T) | whole
    keep = always | (u < scale)
    each = int(1 / scale)
    more = u < scale * (1 / scale - each)  # of those kept, so many stand for one more
    return keep, np.where(always, 1, each + more).astype(np.int32)


def monthly_ids(month: int, n: int) -> npt.NDArray[np.int64]:
    """Permanent ids of a month's candidates: (months since 2012) x 100,000 + number."""
    return (month + 60) * 100_000 + np.arange(n, dtype=np.int64)


def past(city: City, month: int) -> None:
    """A month before 2017: those who registered then, without queues or policy."""
    base = city.drawn[PROPENSITY.id]
    ids = monthly_ids(month, candidates(month, base, city.drawn[REFORM.id], city.drawn[COST_EFFECT.id]))
    ids = ids[city.chance.uniform(ids, "found") < base]
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


def begin(city: City, places: float) -> int:
    """A month's candidates: who founds hands in a file at the registry on its own day.

    Args:
        city: the city.
        places: yearly places of a training programme that takes people, 0 where none does.

    Returns:
        Persons trained this month, on the verge of founding or not.
    """
    p, day, month = city.drawn, city.first_day, city.month
    n = candidates(month, p[PROPENSITY.id], p[REFORM.id], p[COST_EFFECT.id])
    ids = monthly_ids(month, n)
    base = propensity(
        p[PROPENSITY.id], city.opening_days(day), city.at(FIXED_COST, day), p[REFORM.id], p[COST_EFFECT.id])  # fmt: skip
    trained = city.chance.uniform(ids, "trained") < p[ON_THE_VERGE.id] * places / 12 / max(n, 1)
    u = city.chance.uniform(ids, "found")
    found = u < np.minimum(0.95, base + p[TRAINING.id] * trained)
    persons = round((month % 12 + 1) * places / 12) - round(month % 12 * places / 12)
    city.record.put(TRAINED, month, persons)
    new = _draw(city, ids[found])
    ids = new["id"]
    days = day + np.floor(clock.month_length(month) * city.chance.uniform(ids, "day")).astype(np.int16)
    taught = trained[ids - monthly_ids(month, 1)[0]]
    rows = city.firms.append(
        len(ids), filed=days, state=startups.FILED, served=np.where(taught, days, NEVER), **new)  # fmt: skip
    city.windows["registry"].hand_in(days, city.ties(ids, "registry"), np.arange(rows.start, rows.stop))
    if city.diary:
        city.diary.firms(
            ids, "entry.founded", day=days, rule="entry.propensity", chance=base, trained=taught,
            jobs=city.firms.jobs[rows])  # fmt: skip
    return persons


def pay_in(city: City, rows: startups.Rows) -> None:
    """Founders bring their own capital when they open, and pay what opening costs.

    K = capital_months x exp(0.7 g) months of cost + 3,000 yuan (SHOCK04, CRED16).
    """
    firms = city.firms
    segment = firms.segment[rows]
    cost = np.take(WAGE, segment) * (firms.jobs[rows] - 1)
    cost = cost + np.take(RENT, segment)
    g = city.chance.normal(firms.id[rows], "capital")
    city.pay(flows.CAPITAL, rows, 100 * (3000 + city.drawn[CAPITAL.id] * np.exp(0.7 * g) * cost))
    if city.month >= 0:
        fee = city.at(FIXED_COST, city.first_day)
        city.pay(flows.FEES, rows, np.full(len(rows), -100.0 * fee))
