"""Founders induced by talent and outreach programmes, and the support that they receive later.

Researchers on leave (M16, M20, M25), founders from abroad (M27), and employees, farmers and graduates
encouraged by platforms, projects and programmes (M20, M26, M28, M30) are drawn from pools of candidates that
are the same under every policy. A pool member founds a firm if a uniform random number keyed to the member's id
is below the founding probability. Pools are small and simulated in full at every scale.

Most founders counted by a programme would have founded a firm in any case and are among the city's regular
founders. Only a share of the others is additional (parameters ``encouraged`` and ``programme_effect``). This
module also simulates the end of leave, the support package for founders from abroad, the retained minimum
subsistence allowance, and staff equity in technology firms (M07, M25).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.model.entry import candidates, rules
from sim.model.entry.parameters import (
    ALLOWANCE,
    ALLOWANCE_MONTHS,
    CONSIDERING_LEAVE,
    DRAWN_IN,
    ENCOURAGED,
    EQUITY_DEFERRAL,
    EQUITY_INCENTIVES,
    FARMERS,
    GRADUATES_TRAINED,
    INDIVIDUAL,
    LEAVE_APPROVAL,
    LEAVE_TERM,
    LEAVE_TERMS,
    PERMIT_DAYS,
    POOL_FIRST,
    POOL_SIZE,
    PROGRAMME,
    PROPENSITY,
    RESEARCHERS,
    RETURNEES,
    SPINOFFS,
    TECHNOLOGY,
)
from sim.model.environment import geography
from sim.model.population.firm_table import NEVER, OPEN, T
from sim.model.population.parameters import TURNS
from sim.model.subsidies.parameters import TALENT_PACKAGE

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Ints, Rows
    from sim.model.context import Context
    from sim.model.entry.founding import Founding
    from sim.model.subsidies.claims_desk import ClaimsDesk

KINDS: Final = [k.slug for k in geography.founder_kinds()]
_NUMBERS: Final = np.concatenate([POOL_FIRST[pool] + np.arange(size) for pool, size in POOL_SIZE.items()])
_SIZES: Final = list(POOL_SIZE.values())
_KINDS: Final = np.repeat([KINDS.index(pool) for pool in POOL_SIZE], _SIZES).astype(np.int8)
_RESEARCHER, _RETURNEE, _SPINOFF, _FARMER, _GRADUATE, _HARDSHIP = (
    geography.kind_code(slug)
    for slug in ("researcher", "returnee", "spinoff", "farmer", "graduate", "hardship")
)


class ProgrammeEntrants:
    """Submodel of founders induced by programmes, including researchers on leave and founders from abroad.

    Attributes:
        on_leave: rows of researchers on leave.
        from_abroad: rows of founders from abroad.
        remaining_cap: number of founders that policy may still add this month.
    """

    def __init__(self, context: Context, founding: Founding, claims: ClaimsDesk) -> None:
        self.context, self.founding, self.claims = context, founding, claims
        self.on_leave = np.zeros(0, dtype=np.intp)
        self.from_abroad = np.zeros(0, dtype=np.intp)
        self.remaining_cap = 0.0

    def begin(self) -> None:
        """Simulate the month's founding decisions of pool members, and the later support of founders."""
        self.submit_applications()
        self.package()
        self.allowance()
        self.stakes()

    def chances(self) -> dict[str, float]:
        """Return the founding probability of the members of each pool this month.

        The number of founders added by persuasion and other policy effects is capped at 5% of the number of
        founders without policy.
        """
        at, day, p = self.context.levers.at, self.context.clock.first_day, self.context.parameters
        n, base = self.founding.usual()
        share = p[ENCOURAGED.id]
        persuaded = {
            "spinoff": rules.pool_founding_probability(at(SPINOFFS, day), share * base, POOL_SIZE["spinoff"]),
            "farmer": rules.pool_founding_probability(at(FARMERS, day), share * base, POOL_SIZE["farmer"]),
            "graduate": rules.pool_founding_probability(
                at(GRADUATES_TRAINED, day), p[PROGRAMME.id], POOL_SIZE["graduate"]
            ),
        }
        self.remaining_cap = rules.remaining_cap(n * base, n * p[PROPENSITY.id])
        expected = sum(chance * POOL_SIZE[kind] for kind, chance in persuaded.items())
        within = rules.persuasion_factor(self.remaining_cap, expected)
        self.remaining_cap -= within * expected
        considering = p[CONSIDERING_LEAVE.id] + share * at(RESEARCHERS, day)
        leave = at(LEAVE_APPROVAL, day) if at(LEAVE_TERM, day) * at(LEAVE_TERMS, day) > 0 else 0.0
        return {
            "researcher": rules.pool_founding_probability(considering, leave * base, POOL_SIZE["researcher"]),
            "returnee": rules.pool_founding_probability(at(RETURNEES, day), 1.0, POOL_SIZE["returnee"]),
            **{kind: within * chance for kind, chance in persuaded.items()},
        }

    def submit_applications(self) -> None:
        """Submit the applications of the pool members who found a firm this month."""
        context = self.context
        ids, chances = candidates.monthly_ids(context.clock.month, 1)[0] + _NUMBERS, self.chances()
        chance = np.repeat([chances[pool] for pool in POOL_SIZE], _SIZES)
        come = np.flatnonzero(context.streams.uniform(ids, "comes") < chance)
        who, kind = ids[come], _KINDS[come]
        context.recorder.put(DRAWN_IN, context.clock.month, np.bincount(kind, minlength=len(KINDS)))
        if not len(who):
            return
        new = self.describe(who, kind)
        days = self.founding.filing_days(who)
        abroad = kind == _RETURNEE
        foreign = rules.needs_permit(context.streams.uniform(who, "foreign"), abroad)
        days += np.where(foreign, round(context.levers.at(PERMIT_DAYS, context.clock.first_day)), 0)
        served = np.where(kind == _GRADUATE, days, NEVER)  # the programme is their first public service
        rows = self.founding.hand_in(new, days, served, "entry.rules.pool_founding_probability", chance[come])
        self.on_leave = np.append(self.on_leave, rows[kind == _RESEARCHER])
        self.from_abroad = np.append(self.from_abroad, rows[abroad])

    def describe(self, ids: Ints, kind: Codes) -> dict[str, Any]:
        """Return all firm-table columns of pool members with the given ids and founder kinds."""
        context, p = self.context, self.context.parameters
        u, v = context.streams.uniform(ids, "segment"), context.streams.uniform(ids, "sector")
        able, spinoff, farmer = (kind == _RESEARCHER) | (kind == _RETURNEE), kind == _SPINOFF, kind == _FARMER
        segment = rules.segment_of(u, p[TECHNOLOGY.id], p[INDIVIDUAL.id])
        segment[able] = T
        segment[spinoff] = rules.spinoff_segment(u[spinoff])
        segment[farmer] = rules.farmer_segment(u[farmer])
        sector = rules.sector_of(segment, v)
        sector[farmer] = rules.farmer_sector(v[farmer])
        skill = rules.programme_skill(self.founding.skill_of(ids), able)
        return self.founding.describe(ids, segment, sector, kind, skill)

    # --- later support ------------------------------------------------------------------------------
    def package(self) -> None:
        """Submit the claims for the support package of founders from abroad who opened a firm last month."""
        context, firms = self.context, self.context.firms
        never = context.levers.not_yet(RETURNEES) or context.levers.not_yet(TALENT_PACKAGE)
        if never or not len(self.from_abroad):
            return
        opened = firms.opened_month[self.from_abroad] == context.clock.month - 1
        rows = self.from_abroad[opened & (firms.state[self.from_abroad] == OPEN)]
        yuan = context.levers.at(TALENT_PACKAGE, context.clock.first_day)
        if len(rows) and yuan > 0:
            self.claims.entitle("overseas_talent", rows)
            self.claims.hand_in("overseas_talent", firms.id[rows], 100 * yuan, rows=rows, payee="startups")

    def allowance(self) -> None:
        """Pay the minimum subsistence allowance retained by founders from hardship households."""
        context, firms = self.context, self.context.firms
        months = context.levers.at(ALLOWANCE_MONTHS, context.clock.first_day)
        if months <= 0:
            return
        rows = np.flatnonzero((firms.kind == _HARDSHIP) & (firms.state == OPEN))
        age = context.clock.month - firms.opened_month[rows]
        u = context.streams.uniform(firms.id[rows], "minimum allowance")
        rows = rows[rules.allowance_due(age, u, months)]
        fen = np.full(len(rows), round(100 * ALLOWANCE), dtype=np.int64)
        context.accounts.entitlement("allowance_retention", rows, fen)

    def stakes(self) -> None:
        """Add the effect of equity incentives to technology firms, expressed in hours of advice."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        share = context.levers.at(EQUITY_INCENTIVES, day)
        hours = rules.stake_hours(context.levers.at(EQUITY_DEFERRAL, day)) / (12 / TURNS)
        if share <= 0 or hours <= 0:
            return
        turn = firms.turn == context.clock.month % TURNS
        rows = np.flatnonzero((firms.segment == T) & turn & (firms.jobs > 1) & (firms.state == OPEN))
        uses = context.streams.uniform(firms.id[rows], "stakes") < share
        firms.support_hours[rows[uses]] += np.float32(hours)

    def settle(self) -> Rows:
        """End expired leaves; return the rows of firms that close because their head returns to a research post."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        term, terms = context.levers.at(LEAVE_TERM, day), context.levers.at(LEAVE_TERMS, day)
        rows = self.on_leave[firms.state[self.on_leave] == OPEN]
        if term <= 0 or not len(rows):
            return np.zeros(0, dtype=np.intp)
        months = context.clock.month - firms.opened_month[rows]
        back = rules.returns_to_post(firms.income[rows], months, term, terms)
        closes = rules.closes_without_head(
            context.streams.uniform(firms.id[rows], "closes without head"), back
        )
        others = rows[back & ~closes]
        firms.skill[others] = rules.successor_skill(firms.skill[others])
        over = rows[back | rules.leave_over(months, term, terms)]
        self.on_leave = self.on_leave[~np.isin(self.on_leave, over)]
        if context.events:
            context.events.firms(
                firms.id[rows[back]], "entry.back_to_post", day=context.clock.last_day, rule="entry.rules.returns_to_post",
                months=months[back], income=firms.income[rows[back]])  # fmt: skip
        closing: Rows = rows[closes]
        return closing
