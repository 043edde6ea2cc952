"""Services: lectures, training, mentors, courses, and guidance at registration.

Service bodies hold what they hold and claim for it at the claims window. Guidance is the service that
reaches most founders, counts for T7, and does nothing to their firms.
Measures: M06 (lectures, training, upskilling, mentors), M20 (guidance), M26 (mentors of universities).
Evidence: ZS045, ZS141-142, SUB08-09, SUB19, INC23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.population.firm_table import G, Rows

if TYPE_CHECKING:
    from sim.model.city import City

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
TRAINING_AMOUNT: Final = PolicyLever(
    "services.training_amount", "yuan per person", 0, 0, 5000, "value", "创业培训补贴标准", "training subsidy for a trainee")
TRAINING_BUDGET: Final = PolicyLever(
    "services.training_budget", "yuan a year", 0, 0, 1e9, "value", "创业培训补贴预算", "its yearly budget")
LECTURE_AMOUNT: Final = PolicyLever(
    "services.lecture_amount", "yuan per lecture", 0, 0, 20000, "value", "创业大讲堂补贴标准", "subsidy for a lecture")
LECTURES: Final = PolicyLever(
    "services.lectures", "lectures a year", 0, 0, 200, "value", "创业大讲堂场次", "lectures held in a year")
LECTURE_BUDGET: Final = PolicyLever(
    "services.lecture_budget", "yuan a year", 0, 0, 1e8, "value", "创业大讲堂预算", "its yearly budget")
UPSKILLING_AMOUNT: Final = PolicyLever(
    "services.upskilling_amount", "yuan per person", 0, 0, 20000, "value", "经营者素质提升资助标准", "course for the head of a young firm")
UPSKILLING_PLACES: Final = PolicyLever(
    "services.upskilling_places", "persons a year", 0, 0, 100, "value", "经营者素质提升名额", "its places a year")
MENTOR_FEE: Final = PolicyLever(
    "services.mentor_fee", "yuan per visit", 0, 0, 3000, "value", "创业导师服务补贴标准", "subsidy for a mentor's visit")
MENTORS: Final = PolicyLever(
    "services.mentors", "mentors", 0, 0, 1000, "value", "创业导师人数", "mentors on the list")
MENTOR_BUDGET: Final = PolicyLever(
    "services.mentor_budget", "yuan a year", 0, 0, 1e8, "value", "创业导师服务补贴预算", "its yearly budget")
LEVERS: Final = (
    TRAINING_AMOUNT, TRAINING_BUDGET, LECTURE_AMOUNT, LECTURES, LECTURE_BUDGET,
    UPSKILLING_AMOUNT, UPSKILLING_PLACES, MENTOR_FEE, MENTORS, MENTOR_BUDGET)
# fmt: on

# --- parameters ------------------------------------------------------------------------------------
OTHERWISE_SERVED: Final = Parameter(
    "services.served_otherwise", 6600, 5600, 7600, "founders a year", "measured in this model", "D",
    "其他服务首次覆盖的创业者", "founders first served by anything but guidance, a year")  # fmt: skip
GUIDED_ENTERPRISES: Final = Parameter(
    "services.guided_enterprises", 0.6, 0.3, 1.0, "ratio", "guess: the clients of labour offices are mostly self-employed", "D",
    "企业被登记指导的相对概率", "chance of an enterprise to be guided, relative to an individual business")  # fmt: skip
VISITS: Final = Parameter(
    "services.visits_a_month", 0.5, 0.25, 1.0, "visits", "guess", "D",
    "每位导师月服务次数", "visits that a mentor pays in a month")  # fmt: skip
PARAMETERS: Final = (OTHERWISE_SERVED, GUIDED_ENTERPRISES, VISITS)

CLASS_SIZE: Final = 30  # trainees in a class: one claim
HOURS_A_VISIT: Final = 3.0  # of advice (guess)
HOURS_A_COURSE: Final = 40.0  # (guess)
VISITS_TO_FIRMS: Final = 0.3  # of university mentors' visits; the others go to projects of students (guess)
COURSE_MONTH: Final = 8  # September
TOWNS: Final = 24  # each hands in its mentors' visits once a month
YOUNG_MONTHS: Final = 36  # since opening: whom mentors visit and courses take
ENTERPRISES: Final = 0.34  # of registrations (ZS206)
COUNTED_REGISTRATIONS: Final = 81000.0  # of 2018, the year of ZS045

# --- outcomes --------------------------------------------------------------------------------------
VISITS_PAID: Final = Outcome(
    "mentor_visits", ("month",), "count", "导师服务次数", "mentors' visits to young firms", "flow")  # fmt: skip
OUTCOMES: Final = (VISITS_PAID,)


# Programmes paid to service bodies, and the pot of each: one socket, or places x amount.
POTS: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "lecture_subsidy": (LECTURE_BUDGET,),
    "training_subsidy": (TRAINING_BUDGET,),
    "founder_upskilling": (UPSKILLING_PLACES, UPSKILLING_AMOUNT),
    "mentor_subsidy": (MENTOR_BUDGET,),
}

GATES: Final[dict[str, tuple[PolicyLever, ...]]] = {
    "lecture_subsidy": (LECTURES,),
    "mentor_subsidy": (MENTORS,),
}


# --- rules -----------------------------------------------------------------------------------------
def guidance_rate(promoted: float, otherwise: float, relative: float) -> float:
    """Share of registering founders whom the labour offices guide (ZS045).

    (promoted - otherwise served)/registrations of 2018 x relative contacts.
    """
    return min(1.0, max(0.0, (promoted - otherwise) / COUNTED_REGISTRATIONS * relative))


def held_by(month: int, yearly: float) -> int:
    """Events of a month when ``yearly`` are spread evenly: whole, and exact over a year."""
    m = month % 12
    return int(np.floor((m + 1) * yearly / 12 + 1e-9) - np.floor(m * yearly / 12 + 1e-9))


# --- settle ----------------------------------------------------------------------------------------
def begin(city: City, rows: Rows, trainees: int, mentors: float) -> None:
    """A month of classes, lectures, visits and courses; visits and courses for the firms that are open.

    Args:
        city: the city.
        rows: the firms that are open.
        trainees: trained this month.
        mentors: at the universities, who visit the firms of graduates.
    """
    day = city.first_day
    _train(city, trainees)
    if not city.not_yet(LECTURE_BUDGET) and city.at(LECTURE_AMOUNT, day) > 0:
        held = held_by(city.month, city.at(LECTURES, day))
        _claim(city, "lecture_subsidy", np.full(held, city.at(LECTURE_AMOUNT, day)))
    # Mentors go round: a firm's turn comes once in half a year, by its permanent number.
    turn = _young(city, rows.compress(city.firms.turn.take(rows) == city.month % 6))
    _visits(city, turn)
    if mentors > 0:
        of_graduates = turn.compress(city.firms.kind.take(turn) == city.graduate)
        visits = VISITS_TO_FIRMS * mentors * city.drawn[VISITS.id]
        _visited(city, of_graduates, visits, "university visit")
    if city.month % 12 == COURSE_MONTH:
        _course(city, _young(city, rows))


def _young(city: City, rows: Rows) -> Rows:
    return rows.compress(city.month - city.firms.opened_month.take(rows) <= YOUNG_MONTHS)


def _train(city: City, trainees: int) -> None:
    """Training bodies claim for the month's classes."""
    amount = city.at(TRAINING_AMOUNT, city.first_day)
    if trainees and amount > 0 and not city.not_yet(TRAINING_BUDGET):
        classes = np.diff(np.arange(0, trainees + CLASS_SIZE, CLASS_SIZE).clip(max=trainees))
        _claim(city, "training_subsidy", amount * classes)


