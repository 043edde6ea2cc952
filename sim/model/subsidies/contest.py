"""Yearly entrepreneurship contest: entry and awards, which are paid as claims.

Founders enter if they know of the contest and the expected award exceeds the cost of preparing a plan and a
pitch. A jury ranks the entrants by skill, with an assessment error. Entrants count as founders served
for target T7 (jobs driven by startups).
Measures: M20 (contests). Evidence: ZS131 (217 entrants in 2019), ZS143 (size of awards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine import clock
from sim.model.environment import geography
from sim.model.population.firm_table import OPEN, E, T
from sim.model.population.rules import is_young
from sim.model.subsidies import parameters, rules
from sim.model.subsidies.parameters import CONTEST, CONTEST_AWARD, CONTEST_AWARDS, ENTRANTS
from sim.model.subsidies.rules import expected_award, may_enter, winners

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


_GRADUATE: Final = geography.kind_code("graduate")


class Contest:
    """Yearly entrepreneurship contest."""

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context = context
        self.claims = claims

    def begin(self) -> None:
        """Hold the contest in August, and submit its awards to the claims desk."""
        if self.context.clock.month % 12 != parameters.CONTEST_MONTH:
            return
        if self.context.levers.not_yet(CONTEST_AWARDS) or self.context.levers.not_yet(CONTEST_AWARD):
            return
        firms, day = self.context.firms, self.context.clock.first_day
        awards, award = (
            round(self.context.levers.at(CONTEST_AWARDS, day)),
            self.context.levers.at(CONTEST_AWARD, day),
        )
        rows = self.entrants(expected_award(awards, award))
        firms.serve(rows, day)
        self.claims.entitle(CONTEST, rows)
        self.context.recorder.add(ENTRANTS, self.context.clock.month, int(firms.weight[rows].sum()))
        ids, year = firms.id[rows], clock.year_of(self.context.clock.month)
        score = firms.skill[rows] + parameters.JURY_ERROR * self.context.streams.normal(ids, "jury", year)
        won = rows[winners(score, firms.weight[rows], awards if award > 0 else 0)]
        self.claims.hand_in(CONTEST, firms.id[won], 100 * award, rows=won, payee="startups")
        if self.context.events:
            self.context.events.firms(ids, "claims.contest", day=day, rule="subsidies.rules.expected_award")

    def entrants(self, expected: float) -> Rows:
        """Return the firms whose founders know of the contest and find the expected award worth the cost."""
        firms, day, p = self.context.firms, self.context.clock.first_day, self.context.parameters
        young = is_young(self.context.clock.month - firms.registered_month)
        may = may_enter(firms.segment == T, firms.segment == E, firms.kind == _GRADUATE, firms.skill)
        rows = np.flatnonzero(may & young & (firms.state == OPEN))
        ids = firms.id[rows]
        aware = self.context.streams.uniform(ids, "informed") < self.claims.awareness(day)
        knows = self.context.streams.uniform(ids, "knows", CONTEST) < p[parameters.KNOWS_CONTEST.id]
        normal = self.context.streams.normal(
            ids, "trouble of contest", clock.year_of(self.context.clock.month)
        )
        cost = rules.compliance_cost(p[parameters.CONTEST_COST.id], normal, firms.skill[rows], 0.0)
        return rows[aware & knows & rules.worth_claiming(np.full(len(rows), expected), 1.0, cost)]
