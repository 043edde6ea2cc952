"""Weekly credit committee, which grants, grants with cover, or refuses each loan application.

Break-even rates and the choice of scheme are in ``rules``; the steps after a decision are in ``lending``. Arguments
named ``files`` hold the row numbers of applications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sim.model.banking import parameters, rules
from sim.model.environment import geography, series
from sim.model.guarantees.parameters import GUARANTEE, IP_PLEDGE, PRIVATE, STARTUP, TENANT

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
    """Decision of the committee on one week's applications, given by their row numbers.

    Attributes:
        too_risky: applications that are unprofitable even with the usual cover; these are refused.
        uncovered: applications that need cover but qualify for no scheme; these are refused.
        by_scheme: all other applications, by scheme.
    """

    too_risky: Ints
    uncovered: Ints
    by_scheme: dict[int, Ints]


class CreditCommittee:
    """Credit committee that represents the weekly decisions of all banks.

    Args:
        context: see :class:`Context`.
        requests: all loan applications.
        guarantees: guarantors, which set the terms of cover.
        tenancy: tenants of incubators, some of whose first loans are covered by the city.
        claims: claims desk, which provides the share of founders who are aware of programmes.
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
        """Choose the scheme of each application, and set its amount, interest rate and cover.

        Args:
            day: day of the meeting.
            files: assessed applications of open firms, in the order in which funds consider them.
            relief: yearly reduction in the cost of funds of the bank that receives each application.
        """
        context, r = self.context, self.requests
        rows, pd = r.row[files], r.pd[files]
        rates = series.loan_rates(context.clock.month)

        def pays(cover: float) -> Mask:
            cost = rules.break_even(pd, cover, rates.base, relief)
            return rules.pays(cost, rates.loan, rates.mandate)

        alone = rules.break_even(pd, 0.0, rates.base, relief)
        pool_share = context.levers.at(parameters.POOL_SHARE, day)
        large = self.needs_pool(files)
        pooled = large & rules.fund_is_open(context.accounts.funds["loan_pool"].capital, pool_share)
        if pooled.any():
            pooled &= pays(pool_share)
        self.cap_amounts(files[large & ~pooled])
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
        too_risky = none & ~pays(parameters.USUAL_COVER)
        by_scheme = {number: files[scheme == number] for number in np.unique(scheme[~none]).tolist()}
        return Decision(files[too_risky], files[none & ~too_risky], by_scheme)

    def needs_pool(self, files: Ints) -> Mask:
        """Mask of growth firms' applications for more than a bank lends without the loan pool."""
        firms, r = self.context.firms, self.requests
        rows = r.row[files]
        return rules.needs_pool(firms.segment[rows], firms.value_added[rows], r.fen[files])

    def cap_amounts(self, files: Ints) -> None:
        """Set the amounts of the given applications to the maximum that a bank lends without the loan pool."""
        value_added = self.context.firms.value_added[self.requests.row[files]]
        self.requests.fen[files] = rules.amount_without_pool(value_added)

    def covered(self, rows: Rows, day: int, pays: Callable[[float], Mask]) -> dict[int, Mask]:
        """Return, for each available scheme, a mask of the firms whose loan is profitable for the bank.

        The schemes are in the order in which banks try them.
        """
        context, firms = self.context, self.context.firms
        considered = rules.guarantors_consider(
            firms.segment[rows], rules.yearly_turnover(firms.value_added[rows])
        )
        ip_share = context.levers.at(parameters.IP_SHARE, day)
        ip_open = rules.fund_is_open(context.accounts.funds["ip_pledge_pool"].capital, ip_share)
        schemes = [(IP_PLEDGE, ip_share, firms.patent[rows], ip_open)]
        for scheme in (GUARANTEE, PRIVATE):
            terms = self.guarantees.terms(scheme, day)
            schemes.append((scheme, terms.cover, considered, terms.open and terms.cover > 0))
        return {scheme: eligible & pays(cover) for scheme, cover, eligible, open_ in schemes if open_}

    def knows_startup_loan(self, rows: Rows, day: float) -> Mask:
        """Mask of eligible founders who know of the start-up guaranteed loan; all false if it is not available."""
        context, ids = self.context, self.context.firms.id[rows]
        if not self.guarantees.terms(STARTUP, day).open:
            return np.zeros(len(rows), dtype=np.bool_)
        return rules.knows_startup_loan(
            _ELIGIBLE[context.firms.kind[rows]],
            context.streams.uniform(ids, "informed"), self.claims.awareness(day),
            context.streams.uniform(ids, "knows", "startup loan"), context.parameters[parameters.FUND_SALIENCE.id])  # fmt: skip
