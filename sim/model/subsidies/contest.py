"""The yearly contest: who enters, who wins; awards are paid as claims. Its sockets and parameters are in ``claims``.

A founder enters if it has heard of the contest and an award, at the usual odds, is worth the trouble of a plan
and a pitch. A jury ranks by skill, with noise. Who enters has had a public service.
Measures: M20 (contests). Evidence: ZS131 (217 entrants in 2019), ZS143 (size of awards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.population.firm_table import OPEN, YOUNG_MONTHS, E, Mask, Rows, T
from sim.model.subsidies import claims
from sim.model.subsidies.claims import CONTEST_AWARD, CONTEST_AWARDS, ENTRANTS

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]

PROGRAMME: Final = "contests"


# --- rules -----------------------------------------------------------------------------------------
def hope(awards: float, award: float) -> float:
    """What a founder expects to win, yuan: award x min(1, awards / usual field of 217)."""
    return award * min(1.0, awards / claims.USUAL_FIELD)


def may_enter(technology: Mask, enterprise: Mask, graduate: Mask, skill: Floats) -> Mask:
    """Technology firms; of ordinary enterprises those of graduates and of the most skilled."""
    return np.asarray(technology | (enterprise & (graduate | (skill >= claims.CONTEST_SKILL))))


def winners(score: Floats, weight: npt.NDArray[np.integer[Any]], awards: int) -> npt.NDArray[np.intp]:
    """Places in the list of those who win: the best scores, as many as there are awards; a row that stands for more firms than are left stays out."""
    taken: list[int] = []
    for k in np.argsort(-score, kind="stable").tolist():
        if awards == 0:
            break
        if weight[k] <= awards:
            taken.append(k)
            awards -= int(weight[k])
    return np.array(taken, dtype=np.intp)


# --- process ---------------------------------------------------------------------------------------
def begin(city: City) -> None:
    """In August the contest is held; its awards come to the claims window."""
    if city.month % 12 != claims.CONTEST_MONTH:
        return
    if city.not_yet(CONTEST_AWARDS) or city.not_yet(CONTEST_AWARD):
        return
    firms, day = city.firms, city.first_day
    awards, award = round(city.at(CONTEST_AWARDS, day)), city.at(CONTEST_AWARD, day)
    rows = entrants(city, hope(awards, award))
    firms.serve(rows, day)
    city.claims.entitle(PROGRAMME, rows)
    city.record.add(ENTRANTS, city.month, int(firms.weight[rows].sum()))
    ids, year = firms.id[rows], clock.year_of(city.month)
    score = firms.skill[rows] + claims.JURY_NOISE * city.chance.normal(ids, "jury", year)
    won = rows[winners(score, firms.weight[rows], awards if award > 0 else 0)]
    city.claims.hand_in(PROGRAMME, firms.id[won], 100 * award, rows=won, payee="startups")
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
    knows = city.chance.uniform(ids, "knows", PROGRAMME) < p[claims.KNOWS_CONTEST.id]
    g = city.chance.normal(ids, "trouble of contest", clock.year_of(city.month))
    trouble = claims.hassle(p[claims.CONTEST_TROUBLE.id], g, firms.skill[rows], 0.0)
    return rows[told & knows & claims.worth_it(np.full(len(rows), expected), 1.0, trouble)]
