"""Lending: how requests, decisions, money and renewals follow on each other. What banks decide is in ``credit``.

One firm, one loan, one scheme. A week's decisions of a bank are one SimPy process until the money is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.table import Table
from sim.model import credit, flows, world
from sim.model.credit import Bank
from sim.model.debt import (
    DEFAULT,
    GUARANTEE,
    IP_PLEDGE,
    LIVE,
    LOAN_POOL,
    PLAIN,
    PRIVATE,
    RESTRUCTURED_MONTHS,
    RUN_OFF,
    SCHEMES,
    STARTUP,
    TENANT,
    Book,
    exposure,
)
from sim.model.startups import CLOSED, OPEN, G, Rows, T

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
Which = npt.NDArray[np.integer[Any]]
REASON: Final = {name: number for number, name in enumerate(credit.REASONS)}
PAST_MONTHS: Final = (
    credit.RENEWED_MONTHS + RESTRUCTURED_MONTHS - 1
)  # of requests before 2017 that may have left a loan, renewed since

REQUEST: Final = {
    "row": (np.int64, -1),
    "month": (np.int16, 0),  # asked in, which keys its luck
    "fen": (np.int64, 0),  # asked for
    "bank": (np.int8, 0),
    "day": (np.float32, 0),  # handed in
    "pd": (np.float32, 0),  # as the bank believes
    "rate": (np.float32, 0),  # a year
    "scheme": (np.int8, PLAIN),
    "cover": (np.float32, 0),
    "city": (np.float32, 0),
    "fee": (np.float32, 0),
}


class Requests(Table):
    """All requests for loans of a run; a file's number is its row here."""

    row: Ints
    month: npt.NDArray[np.int16]
    fen: Ints
    bank: npt.NDArray[np.int8]
    day: npt.NDArray[np.float32]
    pd: npt.NDArray[np.float32]
    rate: npt.NDArray[np.float32]
    scheme: npt.NDArray[np.int8]
    cover: npt.NDArray[np.float32]
    city: npt.NDArray[np.float32]
    fee: npt.NDArray[np.float32]