def _claim(city: City, programme: str, yuan: npt.NDArray[np.floating[Any]]) -> None:
    """Service bodies claim, for each thing held."""
    if len(yuan):
        city.claims.hand_in(programme, np.arange(len(yuan), dtype=np.int64), 100 * yuan)


def _visits(city: City, rows: Rows) -> None:
    """Mentors visit young firms, the able a little more often; as many as the year's budget covers."""
    firms, day, fee = city.firms, city.first_day, city.at(MENTOR_FEE, city.first_day)
    if city.not_yet(MENTORS) or city.not_yet(MENTOR_BUDGET) or not len(rows):
        return
    visits = city.at(MENTORS, day) * city.drawn[VISITS.id]
    if fee > 0:
        visits = min(visits, city.at(MENTOR_BUDGET, day) / 12 / fee)
    visited = _visited(city, rows, visits, "visit")
    paid = int(firms.weight[visited].sum())
    city.record.put(VISITS_PAID, city.month, paid)
    if fee > 0:
        by_town = (paid + np.arange(TOWNS)) // TOWNS
        _claim(city, "mentor_subsidy", fee * by_town[by_town > 0])


def _visited(city: City, rows: Rows, visits: float, which: str) -> Rows:
    """Who of these firms is visited this month when there are so many visits; each brings hours of advice."""
    firms, day = city.firms, city.first_day
    appeal = np.clip(1 + 0.5 * firms.skill.take(rows), 0, 2).astype(np.float64)
    chance = visits * appeal / max(1.0, float((appeal * firms.weight.take(rows)).sum()))
    visited: Rows = rows.compress(city.chance.uniform(firms.id.take(rows), which, city.month) < chance)
    firms.support_hours[visited] += np.float32(HOURS_A_VISIT)
    firms.serve(visited, day)
    if city.diary:
        city.diary.firms(
            firms.id[visited], "services.visited", day=day, rule="services._visited", hours=HOURS_A_VISIT)  # fmt: skip
    return visited


