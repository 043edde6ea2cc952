"""Services: lectures, training, mentors, courses, and guidance at registration.

Service bodies hold what they hold and claim for it at the claims window. Guidance is the service that
reaches most founders, counts for T7, and does nothing to their firms.
Measures: M06 (lectures, training, upskilling, mentors), M20 (guidance), M26 (mentors of universities).
Evidence: ZS045, ZS141-142, SUB08-09, SUB19, INC23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.population.firm_table import G
from sim.model.subsidies.parameters import (
    CLASS_SIZE,
    COURSE_MONTH,
    ENTERPRISE_SHARE,
    GUIDED_ENTERPRISES,
    HOURS_A_COURSE,
    HOURS_A_VISIT,
    LECTURE_AMOUNT,
    LECTURE_BUDGET,
    LECTURES,
    MENTOR_BUDGET,
    MENTOR_FEE,
    MENTORS,
    OTHERWISE_SERVED,
    SERVED_MONTHS,
    TOWNS,
    TRAINING_AMOUNT,
    TRAINING_BUDGET,
    UPSKILLING_AMOUNT,
    UPSKILLING_PLACES,
    VISITS,
    VISITS_PAID,
    VISITS_TO_FIRMS,
)
from sim.model.subsidies.rules import guidance_rate, held_by

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.city import City


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
    return rows.compress(city.month - city.firms.opened_month.take(rows) <= SERVED_MONTHS)


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
    usual = rate / (1 - ENTERPRISE_SHARE * (1 - tilt))
    chance = np.where(firms.segment.take(rows) == G, usual, usual * tilt)
    return rows.compress(city.chance.uniform(firms.id.take(rows), "guided") < chance)
