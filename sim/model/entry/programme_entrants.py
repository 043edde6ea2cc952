"""Newcomers: founders whom programmes for people draw in, and what those programmes do for founders later.

Researchers on leave (M16, M20, M25), founders from abroad (M27), employees, farmers and graduates whom
platforms, projects and programmes lead to found (M20, M26, M28, M30) come from pools of candidates that
are the same under every policy; each comes to life if its own uniform number lies under its chance. The
pools are few and stand 1:1 at every scale. Most whom a programme counts would have founded anyway: they
are the city's own founders, and of the others only a share is real (``encouraged``, ``programme_effect``).
Then: leave that ends, the package for founders from abroad, the minimum allowance that is kept, staff
with a stake in a technology firm (M07, M25).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.entry import candidates, parameters, rules
from sim.model.entry.parameters import (
    ALLOWANCE,
    CLOSES_WITHOUT_HEAD,
    DRAWN_IN,
    EXCELLENCE,
    FARMERS_E,
    FARMING,
    FOREIGN,
    ON_ALLOWANCE,
    SPINOFFS_T,
)
from sim.model.entry.rules import comes, goes_back, stake_hours
from sim.model.environment import geography
from sim.model.population.firm_table import NEVER, OPEN, E, G, T
from sim.model.subsidies import parameters as subsidies_parameters

if TYPE_CHECKING:
    from sim.engine.arrays import Ints, Rows
    from sim.model.context import Context
    from sim.model.entry.founding import Founding
    from sim.model.subsidies.claims_desk import ClaimsDesk


@dataclass(frozen=True)
class CandidatePool:
    """Would-be founders of a kind who exist in the world whatever policy does.

    Attributes:
        first: number within the month, see ``entry.monthly_ids``, of the first of them; the city's own candidates
            have lower ones.
        size: how many there are in a month, enough for the most that settings may ask for.
    """

    first: int
    size: int


SECTORS: Final = [s.slug for s in geography.sectors()]
KINDS: Final = [k.slug for k in geography.founder_kinds()]
POOLS: Final = {
    "researcher": CandidatePool(50_000, 12),
    "returnee": CandidatePool(51_000, 6),
    "spinoff": CandidatePool(52_000, 15),
    "farmer": CandidatePool(53_000, 50),
    "graduate": CandidatePool(54_000, 30),
}
_NUMBERS: Final = np.concatenate([pool.first + np.arange(pool.size) for pool in POOLS.values()])
_SIZES: Final = [pool.size for pool in POOLS.values()]
_KINDS: Final = np.repeat([KINDS.index(slug) for slug in POOLS], _SIZES).astype(np.int8)
_RESEARCHER, _RETURNEE, _SPINOFF, _FARMER, _GRADUATE, _HARDSHIP = (
    geography.kind_code(slug)
    for slug in ("researcher", "returnee", "spinoff", "farmer", "graduate", "hardship")
)


class ProgrammeEntrants:
    """Who has been drawn in, who is on leave, and who is owed a package."""

    def __init__(self, context: Context, founding: Founding, claims: ClaimsDesk) -> None:
        self.context, self.founding, self.claims = context, founding, claims
        self.on_leave = np.zeros(0, dtype=np.intp)
        self.from_abroad = np.zeros(0, dtype=np.intp)
        self.room = 0.0  # founders whom policy may still add this month

    def begin(self) -> None:
        """A month: who of the pools founds; packages, allowances, stakes."""
        self.found()
        self.package()
        self.allowance()
        self.stakes()

    def chances(self) -> dict[str, float]:
        """Chance of each pool's members this month; what programmes add by persuasion stays within 5% of the usual."""
        context, p, day = self.context, self.context.parameters, self.context.clock.first_day
        n, base = self.founding.usual()
        share = p[parameters.ENCOURAGED.id]
        persuaded = {
            "spinoff": comes(
                context.levers.at(parameters.SPINOFFS, day), share * base, POOLS["spinoff"].size
            ),
            "farmer": comes(context.levers.at(parameters.FARMERS, day), share * base, POOLS["farmer"].size),
            "graduate": comes(
                context.levers.at(parameters.GRADUATES_TRAINED, day),
                p[parameters.PROGRAMME.id],
                POOLS["graduate"].size,
            ),
        }
        self.room = rules.room_left(n * base, n * p[parameters.PROPENSITY.id])
        expected = sum(chance * POOLS[kind].size for kind, chance in persuaded.items())
        within = min(1.0, self.room / expected) if expected else 1.0
        self.room -= within * expected
        asking = p[parameters.ASKING.id] + share * context.levers.at(parameters.RESEARCHERS, day)
        leave = (
            context.levers.at(parameters.LEAVE_APPROVAL, day) if self.term(day) * self.terms(day) > 0 else 0.0
        )
        return {
            "researcher": comes(asking, leave * base, POOLS["researcher"].size),
            "returnee": comes(context.levers.at(parameters.RETURNEES, day), 1.0, POOLS["returnee"].size),
            **{kind: within * chance for kind, chance in persuaded.items()},
        }

    def term(self, day: float) -> float:
        """Months of a leave."""
        return self.context.levers.at(parameters.LEAVE_TERM, day)

    def terms(self, day: float) -> float:
        """Terms of leave at most."""
        return self.context.levers.at(parameters.LEAVE_TERMS, day)

    def found(self) -> None:
        """Those of the pools whose number lies under their chance hand in their files."""
        context = self.context
        ids, chances = candidates.monthly_ids(context.clock.month, 1)[0] + _NUMBERS, self.chances()
        chance = np.repeat([chances[slug] for slug in POOLS], _SIZES)
        come = np.flatnonzero(context.streams.uniform(ids, "comes") < chance)
        who, kind = ids[come], _KINDS[come]
        context.recorder.put(DRAWN_IN, context.clock.month, np.bincount(kind, minlength=len(KINDS)))
        if not len(who):
            return
        new = self.describe(who, kind)
        days = self.founding.filing_days(who)
        abroad = kind == _RETURNEE
        foreign = abroad & (context.streams.uniform(who, "foreign") < FOREIGN)
        days += np.where(
            foreign, round(context.levers.at(parameters.PERMIT_DAYS, context.clock.first_day)), 0
        )
        served = np.where(kind == _GRADUATE, days, NEVER)  # by the programme
        rows = self.founding.hand_in(new, days, served, "entry.rules.comes", chance[come])
        self.on_leave = np.append(self.on_leave, rows[kind == _RESEARCHER])
        self.from_abroad = np.append(self.from_abroad, rows[abroad])

    def describe(self, ids: Ints, kind: npt.NDArray[np.int8]) -> dict[str, Any]:
        """What these founders bring along."""
        context, p = self.context, self.context.parameters
        u, v = context.streams.uniform(ids, "segment"), context.streams.uniform(ids, "sector")
        able, spinoff, farmer = (kind == _RESEARCHER) | (kind == _RETURNEE), kind == _SPINOFF, kind == _FARMER
        segment = rules.segment_of(u, p[parameters.TECHNOLOGY.id], p[parameters.INDIVIDUAL.id])
        segment[able] = T
        segment[spinoff] = np.where(u[spinoff] < SPINOFFS_T, T, E)
        segment[farmer] = np.where(u[farmer] < FARMERS_E, E, G)
        line = rules.sector_of(segment, v)
        line[farmer] = np.where(v[farmer] < FARMING, SECTORS.index("agriculture"), SECTORS.index("trade"))
        skill = self.founding.skill_of(ids) + np.where(able, EXCELLENCE, 0)
        return self.founding.describe(ids, segment, line, kind, skill)

    # --- what programmes do later ------------------------------------------------------------------
    def package(self) -> None:
        """Founders from abroad who opened last month claim their package."""
        context, firms = self.context, self.context.firms
        never = context.levers.not_yet(parameters.RETURNEES) or context.levers.not_yet(
            subsidies_parameters.TALENT_PACKAGE
        )
        if never or not len(self.from_abroad):
            return
        opened = firms.opened_month[self.from_abroad] == context.clock.month - 1
        rows = self.from_abroad[opened & (firms.state[self.from_abroad] == OPEN)]
        yuan = context.levers.at(subsidies_parameters.TALENT_PACKAGE, context.clock.first_day)
        if len(rows) and yuan > 0:
            self.claims.entitle("overseas_talent", rows)
            self.claims.hand_in("overseas_talent", firms.id[rows], 100 * yuan, rows=rows, payee="startups")

    def allowance(self) -> None:
        """Founders from households on the minimum allowance keep it for so many months: public money, in their purse."""
        context, firms = self.context, self.context.firms
        months = context.levers.at(parameters.ALLOWANCE_MONTHS, context.clock.first_day)
        if months <= 0:
            return
        rows = np.flatnonzero((firms.kind == _HARDSHIP) & (firms.state == OPEN))
        age = context.clock.month - firms.opened_month[rows]
        rows = rows[(age > 0) & (age <= months)]
        rows = rows[context.streams.uniform(firms.id[rows], "minimum allowance") < ON_ALLOWANCE]
        fen = np.full(len(rows), round(100 * ALLOWANCE), dtype=np.int64)
        context.accounts.entitlement("allowance_retention", rows, fen)

    def stakes(self) -> None:
        """Technology firms whose staff hold a stake keep the able ones: worth so many hours of advice to them."""
        context, firms = self.context, self.context.firms
        share = context.levers.at(parameters.EQUITY_INCENTIVES, context.clock.first_day)
        hours = (
            stake_hours(context.levers.at(parameters.EQUITY_DEFERRAL, context.clock.first_day)) / 2
        )  # turns come twice a year
        if share <= 0 or hours <= 0:
            return
        rows = np.flatnonzero(
            (firms.segment == T)
            & (firms.turn == context.clock.month % 6)
            & (firms.jobs > 1)
            & (firms.state == OPEN)
        )
        uses = context.streams.uniform(firms.id[rows], "stakes") < share
        firms.support_hours[rows[uses]] += np.float32(hours)

    def settle(self) -> Rows:
        """Leaves that end this month: who goes back, and whose firm closes for it. Returns the latter."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        term, terms = self.term(day), self.terms(day)
        rows = self.on_leave[firms.state[self.on_leave] == OPEN]
        if term <= 0 or not len(rows):
            return np.zeros(0, dtype=np.intp)
        months = context.clock.month - firms.opened_month[rows]
        back = goes_back(firms.income[rows], months, term, terms)
        closes = back & (context.streams.uniform(firms.id[rows], "closes without head") < CLOSES_WITHOUT_HEAD)
        others = rows[back & ~closes]
        firms.skill[others] = np.minimum(firms.skill[others], 0)  # another head, of usual skill
        over = rows[back | (months >= round(term * terms))]
        self.on_leave = self.on_leave[~np.isin(self.on_leave, over)]
        if context.events:
            context.events.firms(
                firms.id[rows[back]], "entry.back_to_post", day=context.clock.last_day, rule="entry.rules.goes_back",
                months=months[back], income=firms.income[rows[back]])  # fmt: skip
        closing: Rows = rows[closes]
        return closing