def _course(city: City, rows: Rows) -> None:
    """The yearly course takes the most promising heads of young enterprises (ZS142)."""
    firms, places = city.firms, round(city.at(UPSKILLING_PLACES, city.first_day))
    if city.not_yet(UPSKILLING_PLACES) or places == 0:
        return
    heads = rows.compress(firms.segment.take(rows) != G)
    score = firms.skill[heads] + city.chance.normal(firms.id[heads], "course", city.month)
    taken: list[int] = []
    free = places
    for row in heads[np.argsort(-score, kind="stable")]:  # the first few are asked for
        if firms.weight[row] <= free:  # a row that stands for more firms than there are places stays out
            taken.append(int(row))
            free -= int(firms.weight[row])
        if free == 0:
            break
    chosen = np.array(taken, dtype=np.intp)
    firms.support_hours[chosen] += np.float32(HOURS_A_COURSE)
    if city.diary:
        city.diary.firms(
            firms.id[chosen], "services.course", day=city.first_day, rule="services._course", hours=HOURS_A_COURSE)  # fmt: skip
    fen = 100 * city.at(UPSKILLING_AMOUNT, city.first_day)
    if fen > 0:
        city.claims.hand_in("founder_upskilling", firms.id[chosen], fen, rows=chosen)


def guide(city: City, rows: Rows, day: int, relative: float) -> None:
    """Labour offices guide some of those who register; their founders count as promoted."""
    rate = guidance_rate(city.initial["promoted_founders"], city.drawn[OTHERWISE_SERVED.id], relative)
    guided = _guided(city, rows, rate)
    city.firms.serve(guided, day)
    if city.diary:
        city.diary.firms(
            city.firms.id[guided], "services.guided", day=day, rule="services.guidance_rate", chance=rate)  # fmt: skip


def guide_before(city: City, rows: Rows) -> None:
    """Before 2017 guidance stands for every service: as many were promoted then for each that registered."""
    guided = _guided(city, rows, guidance_rate(city.initial["promoted_founders"], 0.0, 1.0))
    city.firms.serve(guided, city.firms.registered[guided])


def _guided(city: City, rows: Rows, rate: float) -> Rows:
    """Who is guided, enterprises less often, at the same rate over all."""
    firms, tilt = city.firms, city.drawn[GUIDED_ENTERPRISES.id]
    usual = rate / (1 - ENTERPRISES * (1 - tilt))
    chance = np.where(firms.segment.take(rows) == G, usual, usual * tilt)
    return rows.compress(city.chance.uniform(firms.id.take(rows), "guided") < chance)
