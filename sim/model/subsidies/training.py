"""Training: classes, lectures, mentors, courses, and guidance at registration.

Service bodies submit claims for their events to the claims desk. Guidance is the service that reaches most
founders; it counts towards target T7 (jobs driven by startups) and has no effect on their firms.
Measures: M06 (lectures, training, upskilling, mentors), M20 (guidance), M26 (mentors of universities).
Evidence: ZS045, ZS141-142, SUB08-09, SUB19, INC23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.environment import geography
from sim.model.population.firm_table import G
from sim.model.population.parameters import TURNS
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
from sim.model.subsidies.rules import events_in_month, guidance_rate, mentor_preference, winners

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


_GRADUATE: Final = geography.kind_code("graduate")


class Training:
    """Training classes, lectures, mentors, courses, and guidance at registration."""

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context = context
        self.claims = claims

    def begin(self, rows: Rows, trainees: int, mentors: float) -> None:
        """Hold the month's classes, lectures, mentor visits and courses.

        Args:
            rows: rows of the open firms, which receive visits and courses.
            trainees: number of persons trained this month.
            mentors: number of university mentors, who visit the firms of graduates.
        """
        day = self.context.clock.first_day
        self._train(trainees)
        if (
            not self.context.levers.not_yet(LECTURE_BUDGET)
            and self.context.levers.at(LECTURE_AMOUNT, day) > 0
        ):
            held = events_in_month(self.context.clock.month, self.context.levers.at(LECTURES, day))
            self._claim("lecture_subsidy", np.full(held, self.context.levers.at(LECTURE_AMOUNT, day)))
        # Mentors can visit a firm in one month of every half-year, which depends on its permanent id.
        turn = self._young(
            rows.compress(self.context.firms.turn.take(rows) == self.context.clock.month % TURNS)
        )
        self._visits(turn)
        if mentors > 0:
            of_graduates = turn.compress(self.context.firms.kind.take(turn) == _GRADUATE)
            visits = VISITS_TO_FIRMS * mentors * self.context.parameters[VISITS.id]
            self._visited(of_graduates, visits, "university visit")
        if self.context.clock.month % 12 == COURSE_MONTH:
            self._course(self._young(rows))

    def _young(self, rows: Rows) -> Rows:
        return rows.compress(
            self.context.clock.month - self.context.firms.opened_month.take(rows) <= SERVED_MONTHS
        )

    def _train(self, trainees: int) -> None:
        """Submit the claims of training bodies for the month's classes."""
        amount = self.context.levers.at(TRAINING_AMOUNT, self.context.clock.first_day)
        if trainees and amount > 0 and not self.context.levers.not_yet(TRAINING_BUDGET):
            classes = np.diff(np.arange(0, trainees + CLASS_SIZE, CLASS_SIZE).clip(max=trainees))
            self._claim("training_subsidy", amount * classes)

    def _claim(self, programme: str, yuan: npt.NDArray[np.floating[Any]]) -> None:
        """Submit the claims of service bodies, one for each event."""
        if len(yuan):
            self.claims.hand_in(programme, np.arange(len(yuan), dtype=np.int64), 100 * yuan)

    def _visits(self, rows: Rows) -> None:
        """Have mentors visit young firms, especially of abler founders, as far as the budget allows."""
        firms, day, fee = (
            self.context.firms,
            self.context.clock.first_day,
            self.context.levers.at(MENTOR_FEE, self.context.clock.first_day),
        )
        if (
            self.context.levers.not_yet(MENTORS)
            or self.context.levers.not_yet(MENTOR_BUDGET)
            or not len(rows)
        ):
            return
        visits = self.context.levers.at(MENTORS, day) * self.context.parameters[VISITS.id]
        if fee > 0:
            visits = min(visits, self.context.levers.at(MENTOR_BUDGET, day) / 12 / fee)
        visited = self._visited(rows, visits, "visit")
        paid = int(firms.weight[visited].sum())
        self.context.recorder.put(VISITS_PAID, self.context.clock.month, paid)
        if fee > 0:
            by_town = (paid + np.arange(TOWNS)) // TOWNS
            self._claim("mentor_subsidy", fee * by_town[by_town > 0])

    def _visited(self, rows: Rows, visits: float, purpose: str) -> Rows:
        """Draw the firms that mentors visit, and credit them with hours of advice.

        Args:
            rows: rows of the firms that can be visited.
            visits: expected number of visits this month.
            purpose: key of the random numbers.

        Returns:
            Rows of the firms visited.
        """
        firms, day = self.context.firms, self.context.clock.first_day
        appeal = mentor_preference(firms.skill.take(rows))
        chance = visits * appeal / max(1.0, float((appeal * firms.weight.take(rows)).sum()))
        visited: Rows = rows.compress(
            self.context.streams.uniform(firms.id.take(rows), purpose, self.context.clock.month) < chance
        )
        firms.support_hours[visited] += np.float32(HOURS_A_VISIT)
        firms.serve(visited, day)
        if self.context.events:
            self.context.events.firms(
                firms.id[visited], "services.visited", day=day, rule="subsidies.training.Training", hours=HOURS_A_VISIT)  # fmt: skip
        return visited

    def _course(self, rows: Rows) -> None:
        """Hold the yearly course for the most promising heads of young enterprises (ZS142)."""
        firms, places = (
            self.context.firms,
            round(self.context.levers.at(UPSKILLING_PLACES, self.context.clock.first_day)),
        )
        if self.context.levers.not_yet(UPSKILLING_PLACES) or places == 0:
            return
        heads = rows.compress(firms.segment.take(rows) != G)
        score = firms.skill[heads] + self.context.streams.normal(
            firms.id[heads], "course", self.context.clock.month
        )
        chosen = heads[winners(score, firms.weight[heads], places)]
        firms.support_hours[chosen] += np.float32(HOURS_A_COURSE)
        if self.context.events:
            self.context.events.firms(
                firms.id[chosen], "services.course", day=self.context.clock.first_day, rule="subsidies.training.Training", hours=HOURS_A_COURSE)  # fmt: skip
        fen = 100 * self.context.levers.at(UPSKILLING_AMOUNT, self.context.clock.first_day)
        if fen > 0:
            self.claims.hand_in("founder_upskilling", firms.id[chosen], fen, rows=chosen)

    def guide(self, rows: Rows, day: int, relative: float) -> None:
        """Have labour offices guide a share of newly registered founders, who then count as promoted."""
        rate = guidance_rate(
            self.context.initial["promoted_founders"], self.context.parameters[OTHERWISE_SERVED.id], relative
        )
        guided = guided_by_offices(self.context, rows, rate)
        self.context.firms.serve(guided, day)
        if self.context.events:
            self.context.events.firms(
                self.context.firms.id[guided], "services.guided", day=day, rule="subsidies.rules.guidance_rate", chance=rate)  # fmt: skip


def guide_before_2017(context: Context, rows: Rows) -> None:
    """Mark the founders served before 2017, using guidance to represent all services of that period."""
    guided = guided_by_offices(context, rows, guidance_rate(context.initial["promoted_founders"], 0.0, 1.0))
    context.firms.serve(guided, context.firms.registered[guided])


def guided_by_offices(context: Context, rows: Rows, rate: float) -> Rows:
    """Draw the founders who receive guidance: a share ``rate`` on average, and fewer among enterprises."""
    firms, tilt = context.firms, context.parameters[GUIDED_ENTERPRISES.id]
    usual = rate / (1 - ENTERPRISE_SHARE * (1 - tilt))
    chance = np.where(firms.segment.take(rows) == G, usual, usual * tilt)
    return rows.compress(context.streams.uniform(firms.id.take(rows), "guided") < chance)
