"""The credit committee: on Friday at noon banks decide who gets a loan as it is, who with cover, and who does not.

What a loan must bring, and which scheme a request goes to, are rules in ``rules``; what follows is in ``lending``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.model.banking import parameters, rules
from sim.model.environment import geography, series
from sim.model.guarantees.parameters import GUARANTEE, IP_PLEDGE, PRIVATE, STARTUP, TENANT
from sim.model.population.firm_table import G

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.model.banking.applications import Requests
    from sim.model.context import Context
    from sim.model.guarantees.guarantors import Guarantees
    from sim.model.incubation.tenancy import Tenancy
    from sim.model.subsidies.claims_desk import ClaimsDesk

_ELIGIBLE: Final = geography.kinds_among(parameters.ELIGIBLE)


class Decision(NamedTuple):
    """What the committee has decided on a week's files.

    Attributes:
        hopeless: files that are too risky even with the usual cover.
        uncovered: files that need cover and find no scheme.
        by_scheme: the files that go on, by scheme.
    """

    hopeless: Ints
    uncovered: Ints
    by_scheme: dict[int, Ints]


class CreditCommittee:
    """The weekly decision of all banks.

    Args:
        context: see :class:`Context`.
        requests: all requests for loans.
        guarantees: whose terms banks know.
        tenancy: knows first loans of tenants, whose losses the city shares.
        claims: knows how many founders have heard of programmes.
    """

    def __init__(
        self,
        context: Context,
        requests: Requests,
        guarantees: Guarantees,
        tenancy: Tenancy,
        claims: ClaimsDesk,
    ) -> None:
        self.context, self.requests, self.guarantees = context, requests, guarantees
        self.tenancy, self.claims = tenancy, claims

    def decide(self, day: int, files: Ints, relief: Floats) -> Decision:
        """Which scheme each file goes to; funds serve files in this order.

        Args:
            day: of the meeting.
            files: of open firms, assessed, in the order of the queues.
            relief: by which each file's bank lends more cheaply, a year.
        """
        context, r = self.context, self.requests
        rows, pd = r.row[files], r.pd[files]
        rates = series.loan_rates(context.clock.month)

        def pays(cover: float) -> Mask:
            cost = rules.break_even(pd, cover, rates.base, relief)
            return rules.pays(cost, rates.loan, rates.mandate)

        alone = rules.break_even(pd, 0.0, rates.base, relief)
        pooled = self.listed(files) & self.pool_is_open(day)
        if pooled.any():
            pooled &= pays(context.levers.at(parameters.POOL_SHARE, day))
        self.cap_amounts(files, pooled)
        borne = context.levers.at(parameters.TENANT_SHARE, day)
        knows = self.knows_startup_loan(rows, day)
        scheme = rules.choose_scheme(
            rules.pays(alone, rates.loan, rates.mandate),
            pooled,
            self.covered(rows, day, pays),
            self.tenancy.first_loan_is_covered(rows) & pays(borne) if borne > 0 else np.zeros_like(pooled),
            knows,
        )
        most = np.int64(100 * context.levers.at(parameters.STARTUP_CAP, day))
        r.fen[files[knows]] = np.minimum(r.fen[files[knows]], most)
        r.scheme[files] = scheme
        r.rate[files] = rules.price(alone, rates.loan)
        of_tenants = files[scheme == TENANT]
        r.cover[of_tenants], r.city_share[of_tenants] = borne, 1.0
        none = scheme < 0
        hopeless = none & ~pays(parameters.USUAL_COVER)
        by_scheme = {number: files[scheme == number] for number in np.unique(scheme[~none]).tolist()}
        return Decision(files[hopeless], files[none & ~hopeless], by_scheme)

    def listed(self, files: Ints) -> Mask:
        """Growth firms that ask for more than a bank lends on its own: the loan pool is for them (ZS063-065)."""
        firms, r = self.context.firms, self.requests
        rows = r.row[files]
        turnover = 12 * parameters.TURNOVER * firms.value_added[rows]
        return np.asarray(
            (firms.segment[rows] != G)
            & (turnover >= parameters.GROWTH_FIRM)
            & (r.fen[files] > rules.most_without_pool(firms.value_added[rows]))
        )

    def pool_is_open(self, day: int) -> bool:
        """Whether the loan pool has capital and bears a share of losses."""
        funded = self.context.accounts.funds["loan_pool"].capital > 0
        return funded and self.context.levers.at(parameters.POOL_SHARE, day) > 0

    def cap_amounts(self, files: Ints, pooled: Mask) -> None:
        """Listed firms that the pool does not take borrow what a bank lends on its own."""
        less = files[self.listed(files) & ~pooled]
        self.requests.fen[less] = rules.most_without_pool(
            self.context.firms.value_added[self.requests.row[less]]
        )

    def covered(self, rows: Rows, day: int, pays: Callable[[float], Mask]) -> list[tuple[int, Mask]]:
        """The schemes that cover part of a loss, in the order in which banks turn to them, and whom each would do for."""
        context, firms = self.context, self.context.firms
        able = rules.guarantors_consider(
            firms.segment[rows], 12 * parameters.TURNOVER * firms.value_added[rows]
        )
        ways = [
            (IP_PLEDGE, context.levers.at(parameters.IP_SHARE, day), firms.patent[rows],
             context.accounts.funds["ip_pledge_pool"].capital > 0)]  # fmt: skip
        for scheme in (GUARANTEE, PRIVATE):
            terms = self.guarantees.terms(scheme, day)
            ways.append((scheme, terms.cover, able, terms.open))
        return [(scheme, may & pays(cover)) for scheme, cover, may, there in ways if there and cover > 0]

    def knows_startup_loan(self, rows: Rows, day: float) -> Mask:
        """Founders of the kinds that the start-up loan is for who know of it, while it is to be had."""
        context, ids = self.context, self.context.firms.id[rows]
        if not self.guarantees.terms(STARTUP, day).open:
            return np.zeros(len(rows), dtype=np.bool_)
        informed = context.streams.uniform(ids, "informed") < self.claims.awareness(day)
        salience = context.parameters[parameters.FUND_SALIENCE.id]
        knows = context.streams.uniform(ids, "knows", "startup loan") < salience
        return np.asarray(_ELIGIBLE[context.firms.kind[rows]] & informed & knows)
