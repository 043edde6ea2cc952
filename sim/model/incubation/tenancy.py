"""Tenancy of firms in incubation facilities: application, admission, advice, graduation, expiry and eviction.

A founder who seeks a place applies to one facility a month for two years. The facility admits the firm if a
place is free and the firm's score reaches a threshold that rises with occupancy. Firms in software, design
and trade also apply to parks. A place by itself affects neither a firm's performance (INC22) nor its closure
(INC09); advice from a recognised facility has the same effect as any other advice.
Measures: M06 (free rent), M28 (veterans first).
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
from sim.model.incubation.parameters import PARK_KIND, SEEKS_INCUBATOR, SEEKS_PARK, SEEKS_SMALL, SMALL_KINDS
from sim.model.population.firm_table import NEVER, OPEN, T
from sim.model.population.parameters import RENT

if TYPE_CHECKING:
    from sim.engine.arrays import Counts, Floats, Ints, Mask, Rows
    from sim.model.context import Context
    from sim.model.incubation.agents import Facility
    from sim.model.incubation.payments import FacilityPayments
    from sim.model.incubation.register import FacilityRegister

_VETERAN: Final = geography.kind_code("veteran")


def founder_traits(
    context: Context, ids: npt.NDArray[np.int64], segment: npt.NDArray[np.int8]
) -> dict[str, npt.NDArray[Any]]:
    """Draw the kind of facility that each founder seeks: 1 incubator, 2 smaller facility, 3 park, 0 none."""
    u, p = context.streams.uniform(ids, "seeks berth"), context.parameters
    incubator, small, park = (
        p[share.id] for share in (parameters.DEMAND, parameters.SMALL_DEMAND, parameters.PARK_DEMAND)
    )
    return {"seeks": rules.facility_sought(u, segment, incubator, small, park)}


class Tenancy:
    """Tenants of all facilities, and applications for places."""

    def __init__(self, context: Context, register: FacilityRegister, payments: FacilityPayments) -> None:
        self.context, self.register, self.payments = context, register, payments
        self.graduated = self.evicted = self.admitted = 0  # this month
        self._park_sector = np.array([s.slug in parameters.PARK_SECTORS for s in geography.sectors()])

    def begin_with(self) -> None:
        """Create the tenancies in force on 1 January 2017, which began in the previous four years."""
        firms = self.context.firms
        for month in range(-parameters.STAY + 1, 0):
            day = round(month * 365.25 / 12)
            facilities = [f for f in self.register.open if f.opened <= day]
            self.admit(self.applicants(month), facilities, month, day)
            rows, months = self.register.tenants(month)
            uncertified = np.zeros(len(rows), dtype=np.bool_)
            grown = rules.graduates(firms.value_added[rows], firms.raised[rows] / 100, uncertified, months)
            self.register.leave(rows[rules.completes(self.small(rows), grown, months)])
        self.admitted = 0

    # --- admission ---------------------------------------------------------------------------------
    def applicants(self, month: int) -> Rows:
        """Return the open firms that are in their search period and apply for their first place."""
        firms = self.context.firms
        rows = np.flatnonzero((firms.seeks > 0) & (firms.moved_in == NEVER) & (firms.state == OPEN))
        rows = rows[rules.in_search_period(month - firms.opened_month[rows])]
        parks = any(f.kind == PARK_KIND for f in self.register.open)
        applies: Rows = rows[
            rules.applies_for_place(
                firms.seeks[rows],
                firms.jobs[rows],
                self.context.parameters[parameters.LEAST_STAFF.id],
                self._park_sector[firms.sector[rows]] & parks,
            )
        ]
        return applies

    def score(self, rows: Rows) -> Floats:
        """Return the admission scores of firms."""
        firms = self.context.firms
        g = self.context.streams.normal(firms.id[rows], "admission")
        return rules.score(firms.skill[rows], firms.jobs[rows], g)

    def choose(self, rows: Rows, facilities: list[Facility], month: int) -> Ints:
        """Return the index of each firm's chosen facility, in proportion to places; -1 if there is none."""
        firms = self.context.firms
        seeks, park_sector = firms.seeks[rows], self._park_sector[firms.sector[rows]]
        u = self.context.streams.uniform(firms.id[rows], "space", month)
        choice = np.full(len(rows), -1, dtype=np.int64)
        for which, kinds in (
            (seeks == SEEKS_INCUBATOR, ("incubator",)),
            ((seeks == SEEKS_SMALL) & ~park_sector, SMALL_KINDS),
            ((seeks == SEEKS_SMALL) & park_sector, (*SMALL_KINDS, PARK_KIND)),
            (seeks == SEEKS_PARK, (PARK_KIND,)),
        ):
            if which.any():
                places = np.cumsum([f.places if f.kind in kinds else 0 for f in facilities])
                if places.any():
                    choice[which] = places.searchsorted(u[which] * places[-1], side="right")
        return choice

    def admit(self, rows: Rows, facilities: list[Facility], month: int, day: float) -> None:
        """Have each firm apply to at most one facility, and admit applicants in descending order of score.

        A facility admits them as long as a place is free and the score reaches a threshold that rises with
        occupancy. Each applicant is assessed as if all applicants ranked higher had been admitted, so a
        facility that has refused one applicant refuses all that follow. If policy gives veterans priority,
        public bases admit them first, regardless of their score, as long as a place is free.
        """
        context, firms = self.context, self.context.firms
        choice = self.choose(rows, facilities, month)
        rows, choice = rows[choice >= 0], choice[choice >= 0]
        if not len(rows):
            return
        veterans_first = context.levers.at(parameters.VETERANS_FIRST, day) > 0
        score, ties = self.score(rows), context.ties(firms.id[rows], "admission")
        public = np.array([f.public for f in facilities], dtype=np.bool_)[choice]
        preferred = (firms.kind[rows] == _VETERAN) & public & veterans_first
        order = np.lexsort((ties, -score, ~preferred, choice))
        rows, choice, score, preferred = rows[order], choice[order], score[order], preferred[order]
        tenants, places = np.array([(f.tenants, f.places) for f in facilities])[choice].T
        ahead = np.arange(len(choice)) - choice.searchsorted(choice)  # applicants to the same facility
        occupancy = (tenants + ahead) / places
        admitted = rules.admitted(occupancy, score, preferred)
        self.move_in(rows[admitted], [facilities[k] for k in choice[admitted].tolist()], month, day)
        if context.events:
            chosen = [facilities[k] for k in choice.tolist()]
            names, present = np.array([f.name for f in chosen]), np.array([f.occupancy for f in chosen])
            context.events.firms(
                firms.id[rows[admitted]], "incubator.admitted", day=day, rule="incubation.rules.threshold",
                space=names[admitted], let=((tenants + ahead + 1) / places)[admitted])  # fmt: skip
            context.events.firms(
                firms.id[rows[~admitted]], "incubator.refused", day=day, rule="incubation.rules.threshold",
                space=names[~admitted], score=score[~admitted], let=present[~admitted])  # fmt: skip

    def move_in(self, rows: Rows, facilities: list[Facility], month: int, day: float) -> None:
        """Move firms into facilities, and record a founder service where the place counts as one."""
        self.register.move_in(rows, facilities, month)
        self.admitted += len(rows)
        served = [rules.counts_as_founder_service(f.kind, f.level) for f in facilities]
        self.context.firms.serve(rows[np.array(served, dtype=np.bool_)], day)

    # --- leaving -----------------------------------------------------------------------------------
    def small(self, rows: Rows) -> Mask:
        """Return a mask of the tenants that are in a facility other than a tech incubator."""
        kinds = np.array([f.kind != "incubator" for f in self.register.by_number], dtype=np.bool_)
        return np.asarray(kinds[self.context.firms.space[rows]], dtype=np.bool_)

    def wind_up(self, closing: Rows) -> None:
        """Remove closing firms from their facilities."""
        self.register.leave(closing[self.context.firms.space[closing] >= 0])

    def end_tenancies(self) -> None:
        """End the tenancies of firms that complete incubation, are evicted, or reach the maximum stay."""
        context, firms = self.context, self.context.firms
        rows, months = self.register.tenants(context.clock.month)
        small = self.small(rows)
        completed = rules.completes(small, self._graduates(rows, months), months)
        evicted = ~completed & rules.evicted(firms.arrears[rows])
        expired = ~completed & ~evicted & rules.expired(small, months)
        for number in firms.space[rows[completed]].tolist():
            self.payments.subsidise_incubation(self.register.by_number[number])
        self.graduated += int(completed.sum())
        self.evicted += int(evicted.sum())
        if context.events:
            for event, which, rule in (
                ("incubator.graduated", completed, "incubation.rules.completes"),
                ("incubator.evicted", evicted, "incubation.rules.evicted"),
                ("incubator.expired", expired, "incubation.rules.expired"),
            ):
                context.events.firms(
                    firms.id[rows[which]], event, day=context.clock.first_day, rule=rule, months=months[which],
                    value_added=firms.value_added[rows[which]])  # fmt: skip
        self.register.leave(rows[completed | evicted | expired])

    def _graduates(self, rows: Rows, months: Counts) -> Mask:
        """Return a mask of the tenants that meet the graduation criteria this month."""
        context, firms = self.context, self.context.firms
        u = context.streams.uniform(firms.id[rows], "high-tech", context.clock.month)
        certified = rules.certified(firms.segment[rows] == T, u, context.parameters[parameters.HIGH_TECH.id])
        return rules.graduates(firms.value_added[rows], firms.raised[rows] / 100, certified, months)

    # --- the month ---------------------------------------------------------------------------------
    def begin(self) -> None:
        """End tenancies, admit applicants, give tenants advice and set the share of rent that is waived."""
        context, firms, day = self.context, self.context.firms, self.context.clock.first_day
        self.end_tenancies()
        self.admit(self.applicants(context.clock.month), self.register.open, context.clock.month, day)
        rows, _ = self.register.tenants(context.clock.month)
        facilities, usual = self.register.by_number, context.parameters[parameters.MENTORING.id]
        hours = np.array([rules.tenant_advice(f.level, usual, f.advice, f.tenants) for f in facilities])
        share = context.levers.at(parameters.RENT_WAIVED, day)
        waived = np.array([f.public for f in facilities], dtype=np.float32) * share
        if len(rows):
            firms.support_hours[rows] += hours[firms.space[rows]].astype(np.float32)
            firms.rent_waived[rows] = waived[firms.space[rows]]

    def collect(self) -> None:
        """Post the rent that tenants pay to their facilities this month, in whole fen."""
        firms = self.context.firms
        rows, _ = self.register.tenants(self.context.clock.month)
        rent = np.take(RENT, firms.segment[rows]) * (1 - firms.rent_waived[rows])
        self.context.accounts.post(flows.TENANTS_RENT, int(whole_fen(rent).sum()))

    def settle(self) -> None:
        """Record places, tenants and their jobs, admissions, graduations and evictions."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        rows, _ = self.register.tenants(month)
        facilities, put = self.register.open, context.recorder.put
        by_kind, by_district = dict.fromkeys(parameters.BY_KIND, 0), [0] * len(geography.districts())
        for facility in facilities:
            by_kind[facility.kind] += facility.tenants
            by_district[facility.district] += facility.tenants
        put(parameters.PLACES, month, sum(f.places for f in facilities))
        put(parameters.TENANTS, month, sum(by_kind.values()))
        for kind, outcome in parameters.BY_KIND.items():
            put(outcome, month, by_kind[kind])
        put(parameters.TENANTS_BY_DISTRICT, month, by_district)
        small, jobs = self.small(rows), firms.jobs[rows].astype(np.int64)
        put(parameters.JOBS_IN_INCUBATORS, month, jobs[~small].sum())
        put(parameters.JOBS_IN_SMALL, month, jobs[small].sum())
        put(parameters.GRADUATIONS, month, self.graduated)
        put(parameters.ADMITTED, month, self.admitted)
        put(parameters.EVICTED, month, self.evicted)
        put(parameters.QUEUE, month, len(self.applicants(month)))
        self.graduated = self.evicted = self.admitted = 0

    def first_loan_is_covered(self, rows: Rows) -> Mask:
        """Return a mask of the tenants of recognised tech incubators that have never had a loan."""
        firms = self.context.firms
        first = (firms.space[rows] >= 0) & ~firms.borrowed[rows]
        for k in np.flatnonzero(first).tolist():
            facility = self.register.by_number[firms.space[rows[k]]]
            first[k] = facility.kind == "incubator" and facility.level > 0
        return np.asarray(first)
