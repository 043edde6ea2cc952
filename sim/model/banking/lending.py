"""Lending: how requests, money and the month's end follow on each other. What banks decide is in ``committee``.

One firm, one loan, one scheme. Officers screen during the week; on Friday at noon all banks decide on what
has been screened; the money comes after the days of approval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.banking import initial_loans, parameters, rules, underwriting
from sim.model.banking.agents import Bank
from sim.model.banking.applications import REQUEST, Requests, asking, ticket
from sim.model.banking.credit_committee import Committee
from sim.model.banking.loan_book import LoanBook
from sim.model.banking.parameters import IP_PLEDGE, LOAN_POOL, SCHEMES, STARTUP
from sim.model.banking.rollover import Rollover
from sim.model.environment import parameters as environment_parameters
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, G, T

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers, Ints, Rows
    from sim.engine.ledger import Flow
    from sim.model.city import City

REASON: Final = {name: number for number, name in enumerate(parameters.REASONS)}


class Banks:
    """All banks of the city, the requests before them, and their loan book."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.book = LoanBook(city)
        self.requests = Requests(REQUEST, 16384)
        self.pending = np.zeros(city.firms.capacity, dtype=np.bool_)
        self.raised = np.zeros(
            city.firms.capacity, dtype=np.int64
        )  # equity of each firm as banks last saw it
        self.desks: list[Bank] = []
        self.committee, self.renewals = Committee(self), Rollover(self)
        self.due: dict[int, list[Ints]] = {}  # approved files by the day on which their money comes
        for kind, (count, share, officers) in parameters.KINDS.items():
            for _ in range(count):
                self.desks.append(Bank(self, kind, len(self.desks), share / count, officers))
        self._general = len(self.desks)
        self._cumulative = np.cumsum([bank.share for bank in self.desks])

    def weigh(self, files: Ints) -> Ints:
        """Requests of the city that files stand for."""
        return self.city.firms.weight.take(self.requests.row[files])

    def appraise(self, banks: Integers, rows: Rows, months: Ints, day: float) -> Floats:
        """Yearly chances of default of firms that ask for a loan, each as its bank sees it on a day."""
        sigma, eye = self.eyes()
        single = sigma.astype(np.float32)  # as draws are
        return underwriting.appraise(self.city, rows, months, single.take(banks), eye.take(banks), day)

    def eyes(self) -> tuple[Floats, Ints]:
        """Of each bank, the spread of its error about a stranger, which public records change, and its :data:`credit.EYES`."""
        city = self.city
        usual = city.drawn[parameters.NOISE.id] * (1 + city.at(parameters.NOISE_CHANGE, city.env.now))
        return np.array([usual * bank.noise for bank in self.desks]), np.array([b.eye for b in self.desks])

    def relending_left(self, day: float) -> float:
        """Yuan of the relending quota that are not lent out."""
        lent = sum(bank.lent + bank.committed for bank in self.desks if bank.kind in parameters.CHEAP)
        return self.city.at(parameters.RELENDING, day) - lent / 100

    def begin_with(self) -> None:
        """Loans half-way through on 2017-01-01."""
        initial_loans.lend(self)

    # --- the month ---------------------------------------------------------------------------------
    def begin(self, open_now: Rows, technology: Rows) -> None:
        """Posts, pools and quotas as policy sets them; the month's requests; loans that fall due; subsidies claimed."""
        city, day = self.city, self.city.first_day
        self.open_branches()
        self.book.strategic = city.at(parameters.STRATEGIC, day)
        self.endow()
        for bank, fen in zip(self.desks, self.book.lent(len(self.desks)), strict=True):
            bank.begin(fen)
        if len(self.pending) < city.firms.capacity:
            grow = city.firms.capacity - len(self.pending)
            self.pending, self.raised = np.pad(self.pending, (0, grow)), np.pad(self.raised, (0, grow))
        rows = asking(city, open_now, city.month)
        rows = rows[(city.firms.debt[rows] == 0) & ~self.pending[rows]]
        self.ask(rows, ticket(city, rows, city.month), city.month)
        self.follow(technology)
        if city.month % 12 == parameters.SUBSIDY_MONTH and not city.not_yet(parameters.SUBSIDY_BUDGET):
            self.claim_interest()
        self.renewals.fall_due()

    def endow(self) -> None:
        """The pools behind loans, as policy sets them today."""
        city, day = self.city, self.city.first_day
        city.guarantors.endow(LOAN_POOL, city.at(parameters.POOL, day))
        city.guarantors.endow(IP_PLEDGE, city.at(parameters.IP_POOL, day))
        city.endow("bridge_fund", city.at(parameters.BRIDGE_FUND, day))
        city.pools["loan_pool"].leverage = city.at(parameters.POOL_LEVERAGE, day)
        city.pools["ip_pledge_pool"].leverage = parameters.IP_LEVERAGE

    def open_branches(self) -> None:
        """Technology branches open or close as policy has it."""
        wanted = round(self.city.at(parameters.BRANCHES, self.city.first_day))
        have = [b for b in self.desks[self._general :] if not b.gone]
        for _ in range(wanted - len(have)):
            bank = Bank(self, "tech", len(self.desks), parameters.TECH_SHARE, parameters.TECH_OFFICERS)
            self.desks.append(bank)
            self.city.env.process(bank.work(self.city.env))
        for bank in have[wanted:]:
            bank.remove()

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
            drawn = (firms.segment[rows] == T) & (lot < min(0.8, parameters.TECH_PULL * len(branches)))
            pick = (lot / min(0.8, parameters.TECH_PULL * len(branches)) * len(branches)).astype(int)
            bank[drawn] = np.array(branches, dtype=np.int8)[pick[drawn]]
        return bank

    def ask(self, rows: Rows, fen: Ints, month: int) -> None:
        """Requests come to the banks, each on its own day after the search; those of a bank that has left are lost."""
        if not len(rows):
            return
        city, firms = self.city, self.city.firms
        search = max(0.0, parameters.SEARCH_DAYS + city.at(parameters.SEARCH_CHANGE, city.first_day))
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

    def follow(self, technology: Rows) -> None:
        """Loans offered to firms that have just raised equity (M13)."""
        city, firms = self.city, self.city.firms
        ratio = city.at(parameters.FOLLOWS, city.first_day)
        raised = firms.raised.take(technology)
        fresh = raised - self.raised.take(technology)
        some = np.flatnonzero(fresh)
        rows, fresh = technology[some], fresh[some]
        self.raised[rows] = raised[some]
        able = (firms.debt[rows] == 0) & ~self.pending[rows]
        if ratio > 0 and able.any() and city.month > 0:
            self.ask(rows[able], np.rint(ratio * fresh[able]).astype(np.int64), city.month)

    # --- the tills ---------------------------------------------------------------------------------
    def refuse(self, files: Ints, reason: str, rule: str) -> None:
        """Requests that come to nothing."""
        if len(files):
            city, rows = self.city, self.requests.row[files]
            self.pending[rows] = False
            city.record.add(parameters.REFUSED, (city.month, REASON[reason]), int(self.weigh(files).sum()))
            if city.diary:
                city.diary.firms(
                    city.firms.id[rows], "credit.refused", day=int(city.env.now), rule=rule,
                    waited=city.env.now - self.requests.day[files], pd=self.requests.pd[files], reason=reason)  # fmt: skip

    def commit(self, files: Ints, day: int) -> None:
        """Approve while each bank may still lend, in the order of the files; the money comes after the days of approval."""
        if not len(files):
            return
        bank, weight = self.requests.bank[files], self.weigh(files)
        wanted = self.requests.fen[files] * weight
        fits = rules.within(wanted, bank, np.array([b.room() for b in self.desks]))
        if not fits.all():
            out = files[~fits]
            self.city.guarantors.withdrawn(out)
            self.refuse(out, "bank_full", "credit.Bank")
            files, bank, weight, wanted = files[fits], bank[fits], weight[fits], wanted[fits]
        fen, number = self.by_bank(bank, wanted), self.by_bank(bank, weight)
        for desk, promised, loans in zip(self.desks, fen, number, strict=True):
            desk.promise(promised, loans)
        comes = np.array([day + max(1, round(b.days(day))) for b in self.desks])[bank]
        for when in set(comes.tolist()):
            self.due.setdefault(when, []).append(files[comes == when])

    def by_bank(self, bank: Integers, numbers: Ints) -> list[int]:
        """Sum of whole numbers (fen, loans) for each bank."""
        sums: list[int] = np.bincount(bank, numbers, len(self.desks)).astype(np.int64).tolist()
        return sums

    def payments(self) -> Any:
        """The SimPy process of the banks' tills: every day at noon, the loans whose money comes."""
        yield self.city.env.timeout(clock.NOON)
        while True:
            if files := self.due.pop(int(self.city.env.now), None):
                self.pay_out(np.concatenate(files))
            yield self.city.env.timeout(1)

    def pay_out(self, files: Ints) -> None:
        """The money goes to those who are still open."""
        city, firms, r = self.city, self.city.firms, self.requests
        bank = r.bank[files]
        paid = promised = self.by_bank(bank, r.fen[files] * self.weigh(files))
        ready = (firms.state[r.row[files]] == OPEN) & (firms.debt[r.row[files]] == 0)
        if not ready.all():
            late = files[~ready]
            city.guarantors.withdrawn(late)
            self.refuse(late, "too_late", "lending.Banks")
            files, bank = files[ready], bank[ready]
            paid = self.by_bank(bank, r.fen[files] * self.weigh(files))
        for desk, less, more in zip(self.desks, promised, paid, strict=True):
            desk.committed -= less
            desk.lent += more
        if not len(files):
            return
        rows, fen, day, weight = r.row[files], r.fen[files], int(city.env.now), self.weigh(files)
        self.pending[rows] = False
        scheme = r.scheme[files]
        bullet = self.falls_due_at_once(rows, fen, scheme)
        term = np.where(bullet, parameters.BULLET_TERM, parameters.TERM)
        term[scheme == STARTUP] = round(city.at(parameters.STARTUP_TERM, day))
        self.enter(
            rows, bank=bank, scheme=scheme, principal=fen, balance=fen, rate=r.rate[files], fee=r.fee[files],
            cover=r.cover[files], city=r.city[files], until=city.month + term, bullet=bullet, month=city.month)  # fmt: skip
        city.pay(flows.LOANS, rows, fen)
        bought = np.rint(parameters.SPENT_ON_EQUIPMENT * fen).astype(np.int64)
        city.pay(flows.EQUIPMENT, rows, -bought)
        gain = rules.equipment_gain(city.drawn[parameters.EQUIPMENT.id], fen / 100, firms.value_added[rows])
        firms.log_scale[rows] += gain.astype(np.float32)
        firms.serve(rows[scheme == STARTUP], day)
        yuan, month = fen * weight / 100, city.month
        city.record.add(parameters.GRANTED, month, float(yuan.sum()))
        np.add.at(city.record[parameters.GRANTED_BY_SCHEME][month], scheme, yuan)
        np.add.at(city.record[parameters.NUMBER][month], scheme, weight)
        city.record.add(parameters.IP_GRANTED, month, float(yuan[scheme == IP_PLEDGE].sum()))
        if city.diary:
            city.diary.firms(
                firms.id[rows], "credit.granted", day=day, yuan=fen / 100, rule="credit.price",
                waited=day - r.day[files], rate=r.rate[files], pd=r.pd[files],
                scheme=np.array(list(SCHEMES))[scheme])  # fmt: skip

    def guaranteeable(self, rows: Rows) -> npt.NDArray[np.bool_]:
        """Firms that guarantors look at: enterprises with a turnover of two million a year."""
        firms = self.city.firms
        turnover = 12 * parameters.TURNOVER * firms.value_added[rows]
        return np.asarray((firms.segment[rows] != G) & (turnover >= parameters.GUARANTEED_FROM))

    def falls_due_at_once(self, rows: Rows, fen: Ints, scheme: Integers) -> npt.NDArray[np.bool_]:
        """Larger loans of enterprises fall due after a year; the start-up loan is repaid month by month."""
        enterprise = self.city.firms.segment[rows] != G
        return np.asarray(enterprise & (fen >= 100 * parameters.BULLET_FROM) & (scheme != STARTUP))

    def enter(self, rows: Rows, **columns: Any) -> Rows:
        """Write loans of these firms into the book; columns as in :data:`sim.model.banking.loan_book.COLUMNS`."""
        new = self.book.append(len(rows), row=rows, **columns)
        self.city.firms.debt[rows] = columns["balance"]
        self.city.firms.borrowed[rows] = True
        return np.arange(new.start, new.stop)

    # --- the month's end ---------------------------------------------------------------------------
    def collect(self) -> None:
        """Interest and instalments of the month."""
        self.book.collect(
            "covid_2020" in self.city.scene.shocks and self.city.month >= environment_parameters.RELIEF_FROM
        )

    def wind_up(self, rows: Rows) -> None:
        """These firms close: what becomes of their loans."""
        self.book.wind_up(rows)

    def replace(self, rows: Rows, flow: Flow) -> Ints:
        """Firms pay off their loans with money that comes by another flow. Returns what each owed, fen."""
        fen = self.city.firms.debt[rows].copy()
        self.city.pay(flow, rows, fen)
        self.book.pay_off(self.book.of(rows))
        return fen

    def settle(self) -> None:
        """Count."""
        self.book.settle()
        city, month, book = self.city, self.city.month, self.book
        lent = city.record[parameters.GRANTED_BY_SCHEME][month].sum()
        if lent > 0:
            new = np.flatnonzero((book.month == month) & (book.principal > 0) & (book.bank >= 0))
            city.record.put(
                parameters.RATE, month, float(np.average(book.rate[new], weights=(book.principal[new] * book.weight(new)).astype(float))))  # fmt: skip

    def claim_interest(self) -> None:
        """Borrowers of start-up loans within the cap claim the points that the city bears, for the months of the year."""
        city, book = self.city, self.book
        points, cap = (
            city.at(parameters.SUBSIDY, city.first_day),
            city.at(parameters.SUBSIDY_CAP, city.first_day),
        )
        loans = book.live()
        loans = loans[(book.scheme[loans] == STARTUP) & (book.principal[loans] <= 100 * cap)]
        months = np.minimum(12, city.month - book.month[loans])
        fen = np.rint(np.minimum(points, book.rate[loans]) * book.balance[loans] * months / 12)
        due = fen > 0
        if due.any():
            rows = book.row[loans[due]]
            city.claims.hand_in(
                "microloan_interest_subsidy", city.firms.id[rows], fen[due], rows=rows, payee="startups")  # fmt: skip