class Banks:
    """All banks of the city, the requests before them, and their loan book."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.book = Book(city)
        self.requests = Requests(REQUEST, 16384)
        self.pending = np.zeros(city.firms.capacity, dtype=np.bool_)
        self.raised = np.zeros(
            city.firms.capacity, dtype=np.int64
        )  # equity of each firm as banks last saw it
        self.desks: list[Bank] = []
        self._eligible = city.kinds_among(credit.ELIGIBLE)
        for kind, (count, share, officers) in credit.KINDS.items():
            for _ in range(count):
                self.desks.append(Bank(self, kind, len(self.desks), share / count, officers))
        self._general = len(self.desks)
        self._cumulative = np.cumsum([bank.share for bank in self.desks])

    def weigh(self, files: Ints) -> Ints:
        """Requests of the city that files stand for."""
        return np.asarray(self.city.firms.weight[self.requests.row[files]], dtype=np.int64)

    def decided_by(self, number: int) -> Callable[[int, Ints, Ints], None]:
        """What a bank does on Friday with the files its officers have screened."""
        return lambda day, files, came: self.decide(self.desks[number], day, files)

    def relending_left(self, day: float) -> float:
        """Yuan of the relending quota that are not lent out."""
        lent = sum(bank.lent + bank.committed for bank in self.desks if bank.kind in credit.CHEAP)
        return self.city.at(credit.RELENDING, day) - lent / 100

    # --- the start ---------------------------------------------------------------------------------
    def begin_with(self) -> None:
        """Loans half-way through on 2017-01-01: what the last four years' requests of today's firms have left, and bad loans of the closed."""
        city, firms = self.city, self.city.firms
        for month in range(-PAST_MONTHS, 0):
            rows = np.flatnonzero((firms.state == OPEN) & (firms.debt == 0))
            rows = self.asking(rows, month)
            fen = self.ticket(rows, month)
            bank = self.route(rows, month)
            for number in np.unique(bank).tolist():
                mine = bank == number
                self.lent_before(self.desks[number], rows[mine], fen[mine], month)
        gone = np.flatnonzero((firms.state == CLOSED) & (firms.closed >= -730) & (firms.opened_month < 0))
        p = city.drawn
        rate = np.where(firms.segment[gone] == G, p[credit.REQUESTS_G.id], p[credit.REQUESTS.id])
        u = city.chance.uniform(firms.id[gone], "bad before 2017")
        gone = gone[u < rate * credit.TERM * p[DEFAULT.id] / 2]
        fen = self.ticket(gone, -1)
        self.book.append(
            len(gone), row=gone, bank=0, principal=fen, balance=fen // 2, loss=fen // 2,
            rate=world.loan_rates(0).loan, state=2, until=-1,
            bad_since=np.floor(firms.closed[gone] / 30.44).astype(np.int16))  # fmt: skip

    def lent_before(self, bank: Bank, rows: Rows, fen: Ints, month: int) -> None:
        """What of these requests of a month before 2017 would have been granted, without any line."""
        city = self.city
        rates = world.loan_rates(0)
        pd = bank.appraise(rows, np.full(len(rows), month))
        cost = credit.break_even(pd, 0.0, rates.base)
        scheme = np.full(len(rows), -1)
        scheme[credit.pays(cost, rates.loan, rates.mandate)] = PLAIN
        needy = np.flatnonzero(scheme < 0)
        covered = credit.break_even(pd[needy], city.guarantors.past.cover, rates.base)
        asks = needy[credit.pays(covered, rates.loan, rates.mandate) & self.guaranteeable(rows[needy])]
        if len(asks):
            ok = city.guarantors.accepted_before(rows[asks], np.full(len(asks), month))
            scheme[asks[ok]] = GUARANTEE
        got = np.flatnonzero(scheme >= 0)
        if month < -credit.TERM + 1:  # only what falls due at once may still be there, renewed
            got = got[self.falls_due_at_once(rows[got], fen[got], scheme[got])]
        bullet = self.falls_due_at_once(rows[got], fen[got], scheme[got])
        # A loan due within the year has been renewed and falls due again in the month in which it was asked
        # for, until it is too old for that.
        old = -month >= credit.RENEWED_MONTHS
        left = np.where(bullet, PAST_MONTHS + 1, credit.TERM) + month
        share = np.where(bullet & (not old), 1.0, left / np.where(bullet, RESTRUCTURED_MONTHS, credit.TERM))
        until = np.where(bullet & (not old), month % credit.BULLET_TERM, left - 1)
        bullet &= not old
        balance = np.maximum((fen[got] * share).astype(np.int64), 1)
        self.enter(
            bank, rows[got], fen[got], balance, scheme[got],
            np.where(scheme[got] == PLAIN, credit.price(cost[got], rates.loan), rates.loan),
            until=until, bullet=bullet, month=month)  # fmt: skip

    # --- the month ---------------------------------------------------------------------------------
    def begin(self, open_now: Rows) -> None:
        """Posts, pools and quotas as policy sets them; the month's requests; loans that fall due; subsidies claimed."""
        city, day = self.city, self.city.first_day
        self.open_branches()
        self.book.strategic = city.at(credit.STRATEGIC, day)
        self.endow()
        for bank, fen in zip(self.desks, self.book.lent(len(self.desks)), strict=True):
            bank.lent = fen
        if len(self.pending) < city.firms.capacity:
            grow = city.firms.capacity - len(self.pending)
            self.pending, self.raised = np.pad(self.pending, (0, grow)), np.pad(self.raised, (0, grow))
        rows = open_now[(city.firms.debt[open_now] == 0) & ~self.pending[open_now]]
        rows = self.asking(rows, city.month)
        self.ask(rows, self.ticket(rows, city.month), city.month)
        self.follow(open_now)
        if city.month % 12 == credit.SUBSIDY_MONTH and not city.settings.never(credit.SUBSIDY_BUDGET):
            self.claim_interest()
        self.fall_due()

    def endow(self) -> None:
        """The pools behind loans, as policy sets them today."""
        city, day = self.city, self.city.first_day
        city.guarantors.endow(LOAN_POOL, city.at(credit.POOL, day))
        city.guarantors.endow(IP_PLEDGE, city.at(credit.IP_POOL, day))
        city.endow("bridge_fund", city.at(credit.BRIDGE_FUND, day))
        city.pools["loan_pool"].leverage = city.at(credit.POOL_LEVERAGE, day)
        city.pools["ip_pledge_pool"].leverage = credit.IP_LEVERAGE

    def open_branches(self) -> None:
        """Technology branches open or close as policy has it."""
        wanted = round(self.city.at(credit.BRANCHES, self.city.first_day))
        have = [b for b in self.desks[self._general :] if not b.gone]
        for _ in range(wanted - len(have)):
            bank = Bank(self, "tech", len(self.desks), credit.TECH_SHARE, credit.TECH_OFFICERS)
            self.desks.append(bank)
            self.city.env.process(bank.work(self.city.env))
        for bank in have[wanted:]:
            bank.remove()

    def asking(self, rows: Rows, month: int) -> Rows:
        """Who of these asks for a loan in a month."""
        firms, p = self.city.firms, self.city.drawn
        rows = rows[firms.opened_month[rows] <= month - credit.FIRST_MONTHS]
        base = np.where(firms.segment[rows] == G, p[credit.REQUESTS_G.id], p[credit.REQUESTS.id])
        u = self.city.chance.uniform(firms.id[rows], "loan request", month)
        return rows[u < credit.request_rate(base, firms.cash[rows])]

    def ticket(self, rows: Rows, month: int) -> Ints:
        """What these firms ask for, fen."""
        firms = self.city.firms
        y = firms.value_added[rows]
        cap = credit.cap_months(firms.segment[rows], 12 * credit.TURNOVER * y)
        g = self.city.chance.normal(firms.id[rows], "ticket", month)
        return np.maximum(100 * credit.ticket(y, g, cap), 100 * credit.LEAST_TICKET).astype(np.int64)

    def route(self, rows: Rows, month: int) -> npt.NDArray[np.int8]:
        """The bank that each firm turns to; technology branches draw technology firms."""
        firms = self.city.firms
        u = self.city.chance.uniform(firms.id[rows], "bank", month)
        bank: npt.NDArray[np.int8] = np.searchsorted(self._cumulative[:-1], u * self._cumulative[-1]).astype(
            np.int8
        )
        branches = [b.number for b in self.desks[self._general :] if not b.gone]
        if branches:
            lot = self.city.chance.uniform(firms.id[rows], "branch", month)
            drawn = (firms.segment[rows] == T) & (lot < min(0.8, credit.TECH_PULL * len(branches)))
            pick = (lot / min(0.8, credit.TECH_PULL * len(branches)) * len(branches)).astype(int)
            bank[drawn] = np.array(branches, dtype=np.int8)[pick[drawn]]
        return bank

    def ask(self, rows: Rows, fen: Ints, month: int) -> None:
        """Requests come to the banks, each on its own day after the search; those of a bank that has left are lost."""
        if not len(rows):
            return
        city, firms = self.city, self.city.firms
        search = max(0.0, credit.SEARCH_DAYS + city.at(credit.SEARCH_CHANGE, city.first_day))
        length = clock.month_length(month)
        day = np.floor(
            city.first_day + search + length * city.chance.uniform(firms.id[rows], "loan day", month)
        )
        bank = self.route(rows, month)
        here = np.array([not b.gone for b in self.desks])[bank]
        rows, fen, day, bank = rows[here], fen[here], day[here], bank[here]
        if city.diary:
            city.diary.firms(
                firms.id[rows], "credit.requested", day=day, yuan=fen / 100, rule="credit.ticket", bank=bank)  # fmt: skip
        new = self.requests.append(len(rows), row=rows, month=month, fen=fen, bank=bank, day=day)
        self.pending[rows] = True
        numbers = np.arange(new.start, new.stop)
        ties = city.ties(firms.id[rows], "loan")
        for number in np.unique(bank).tolist():
            mine = bank == number
            self.desks[number].hand_in(day[mine].astype(np.int64), ties[mine], numbers[mine])

    def follow(self, open_now: Rows) -> None:
        """Loans offered to firms that have just raised equity (M13)."""
        city, firms = self.city, self.city.firms
        ratio = city.at(credit.FOLLOWS, city.first_day)
        tech = open_now[firms.segment[open_now] == T]
        fresh = firms.raised[tech] - self.raised[tech]
        self.raised[tech] = firms.raised[tech]
        able = (fresh > 0) & (firms.debt[tech] == 0) & ~self.pending[tech]
        if ratio > 0 and able.any() and city.month > 0:
            self.ask(tech[able], np.rint(ratio * fresh[able]).astype(np.int64), city.month)

    # --- decisions ---------------------------------------------------------------------------------
    def guaranteeable(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Firms that guarantors look at: enterprises with a turnover of two million a year."""
        firms = self.city.firms
        turnover = 12 * credit.TURNOVER * firms.value_added[rows]
        return np.asarray((firms.segment[rows] != G) & (turnover >= credit.GUARANTEED_FROM))

    def refuse(self, files: Ints, reason: str, rule: str) -> None:
        """Requests that come to nothing."""
        if len(files):
            city, rows = self.city, self.requests.row[files]
            self.pending[rows] = False
            city.record.add(credit.REFUSED, (city.month, REASON[reason]), int(self.weigh(files).sum()))
            if city.diary:
                city.diary.firms(
                    city.firms.id[rows], "credit.refused", day=int(city.env.now), rule=rule,
                    waited=city.env.now - self.requests.day[files], pd=self.requests.pd[files], reason=reason)  # fmt: skip

    def decide(self, bank: Bank, day: int, files: Ints) -> None:
        """Friday: who gets a loan as it is, who with cover, who not."""
        city, firms, r = self.city, self.city.firms, self.requests
        open_ = firms.state[r.row[files]] == OPEN
        self.refuse(files[~open_], "too_late", "lending.Banks")
        files = files[open_]
        if not len(files):
            return
        rows = r.row[files]
        rates = world.loan_rates(city.month)
        relief = bank.cheaper(day)
        r.pd[files] = pd = bank.appraise(rows, r.month[files].astype(np.int64))

        def fits(cover: float) -> npt.NDArray[np.bool_]:
            return credit.pays(credit.break_even(pd, cover, rates.base, relief), rates.loan, rates.mandate)

        scheme = np.where(fits(0.0), PLAIN, -1).astype(np.int8)
        turnover = 12 * credit.TURNOVER * firms.value_added[rows]
        enterprise = firms.segment[rows] != G
        terms = {kind: city.guarantors.terms(kind, day) for kind in (STARTUP, GUARANTEE, PRIVATE)}
        # The pool lets a listed firm borrow beyond what a bank lends on its own (ZS063-065); without it, it borrows less.
        usual = np.int64(100 * credit.TICKET_CAP) * firms.value_added[rows].astype(np.int64)
        listed = enterprise & (turnover >= credit.GROWTH_FIRM) & (r.fen[files] > usual)
        pool = city.pools["loan_pool"].capital > 0 and city.at(credit.POOL_SHARE, day) > 0
        if pool:
            scheme[listed & fits(city.at(credit.POOL_SHARE, day))] = LOAN_POOL
        r.fen[files[listed & (scheme != LOAN_POOL)]] = usual[listed & (scheme != LOAN_POOL)]
        ways = (
            (IP_PLEDGE, city.at(credit.IP_SHARE, day), firms.patent[rows], city.pools["ip_pledge_pool"].capital > 0),
            (GUARANTEE, terms[GUARANTEE].cover, self.guaranteeable(rows), terms[GUARANTEE].open),
            (PRIVATE, terms[PRIVATE].cover, self.guaranteeable(rows), terms[PRIVATE].open),
        )  # fmt: skip
        for kind, cover, may, exists in ways:
            if exists and cover > 0:
                scheme[(scheme < 0) & may & fits(cover)] = kind
        borne = city.at(credit.TENANT_SHARE, day)
        if borne > 0:  # free for bank and tenant: every first loan that pays with it is registered
            scheme[self.first_of_a_tenant(rows) & (scheme != LOAN_POOL) & fits(borne)] = TENANT
        if terms[STARTUP].open:  # a founder who knows of it asks for it first
            knows = self.knows_startup_loan(rows, day)
            fen_cap = np.int64(100 * city.at(credit.STARTUP_CAP, day))
            scheme[knows] = STARTUP
            r.fen[files[knows]] = np.minimum(r.fen[files[knows]], fen_cap)
        r.scheme[files] = scheme
        none = files[scheme < 0]
        hopeless = ~fits(credit.USUAL_COVER)[scheme < 0]
        self.refuse(none[hopeless], "risk", "credit.pays")
        self.refuse(none[~hopeless], "no_cover", "credit.pays")
        r.rate[files] = credit.price(credit.break_even(pd, 0.0, rates.base, relief), rates.loan)
        self.commit(bank, files[scheme == PLAIN], day)
        mine = files[scheme == TENANT]
        r.cover[mine], r.city[mine] = borne, 1.0
        self.commit(bank, mine, day)
        for kind, fund, share in (
            (IP_PLEDGE, "ip_pledge_pool", city.at(credit.IP_SHARE, day)),
            (LOAN_POOL, "loan_pool", city.at(credit.POOL_SHARE, day)),
        ):
            self.pooled(bank, files[scheme == kind], fund, share, day)
        for kind in (STARTUP, GUARANTEE, PRIVATE):
            mine = files[scheme == kind]
            if len(mine):
                city.guarantors.ask(kind, mine)

    def first_of_a_tenant(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Tenants of recognised tech incubators that have never had a loan."""
        firms = self.city.firms
        spaces = self.city.carriers.ever
        recognised = np.array([s.kind == "incubator" and s.level > 0 for s in spaces] + [False])
        return np.asarray(recognised[firms.space[rows]] & ~firms.borrowed[rows])

    def knows_startup_loan(self, rows: Rows, day: float) -> npt.NDArray[np.bool_]:
        """Founders of the kinds that the start-up loan is for, who know of it."""
        city, firms = self.city, self.city.firms
        ids = firms.id[rows]
        told = city.chance.uniform(ids, "informed") < city.claims.told(day)
        knows = city.chance.uniform(ids, "knows", "startup loan") < city.drawn[credit.FUND_SALIENCE.id]
        return np.asarray(self._eligible[firms.kind[rows]] & told & knows)

    def pooled(self, bank: Bank, files: Ints, fund: str, share: float, day: int) -> None:
        """Loans for which a risk pool bears part of a loss: the pool is tested file by file."""
        city, pool, r = self.city, self.city.pools[fund], self.requests
        weight = self.weigh(files)
        backed = []
        for file, w in zip(files.tolist(), weight.tolist(), strict=True):
            r.cover[file] = share
            part = int(exposure(r.fen[file : file + 1], r.cover[file : file + 1])[0])
            backed.append(pool.covers(part * w, city.month))
        taken = np.array(backed, dtype=np.bool_)
        self.refuse(files[~taken], "suspended" if pool.suspended else "guarantor_full", "pools.Pool")
        self.commit(bank, files[taken], day)

    def backed(self, files: Ints, fee: float, cover: float, city_share: float, day: int) -> None:
        """A guarantor stands behind these: the bank commits."""
        r = self.requests
        r.fee[files], r.cover[files], r.city[files] = fee, cover, city_share
        rates = world.loan_rates(self.city.month)
        r.rate[files] = credit.price(credit.break_even(r.pd[files], cover, rates.base), rates.loan)
        for number in np.unique(r.bank[files]).tolist():
            self.commit(self.desks[number], files[r.bank[files] == number], day)

    def commit(self, bank: Bank, files: Ints, day: int) -> None:
        """Approve while the bank may still lend; the money comes after the days of approval."""
        if not len(files):
            return
        r = self.requests
        wanted = r.fen[files] * self.weigh(files)
        fits = np.cumsum(wanted) <= bank.room()
        if not fits.all():
            out = files[~fits]
            self.city.guarantors.withdrawn(out)
            self.refuse(out, "bank_full", "credit.Bank")
        files = files[fits]
        if len(files):
            bank.approve(files)
            bank.committed += int(wanted[fits].sum())
            self.city.env.process(self.pay_out(bank, files, bank.days(day)))

    def pay_out(self, bank: Bank, files: Ints, days: float) -> Any:
        """The days of approval, then the money to those still open."""
        yield self.city.env.timeout(days)
        city, firms, r = self.city, self.city.firms, self.requests
        bank.committed -= int((r.fen[files] * self.weigh(files)).sum())
        ready = (firms.state[r.row[files]] == OPEN) & (firms.debt[r.row[files]] == 0)
        late = files[~ready]
        city.guarantors.withdrawn(late)
        self.refuse(late, "too_late", "lending.Banks")
        files = files[ready]
        if not len(files):
            return
        rows, fen, day = r.row[files], r.fen[files], int(city.env.now)
        self.pending[rows] = False
        scheme = r.scheme[files]
        bullet = self.falls_due_at_once(rows, fen, scheme)
        term = np.where(bullet, credit.BULLET_TERM, credit.TERM)
        term[scheme == STARTUP] = round(city.at(credit.STARTUP_TERM, day))
        loans = self.enter(
            bank, rows, fen, fen.copy(), scheme, r.rate[files], until=city.month + term, bullet=bullet,
            month=city.month, files=files)  # fmt: skip
        weight = self.book.weight(loans)
        bank.lent += int((fen * weight).sum())
        city.pay(flows.LOANS, rows, fen)
        bought = np.rint(credit.SPENT_ON_EQUIPMENT * fen).astype(np.int64)
        city.pay(flows.EQUIPMENT, rows, -bought)
        gain = credit.equipment_gain(city.drawn[credit.EQUIPMENT.id], fen / 100, firms.value_added[rows])
        firms.log_scale[rows] += gain.astype(np.float32)
        firms.serve(rows[scheme == STARTUP], day)
        yuan, month = fen * weight / 100, city.month
        city.record.add(credit.GRANTED, month, float(yuan.sum()))
        np.add.at(city.record[credit.BY_SCHEME][month], scheme, yuan)
        np.add.at(city.record[credit.NUMBER][month], scheme, weight)
        city.record.add(credit.IP_GRANTED, month, float(yuan[scheme == IP_PLEDGE].sum()))
        if city.diary:
            city.diary.firms(
                firms.id[rows], "credit.granted", day=day, yuan=fen / 100, rule="credit.price",
                waited=day - r.day[files], rate=r.rate[files], pd=r.pd[files],
                scheme=np.array(list(SCHEMES))[scheme])  # fmt: skip

    def falls_due_at_once(self, rows: Rows, fen: Ints, scheme: Which) -> npt.NDArray[np.bool_]:
        """Larger loans of enterprises fall due after a year; the start-up loan is repaid month by month."""
        enterprise = self.city.firms.segment[rows] != G
        return np.asarray(enterprise & (fen >= 100 * credit.BULLET_FROM) & (scheme != STARTUP))

    def enter(
        self, bank: Bank, rows: Rows, fen: Ints, balance: Ints, scheme: Which, rate: Floats, *,
        until: Any, bullet: npt.NDArray[np.bool_], month: int, files: Ints | None = None,
    ) -> Rows:  # fmt: skip
        """Write loans into the book; before 2017 the guarantor's part is entered with them."""
        r, city = self.requests, self.city
        if files is None:
            terms = city.guarantors.past
            covered = scheme == GUARANTEE
            backing = {
                "fee": np.where(covered, terms.fee, 0), "cover": np.where(covered, terms.cover, 0),
                "city": np.where(covered, terms.city, 0)}  # fmt: skip
        else:
            backing = {"fee": r.fee[files], "cover": r.cover[files], "city": r.city[files]}
        new = self.book.append(
            len(rows), row=rows, bank=bank.number, scheme=scheme, principal=fen, balance=balance,
            rate=rate, month=month, until=until, bullet=bullet, **backing)  # fmt: skip
        loans = np.arange(new.start, new.stop)
        city.firms.debt[rows] = balance
        city.firms.borrowed[rows] = True
        if files is None:
            city.guarantors.taken_over(loans)
        return loans

    # --- what falls due ----------------------------------------------------------------------------
    def fall_due(self) -> None:
        """Loans that fall due at once this month, a week's worth at a time."""
        city, book = self.city, self.book
        loans = book.live()
        loans = loans[book.bullet[loans] & (book.until[loans] == city.month)]
        u = city.chance.uniform(city.firms.id[book.row[loans]], "due day", city.month)
        week = np.floor(u * 4).astype(int)
        for k in range(4):
            if (week == k).any():
                city.env.process(self.renew(loans[week == k], 7 * k + 3))

    def renew(self, loans: Rows, days: int) -> Any:
        """The bank looks at its clients again; who is renewed needs bridge money from the old loan to the new."""
        yield self.city.env.timeout(days)
        city, firms, book = self.city, self.city.firms, self.book
        loans = loans[(book.state[loans] == LIVE) & (firms.state[book.row[loans]] == OPEN)]
        if not len(loans):
            return
        month = city.month
        old = month - book.month[loans] >= credit.RENEWED_MONTHS
        self.instead(loans[old])
        loans = loans[~old]
        rows = book.row[loans]
        rates = world.loan_rates(month)
        pd = np.empty(len(loans))
        for number in np.unique(book.bank[loans]).tolist():
            mine = book.bank[loans] == number
            known = np.full(int(mine.sum()), month)
            pd[mine] = self.desks[number].appraise(rows[mine], known, credit.KNOWN_CLIENT)
        cost = credit.break_even(pd, book.cover[loans], rates.base)
        renewed = credit.pays(cost, rates.loan, rates.mandate)
        yield from self.bridge(loans[renewed], credit.price(cost[renewed], rates.loan))
        self.call_in(loans[~renewed])

    def instead(self, loans: Rows) -> None:
        """From now on these loans are paid off in twelve instalments."""
        self.book.bullet[loans] = False
        self.book.until[loans] = self.city.month + RESTRUCTURED_MONTHS

    def bridge(self, loans: Rows, rate: Floats) -> Any:
        """Bridge money: of the fund while it has any, first come by a keyed tie; else at the private price."""
        city, firms, book = self.city, self.city.firms, self.book
        rows, day = book.row[loans], int(city.env.now)
        fund, weight = city.pools["bridge_fund"], book.weight(loans)
        low, high = credit.NEEDED_DAYS
        needed = low + (high - low) * city.chance.uniform(firms.id[rows], "bridge days", city.month)
        most, daily = city.at(credit.BRIDGE_DAYS, day), city.at(credit.BRIDGE_FEE, day)
        order = np.argsort(city.ties(firms.id[rows], "bridge"), kind="stable")
        fits = np.zeros(len(loans), dtype=np.bool_)
        fits[order] = np.cumsum((book.balance[loans] * weight)[order]) <= fund.balance
        fee_days = credit.bridge_price(needed, fits, most, daily)
        fee = np.rint(book.balance[loans] * fee_days).astype(np.int64)
        by_fund = np.rint(book.balance[loans] * np.where(fits, daily * np.minimum(needed, most), 0)).astype(
            np.int64
        )
        able = fits | (firms.cash[rows] >= fee)
        self.call_in(loans[~able])
        loans, rows, weight, rate = loans[able], rows[able], weight[able], rate[able]
        fits, fee, by_fund, needed = fits[able], fee[able], by_fund[able], needed[able]
        yuan = book.balance[loans] * weight / 100
        city.record.add(credit.ROLLED, city.month, float(yuan.sum()))
        city.record.add(credit.BRIDGED, city.month, float(yuan[fits].sum()))
        city.record.add(credit.UNBRIDGED, city.month, float(yuan[~fits].sum()))
        book.until[loans] += credit.BULLET_TERM
        book.rate[loans] = rate
        city.pay(flows.BRIDGE_FEE, rows, -by_fund)
        fund.earn(int((by_fund * weight).sum()))
        city.pay(flows.PRIVATE_BRIDGE, rows, -(fee - by_fund))
        if city.diary:
            city.diary.firms(
                firms.id[rows], "credit.renewed", day=day, yuan=book.balance[loans] / 100, rule="credit.bridge_price",
                fee=fee / 100, fund=fits)  # fmt: skip
        out = int((book.balance[loans] * weight)[fits].sum())
        city.post(flows.BRIDGE, out)
        fund.lend(out)
        if out:
            yield city.env.timeout(float(np.minimum(needed[fits], most).mean()))
        city.post(flows.BRIDGE_BACK, out)
        fund.back(out)

    def call_in(self, loans: Rows) -> None:
        """Loans that are not renewed: repaid from cash, or bad, or paid off in twelve instalments."""
        if not len(loans):
            return
        city, firms, book = self.city, self.city.firms, self.book
        rows = book.row[loans]
        liquid = firms.cash[rows] >= book.balance[loans]
        if city.diary:
            city.diary.firms(
                firms.id[rows], "credit.called_in", day=int(city.env.now), yuan=book.balance[loans] / 100,
                rule="credit.pays", cash=firms.cash[rows] / 100)  # fmt: skip
        book.pay_off(loans[liquid])
        short = loans[~liquid]
        u = city.chance.uniform(firms.id[book.row[short]], "called in", city.month)
        bad = u < city.drawn[RUN_OFF.id]
        self.instead(short[~bad])
        book.default(short[bad], "lending.Banks")

    # --- the month's end ---------------------------------------------------------------------------
    def collect(self) -> None:
        """Interest and instalments of the month."""
        self.book.collect("covid_2020" in self.city.scene.shocks and self.city.month >= world.RELIEF_FROM)

    def wind_up(self, rows: Rows) -> None:
        """These firms close: what becomes of their loans."""
        self.book.wind_up(rows)

    def settle(self) -> None:
        """Count."""
        self.book.settle()
        city, month, book = self.city, self.city.month, self.book
        lent = city.record[credit.BY_SCHEME][month].sum()
        if lent > 0:
            new = np.flatnonzero((book.month == month) & (book.principal > 0) & (book.bank >= 0))
            city.record.put(
                credit.RATE, month, float(np.average(book.rate[new], weights=(book.principal[new] * book.weight(new)).astype(float))))  # fmt: skip

    def claim_interest(self) -> None:
        """Borrowers of start-up loans within the cap claim the points that the city bears, for the months of the year."""
        city, book = self.city, self.book
        points, cap = city.at(credit.SUBSIDY, city.first_day), city.at(credit.SUBSIDY_CAP, city.first_day)
        loans = book.live()
        loans = loans[(book.scheme[loans] == STARTUP) & (book.principal[loans] <= 100 * cap)]
        months = np.minimum(12, city.month - book.month[loans])
        fen = np.rint(np.minimum(points, book.rate[loans]) * book.balance[loans] * months / 12)
        due = fen > 0
        if due.any():
            rows = book.row[loans[due]]
            city.claims.hand_in(
                "microloan_interest_subsidy", city.firms.id[rows], fen[due], rows=rows, payee="startups")  # fmt: skip
