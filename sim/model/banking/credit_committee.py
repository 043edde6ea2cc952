"""The committee: on Friday at noon banks decide who gets a loan as it is, who with cover, and who does not.

What a loan must bring is the rule of ``credit``; what follows on a decision is in ``lending``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.banking import parameters, rules
from sim.model.banking.parameters import GUARANTEE, IP_PLEDGE, LOAN_POOL, PLAIN, PRIVATE, STARTUP, TENANT
from sim.model.banking.rules import exposure
from sim.model.environment import series
from sim.model.population.firm_table import OPEN, G

if TYPE_CHECKING:
    from sim.engine.arrays import Ints, Rows
    from sim.model.banking.lending import Banks


class Committee:
    """The decisions of all banks.

    Attributes:
        screened: files that officers have looked at, for Friday noon.
    """

    def __init__(self, banks: Banks) -> None:
        self.banks, self.city, self.requests = banks, banks.city, banks.requests
        self.screened: list[Ints] = []
        self._eligible = banks.city.kinds_among(parameters.ELIGIBLE)

    def fridays(self) -> Any:
        """The SimPy process of all banks' decisions."""
        city, r = self.city, self.requests
        yield city.env.timeout(clock.first_friday() + clock.NOON)
        while True:
            if self.screened:
                files, day = np.concatenate(self.screened), int(city.env.now)
                self.screened.clear()
                rows, bank = r.row[files], r.bank[files]
                months = r.month[files].astype(np.int64)
                r.pd[files] = self.banks.appraise(bank, rows, months, day + clock.MORNING)
                ties = city.ties(city.firms.id[rows], "loan")
                self.decide(day, files[np.lexsort((ties, r.day[files]))])
            yield city.env.timeout(7)

    def decide(self, day: int, files: Ints) -> None:
        """Who gets a loan as it is, who with cover, who not; pools serve files in the order of the lines."""
        city, firms, r = self.city, self.city.firms, self.requests
        open_ = firms.state[r.row[files]] == OPEN
        self.banks.refuse(files[~open_], "too_late", "committee.Committee")
        files = files[open_]
        if not len(files):
            return
        rows, pd = r.row[files], r.pd[files]
        rates = series.loan_rates(city.month)
        relent = parameters.RELENT if self.banks.relending_left(day) > 0 else 0.0
        relief = np.array([relent if b.kind in parameters.CHEAP else 0.0 for b in self.banks.desks])[
            r.bank[files]
        ]

        def fits(cover: float) -> npt.NDArray[np.bool_]:
            return rules.pays(rules.break_even(pd, cover, rates.base, relief), rates.loan, rates.mandate)

        alone = rules.break_even(pd, 0.0, rates.base, relief)
        scheme = np.where(rules.pays(alone, rates.loan, rates.mandate), PLAIN, -1).astype(np.int8)
        turnover = 12 * parameters.TURNOVER * firms.value_added[rows]
        enterprise = firms.segment[rows] != G
        terms = {kind: city.guarantors.terms(kind, day) for kind in (STARTUP, GUARANTEE, PRIVATE)}
        # The pool lets a listed firm borrow beyond what a bank lends on its own (ZS063-065); without it, it borrows less.
        usual = np.int64(100 * parameters.TICKET_CAP) * firms.value_added[rows].astype(np.int64)
        listed = enterprise & (turnover >= parameters.GROWTH_FIRM) & (r.fen[files] > usual)
        pool = city.pools["loan_pool"].capital > 0 and city.at(parameters.POOL_SHARE, day) > 0
        if pool:
            scheme[listed & fits(city.at(parameters.POOL_SHARE, day))] = LOAN_POOL
        r.fen[files[listed & (scheme != LOAN_POOL)]] = usual[listed & (scheme != LOAN_POOL)]
        ways = (
            (IP_PLEDGE, city.at(parameters.IP_SHARE, day), firms.patent[rows], city.pools["ip_pledge_pool"].capital > 0),
            (GUARANTEE, terms[GUARANTEE].cover, self.banks.guaranteeable(rows), terms[GUARANTEE].open),
            (PRIVATE, terms[PRIVATE].cover, self.banks.guaranteeable(rows), terms[PRIVATE].open),
        )  # fmt: skip
        for kind, cover, may, exists in ways:
            if exists and cover > 0:
                scheme[(scheme < 0) & may & fits(cover)] = kind
        borne = city.at(parameters.TENANT_SHARE, day)
        if borne > 0:  # free for bank and tenant: every first loan that pays with it is registered
            scheme[self.first_of_a_tenant(rows) & (scheme != LOAN_POOL) & fits(borne)] = TENANT
        if terms[STARTUP].open:  # a founder who knows of it asks for it first
            knows = self.knows_startup_loan(rows, day)
            fen_cap = np.int64(100 * city.at(parameters.STARTUP_CAP, day))
            scheme[knows] = STARTUP
            r.fen[files[knows]] = np.minimum(r.fen[files[knows]], fen_cap)
        r.scheme[files] = scheme
        none = files[scheme < 0]
        hopeless = ~fits(parameters.USUAL_COVER)[scheme < 0]
        self.banks.refuse(none[hopeless], "risk", "credit.pays")
        self.banks.refuse(none[~hopeless], "no_cover", "credit.pays")
        r.rate[files] = rules.price(alone, rates.loan)
        of_tenants = files[scheme == TENANT]
        r.cover[of_tenants], r.city[of_tenants] = borne, 1.0
        self.banks.commit(files[(scheme == PLAIN) | (scheme == TENANT)], day)
        for kind, fund, share in (
            (IP_PLEDGE, "ip_pledge_pool", city.at(parameters.IP_SHARE, day)),
            (LOAN_POOL, "loan_pool", city.at(parameters.POOL_SHARE, day)),
        ):
            self.pooled(files[scheme == kind], fund, share, day)
        city.guarantors.ask(STARTUP, files[scheme == STARTUP])
        for kind in (GUARANTEE, PRIVATE):
            self.seek_cover(files[scheme == kind], kind, day)

    def seek_cover(self, files: Ints, kind: int, day: int) -> None:
        """Files go to a guarantor, but for those whose owners find its fee too dear."""
        if not len(files):
            return
        city, r = self.city, self.requests
        u = city.chance.uniform(city.firms.id[r.row[files]] * 128 + r.month[files] + 64, "bears the fee")
        bears = city.guarantors.bears(u, kind, day)
        self.banks.refuse(files[~bears], "fee", "guarantee.bears_fee")
        r.scheme[files] = kind
        city.guarantors.ask(kind, files[bears])

    def first_of_a_tenant(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Tenants of recognised tech incubators that have never had a loan."""
        firms, spaces = self.city.firms, self.city.carriers.ever
        first = (firms.space[rows] >= 0) & ~firms.borrowed[rows]
        for k in np.flatnonzero(first).tolist():
            space = spaces[firms.space[rows[k]]]
            first[k] = space.kind == "incubator" and space.level > 0
        return np.asarray(first)

    def knows_startup_loan(self, rows: Rows, day: float) -> npt.NDArray[np.bool_]:
        """Founders of the kinds that the start-up loan is for, who know of it."""
        city, firms = self.city, self.city.firms
        ids = firms.id[rows]
        told = city.chance.uniform(ids, "informed") < city.claims.told(day)
        knows = city.chance.uniform(ids, "knows", "startup loan") < city.drawn[parameters.FUND_SALIENCE.id]
        return np.asarray(self._eligible[firms.kind[rows]] & told & knows)

    def pooled(self, files: Ints, fund: str, share: float, day: int) -> None:
        """Loans for which a risk pool bears part of a loss: the pool is tested file by file."""
        city, pool, r = self.city, self.city.pools[fund], self.requests
        if not len(files):
            return
        r.cover[files] = share
        parts = exposure(r.fen[files], r.cover[files]) * self.banks.weigh(files)
        taken = np.array([pool.covers(part, city.month) for part in parts.tolist()], dtype=np.bool_)
        self.banks.refuse(files[~taken], "suspended" if pool.suspended else "guarantor_full", "pools.Pool")
        self.banks.commit(files[taken], day)

    def backed(self, files: Ints, fee: float, cover: float, city_share: float, day: int) -> None:
        """A guarantor stands behind these: the bank commits."""
        r = self.requests
        r.fee[files], r.cover[files], r.city[files] = fee, cover, city_share
        rates = series.loan_rates(self.city.month)
        r.rate[files] = rules.price(rules.break_even(r.pd[files], cover, rates.base), rates.loan)
        self.banks.commit(files, day)
