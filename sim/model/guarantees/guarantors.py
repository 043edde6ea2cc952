"""Guarantors: all of the city, and the pools behind loans: their money, what they stand behind, claims and recoveries.

Whom one of them stands behind is in ``guarantee``; what a pool may cover in ``pools``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.banking.parameters import GUARANTEE, IP_PLEDGE, LOAN_POOL, PRIVATE, SCHEMES, STARTUP, TENANT
from sim.model.banking.rules import exposure, waterfall
from sim.model.government import flows
from sim.model.government.public_funds import PublicFund
from sim.model.guarantees import parameters, rules
from sim.model.guarantees.agents import Guarantor, Terms

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.city import City


FUND_OF: Final = {
    STARTUP: "startup_loan_fund", IP_PLEDGE: "ip_pledge_pool", LOAN_POOL: "loan_pool", GUARANTEE: "guarantee_fund"}  # fmt: skip
INSTRUMENT: Final = {
    STARTUP: "startup_loan_fund", IP_PLEDGE: "ip_pledge_compensation", LOAN_POOL: "loan_pool", GUARANTEE: "guarantee_fund",
    TENANT: "incubator_risk_compensation"}  # fmt: skip


class Guarantors:
    """All guarantors of the city, and the pools behind loans.

    Attributes:
        past: terms of the government-backed guarantor before 2017 (the whole loan: CRED13; fee: ZS176).
    """

    past: Final = Terms(1.0, 0.0, 0.025, True)

    def __init__(self, city: City) -> None:
        self.city = city
        self.private = PublicFund("private")
        self.private.balance = self.private.capital = round(100 * parameters.PRIVATE_CAPITAL)
        self.private.leverage = parameters.PRIVATE_LEVERAGE
        city.pools["guarantee_fund"].others = self.private.others = city.drawn[parameters.OTHERS.id]
        self.pools = {scheme: city.pools[fund] for scheme, fund in FUND_OF.items()} | {PRIVATE: self.private}
        self.agents = {scheme: Guarantor(self, scheme, self.pools[scheme]) for scheme in parameters.DESKS}

    @property
    def desks(self) -> list[Guarantor]:
        """Their lines."""
        return list(self.agents.values())

    def begin(self) -> None:
        """Capital, leverage and compensation as policy sets them today."""
        city, day = self.city, self.city.first_day
        self.endow(GUARANTEE, city.at(parameters.CAPITAL, day))
        self.endow(STARTUP, city.at(parameters.LOAN_FUND, day))
        city.endow("risk_compensation", city.at(parameters.COMPENSATION, day))
        city.pools["guarantee_fund"].leverage = city.at(parameters.LEVERAGE, day)
        city.pools["startup_loan_fund"].leverage = city.at(parameters.LOAN_FUND_LEVERAGE, day)

    def endow(self, scheme: int, yuan: float) -> None:
        """The capital of a fund as policy sets it today; one that has none at all stands behind nothing any more."""
        if yuan == 0 and self.pools[scheme].outstanding:
            self.void(scheme)
        self.city.endow(FUND_OF[scheme], yuan)

    def void(self, scheme: int) -> None:
        """The covers of a scheme's live loans end: the banks bear their losses themselves."""
        book = self.city.banks.book
        live = book.live()
        mine = live[book.scheme[live] == scheme]
        part = exposure(book.balance[mine], book.cover[mine]) * book.weight(mine)
        self.pools[scheme].release(int(part.sum()))
        book.cover[mine] = 0
        book.fee[mine] = 0

    def terms(self, scheme: int, day: float) -> Terms:
        """What the guarantor of a scheme offers on a day."""
        city, agent = self.city, self.agents[scheme]
        if scheme == PRIVATE:
            return Terms(1.0, 0.0, parameters.PRIVATE_FEE, not agent.gone)
        if scheme == STARTUP:
            return Terms(
                parameters.FUND_COVER, 0.0, 0.0, not agent.gone and city.at(parameters.LOAN_FUND, day) > 0
            )
        helped = city.at(parameters.CITY_SHARE, day) if not city.not_yet(parameters.COMPENSATION) else 0.0
        there = not agent.gone and city.at(parameters.CAPITAL, day) > 0
        return Terms(city.at(parameters.COVERAGE, day), helped, city.at(parameters.FEE, day), there)

    def bears(self, u: Floats, scheme: int, day: float) -> npt.NDArray[np.bool_]:
        """Which owners, by a number each, go on at a guarantor's fee."""
        return rules.bears_fee(u, self.terms(scheme, day).fee, self.city.drawn[parameters.FEE_RESPONSE.id])

    def ask(self, scheme: int, files: Ints) -> None:
        """Banks send files to a guarantor."""
        if not len(files):
            return
        city = self.city
        rows = city.banks.requests.row[files]
        day = int(city.env.now)
        self.agents[scheme].hand_in(
            np.full(len(files), day), city.ties(city.firms.id[rows], "guarantee"), files)  # fmt: skip
        if city.diary:
            city.diary.firms(
                city.firms.id[rows], "guarantee.asked", day=day, rule="credit.break_even",
                yuan=city.banks.requests.fen[files] / 100, scheme=list(SCHEMES)[scheme])  # fmt: skip

    def accepted_before(self, rows: Rows, months: Ints) -> npt.NDArray[np.bool_]:
        """Whom the government-backed guarantor took before 2017, on the terms of then."""
        pd = self.agents[GUARANTEE].looks_at(rows, months)
        return rules.accepts(pd, self.past.fee, self.past.cover, 0.0, self.city.drawn[parameters.APPETITE.id])

    def taken_over(self, loans: Rows) -> None:
        """Guarantees given before 2017 that still run."""
        book = self.city.banks.book
        for scheme, pool in self.pools.items():
            mine = loans[book.scheme[loans] == scheme]
            pool.outstanding += int(
                (exposure(book.balance[mine], book.cover[mine]) * book.weight(mine)).sum()
            )

    def withdrawn(self, files: Ints) -> None:
        """Covered loans that are not paid out after all: their exposure ends."""
        if not len(files):
            return
        r = self.city.banks.requests
        part = exposure(r.fen[files], r.cover[files]) * self.city.banks.weigh(files)
        self.release(r.scheme[files], part)

    def release(self, scheme: npt.NDArray[np.int8], fen: Ints) -> None:
        """Exposure that has ended, by scheme."""
        ended = np.bincount(scheme, fen, len(SCHEMES)).astype(np.int64).tolist()
        for number, pool in self.pools.items():
            pool.release(ended[number])

    def earn(self, loans: Rows, fee: Ints) -> None:
        """The month's fees of these loans go from the firms to their guarantors."""
        book = self.city.banks.book
        for number, flow in ((GUARANTEE, flows.GUARANTEE_FEE), (PRIVATE, flows.PRIVATE_FEE)):
            mine = np.flatnonzero((book.scheme[loans] == number) & (fee > 0))
            self.city.pay(flow, book.row[loans[mine]], -fee[mine])
            total = int((fee[mine] * book.weight(loans[mine])).sum())
            self.pools[number].earn(total)
            if number == GUARANTEE and total:
                self.city.regain(self.city.instruments.index(INSTRUMENT[GUARANTEE]), total / 100)

    def claim(self, loan: int) -> Any:
        """Ninety days after a default: guarantor or pool and the city pay their shares, as far as their money reaches."""
        yield self.city.env.timeout(parameters.CLAIM_DAYS)
        city, book = self.city, self.city.banks.book
        scheme, month = int(book.scheme[loan]), city.month
        one = np.array([loan])
        if scheme == TENANT:
            self.compensate(one)
            return
        weight = int(book.weight(one)[0])
        pool = self.pools[scheme]
        pool.release(int(exposure(book.loss[one], book.cover[one])[0]) * weight)
        _, of_fund, of_city = (
            int(part[0]) * weight for part in waterfall(book.loss[one], book.cover[one], book.city[one])
        )
        by_city = city.pools["risk_compensation"].pay(of_city, month) if of_city else 0
        by_fund = pool.pay(of_fund + of_city - by_city, month)
        book.paid_by_city[loan], book.paid_by_fund[loan] = by_city // weight, by_fund // weight
        city.post(flows.CLAIMS, by_city + (0 if scheme == PRIVATE else by_fund))
        city.post(flows.PRIVATE_CLAIMS, by_fund if scheme == PRIVATE else 0)
        if by_city:
            city.spend(city.instruments.index("guarantee_risk_compensation"), by_city / 100)
        if scheme != PRIVATE:
            city.spend(city.instruments.index(INSTRUMENT[scheme]), by_fund / 100)
        if city.diary:
            city.diary.firms(
                city.firms.id[book.row[one]], "guarantee.claim", day=int(city.env.now), rule="debt.waterfall",
                yuan=(by_fund + by_city) / weight / 100, waited=parameters.CLAIM_DAYS, fund=by_fund / 100, city=by_city / 100)  # fmt: skip

    def compensate(self, loan: Rows) -> None:
        """The city bears its share of the loss of a tenant's first loan; there is no fund behind it but the treasury."""
        city, book = self.city, self.city.banks.book
        _, _, of_city = waterfall(book.loss[loan], book.cover[loan], book.city[loan])
        book.paid_by_city[loan] = of_city
        fen = int((of_city * book.weight(loan)).sum())
        city.post(flows.TENANT_LOSSES, fen)
        city.spend(city.instruments.index(INSTRUMENT[TENANT]), fen / 100)
        if city.diary:
            city.diary.firms(
                city.firms.id[book.row[loan]], "guarantee.claim", day=int(city.env.now), rule="debt.waterfall",
                yuan=of_city / 100, waited=parameters.CLAIM_DAYS, fund=0.0, city=of_city / 100)  # fmt: skip

    def recover(self, scheme: npt.NDArray[np.int8], to_fund: Ints, to_city: Ints) -> None:
        """What bad loans bring back, to those who paid."""
        city = self.city
        for number, pool in self.pools.items():
            fen = int(to_fund[scheme == number].sum())
            pool.recover(fen)
            city.post(flows.PRIVATE_RECOVERY if number == PRIVATE else flows.FUND_RECOVERY, fen)
            if number != PRIVATE and fen:
                city.regain(city.instruments.index(INSTRUMENT[number]), fen / 100)
        fen = int(to_city[scheme == TENANT].sum())
        city.post(flows.TENANT_RECOVERY, fen)
        if fen:
            city.regain(city.instruments.index(INSTRUMENT[TENANT]), fen / 100)
        fen = int(to_city[scheme != TENANT].sum())
        city.pools["risk_compensation"].recover(fen)
        city.post(flows.FUND_RECOVERY, fen)
        if fen:
            city.regain(city.instruments.index("guarantee_risk_compensation"), fen / 100)

    def settle(self) -> None:
        """Record the month."""
        put, month = self.city.record.put, self.city.month
        fund = self.pools[GUARANTEE]
        put(parameters.NET_CAPITAL, month, (fund.balance + self.private.balance) / 100)
        put(parameters.PRIVATE_BOOK, month, self.private.outstanding / 100)
        put(parameters.APPETITE_NOW, month, self.agents[GUARANTEE].appetite())
        self.private.roll()
