"""Renewal: larger loans fall due at once, and are renewed with bridge money, paid off, restructured or go bad.

Which clients a bank renews is the rule of ``credit``, with less noise than about a stranger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.banking import parameters, rules, underwriting
from sim.model.banking.parameters import LIVE, RESTRUCTURED_MONTHS, RUN_OFF
from sim.model.environment import series
from sim.model.government import flows
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.banking.lending import Banks


class Rollover:
    """The loans of all banks that fall due, and what becomes of them."""

    def __init__(self, banks: Banks) -> None:
        self.banks, self.city, self.book = banks, banks.city, banks.book

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
        old = month - book.month[loans] >= parameters.RENEWED_MONTHS
        self.instead(loans[old])
        loans = loans[~old]
        rows = book.row[loans]
        rates = series.loan_rates(month)
        bank, (sigma, eye) = book.bank[loans], self.banks.eyes()
        known = parameters.KNOWN_CLIENT * sigma[bank]
        pd = underwriting.appraise(city, rows, np.full(len(rows), month), known, eye[bank], city.env.now)
        cost = rules.break_even(pd, book.cover[loans], rates.base)
        renewed = rules.pays(cost, rates.loan, rates.mandate)
        yield from self.bridge(loans[renewed], rules.price(cost[renewed], rates.loan))
        self.call_in(loans[~renewed])

    def instead(self, loans: Rows) -> None:
        """From now on these loans are paid off in twelve instalments."""
        self.book.bullet[loans] = False
        self.book.until[loans] = self.city.month + RESTRUCTURED_MONTHS

    def bridge(self, loans: Rows, rate: Floats) -> Any:
        """Bridge money: of the fund while it has any, first come by a keyed tie; else at the private price."""
        city, firms, book = self.city, self.city.firms, self.book
        rows, owed, day = book.row[loans], book.balance[loans], int(city.env.now)
        fund, whole = city.pools["bridge_fund"], owed * book.weight(loans)
        low, high = parameters.NEEDED_DAYS
        needed = low + (high - low) * city.chance.uniform(firms.id[rows], "bridge days", city.month)
        most, daily = city.at(parameters.BRIDGE_DAYS, day), city.at(parameters.BRIDGE_FEE, day)
        order = np.argsort(city.ties(firms.id[rows], "bridge"), kind="stable")
        fits = np.zeros(len(loans), dtype=np.bool_)
        fits[order] = np.cumsum(whole[order]) <= fund.balance
        fee_days = rules.bridge_price(needed, fits, most, daily)
        fee = np.rint(owed * fee_days).astype(np.int64)
        by_fund = np.rint(owed * np.where(fits, daily * np.minimum(needed, most), 0)).astype(np.int64)
        able = fits | (firms.cash[rows] >= fee)
        self.call_in(loans[~able])
        loans, rows, owed, whole, rate = loans[able], rows[able], owed[able], whole[able], rate[able]
        fits, fee, by_fund, needed = fits[able], fee[able], by_fund[able], needed[able]
        yuan = whole / 100
        city.record.add(parameters.ROLLED, city.month, float(yuan.sum()))
        city.record.add(parameters.BRIDGED, city.month, float(yuan[fits].sum()))
        city.record.add(parameters.UNBRIDGED, city.month, float(yuan[~fits].sum()))
        book.until[loans] += parameters.BULLET_TERM
        book.rate[loans] = rate
        city.pay(flows.BRIDGE_FEE, rows, -by_fund)
        fund.earn(firms.total(by_fund, rows))
        city.pay(flows.PRIVATE_BRIDGE, rows, -(fee - by_fund))
        if city.diary:
            city.diary.firms(
                firms.id[rows], "credit.renewed", day=day, yuan=owed / 100, rule="credit.bridge_price",
                fee=fee / 100, fund=fits)  # fmt: skip
        out = int(whole[fits].sum())
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
        book.default(short[bad], "renewal.Renewals")
