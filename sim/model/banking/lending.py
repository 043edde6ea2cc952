"""Lending: from the loan application to month-end accounting.

1. A firm applies to a bank (:meth:`Banks.begin`, :meth:`Banks.apply`); the application waits for a loan officer.
2. Loan officers screen applications during the week; on Friday at noon the committee decides (:meth:`Banks.meetings`).
3. Applications that need a guarantee are sent to a guarantor, which answers by letter weeks later (:meth:`Banks.answers`).
4. Loans within the bank's lending limit are approved and wait for disbursement (:meth:`Banks.commit`).
5. Approved loans are disbursed at noon (:meth:`Banks.disbursements`).
6. Interest, instalments, default and recovery are in ``loan_book``; loans that fall due are in ``rollover``.

A firm has at most one loan, under one scheme. Arguments named ``files`` hold the row numbers of applications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine import clock
from sim.model.banking import parameters, rules
from sim.model.banking.agents import Bank
from sim.model.banking.applications import REQUEST, Requests, applicants, requested_fen
from sim.model.banking.credit_committee import CreditCommittee
from sim.model.banking.interest_subsidy import claim_interest
from sim.model.banking.loan_book import LoanBook
from sim.model.banking.rollover import Rollover
from sim.model.environment import series
from sim.model.government import flows
from sim.model.guarantees.parameters import (
    GUARANTEE,
    IP_PLEDGE,
    LOAN_POOL,
    PLAIN,
    PRIVATE,
    SCHEMES,
    STARTUP,
    TENANT,
)
from sim.model.guarantees.rules import exposure
from sim.model.population.firm_table import OPEN
from sim.model.underwriting.assessment import assess_default_risk

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Codes, Floats, Integers, Ints, Mask, Rows
    from sim.model.context import Context
    from sim.model.guarantees.guarantors import Guarantees, Letter
    from sim.model.incubation.tenancy import Tenancy
    from sim.model.subsidies.claims_desk import ClaimsDesk

REASON: Final = {name: number for number, name in enumerate(parameters.REASONS)}


class Banks:
    """All banks of the city, their loan applications and their loan book.

    Args:
        context: see :class:`Context`.
        guarantees: guarantors, and the funds that cover loans.
        tenancy: see :class:`CreditCommittee`.
        claims: desk that receives claims for interest subsidies; see also :class:`CreditCommittee`.

    Attributes:
        pending: mask of firms with an application that has been neither refused nor disbursed, by row.
        raised: equity that each firm had raised when last checked, in fen, by row.
        due: approved applications, by day of disbursement.
    """

    def __init__(
        self, context: Context, guarantees: Guarantees, tenancy: Tenancy, claims: ClaimsDesk
    ) -> None:
        self.context, self.guarantees, self.claims = context, guarantees, claims
        self.book = LoanBook(context, guarantees)
        self.requests = Requests(REQUEST, 16384)
        self.pending = np.zeros(context.firms.capacity, dtype=np.bool_)
        self.raised = np.zeros(context.firms.capacity, dtype=np.int64)
        self.desks: list[Bank] = []
        self.committee = CreditCommittee(context, self.requests, guarantees, tenancy, claims)
        self.rollover = Rollover(context, self.book, self.assessment_errors)
        self.due: dict[int, list[Ints]] = {}
        for kind, (number, share, officers) in parameters.KINDS.items():
            for _ in range(number):
                self.open_bank(kind, share / number, officers)
        self._general = len(self.desks)
        self._cumulative = np.cumsum([bank.share for bank in self.desks])

    def open_bank(self, kind: str, share: float, officers: int) -> Bank:
        """Open a bank or technology branch and return it."""
        bank = Bank(self.context, self.weigh, kind, len(self.desks), share, officers)
        self.desks.append(bank)
        return bank

    def weigh(self, files: Ints) -> Ints:
        """Return the number of applications in the city that each simulated application represents."""
        return self.context.firms.weight.take(self.requests.row[files])

    def assess(self, banks: Integers, rows: Rows, months: Ints, day: float) -> Floats:
        """Assess each applicant's annual probability of default, with the assessment error of its bank."""
        errors, assessors = self.assessment_errors()
        single = errors.astype(np.float32)  # the precision of the draws
        return assess_default_risk(self.context, rows, months, single.take(banks), assessors.take(banks), day)

    def assessment_errors(self) -> tuple[Floats, Ints]:
        """Return each bank's standard deviation of the assessment error for new applicants, and its assessor number."""
        context = self.context
        change = context.levers.at(parameters.NOISE_CHANGE, context.env.now)
        usual = context.parameters[parameters.NOISE.id] * (1 + change)
        return np.array([usual * b.noise for b in self.desks]), np.array([b.assessor for b in self.desks])

    # --- 1. applications ---------------------------------------------------------------------------
    def begin(self, open_now: Rows, technology: Rows) -> None:
        """Begin a month: apply policy settings, receive applications and subsidy claims, and start to renew due loans."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        self.open_branches()
        self.book.strategic = context.levers.at(parameters.STRATEGIC, context.clock.first_day)
        self.endow()
        for bank, fen in zip(self.desks, self.book.lent(len(self.desks)), strict=True):
            bank.begin(fen)
        if len(self.pending) < firms.capacity:
            grow = firms.capacity - len(self.pending)
            self.pending, self.raised = np.pad(self.pending, (0, grow)), np.pad(self.raised, (0, grow))
        rows = applicants(context, open_now, month)
        rows = rows[self.without_loan(rows)]
        self.apply(rows, requested_fen(context, rows, month), month)
        self.apply_after_equity(technology)
        claim_interest(context, self.book, self.claims)
        self.rollover.fall_due()

    def without_loan(self, rows: Rows) -> Mask:
        """Mask of firms without a loan or a pending application."""
        return np.asarray((self.context.firms.debt[rows] == 0) & ~self.pending[rows])

    def endow(self) -> None:
        """Set the capital of the funds that cover loans, and end the cover of funds left without capital."""
        context, day = self.context, self.context.clock.first_day
        at, funds = context.levers.at, context.accounts.funds
        for scheme, lever in ((LOAN_POOL, parameters.POOL), (IP_PLEDGE, parameters.IP_POOL)):
            yuan = at(lever, day)
            if self.guarantees.cover_ends(scheme, yuan):
                self.book.end_cover(scheme)
            self.guarantees.endow(scheme, yuan)
        context.accounts.endow("bridge_fund", at(parameters.BRIDGE_FUND, day))
        funds["loan_pool"].leverage = at(parameters.POOL_LEVERAGE, day)
        funds["ip_pledge_pool"].leverage = parameters.IP_LEVERAGE

    def open_branches(self) -> None:
        """Open or close technology branches until their number equals the policy setting."""
        target = round(self.context.levers.at(parameters.BRANCHES, self.context.clock.first_day))
        current = [b for b in self.desks[self._general :] if not b.has_left]
        for _ in range(target - len(current)):
            bank = self.open_bank("tech", parameters.TECH_SHARE, parameters.TECH_OFFICERS)
            self.context.env.process(bank.work(self.context.env))
        for bank in current[target:]:
            bank.remove()

    def choose_banks(self, rows: Rows, month: int) -> Codes:
        """Choose the bank or technology branch to which each firm applies, and return its index."""
        context, ids = self.context, self.context.firms.id[rows]
        bank = rules.choose_bank(context.streams.uniform(ids, "bank", month), self._cumulative)
        branches = [b.number for b in self.desks[self._general :] if not b.has_left]
        if branches:
            u = context.streams.uniform(ids, "branch", month)
            place = rules.choose_branch(u, context.firms.segment[rows], len(branches))
            attracted = place >= 0
            bank[attracted] = np.array(branches, dtype=np.int8)[place[attracted]]
        return bank

    def apply(self, rows: Rows, fen: Ints, month: int) -> None:
        """Submit each application after the firm's search for a bank; drop applications to banks that have closed."""
        if not len(rows):
            return
        context, firms = self.context, self.context.firms
        search = rules.search_time(context.levers.at(parameters.SEARCH_CHANGE, context.clock.first_day))
        u = context.streams.uniform(firms.id[rows], "loan day", month)
        day = np.floor(context.clock.first_day + search + clock.month_length(month) * u)
        bank = self.choose_banks(rows, month)
        is_present = np.array([not b.has_left for b in self.desks])[bank]
        rows, fen, day, bank = rows[is_present], fen[is_present], day[is_present], bank[is_present]
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.requested", day=day, yuan=fen / 100, rule="banking.rules.requested_amount", bank=bank)  # fmt: skip
        new = self.requests.append(len(rows), row=rows, month=month, fen=fen, bank=bank, day=day)
        self.pending[rows] = True
        numbers = np.arange(new.start, new.stop)
        ties = context.ties(firms.id[rows], "loan")
        for number in np.unique(bank).tolist():
            of_bank = bank == number
            self.desks[number].hand_in(day[of_bank].astype(np.int64), ties[of_bank], numbers[of_bank])

    def apply_after_equity(self, technology: Rows) -> None:
        """Submit applications for loans that banks offer to firms that have raised new equity (M13)."""
        context, firms = self.context, self.context.firms
        ratio = context.levers.at(parameters.FOLLOWS, context.clock.first_day)
        raised = firms.raised.take(technology)
        new = raised - self.raised.take(technology)
        changed = np.flatnonzero(new)
        rows, new = technology[changed], new[changed]
        self.raised[rows] = raised[changed]
        free = self.without_loan(rows)
        if ratio > 0 and free.any() and context.clock.month > 0:
            self.apply(rows[free], rules.amount_after_equity(ratio, new[free]), context.clock.month)

    # --- 2. decisions ------------------------------------------------------------------------------
    def meetings(self) -> ProcessGenerator:
        """SimPy process of the weekly meeting, which decides on the applications screened by loan officers."""
        context, r = self.context, self.requests
        yield context.env.timeout(clock.first_friday() + clock.NOON)
        while True:
            screened = [files for bank in self.desks for files in bank.take_screened()]
            if screened:
                files, day = np.concatenate(screened), int(context.env.now)
                rows, months = r.row[files], r.month[files].astype(np.int64)
                r.pd[files] = self.assess(r.bank[files], rows, months, day + clock.MORNING)
                ties = context.ties(context.firms.id[rows], "loan")
                self.decide(day, files[np.lexsort((ties, r.day[files]))])
            yield context.env.timeout(7)

    def decide(self, day: int, files: Ints) -> None:
        """Decide on a week's applications: approve or refuse each, or request cover from a risk pool or guarantor."""
        context, r = self.context, self.requests
        is_open = context.firms.state[r.row[files]] == OPEN
        self.refuse(files[~is_open], "too_late", "banking.lending.Banks")
        files = files[is_open]
        if not len(files):
            return
        relief = rules.relending_relief(
            context.levers.at(parameters.RELENDING, day), self.lent_by_relending_banks()
        )
        by_bank = np.array([relief if b.kind in parameters.CHEAP else 0.0 for b in self.desks])
        decision = self.committee.decide(day, files, by_bank[r.bank[files]])
        none = np.zeros(0, dtype=np.int64)
        by_scheme = decision.by_scheme
        self.refuse(decision.too_risky, "risk", "banking.rules.pays")
        self.refuse(decision.uncovered, "no_cover", "banking.rules.pays")
        ready = np.isin(r.scheme[files], (PLAIN, TENANT))
        self.commit(files[ready], day)
        for scheme, fund, share in (
            (IP_PLEDGE, "ip_pledge_pool", parameters.IP_SHARE),
            (LOAN_POOL, "loan_pool", parameters.POOL_SHARE),
        ):
            self.commit_covered(by_scheme.get(scheme, none), fund, context.levers.at(share, day), day)
        for scheme in (STARTUP, GUARANTEE, PRIVATE):
            requests = by_scheme.get(scheme, none)
            self.guarantees.request(
                scheme, requests, r.row[requests], r.month[requests].astype(np.int64), r.fen[requests])  # fmt: skip

    def lent_by_relending_banks(self) -> float:
        """Return the loans and commitments of the banks eligible for relending, in yuan."""
        fen = sum(bank.lent + bank.committed for bank in self.desks if bank.kind in parameters.CHEAP)
        return fen / 100

    def commit_covered(self, files: Ints, fund: str, share: float, day: int) -> None:
        """Reserve cover from a risk pool for each loan in turn; commit the covered loans, and refuse the others."""
        if not len(files):
            return
        pool, r, month = self.context.accounts.funds[fund], self.requests, self.context.clock.month
        r.cover[files] = share
        parts = exposure(r.fen[files], r.cover[files]) * self.weigh(files)
        taken = np.array([pool.try_reserve(part, month) for part in parts.tolist()], dtype=np.bool_)
        reason = "suspended" if pool.suspended else "guarantor_full"
        self.refuse(files[~taken], reason, "government.public_funds.PublicFund")
        self.commit(files[taken], day)

    # --- 3. guarantees -----------------------------------------------------------------------------
    def answers(self) -> ProcessGenerator:
        """SimPy process that reads guarantors' letters, commits the guaranteed loans and refuses the others."""
        while True:
            letter: Letter = yield self.guarantees.letters.get()
            if letter.terms is None:
                self.refuse(letter.requests, letter.reason, letter.rule)
            else:
                self.commit_guaranteed(letter)

    def commit_guaranteed(self, letter: Letter) -> None:
        """Commit loans that a guarantor has accepted, at the interest rate of a loan with this cover."""
        assert letter.terms is not None
        r, files, terms = self.requests, letter.requests, letter.terms
        r.scheme[files] = letter.scheme
        r.fee[files], r.cover[files], r.city_share[files] = terms.fee, terms.cover, terms.city_share
        rates = series.loan_rates(self.context.clock.month)
        r.rate[files] = rules.price(rules.break_even(r.pd[files], terms.cover, rates.base), rates.loan)
        self.commit(files, int(self.context.env.now))

    # --- 4. commitment -----------------------------------------------------------------------------
    def refuse(self, files: Ints, reason: str, rule: str) -> None:
        """Refuse applications, and record the reason and the rule; the firms may apply again."""
        if len(files):
            context, rows = self.context, self.requests.row[files]
            self.pending[rows] = False
            where = (context.clock.month, REASON[reason])
            context.recorder.add(parameters.REFUSED, where, int(self.weigh(files).sum()))
            if context.events:
                context.events.firms(
                    context.firms.id[rows], "credit.refused", day=int(context.env.now), rule=rule,
                    waited=context.env.now - self.requests.day[files], pd=self.requests.pd[files], reason=reason)  # fmt: skip

    def commit(self, files: Ints, day: int) -> None:
        """Approve applications in order, up to each bank's lending limit, and schedule disbursement; refuse the others."""
        if not len(files):
            return
        bank, weight = self.requests.bank[files], self.weigh(files)
        amounts = self.requests.fen[files] * weight
        fits = rules.within_limit(amounts, bank, np.array([b.available() for b in self.desks]))
        if not fits.all():
            refused = files[~fits]
            self.end_exposure(refused)
            self.refuse(refused, "bank_full", "banking.rules.within_limit")
            files, bank, weight, amounts = files[fits], bank[fits], weight[fits], amounts[fits]
        fen, number = self.by_bank(bank, amounts), self.by_bank(bank, weight)
        for desk, promised, loans in zip(self.desks, fen, number, strict=True):
            desk.commit(promised, loans)
        paid_on = np.array([day + max(1, round(b.days(day))) for b in self.desks])[bank]
        for when in set(paid_on.tolist()):
            self.due.setdefault(when, []).append(files[paid_on == when])

    def end_exposure(self, files: Ints) -> None:
        """Reduce the funds' exposure by the cover of loans that will not be disbursed."""
        if len(files):
            r = self.requests
            self.guarantees.release(
                r.scheme[files], exposure(r.fen[files], r.cover[files]) * self.weigh(files))  # fmt: skip

    def by_bank(self, bank: Integers, numbers: Ints) -> list[int]:
        """Return the sums of integers (amounts in fen or numbers of loans) by bank."""
        sums: list[int] = np.bincount(bank, numbers, len(self.desks)).astype(np.int64).tolist()
        return sums

    # --- 5. disbursement ---------------------------------------------------------------------------
    def disbursements(self) -> ProcessGenerator:
        """SimPy process that, at noon every day, pays out the loans to be disbursed on that day."""
        yield self.context.env.timeout(clock.NOON)
        while True:
            if files := self.due.pop(int(self.context.env.now), None):
                self.pay_out(np.concatenate(files))
            yield self.context.env.timeout(1)

    def pay_out(self, files: Ints) -> None:
        """Disburse loans to firms that are still open and have no debt; refuse the others as too late."""
        context, firms, r = self.context, self.context.firms, self.requests
        bank = r.bank[files]
        paid = promised = self.by_bank(bank, r.fen[files] * self.weigh(files))
        ready = (firms.state[r.row[files]] == OPEN) & (firms.debt[r.row[files]] == 0)
        if not ready.all():
            late = files[~ready]
            self.end_exposure(late)
            self.refuse(late, "too_late", "banking.lending.Banks")
            files, bank = files[ready], bank[ready]
            paid = self.by_bank(bank, r.fen[files] * self.weigh(files))
        for desk, less, more in zip(self.desks, promised, paid, strict=True):
            desk.committed -= less
            desk.lent += more
        if not len(files):
            return
        rows, fen, day, scheme = r.row[files], r.fen[files], int(context.env.now), r.scheme[files]
        self.pending[rows] = False
        bullet = rules.repaid_at_maturity(firms.segment[rows], fen, scheme)
        term = rules.term(bullet, scheme, context.levers.at(parameters.STARTUP_TERM, day))
        self.book.enter(
            rows, bank=bank, scheme=scheme, principal=fen, balance=fen, rate=r.rate[files], fee=r.fee[files],
            cover=r.cover[files], city_share=r.city_share[files], until=context.clock.month + term,
            bullet=bullet, month=context.clock.month)  # fmt: skip
        context.accounts.pay(flows.LOANS, rows, fen)
        context.accounts.pay(flows.EQUIPMENT, rows, -rules.equipment_purchase(fen))
        effect = context.parameters[parameters.EQUIPMENT.id]
        firms.log_scale[rows] += rules.equipment_gain(effect, fen / 100, firms.value_added[rows]).astype(
            np.float32
        )
        firms.serve(rows[scheme == STARTUP], day)
        self.record_disbursed(files, day)

    def record_disbursed(self, files: Ints, day: int) -> None:
        """Record the loans disbursed, by scheme."""
        context, r = self.context, self.requests
        rows, scheme, weight, month = r.row[files], r.scheme[files], self.weigh(files), context.clock.month
        yuan = r.fen[files] * weight / 100
        context.recorder.add(parameters.GRANTED, month, float(yuan.sum()))
        np.add.at(context.recorder[parameters.GRANTED_BY_SCHEME][month], scheme, yuan)
        np.add.at(context.recorder[parameters.NUMBER][month], scheme, weight)
        context.recorder.add(parameters.IP_GRANTED, month, float(yuan[scheme == IP_PLEDGE].sum()))
        if context.events:
            context.events.firms(
                context.firms.id[rows], "credit.granted", day=day, yuan=r.fen[files] / 100, rule="banking.rules.price",
                waited=day - r.day[files], rate=r.rate[files], pd=r.pd[files],
                scheme=np.array(list(SCHEMES))[scheme])  # fmt: skip

    # --- 6. month-end accounting ------------------------------------------------------------------------
    def collect(self) -> None:
        """Collect the month's interest and instalments."""
        self.book.collect(self.context.environment.principal_relief(self.context.clock.month))

    def settle(self) -> None:
        """Settle the loan book for the month, and record the mean rate of new loans."""
        self.book.settle()
        context, month, book = self.context, self.context.clock.month, self.book
        if context.recorder[parameters.GRANTED_BY_SCHEME][month].sum() > 0:
            new = np.flatnonzero((book.month == month) & (book.principal > 0) & (book.bank >= 0))
            weights = (book.principal[new] * book.weight(new)).astype(float)
            context.recorder.put(parameters.RATE, month, float(np.average(book.rate[new], weights=weights)))
