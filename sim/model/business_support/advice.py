"""Advice: public service hours that raise firms' capability, innovation vouchers, and their public cost.

Service centres, platforms and service bodies under contract with the city advise technology firms; centres in
the specialised towns advise enterprises in the clusters, and platforms in Torch and Cuiheng advise the
technology firms located there. An hour of advice has the same effect regardless of the provider; an hour at a
shared instrument counts as a tenth of an hour of advice. Firms claim vouchers at the claims desk and spend
them on services of external providers.
Measures: M17, M19, M20, M21, M22.
Evidence: SUB08-09, SUB12, SUB24, INC22-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.business_support.parameters import (
    ADVISED,
    BODIES,
    CLUSTER_HOURS,
    CLUSTERS,
    DISTRICT_HOURS,
    EQUIPMENT,
    SERVICE_PURCHASE,
    SUPPORT_HOURS,
    VOUCHER_CAP,
    VOUCHER_NEED,
    VOUCHER_VOLUME,
    VOUCHERS_KNOWN,
    YUAN_AN_HOUR,
    ZONES,
)
from sim.model.business_support.rules import (
    expected_assignments,
    has_outside_work,
    hours_received,
    instrument_hours,
    monthly_bill,
    outside_need,
    uses_instruments,
    voucher,
)
from sim.model.environment import geography
from sim.model.population.rules import quality

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


class Advice:
    """Public advice, shared equipment and innovation vouchers."""

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context = context
        self.claims = claims
        self._in_cluster = np.array([s.slug in CLUSTERS for s in geography.sectors()])
        self._in_zone = np.array([d.slug in ZONES for d in geography.districts()])

    def begin(self, enterprises: Rows, technology: Rows) -> None:
        """Give a month of advice, submit the bills for purchased services, and let firms claim vouchers."""
        firms, levers, day = self.context.firms, self.context.levers, self.context.clock.first_day
        given = self._advise(technology, levers.at(SUPPORT_HOURS, day), "service job")
        if (hours := levers.at(CLUSTER_HOURS, day)) > 0:
            in_cluster = self._in_cluster.take(firms.sector.take(enterprises))
            given += self._advise(enterprises.compress(in_cluster), hours, "cluster job")
        if (hours := levers.at(DISTRICT_HOURS, day)) > 0:
            in_zone = self._in_zone.take(firms.district.take(technology))
            given += self._advise(technology.compress(in_zone), hours, "zone job")
        given += self._share_instruments(technology, levers.at(EQUIPMENT, day))
        self.context.recorder.put(ADVISED, self.context.clock.month, given)
        self._bill_services()
        self._claim_vouchers(technology)

    def _advise(self, rows: Rows, hours: float, purpose: str) -> float:
        """Distribute a month of advice among firms; abler founders receive slightly more.

        Args:
            rows: rows of the eligible firms.
            hours: total hours of advice in a year.
            purpose: key of the random numbers.

        Returns:
            Total hours given to all firms that the rows represent.
        """
        if hours <= 0 or not len(rows):
            return 0.0
        firms, month = self.context.firms, self.context.clock.month
        weight = firms.weight.take(rows)
        assignments = expected_assignments(hours, quality(firms.skill.take(rows)), weight)
        received = hours_received(
            self.context.streams.uniform(firms.id.take(rows), purpose, month), assignments
        )
        served = np.flatnonzero(received)
        firms.support_hours[rows[served]] += received[served].astype(np.float32)
        if self.context.events:
            self.context.events.firms(
                firms.id[rows[served]], "growth.supported", day=self.context.clock.first_day, rule="business_support.rules.expected_assignments", hours=received[served])  # fmt: skip
        return float(received @ weight)

    def _share_instruments(self, rows: Rows, share: float) -> float:
        """Credit users of shared instruments with equivalent hours of advice, and return the total hours."""
        if share <= 0:
            return 0.0
        firms = self.context.firms
        u = self.context.streams.uniform(firms.id.take(rows), "instruments")
        users = rows.compress(uses_instruments(u, share, quality(firms.skill.take(rows))))
        hours = instrument_hours()
        firms.support_hours[users] += np.float32(hours)
        return hours * int(firms.weight[users].sum())

    def _bill_services(self) -> None:
        """Submit the monthly bills of the service bodies under contract with the city."""
        levers = self.context.levers
        if levers.not_yet(SERVICE_PURCHASE):
            return
        fen = monthly_bill(levers.at(SERVICE_PURCHASE, self.context.clock.first_day))
        if fen > 0:
            self.claims.hand_in("service_purchase", np.arange(BODIES, dtype=np.int64), np.full(BODIES, fen))

    def _claim_vouchers(self, technology: Rows) -> None:
        """Let technology firms consider a voucher once a year and claim it if they need external services."""
        programme, context, claims = "innovation_vouchers", self.context, self.claims
        if context.levers.not_yet(VOUCHER_VOLUME) or context.levers.not_yet(VOUCHER_CAP):
            return
        firms, streams, month, day = (
            context.firms,
            context.streams,
            context.clock.month,
            context.clock.first_day,
        )
        rows = technology.compress(firms.id.take(technology) % 12 == month % 12)
        first_time = (month < 12) | (firms.opened_month[rows] > month - 12)
        claims.entitle(programme, rows[first_time])
        informed = streams.uniform(firms.id[rows], "informed") < claims.awareness(day)
        u = streams.uniform(firms.id[rows], "voucher use", month)
        rows = rows[informed & has_outside_work(u, quality(firms.skill[rows]))]
        g = streams.normal(firms.id[rows], "voucher need", month)
        yuan = voucher(
            outside_need(context.parameters[VOUCHER_NEED.id], g), context.levers.at(VOUCHER_CAP, day)
        )
        claimed = claims.willing(rows, programme, VOUCHERS_KNOWN, yuan) & (yuan > 0)
        rows, yuan = rows[claimed], yuan[claimed]
        claims.hand_in(programme, firms.id[rows], 100 * yuan, rows=rows, hours=yuan / YUAN_AN_HOUR)
