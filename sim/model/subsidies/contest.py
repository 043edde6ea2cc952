"""The yearly contest: who enters, who wins; awards are paid as claims. Its sockets and parameters are in ``claims``.

A founder enters if it has heard of the contest and an award, at the usual odds, is worth the trouble of a plan
and a pitch. A jury ranks by skill, with noise. Who enters has had a public service.
Measures: M20 (contests). Evidence: ZS131 (217 entrants in 2019), ZS143 (size of awards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import clock
from sim.model.population.firm_table import OPEN, E, T
from sim.model.population.parameters import YOUNG_MONTHS
from sim.model.subsidies import parameters, rules
from sim.model.subsidies.parameters import CONTEST, CONTEST_AWARD, CONTEST_AWARDS, ENTRANTS
from sim.model.subsidies.rules import hope, may_enter, winners

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.city import City


def begin(city: City) -> None:
    """In August the contest is held; its awards come to the claims window."""
    if city.month % 12 != parameters.CONTEST_MONTH:
        return
    if city.not_yet(CONTEST_AWARDS) or city.not_yet(CONTEST_AWARD):
        return
    firms, day = city.firms, city.first_day
    awards, award = round(city.at(CONTEST_AWARDS, day)), city.at(CONTEST_AWARD, day)
    rows = entrants(city, hope(awards, award))
    firms.serve(rows, day)
    city.claims.entitle(CONTEST, rows)
    city.record.add(ENTRANTS, city.month, int(firms.weight[rows].sum()))
    ids, year = firms.id[rows], clock.year_of(city.month)
    score = firms.skill[rows] + parameters.JURY_NOISE * city.chance.normal(ids, "jury", year)
    won = rows[winners(score, firms.weight[rows], awards if award > 0 else 0)]
    city.claims.hand_in(CONTEST, firms.id[won], 100 * award, rows=won, payee="startups")
    if city.diary:
        city.diary.firms(ids, "claims.contest", day=day, rule="contest.hope")


def entrants(city: City, expected: float) -> Rows:
    """Who enters: has heard of it, and finds what it may win worth the trouble."""
    firms, day, p = city.firms, city.first_day, city.drawn
    young = city.month - firms.registered_month < YOUNG_MONTHS
    may = may_enter(firms.segment == T, firms.segment == E, firms.kind == city.graduate, firms.skill)
    rows = np.flatnonzero(may & young & (firms.state == OPEN))
    ids = firms.id[rows]
    told = city.chance.uniform(ids, "informed") < city.claims.told(day)
    knows = city.chance.uniform(ids, "knows", CONTEST) < p[parameters.KNOWS_CONTEST.id]
    g = city.chance.normal(ids, "trouble of contest", clock.year_of(city.month))
    trouble = rules.compliance_cost(p[parameters.CONTEST_TROUBLE.id], g, firms.skill[rows], 0.0)
    return rows[told & knows & rules.worth_claiming(np.full(len(rows), expected), 1.0, trouble)]
