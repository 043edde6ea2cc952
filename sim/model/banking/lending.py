"""The way of a loan, from the request to the month's end.

1. A firm asks its bank (:meth:`Banks.begin`, :meth:`Banks.ask`); its file waits for a loan officer.
2. Officers screen during the week; on Friday at noon the committee decides (:meth:`Banks.meetings`).
3. Files that need a guarantee are sent to a guarantor, whose letter comes back weeks later (:meth:`Banks.answers`).
4. Who is approved waits for the days of approval, while the bank may lend (:meth:`Banks.commit`).
5. The money is paid out at noon (:meth:`Banks.disbursements`).
6. Interest, instalments, default and recovery are in ``loan_book``, loans that fall due in ``rollover``.

One firm, one loan, one scheme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.engine import clock
from sim.model.banking import parameters, rules
from sim.model.banking.agents import Bank
from sim.model.banking.applications import REQUEST, Requests, asking, ticket
from sim.model.banking.credit_committee import CreditCommittee
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
from sim.model.population.firm_table import OPEN, T
from sim.model.underwriting.assessment import assess_default_risk

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Codes, Floats, Integers, Ints, Rows
    from sim.model.context import Context
    from sim.model.guarantees.guarantors import Guarantees, Letter
    from sim.model.incubation.tenancy import Tenancy
    from sim.model.subsidies.claims_desk import ClaimsDesk

REASON: Final = {name: number for number, name in enumerate(parameters.REASONS)}


class Banks:
    """All banks of the city, the requests before them, and their loan book.

    Args:
        context: see :class:`Context`.
        guarantees: who stand behind loans.
        tenancy: see :class:`CreditCommittee`.
        claims: takes claims for interest subsidies; see also :class:`CreditCommittee`.
    """

    def __init__(
        self, context: Context, guarantees: Guarantees, tenancy: Tenancy, claims: ClaimsDesk
    ) -> None:
        self.context, self.guarantees, self.claims = context, guarantees, claims
        self.book = LoanBook(context, guarantees)
        self.requests = Requests(REQUEST, 16384)
        self.pending = np.zeros(context.firms.capacity, dtype=np.bool_)
        self.raised = np.zeros(
            context.firms.capacity, dtype=np.int64
        )  # equity of each firm as banks last saw it
        self.desks: list[Bank] = []
        self.committee = CreditCommittee(context, self.requests, guarantees, tenancy, claims)
        self.rollover = Rollover(context, self.book, self.assessment_errors)
        self.due: dict[int, list[Ints]] = {}  # approved files by the day on which their money comes
        for kind, (count, share, officers) in parameters.KINDS.items():
            for _ in range(count):
                self.open_bank(kind, share / count, officers)
        self._general = len(self.desks)
        self._cumulative = np.cumsum([bank.share for bank in self.desks])

    def open_bank(self, kind: str, share: float, officers: int) -> Bank:
        """A bank or branch opens."""
        bank = Bank(self.context, self.weigh, kind, len(self.desks), share, officers)
        self.desks.append(bank)
        return bank

    def weigh(self, files: Ints) -> Ints:
        """Requests of the city that files stand for."""
        return self.context.firms.weight.take(self.requests.row[files])

    def assess(self, banks: Integers, rows: Rows, months: Ints, day: float) -> Floats:
        """Yearly chances of default of firms that ask for a loan, each as its bank sees it on a day."""
        errors, assessors = self.assessment_errors()
        single = errors.astype(np.float32)  # as draws are
        return assess_default_risk(self.context, rows, months, single.take(banks), assessors.take(banks), day)

    def assessment_errors(self) -> tuple[Floats, Ints]:
        """Of each bank, the spread of its error about a stranger, which public records change, and its number as assessor."""
        context = self.context
        change = context.levers.at(parameters.NOISE_CHANGE, context.env.now)
        usual = context.parameters[parameters.NOISE.id] * (1 + change)
        return np.array([usual * b.noise for b in self.desks]), np.array([b.assessor for b in self.desks])

    # --- 1. requests -------------------------------------------------------------------------------
    def begin(self, open_now: Rows, technology: Rows) -> None:
        """Posts, pools and quotas as policy sets them; the month's requests; loans that fall due; subsidies claimed."""
        context, firms, month = self.context, self.context.firms, self.context.clock.month
        self.open_branches()
        self.book.strategic = context.levers.at(parameters.STRATEGIC, context.clock.first_day)
        self.endow()
        for bank, fen in zip(self.desks, self.book.lent(len(self.desks)), strict=True):
            bank.begin(fen)
        if len(self.pending) < firms.capacity:
            grow = firms.capacity - len(self.pending)
            self.pending, self.raised = np.pad(self.pending, (0, grow)), np.pad(self.raised, (0, grow))
        rows = asking(context, open_now, month)
        rows = rows[(firms.debt[rows] == 0) & ~self.pending[rows]]
        self.ask(rows, ticket(context, rows, month), month)
        self.ask_after_equity(technology)
        if month % 12 == parameters.SUBSIDY_MONTH and not context.levers.not_yet(parameters.SUBSIDY_BUDGET):
            self.claim_interest()
        self.rollover.fall_due()

    def endow(self) -> None:
        """The funds behind loans, as policy sets them today; guarantees of a fund that has lost its capital end."""
        context, day = self.context, self.context.clock.first_day
        at, funds = context.levers.at, context.accounts.funds
        lost = [
            *self.guarantees.endow(LOAN_POOL, at(parameters.POOL, day)),
            *self.guarantees.endow(IP_PLEDGE, at(parameters.IP_POOL, day)),
        ]
        for scheme in lost:
            self.book.end_cover(scheme)
        context.accounts.endow("bridge_fund", at(parameters.BRIDGE_FUND, day))
        funds["loan_pool"].leverage = at(parameters.POOL_LEVERAGE, day)
        funds["ip_pledge_pool"].leverage = parameters.IP_LEVERAGE

    def open_branches(self) -> None:
        """Technology branches open or close as policy has it."""
        target = round(self.context.levers.at(parameters.BRANCHES, self.context.clock.first_day))
        have = [b for b in self.desks[self._general :] if not b.gone]
        for _ in range(target - len(have)):
            bank = self.open_bank("tech", parameters.TECH_SHARE, parameters.TECH_OFFICERS)
            self.context.env.process(bank.work(self.context.env))
        for bank in have[target:]:
            bank.remove()

    def route(self, rows: Rows, month: int) -> Codes:
        """The bank that each firm turns to; technology branches draw technology firms."""
        firms = self.context.firms
        u = self.context.streams.uniform(firms.id[rows], "bank", month)
        bank: Codes = np.searchsorted(self._cumulative[:-1], u * self._cumulative[-1]).astype(np.int8)
        branches = [b.number for b in self.desks[self._general :] if not b.gone]
        if branches:
            lot = self.context.streams.uniform(firms.id[rows], "branch", month)
            drawn = (firms.segment[rows] == T) & (lot < min(0.8, parameters.TECH_PULL * len(branches)))
            pick = (lot / min(0.8, parameters.TECH_PULL * len(branches)) * len(branches)).astype(int)
            bank[drawn] = np.array(branches, dtype=np.int8)[pick[drawn]]
        return bank

    def ask(self, rows: Rows, fen: Ints, month: int) -> None:
        """Requests come to the banks, each on its own day after the search; those of a bank that has left are lost."""
        if not len(rows):
            return
        context, firms = self.context, self.context.firms
        change = context.levers.at(parameters.SEARCH_CHANGE, context.clock.first_day)
        search = max(0.0, parameters.SEARCH_DAYS + change)
        u = context.streams.uniform(firms.id[rows], "loan day", month)
        day = np.floor(context.clock.first_day + search + clock.month_length(month) * u)
        bank = self.route(rows, month)
        here = np.array([not b.gone for b in self.desks])[bank]
        rows, fen, day, bank = rows[here], fen[here], day[here], bank[here]
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.requested", day=day, yuan=fen / 100, rule="banking.applications.ticket", bank=bank)  # fmt: skip
        new = self.requests.append(len(rows), row=rows, month=month, fen=fen, bank=bank, day=day)
        self.pending[rows] = True
        numbers = np.arange(new.start, new.stop)
        ties = context.ties(firms.id[rows], "loan")
        for number in np.unique(bank).tolist():
            mine = bank == number
            self.desks[number].hand_in(day[mine].astype(np.int64), ties[mine], numbers[mine])

    def ask_after_equity(self, technology: Rows) -> None:
        """Loans offered to firms that have just raised equity (M13)."""
        context, firms = self.context, self.context.firms
        ratio = context.levers.at(parameters.FOLLOWS, context.clock.first_day)
        raised = firms.raised.take(technology)
        fresh = raised - self.raised.take(technology)
        some = np.flatnonzero(fresh)
        rows, fresh = technology[some], fresh[some]
        self.raised[rows] = raised[some]
        able = (firms.debt[rows] == 0) & ~self.pending[rows]
        if ratio > 0 and able.any() and context.clock.month > 0:
            self.ask(rows[able], np.rint(ratio * fresh[able]).astype(np.int64), context.clock.month)

    # --- 2. decisions ------------------------------------------------------------------------------
    def meetings(self) -> ProcessGenerator:
        """The process of the banks' weekly decisions on what their officers have screened."""
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
        """Carry out what the committee decides on a week's files."""
        context, r = self.context, self.requests
        there = context.firms.state[r.row[files]] == OPEN
        self.refuse(files[~there], "too_late", "banking.lending.Banks")
        files = files[there]
        if not len(files):
            return
        cheaper = parameters.RELENT if self.relending_left(day) > 0 else 0.0
        by_bank = np.array([cheaper if b.kind in parameters.CHEAP else 0.0 for b in self.desks])
        decision = self.committee.decide(day, files, by_bank[r.bank[files]])
        none = np.zeros(0, dtype=np.int64)
        of = decision.by_scheme
        self.refuse(decision.hopeless, "risk", "banking.rules.pays")
        self.refuse(decision.uncovered, "no_cover", "banking.rules.pays")
        ready = np.isin(r.scheme[files], (PLAIN, TENANT))
        self.commit(files[ready], day)
        self.reserve(
            of.get(IP_PLEDGE, none), "ip_pledge_pool", context.levers.at(parameters.IP_SHARE, day), day
        )
        self.reserve(of.get(LOAN_POOL, none), "loan_pool", context.levers.at(parameters.POOL_SHARE, day), day)
        for scheme in (STARTUP, GUARANTEE, PRIVATE):
            asked = of.get(scheme, none)
            self.guarantees.request(
                scheme, asked, r.row[asked], r.month[asked].astype(np.int64), r.fen[asked])  # fmt: skip

    def relending_left(self, day: float) -> float:
        """Yuan of the relending quota that are not lent out."""
        lent = sum(bank.lent + bank.committed for bank in self.desks if bank.kind in parameters.CHEAP)
        return self.context.levers.at(parameters.RELENDING, day) - lent / 100

    def reserve(self, files: Ints, fund: str, share: float, day: int) -> None:
        """Loans for which a risk pool bears part of a loss: room is reserved file by file."""
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
        """The process of the banks' mail: a guarantor's letter means commitment or refusal."""
        while True:
            letter: Letter = yield self.guarantees.letters.get()
            if letter.terms is None:
                self.refuse(letter.requests, letter.reason, letter.rule)
            else:
                self.commit_guaranteed(letter)

    def commit_guaranteed(self, letter: Letter) -> None:
        """A guarantor stands behind these loans: the bank commits at the price of a covered loan."""
        assert letter.terms is not None
        r, files, terms = self.requests, letter.requests, letter.terms
        r.scheme[files] = letter.scheme
        r.fee[files], r.cover[files], r.city_share[files] = terms.fee, terms.cover, terms.city_share
        rates = series.loan_rates(self.context.clock.month)
        r.rate[files] = rules.price(rules.break_even(r.pd[files], terms.cover, rates.base), rates.loan)
        self.commit(files, int(self.context.env.now))

    # --- 4. commitment -----------------------------------------------------------------------------
    def refuse(self, files: Ints, reason: str, rule: str) -> None:
        """Requests that come to nothing."""
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
        """Approve while each bank may still lend, in the order of the files; the money comes after the days of approval."""
        if not len(files):
            return
        bank, weight = self.requests.bank[files], self.weigh(files)
        amounts = self.requests.fen[files] * weight
        fits = rules.within(amounts, bank, np.array([b.room() for b in self.desks]))
        if not fits.all():
            out = files[~fits]
            self.end_exposure(out)
            self.refuse(out, "bank_full", "banking.rules.within")
            files, bank, weight, amounts = files[fits], bank[fits], weight[fits], amounts[fits]
        fen, number = self.by_bank(bank, amounts), self.by_bank(bank, weight)
        for desk, promised, loans in zip(self.desks, fen, number, strict=True):
            desk.promise(promised, loans)
        comes = np.array([day + max(1, round(b.days(day))) for b in self.desks])[bank]
        for when in set(comes.tolist()):
            self.due.setdefault(when, []).append(files[comes == when])

    def end_exposure(self, files: Ints) -> None:
        """Covered loans that are not paid out after all: what stood behind them is free again."""
        if len(files):
            r = self.requests
            self.guarantees.release(
                r.scheme[files], exposure(r.fen[files], r.cover[files]) * self.weigh(files))  # fmt: skip

    def by_bank(self, bank: Integers, numbers: Ints) -> list[int]:
        """Sum of whole numbers (fen, loans) for each bank."""
        sums: list[int] = np.bincount(bank, numbers, len(self.desks)).astype(np.int64).tolist()
        return sums

    # --- 5. disbursement ---------------------------------------------------------------------------
    def disbursements(self) -> ProcessGenerator:
        """The process of the banks' tills: every day at noon, the loans whose money comes."""
        yield self.context.env.timeout(clock.NOON)
        while True:
            if files := self.due.pop(int(self.context.env.now), None):
                self.pay_out(np.concatenate(files))
            yield self.context.env.timeout(1)

    def pay_out(self, files: Ints) -> None:
        """The money goes to those who are still open."""
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
        bullet = rules.falls_due_at_once(firms.segment[rows], fen, scheme)
        term = np.where(bullet, parameters.BULLET_TERM, parameters.TERM)
        term[scheme == STARTUP] = round(context.levers.at(parameters.STARTUP_TERM, day))
        self.book.enter(
            rows, bank=bank, scheme=scheme, principal=fen, balance=fen, rate=r.rate[files], fee=r.fee[files],
            cover=r.cover[files], city_share=r.city_share[files], until=context.clock.month + term,
            bullet=bullet, month=context.clock.month)  # fmt: skip
        context.accounts.pay(flows.LOANS, rows, fen)
        bought = np.rint(parameters.SPENT_ON_EQUIPMENT * fen).astype(np.int64)
        context.accounts.pay(flows.EQUIPMENT, rows, -bought)
        effect = context.parameters[parameters.EQUIPMENT.id]
        firms.log_scale[rows] += rules.equipment_gain(effect, fen / 100, firms.value_added[rows]).astype(
            np.float32
        )
        firms.serve(rows[scheme == STARTUP], day)
        self.record_disbursed(files, day)

    def record_disbursed(self, files: Ints, day: int) -> None:
        """Loans paid out, by scheme."""
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

    # --- 6. the month's end ------------------------------------------------------------------------
    def collect(self) -> None:
        """Interest and instalments of the month."""
        self.book.collect(self.context.environment.principal_relief(self.context.clock.month))

    def settle(self) -> None:
        """Recoveries; the month's mean rate."""
        self.book.settle()
        context, month, book = self.context, self.context.clock.month, self.book
        if context.recorder[parameters.GRANTED_BY_SCHEME][month].sum() > 0:
            new = np.flatnonzero((book.month == month) & (book.principal > 0) & (book.bank >= 0))
            weights = (book.principal[new] * book.weight(new)).astype(float)
            context.recorder.put(parameters.RATE, month, float(np.average(book.rate[new], weights=weights)))

    def claim_interest(self) -> None:
        """Borrowers of start-up loans within the cap claim the points that the city bears, for the months of the year."""
        context, book, day = self.context, self.book, self.context.clock.first_day
        points, cap = (
            context.levers.at(parameters.SUBSIDY, day),
            context.levers.at(parameters.SUBSIDY_CAP, day),
        )
        loans = book.live()
        loans = loans[(book.scheme[loans] == STARTUP) & (book.principal[loans] <= 100 * cap)]
        months = np.minimum(12, context.clock.month - book.month[loans])
        fen = np.rint(np.minimum(points, book.rate[loans]) * book.balance[loans] * months / 12)
        due = fen > 0
        if due.any():
            rows = book.row[loans[due]]
            self.claims.hand_in(
                "microloan_interest_subsidy", context.firms.id[rows], fen[due], rows=rows, payee="startups")  # fmt: skip
