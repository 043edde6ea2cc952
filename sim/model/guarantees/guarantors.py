"""Guarantees: requests by banks and letters of guarantee, claims after defaults, and recoveries.

Banks request guarantees with :meth:`Guarantees.request` and read the answers from :attr:`Guarantees.letters`. Each
request opens a file, which waits in the guarantor's queue. Decision rules are in ``rules``; the capacity of funds is
in ``government.public_funds``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import simpy

from sim.engine.columns import Table
from sim.model.government import flows
from sim.model.government.public_funds import PublicFund
from sim.model.guarantees import parameters, rules
from sim.model.guarantees.agents import Guarantor
from sim.model.guarantees.parameters import (
    GUARANTEE,
    IP_PLEDGE,
    LOAN_POOL,
    PRIVATE,
    SCHEMES,
    STARTUP,
    TENANT,
)
from sim.model.guarantees.rules import Terms, exposure, waterfall
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    import numpy.typing as npt
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Codes, Ints, Mask, Rows
    from sim.model.context import Context

FUND_OF: Final = {
    STARTUP: "startup_loan_fund", IP_PLEDGE: "ip_pledge_pool", LOAN_POOL: "loan_pool", GUARANTEE: "guarantee_fund"}  # fmt: skip
CAPITAL_OF: Final = {GUARANTEE: parameters.CAPITAL, STARTUP: parameters.LOAN_FUND}
"""Lever that sets the capital of each guarantor funded by policy."""
INSTRUMENT: Final = {
    STARTUP: "startup_loan_fund", IP_PLEDGE: "ip_pledge_compensation", LOAN_POOL: "loan_pool", GUARANTEE: "guarantee_fund",
    TENANT: "incubator_risk_compensation"}  # fmt: skip
BEFORE_2017: Final = Terms(parameters.COVER_BEFORE_2017, 0.0, parameters.FEE_BEFORE_2017, True)
"""Terms of the government-backed guarantor before 2017."""
FILE_COLUMNS: Final = {
    "request": (np.int64, 0),  # number of the loan application
    "row": (np.int64, 0),  # row of the firm
    "month": (np.int16, 0),  # month of the request
    "fen": (np.int64, 0),  # amount of the loan, in fen
}


class Letter(NamedTuple):
    """Letter with which a guarantor answers requests for guarantees.

    Attributes:
        requests: numbers of the loan applications.
        scheme: scheme of the guarantor that answers.
        terms: terms on which the guarantor covers the loans, or ``None`` if it refuses.
        reason: reason for the refusal; empty if the guarantor accepts.
        rule: rule by which the guarantor decided.
    """

    requests: Ints
    scheme: int
    terms: Terms | None
    reason: str
    rule: str


class Files(Table):
    """Table of all requests for guarantees; the file number of a request is its row number."""

    request: Ints
    row: Ints
    month: npt.NDArray[np.int16]
    fen: Ints


class Guarantees:
    """All guarantors in the city, and the funds that cover loans.

    Attributes:
        letters: answers to banks, in chronological order.
        funds: funds that cover loans, by scheme.
        agents: guarantors, by scheme.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.files = Files(FILE_COLUMNS, 4096)
        self.letters = simpy.Store(context.env)
        self.private = PublicFund("private")
        self.private.balance = self.private.capital = round(100 * parameters.PRIVATE_CAPITAL)
        self.private.leverage = parameters.PRIVATE_LEVERAGE
        public = context.accounts.funds
        public["guarantee_fund"].others = self.private.others = context.parameters[parameters.OTHERS.id]
        self.funds = {scheme: public[fund] for scheme, fund in FUND_OF.items()} | {PRIVATE: self.private}
        self.agents = {
            scheme: Guarantor(context, scheme, self.funds[scheme], partial(self.decide, scheme), self.weigh)
            for scheme in parameters.DESKS
        }

    @property
    def desks(self) -> list[Guarantor]:
        """Service desks of the guarantors."""
        return list(self.agents.values())

    def weigh(self, files: Ints) -> Ints:
        """Return the number of requests in the city that each simulated request represents."""
        return self.context.firms.weight.take(self.files.row[files])

    # --- capital and terms -------------------------------------------------------------------------
    def schemes_without_capital(self) -> list[int]:
        """Return the schemes whose guarantees end today because policy sets their guarantor's capital to zero.

        The caller must end their cover before :meth:`begin`, so that the capital is no longer tied up in exposure.
        """
        at, day = self.context.levers.at, self.context.clock.first_day
        return [scheme for scheme, lever in CAPITAL_OF.items() if self.cover_ends(scheme, at(lever, day))]

    def cover_ends(self, scheme: int, yuan: float) -> bool:
        """Whether the guarantees of a scheme end when policy sets the capital of its fund to ``yuan``."""
        return rules.cover_ends(yuan, self.funds[scheme].outstanding)

    def begin(self) -> None:
        """Set the capital and leverage of guarantors and the compensation pool to their policy values."""
        context, day = self.context, self.context.clock.first_day
        at, public = context.levers.at, context.accounts.funds
        for scheme, lever in CAPITAL_OF.items():
            self.endow(scheme, at(lever, day))
        context.accounts.endow("risk_compensation", at(parameters.COMPENSATION, day))
        public["guarantee_fund"].leverage = at(parameters.LEVERAGE, day)
        public["startup_loan_fund"].leverage = at(parameters.LOAN_FUND_LEVERAGE, day)

    def endow(self, scheme: int, yuan: float) -> None:
        """Set the capital of a scheme's fund to the policy value (in yuan)."""
        self.context.accounts.endow(FUND_OF[scheme], yuan)

    def terms(self, scheme: int, day: float) -> Terms:
        """Return the terms that the guarantor of a scheme offers on a day."""
        levers, in_business = self.context.levers, not self.agents[scheme].has_left
        if scheme == PRIVATE:
            return rules.private_terms(in_business)
        if scheme == STARTUP:
            return rules.startup_fund_terms(in_business, levers.at(parameters.LOAN_FUND, day))
        return rules.public_terms(
            in_business, levers.at(parameters.CAPITAL, day), levers.at(parameters.COVERAGE, day), levers.at(parameters.FEE, day),
            not levers.not_yet(parameters.COMPENSATION), levers.at(parameters.CITY_SHARE, day))  # fmt: skip

    def approved_before_2017(self, rows: Rows, months: Ints) -> Mask:
        """Mask of firms that the government-backed guarantor accepted before 2017, on its pre-2017 terms."""
        risk = self.agents[GUARANTEE].assess(rows, months)
        appetite = self.context.parameters[parameters.APPETITE.id]
        return rules.accepts(risk, BEFORE_2017.fee, BEFORE_2017.cover, BEFORE_2017.city_share, appetite)

    # --- from the request to the letter ------------------------------------------------------------
    def request(self, scheme: int, requests: Ints, rows: Rows, months: Ints, fen: Ints) -> None:
        """Request guarantees for loan applications; every request is answered by a letter.

        Firms that do not accept the fee withdraw; the requests of the other firms join the guarantor's queue.

        Args:
            scheme: scheme of the guarantor.
            requests: numbers of the loan applications.
            rows: rows of the firms.
            months: months of the applications.
            fen: amount of each loan, in fen.
        """
        if not len(requests):
            return
        context, day = self.context, int(self.context.env.now)
        ids = context.firms.id[rows]
        if scheme != STARTUP:
            u = context.streams.uniform(ids * 128 + months + 64, "bears the fee")
            response = context.parameters[parameters.FEE_RESPONSE.id]
            accepted = rules.accepts_fee(u, self.terms(scheme, day).fee, response)
            self.refuse(requests[~accepted], scheme, "fee", "guarantees.rules.accepts_fee")
            requests, rows, months, fen, ids = (
                column[accepted] for column in (requests, rows, months, fen, ids))  # fmt: skip
        if not len(requests):
            return
        new = self.files.append(len(requests), request=requests, row=rows, month=months, fen=fen)
        self.agents[scheme].hand_in(
            np.full(len(requests), day), context.ties(ids, "guarantee"), np.arange(new.start, new.stop))  # fmt: skip
        if context.events:
            context.events.firms(
                ids, "guarantee.asked", day=day, rule="banking.rules.break_even", yuan=fen / 100,
                scheme=list(SCHEMES)[scheme])  # fmt: skip

    def decide(self, scheme: int, day: int, files: Ints, arrivals: Ints) -> None:
        """Make a guarantor's weekly decision: accept files that satisfy its rule, up to the capacity of its fund."""
        context, agent, f = self.context, self.agents[scheme], self.files
        is_open = context.firms.state[f.row[files]] == OPEN
        self.refuse(f.request[files[~is_open]], scheme, "too_late", "guarantees.guarantors.Guarantees")
        files = files[is_open]
        terms = self.terms(scheme, day)
        approved = agent.approves(f.row[files], f.month[files].astype(np.int64), terms)
        self.refer_to_private_guarantor(
            files[~approved], scheme, day, "guarantor_risk", "guarantees.rules.accepts"
        )
        files = files[approved]
        amounts = exposure(f.fen[files], np.full(len(files), terms.cover)) * self.weigh(files)
        reserved = np.array(
            [agent.pool.try_reserve(fen, context.clock.month) for fen in amounts.tolist()], dtype=np.bool_
        )
        reason = "suspended" if agent.pool.suspended else "guarantor_full"
        self.refer_to_private_guarantor(
            files[~reserved], scheme, day, reason, "government.public_funds.PublicFund"
        )
        accepted = files[reserved]
        if not len(accepted):
            return
        agent.approve(accepted)
        if scheme == GUARANTEE:
            context.recorder.add(parameters.GUARANTEED, context.clock.month, int(self.weigh(accepted).sum()))
        if context.events:
            context.events.firms(
                context.firms.id[f.row[accepted]], "guarantee.accepted", day=day, rule="guarantees.rules.accepts",
                yuan=f.fen[accepted] / 100, cover=terms.cover, fee=terms.fee)  # fmt: skip
        context.env.process(self.issue_letter(accepted, scheme, terms))

    def refer_to_private_guarantor(self, files: Ints, scheme: int, day: int, reason: str, rule: str) -> None:
        """Refer files that the public guarantor has declined to private guarantors, if these are open; refuse all others."""
        if not len(files):
            return
        f = self.files
        if scheme == GUARANTEE and self.terms(PRIVATE, day).open:
            self.request(
                PRIVATE, f.request[files], f.row[files], f.month[files].astype(np.int64), f.fen[files])  # fmt: skip
        else:
            self.refuse(f.request[files], scheme, reason, rule)

    def refuse(self, requests: Ints, scheme: int, reason: str, rule: str) -> None:
        """Send the bank a letter that refuses the given requests."""
        if len(requests):
            self.letters.put(Letter(requests, scheme, None, reason, rule))

    def issue_letter(self, files: Ints, scheme: int, terms: Terms) -> ProcessGenerator:
        """SimPy process that surveys the firms and then issues the letter of guarantee."""
        yield self.context.env.timeout(parameters.SURVEY_DAYS)
        self.letters.put(Letter(self.files.request[files], scheme, terms, "", "guarantees.rules.accepts"))

    # --- exposure ----------------------------------------------------------------------------------
    def release(self, scheme: Codes, fen: Ints) -> None:
        """Reduce the exposure of each scheme's fund by the guaranteed amounts (in fen) that have ended."""
        by_scheme = np.bincount(scheme, fen, len(SCHEMES)).astype(np.int64).tolist()
        for number, fund in self.funds.items():
            fund.release(by_scheme[number])

    def add_initial_exposure(self, scheme: Codes, fen: Ints) -> None:
        """Add guarantees issued before 2017 (in fen) to the exposure of each scheme's fund."""
        for number, fund in self.funds.items():
            fund.outstanding += int(fen[scheme == number].sum())

    # --- fees, claims, recoveries ------------------------------------------------------------------
    def collect_fees(self, rows: Rows, scheme: Codes, fee: Ints) -> None:
        """Collect the month's guarantee fees (in fen) from the given firms, and credit them to the guarantors."""
        accounts = self.context.accounts
        for number, flow in ((GUARANTEE, flows.GUARANTEE_FEE), (PRIVATE, flows.PRIVATE_FEE)):
            paying = np.flatnonzero((scheme == number) & (fee > 0))
            accounts.pay(flow, rows[paying], -fee[paying])
            total = int((fee[paying] * self.context.firms.weight.take(rows[paying])).sum())
            self.funds[number].earn(total)
            if number == GUARANTEE and total:
                accounts.regain(accounts.instruments.index(INSTRUMENT[GUARANTEE]), total / 100)

    def pay_claim(self, row: int, scheme: int, loss: int, cover: float, city_share: float) -> tuple[int, int]:
        """Pay a claim: the guarantor or fund and the city pay their shares, up to the money that they have.

        Args:
            row: row of the borrower.
            scheme: scheme of the loan.
            loss: loss on the loan of one firm, in fen.
            cover: share of the loss that is covered.
            city_share: share of the cover that the city bears.

        Returns:
            Amounts paid by the city and by the fund (or guarantor) for one firm, in fen.
        """
        context, accounts, month = self.context, self.context.accounts, self.context.clock.month
        weight = int(context.firms.weight[row])
        loan = (
            np.array([loss]), np.array([cover], dtype=np.float32), np.array([city_share], dtype=np.float32))  # fmt: skip
        _, of_fund, of_city = (int(part[0]) * weight for part in waterfall(*loan))
        if scheme == TENANT:  # paid by the treasury, not by a fund
            by_city, by_fund = of_city, 0
            accounts.post(flows.TENANT_LOSSES, by_city)
            accounts.spend(accounts.instruments.index(INSTRUMENT[TENANT]), by_city / 100)
        else:
            fund = self.funds[scheme]
            fund.release(int(exposure(loan[0], loan[1])[0]) * weight)
            by_city = accounts.funds["risk_compensation"].pay(of_city, month) if of_city else 0
            by_fund = fund.pay(rules.claim_payments(of_fund, of_city, by_city), month)
            accounts.post(flows.CLAIMS, by_city + (0 if scheme == PRIVATE else by_fund))
            accounts.post(flows.PRIVATE_CLAIMS, by_fund if scheme == PRIVATE else 0)
            if by_city:
                accounts.spend(accounts.instruments.index("guarantee_risk_compensation"), by_city / 100)
            if scheme != PRIVATE:
                accounts.spend(accounts.instruments.index(INSTRUMENT[scheme]), by_fund / 100)
        if context.events:
            context.events.firms(
                context.firms.id[[row]], "guarantee.claim", day=int(context.env.now),
                rule="guarantees.rules.waterfall", yuan=(by_fund + by_city) / weight / 100,
                waited=parameters.CLAIM_DAYS, fund=by_fund / 100, city=by_city / 100)  # fmt: skip
        return by_city // weight, by_fund // weight

    def recover(self, scheme: Codes, to_fund: Ints, to_city: Ints) -> None:
        """Distribute recoveries from bad loans (in fen) to the funds and the city, which paid the claims."""
        accounts = self.context.accounts
        for number, fund in self.funds.items():
            fen = int(to_fund[scheme == number].sum())
            fund.recover(fen)
            accounts.post(flows.PRIVATE_RECOVERY if number == PRIVATE else flows.FUND_RECOVERY, fen)
            if number != PRIVATE and fen:
                accounts.regain(accounts.instruments.index(INSTRUMENT[number]), fen / 100)
        fen = int(to_city[scheme == TENANT].sum())
        accounts.post(flows.TENANT_RECOVERY, fen)
        if fen:
            accounts.regain(accounts.instruments.index(INSTRUMENT[TENANT]), fen / 100)
        fen = int(to_city[scheme != TENANT].sum())
        accounts.funds["risk_compensation"].recover(fen)
        accounts.post(flows.FUND_RECOVERY, fen)
        if fen:
            accounts.regain(accounts.instruments.index("guarantee_risk_compensation"), fen / 100)

    def settle(self) -> None:
        """Record the month's outcomes, and begin the next month of the private guarantors' fund."""
        put, month = self.context.recorder.put, self.context.clock.month
        fund = self.funds[GUARANTEE]
        put(parameters.NET_CAPITAL, month, (fund.balance + self.private.balance) / 100)
        put(parameters.PRIVATE_BOOK, month, self.private.outstanding / 100)
        put(parameters.APPETITE_NOW, month, self.agents[GUARANTEE].appetite())
        self.private.roll()
