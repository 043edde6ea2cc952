"""Support: who gets the hours of public service that Growth turns into capability, and who pays for them.

Service centres, platforms and bodies that the city buys from advise technology firms; centres of the
specialised towns the enterprises of the clusters; platforms in Torch and Cuiheng the firms there. An hour
is an hour, whoever gives it, but for an hour at a shared instrument, which counts a tenth. Firms ask for
vouchers at the claims window and have their work done outside. Sockets and parameters: ``growth``.
Measures: M17, M19, M20, M21, M22.
Evidence: SUB08-09, SUB12, SUB24, INC22-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.business_support import parameters
from sim.model.business_support.parameters import (
    BODIES,
    CLUSTERS,
    HAS_WORK,
    INSTRUMENT_COUNTS,
    INSTRUMENT_HOURS,
    NEED_SPREAD,
    YUAN_AN_HOUR,
    ZONES,
)
from sim.model.business_support.rules import expected_jobs, hours_had, uses_instruments, voucher
from sim.model.environment import geography
from sim.model.population.rules import quality

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context
    from sim.model.subsidies.claims_desk import ClaimsDesk


class Advice:
    """Hours of public advice, shared equipment, vouchers."""

    def __init__(self, context: Context, claims: ClaimsDesk) -> None:
        self.context = context
        self.claims = claims

    def begin(self, enterprises: Rows, technology: Rows) -> None:
        """A month of service for technology firms and, in the clusters, for other enterprises; vouchers are asked for."""
        firms, day = self.context.firms, self.context.clock.first_day
        had = self.give(technology, self.context.levers.at(parameters.SUPPORT_HOURS, day), "service job")
        if (hours := self.context.levers.at(parameters.CLUSTER_HOURS, day)) > 0:
            in_cluster = np.array([s.slug in CLUSTERS for s in geography.sectors()])
            had += self.give(
                enterprises.compress(in_cluster.take(firms.sector.take(enterprises))), hours, "cluster job"
            )
        if (hours := self.context.levers.at(parameters.DISTRICT_HOURS, day)) > 0:
            in_zone = np.array([d.slug in ZONES for d in geography.districts()])
            had += self.give(
                technology.compress(in_zone.take(firms.district.take(technology))), hours, "zone job"
            )
        had += self.instruments(technology, self.context.levers.at(parameters.EQUIPMENT, day))
        self.context.recorder.put(parameters.ADVISED, self.context.clock.month, had)
        self.purchase()
        self.vouchers(technology)

    def give(self, rows: Rows, hours: float, what: str) -> float:
        """Spread a month's part of yearly hours over these firms, the able a little more often. Returns hours given."""
        if hours <= 0 or not len(rows):
            return 0.0
        firms = self.context.firms
        weight = firms.weight.take(rows)
        jobs = expected_jobs(hours, quality(firms.skill.take(rows)), weight)
        had = hours_had(
            self.context.streams.uniform(firms.id.take(rows), what, self.context.clock.month), jobs
        )
        some = np.flatnonzero(had)
        firms.support_hours[rows[some]] += had[some].astype(np.float32)
        if self.context.events:
            self.context.events.firms(
                firms.id[rows[some]], "growth.supported", day=self.context.clock.first_day, rule="business_support.rules.expected_jobs", hours=had[some])  # fmt: skip
        return float(had @ weight)

    def instruments(self, rows: Rows, share: float) -> float:
        """Users of shared instruments have their hours, at a tenth. Returns hours as they count."""
        if share <= 0:
            return 0.0
        firms = self.context.firms
        u = self.context.streams.uniform(firms.id.take(rows), "instruments")
        users = rows.compress(uses_instruments(u, share, quality(firms.skill.take(rows))))
        hours = INSTRUMENT_HOURS * INSTRUMENT_COUNTS / 12
        firms.support_hours[users] += np.float32(hours)
        return hours * int(firms.weight[users].sum())

    def purchase(self) -> None:
        """The bodies that the city buys from hand in the month's bill, a twelfth of the contract."""
        if self.context.levers.not_yet(parameters.SERVICE_PURCHASE):
            return
        fen = np.floor(
            100
            * self.context.levers.at(parameters.SERVICE_PURCHASE, self.context.clock.first_day)
            / 12
            / BODIES
        )
        if fen > 0:
            self.claims.hand_in("service_purchase", np.arange(BODIES, dtype=np.int64), np.full(BODIES, fen))

    def vouchers(self, technology: Rows) -> None:
        """Once a year a technology firm thinks of a voucher for what it needs done outside; the body redeems it."""
        programme = "innovation_vouchers"
        if self.context.levers.not_yet(parameters.VOUCHER_VOLUME) or self.context.levers.not_yet(
            parameters.VOUCHER_CAP
        ):
            return
        firms, month = self.context.firms, self.context.clock.month
        mine = technology.compress(firms.id.take(technology) % 12 == month % 12)
        first = (month < 12) | (firms.opened_month[mine] > month - 12)
        self.claims.entitle(programme, mine[first])
        informed = self.context.streams.uniform(firms.id[mine], "informed") < self.claims.awareness(
            self.context.clock.first_day
        )
        works = self.context.streams.uniform(firms.id[mine], "voucher use", month) < HAS_WORK * quality(
            firms.skill[mine]
        )
        mine = mine[informed & works]
        g = self.context.streams.normal(firms.id[mine], "voucher need", month)
        need = self.context.parameters[parameters.VOUCHER_NEED.id] * np.exp(NEED_SPREAD * g)
        yuan = voucher(need, self.context.levers.at(parameters.VOUCHER_CAP, self.context.clock.first_day))
        go = self.claims.willing(mine, programme, parameters.VOUCHERS_KNOWN, yuan) & (yuan > 0)
        self.claims.hand_in(
            programme, firms.id[mine[go]], 100 * yuan[go], rows=mine[go], hours=yuan[go] / YUAN_AN_HOUR)  # fmt: skip
