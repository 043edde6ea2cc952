"""Tenancy: firms seek a berth, are admitted or not, are advised, graduate, outstay, are evicted, or close.

A founder who seeks a berth asks one space a month for two years. The space takes it if a berth is free and
its score lies above a threshold that rises with occupancy. Firms in software, design and trade ask parks too. A berth by itself does nothing for a firm
(INC22) and does not touch its closing (INC09); advice from a recognised space does what advice does.
Evidence: INC01, INC05, INC08-09, INC11-12, INC21-22, JOB09, ZS157-163, ZS211, ZS214.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.ledger import whole_fen
from sim.model.environment import geography
from sim.model.government import flows
from sim.model.incubation import parameters, rules
from sim.model.incubation.parameters import DEMAND, NATION, PARK_DEMAND, SMALL_DEMAND
from sim.model.population.firm_table import NEVER, OPEN, T
from sim.model.population.parameters import RENT

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Mask, Rows
    from sim.model.context import Context
    from sim.model.incubation.agents import Facility
    from sim.model.incubation.facilities import Facilities
    from sim.model.incubation.register import FacilityRegister


def founder_traits(
    context: Context, ids: npt.NDArray[np.int64], segment: npt.NDArray[np.int8]
) -> dict[str, npt.NDArray[Any]]:
    """What founders seek: a berth in an incubator (1: technology firms, and enterprises a twentieth as often), in a small space (2), in a park (3), none."""
    u, p = context.streams.uniform(ids, "seeks berth"), context.parameters
    want = np.array([0.0, 0.05 * p[DEMAND.id], p[DEMAND.id]])  # by segment G, E, T
    small = want + np.array([p[SMALL_DEMAND.id], p[SMALL_DEMAND.id], 0.0])
    park = small + p[PARK_DEMAND.id]
    seeks = np.where(u < park[segment], 3, 0)
    seeks[u < small[segment]] = 2
    seeks[u < want[segment]] = 1
    return {"seeks": seeks.astype(np.int8)}


INCUBATORS, SMALL, PARK = 1, 2, 3  # what a founder seeks
SMALL_KINDS: Final = ("makerspace", "base", "platform")
EVICTED_AFTER: Final = 3  # months in arrears beyond the limit


_VETERAN: Final = geography.kind_code("veteran")


class Tenancy:
    """Who is in which space, and who seeks one."""

    def __init__(self, context: Context, register: FacilityRegister, facilities: Facilities) -> None:
        self.context, self.register, self.facilities = context, register, facilities
        self.graduated = self.evicted = self.admitted = 0  # this month
        self._park_sector = np.array([s.slug in parameters.PARK_SECTORS for s in geography.sectors()])

    # --- who seeks and who gets --------------------------------------------------------------------
    def begin_with(self) -> None:
        """Tenancies half-way through on 2017-01-01: those of the last four years that would still be there."""
        firms = self.context.firms
        for month in range(-parameters.STAY + 1, 0):
            day = round(month * 365.25 / 12)
            spaces = [s for s in self.register.open if s.opened <= day]
            self.admit(self.seeking(month), spaces, month, day)
            rows, months = self.register.tenants(month)
            grown = rules.graduates(
                firms.value_added[rows], firms.raised[rows] / 100, np.zeros(len(rows), dtype=np.bool_), months
            )
            self.register.leave(rows[np.where(self.small(rows), months >= parameters.SMALL_STAY, grown)])
        self.admitted = 0

    def seeking(self, month: int) -> Rows:
        """Firms that opened within two years and are open, have not had a berth and would ask for one now.

        For a tech incubator a firm needs the staff to fill a berth; for a park there must be one.
        """
        firms = self.context.firms
        rows = np.flatnonzero((firms.seeks > 0) & (firms.moved_in == NEVER) & (firms.state == OPEN))
        age = month - firms.opened_month[rows]
        rows = rows[(age >= 0) & (age <= parameters.SEEK_MONTHS)]
        seeks, large = (
            firms.seeks[rows],
            firms.jobs[rows] >= self.context.parameters[parameters.LEAST_STAFF.id],
        )
        park = self._park_sector[firms.sector[rows]] & any(s.kind == "park" for s in self.register.open)
        found: Rows = rows[np.where(seeks == INCUBATORS, large, (seeks == SMALL) | park)]
        return found

    def score(self, rows: Rows) -> Floats:
        """What a space sees of these firms."""
        firms = self.context.firms
        g = self.context.streams.normal(firms.id[rows], "admission")
        return rules.score(firms.skill[rows], firms.jobs[rows], g)

    def asked(self, rows: Rows, spaces: list[Facility], month: int) -> npt.NDArray[np.int64]:
        """The space that each of these asks, by position: one with a chance by its berths; -1 where there is none."""
        firms = self.context.firms
        seeks, online = firms.seeks[rows], self._park_sector[firms.sector[rows]]
        u = self.context.streams.uniform(firms.id[rows], "space", month)
        pick = np.full(len(rows), -1, dtype=np.int64)
        for who, kinds in (
            (seeks == INCUBATORS, ("incubator",)),
            ((seeks == SMALL) & ~online, SMALL_KINDS),
            ((seeks == SMALL) & online, (*SMALL_KINDS, "park")),
            (seeks == PARK, ("park",)),
        ):
            if who.any():
                berths = np.cumsum([s.berths if s.kind in kinds else 0 for s in spaces])
                if berths.any():
                    pick[who] = berths.searchsorted(u[who] * berths[-1], side="right")
        return pick

    def admit(self, rows: Rows, spaces: list[Facility], month: int, day: float) -> None:
        """Each asks one space; spaces take the best first, each of whom finds one berth less.

        So whom a space refuses, it refuses all after. Where policy says so public bases take veterans before all,
        and whatever their score while a berth is free.
        """
        context, firms = self.context, self.context.firms
        pick = self.asked(rows, spaces, month)
        rows, pick = rows[pick >= 0], pick[pick >= 0]
        if not len(rows):
            return
        first = context.levers.at(parameters.VETERANS_FIRST, day) > 0
        score, ties = self.score(rows), context.ties(firms.id[rows], "admission")
        public = np.array([s.public for s in spaces], dtype=np.bool_)[pick]
        preferred = (firms.kind[rows] == _VETERAN) & public & first
        order = np.lexsort((ties, -score, ~preferred, pick))
        rows, pick, score, preferred = rows[order], pick[order], score[order], preferred[order]
        tenants, berths = np.array([(s.tenants, s.berths) for s in spaces])[pick].T
        before = np.arange(len(pick)) - pick.searchsorted(pick)  # who have asked the same space
        let = (tenants + before) / berths
        good = (let < 1) & (preferred | (score >= rules.threshold(let)))
        self.move_in(rows[good], [spaces[k] for k in pick[good].tolist()], month, day)
        if context.events:
            asked = [spaces[k] for k in pick.tolist()]
            names, full = np.array([s.name for s in asked]), np.array([s.occupancy for s in asked])
            context.events.firms(
                firms.id[rows[good]], "incubator.admitted", day=day, rule="incubation.rules.threshold",
                space=names[good], let=((tenants + before + 1) / berths)[good])  # fmt: skip
            context.events.firms(
                firms.id[rows[~good]], "incubator.refused", day=day, rule="incubation.rules.threshold",
                space=names[~good], score=score[~good], let=full[~good])  # fmt: skip

    def move_in(self, rows: Rows, spaces: list[Facility], month: int, day: float) -> None:
        """Firms get berths; in a base, a park or a recognised space their founders have been served."""
        firms = self.context.firms
        self.register.move_in(rows, spaces, month)
        self.admitted += len(rows)
        served = [s.kind in ("base", "park") or s.level > 0 for s in spaces]
        firms.serve(rows[np.array(served, dtype=np.bool_)], day)

    # --- who leaves --------------------------------------------------------------------------------
    def small(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Whether tenants are in something smaller than a tech incubator."""
        kinds = np.array([s.kind != "incubator" for s in self.register.by_number], dtype=np.bool_)
        return np.asarray(kinds[self.context.firms.space[rows]], dtype=np.bool_)

    def wind_up(self, closing: Rows) -> None:
        """Tenants among closing firms leave their berth."""
        self.register.leave(closing[self.context.firms.space[closing] >= 0])

    def part(self) -> None:
        """Who graduates, has stayed as long as it may, or is evicted."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        rows, months = self.register.tenants(month)
        small = self.small(rows)
        u = context.streams.uniform(firms.id[rows], "high-tech", month)
        certified = (firms.segment[rows] == T) & (u < context.parameters[parameters.HIGH_TECH.id] / 12)
        grown = rules.graduates(firms.value_added[rows], firms.raised[rows] / 100, certified, months)
        done = np.where(small, months >= parameters.SMALL_STAY, grown)
        out = ~done & (firms.arrears[rows] >= EVICTED_AFTER)
        expired = ~done & ~out & ~small & (months >= parameters.STAY)
        for number in firms.space[rows[done]].tolist():
            self.facilities.reward(self.register.by_number[number])
        self.graduated += int(done.sum())
        self.evicted += int(out.sum())
        if context.events:
            for event, which, rule in (
                ("incubator.graduated", done, "incubation.rules.graduates"),
                ("incubator.evicted", out, "incubation.tenancy.Tenancy"),
                ("incubator.expired", expired, "incubation.rules.graduates"),
            ):
                context.events.firms(
                    firms.id[rows[which]], event, day=context.clock.first_day, rule=rule, months=months[which],
                    value_added=firms.value_added[rows[which]])  # fmt: skip
        self.register.leave(rows[done | out | expired])

    # --- the month ---------------------------------------------------------------------------------
    def begin(self) -> None:
        """Some leave, some come; tenants are advised, and pay no rent where it is waived."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        self.part()
        self.admit(self.seeking(context.clock.month), self.register.open, context.clock.month, day)
        rows, _ = self.register.tenants(context.clock.month)
        spaces = self.register.by_number
        hours = context.parameters[parameters.MENTORING.id]
        given = np.array(
            [hours * (parameters.NATIONAL_GAIN if s.level == NATION else 1.0) * (s.level > 0) + s.advice / max(s.tenants, 1)
             for s in spaces])  # fmt: skip
        free = np.array([s.public for s in spaces], dtype=np.float32) * context.levers.at(
            parameters.RENT_WAIVED, day
        )
        if len(rows):
            firms.support_hours[rows] += given[firms.space[rows]].astype(np.float32)
            firms.rent_waived[rows] = free[firms.space[rows]]

    def collect(self) -> None:
        """What tenants have paid of rent this month, to the fen, goes on to their spaces."""
        firms = self.context.firms
        rows, _ = self.register.tenants(self.context.clock.month)
        rent = np.take(RENT, firms.segment[rows]) * (1 - firms.rent_waived[rows])
        self.context.accounts.post(flows.TENANTS_RENT, int(whole_fen(rent).sum()))

    def settle(self) -> None:
        """Count."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        rows, _ = self.register.tenants(month)
        spaces, put = self.register.open, context.recorder.put
        by_kind, by_district = dict.fromkeys(parameters.BY_KIND, 0), [0] * len(geography.districts())
        for space in spaces:
            by_kind[space.kind] += space.tenants
            by_district[space.district] += space.tenants
        put(parameters.BERTHS, month, sum(s.berths for s in spaces))
        put(parameters.TENANTS, month, sum(by_kind.values()))
        for kind, outcome in parameters.BY_KIND.items():
            put(outcome, month, by_kind[kind])
        put(parameters.TENANTS_BY_DISTRICT, month, by_district)
        small, jobs = self.small(rows), firms.jobs[rows].astype(np.int64)
        put(parameters.JOBS_IN, month, jobs[~small].sum())
        put(parameters.JOBS_IN_SMALL, month, jobs[small].sum())
        put(parameters.GRADUATIONS, month, self.graduated)
        put(parameters.ADMITTED, month, self.admitted)
        put(parameters.EVICTED, month, self.evicted)
        put(parameters.QUEUE, month, len(self.seeking(month)))
        self.graduated = self.evicted = self.admitted = 0

    def first_loan_is_covered(self, rows: Rows) -> Mask:
        """Tenants of recognised tech incubators that have never had a loan."""
        firms = self.context.firms
        first = (firms.space[rows] >= 0) & ~firms.borrowed[rows]
        for k in np.flatnonzero(first).tolist():
            facility = self.register.by_number[firms.space[rows[k]]]
            first[k] = facility.kind == "incubator" and facility.level > 0
        return np.asarray(first)
