"""Renewal: larger loans fall due at once, and are renewed with bridge money, paid off, restructured or go bad.

Which clients a bank renews is the rule of ``credit``, with less noise than about a stranger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.model.banking import parameters, rules
from sim.model.banking.parameters import LIVE, RESTRUCTURED_MONTHS, RUN_OFF
from sim.model.environment import series
from sim.model.government import flows
from sim.model.population.firm_table import OPEN
from sim.model.underwriting import assessment

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.banking.loan_book import LoanBook
    from sim.model.context import Context


class Rollover:
    """The loans of all banks that fall due, and what becomes of them."""

    def __init__(
        self, context: Context, book: LoanBook, assessment_errors: Callable[[], tuple[Floats, Ints]]
    ) -> None:
        self.context, self.book, self.assessment_errors = context, book, assessment_errors

    def fall_due(self) -> None:
        """Loans that fall due at once this month, a week's worth at a time."""
        context, book = self.context, self.book
        loans = book.live()
        loans = loans[book.bullet[loans] & (book.until[loans] == context.clock.month)]
        u = context.streams.uniform(context.firms.id[book.row[loans]], "due day", context.clock.month)
        week = np.floor(u * 4).astype(int)
        for k in range(4):
            if (week == k).any():
                context.env.process(self.renew(loans[week == k], 7 * k + 3))

    def renew(self, loans: Rows, days: int) -> Any:
        """The bank looks at its clients again; who is renewed needs bridge money from the old loan to the new."""
        yield self.context.env.timeout(days)
        context, firms, book = self.context, self.context.firms, self.book
        loans = loans[(book.state[loans] == LIVE) & (firms.state[book.row[loans]] == OPEN)]
        if not len(loans):
            return
        month = context.clock.month
        old = month - book.month[loans] >= parameters.RENEWED_MONTHS
        self.instead(loans[old])
        loans = loans[~old]
        rows = book.row[loans]
        rates = series.loan_rates(month)
        bank, (errors, assessors) = book.bank[loans], self.assessment_errors()
        known = parameters.KNOWN_CLIENT * errors[bank]
        pd = assessment.assess_default_risk(
            context, rows, np.full(len(rows), month), known, assessors[bank], context.env.now
        )
        cost = rules.break_even(pd, book.cover[loans], rates.base)
        renewed = rules.pays(cost, rates.loan, rates.mandate)
        yield from self.bridge(loans[renewed], rules.price(cost[renewed], rates.loan))
        self.call_in(loans[~renewed])

    def instead(self, loans: Rows) -> None:
        """From now on these loans are paid off in twelve instalments."""
        self.book.bullet[loans] = False
        self.book.until[loans] = self.context.clock.month + RESTRUCTURED_MONTHS

    def bridge(self, loans: Rows, rate: Floats) -> Any:
        """Bridge money: of the fund while it has any, first come by a keyed tie; else at the private price."""
        context, firms, book = self.context, self.context.firms, self.book
        rows, owed, day = book.row[loans], book.balance[loans], int(context.env.now)
        fund, whole = context.accounts.funds["bridge_fund"], owed * book.weight(loans)
        low, high = parameters.NEEDED_DAYS
        needed = low + (high - low) * context.streams.uniform(
            firms.id[rows], "bridge days", context.clock.month
        )
        most, daily = (
            context.levers.at(parameters.BRIDGE_DAYS, day),
            context.levers.at(parameters.BRIDGE_FEE, day),
        )
        order = np.argsort(context.ties(firms.id[rows], "bridge"), kind="stable")
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
        context.recorder.add(parameters.ROLLED, context.clock.month, float(yuan.sum()))
        context.recorder.add(parameters.BRIDGED, context.clock.month, float(yuan[fits].sum()))
        context.recorder.add(parameters.UNBRIDGED, context.clock.month, float(yuan[~fits].sum()))
        book.until[loans] += parameters.BULLET_TERM
        book.rate[loans] = rate
        context.accounts.pay(flows.BRIDGE_FEE, rows, -by_fund)
        fund.earn(firms.total(by_fund, rows))
        context.accounts.pay(flows.PRIVATE_BRIDGE, rows, -(fee - by_fund))
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.renewed", day=day, yuan=owed / 100, rule="banking.rules.bridge_price",
                fee=fee / 100, fund=fits)  # fmt: skip
        out = int(whole[fits].sum())
        context.accounts.post(flows.BRIDGE, out)
        fund.lend(out)
        if out:
            yield context.env.timeout(float(np.minimum(needed[fits], most).mean()))
        context.accounts.post(flows.BRIDGE_BACK, out)
        fund.back(out)

    def call_in(self, loans: Rows) -> None:
        """Loans that are not renewed: repaid from cash, or bad, or paid off in twelve instalments."""
        if not len(loans):
            return
        context, firms, book = self.context, self.context.firms, self.book
        rows = book.row[loans]
        liquid = firms.cash[rows] >= book.balance[loans]
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.called_in", day=int(context.env.now), yuan=book.balance[loans] / 100,
                rule="banking.rules.pays", cash=firms.cash[rows] / 100)  # fmt: skip
        book.pay_off(loans[liquid])
        short = loans[~liquid]
        u = context.streams.uniform(firms.id[book.row[short]], "called in", context.clock.month)
        bad = u < context.parameters[RUN_OFF.id]
        self.instead(short[~bad])
        book.default(short[bad], "banking.rollover.Rollover")
