"""Rollover of loans at maturity: renewal with bridge finance, repayment, conversion to instalments, or default.

Banks apply the rules for new loans, with a smaller assessment error than for a new applicant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.banking import parameters, rules
from sim.model.banking.parameters import LIVE
from sim.model.environment import series
from sim.model.government import flows
from sim.model.population.firm_table import OPEN
from sim.model.underwriting import assessment

if TYPE_CHECKING:
    from collections.abc import Callable

    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Floats, Ints, Mask, Rows
    from sim.model.banking.loan_book import LoanBook
    from sim.model.context import Context


class Rollover:
    """Rollover of all banks' loans at maturity.

    Args:
        context: see :class:`Context`.
        book: the loan book.
        assessment_errors: function that returns each bank's standard deviation of the assessment error, and its
            assessor number.
    """

    def __init__(
        self, context: Context, book: LoanBook, assessment_errors: Callable[[], tuple[Floats, Ints]]
    ) -> None:
        self.context, self.book, self.assessment_errors = context, book, assessment_errors

    def fall_due(self) -> None:
        """Start renewing the loans due this month, in four weekly batches."""
        context, book = self.context, self.book
        loans = book.outstanding_loans()
        loans = loans[book.bullet[loans] & (book.until[loans] == context.clock.month)]
        u = context.streams.uniform(context.firms.id[book.row[loans]], "due day", context.clock.month)
        week = np.floor(u * 4).astype(int)
        for k in range(4):
            if (week == k).any():
                context.env.process(self.renew(loans[week == k], 7 * k + 3))

    def renew(self, loans: Rows, days: int) -> ProcessGenerator:
        """SimPy process of renewal, which starts after the given number of days.

        Borrowers are reassessed; renewed loans obtain bridge finance, and the other loans are called in.
        """
        yield self.context.env.timeout(days)
        context, firms, book = self.context, self.context.firms, self.book
        loans = loans[(book.state[loans] == LIVE) & (firms.state[book.row[loans]] == OPEN)]
        if not len(loans):
            return
        month = context.clock.month
        old = rules.too_old_to_renew(month - book.month[loans])
        self.convert_to_instalments(loans[old])
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

    def convert_to_instalments(self, loans: Rows) -> None:
        """Convert loans to repayment in twelve monthly instalments."""
        self.book.bullet[loans] = False
        self.book.until[loans] = self.context.clock.month + parameters.RESTRUCTURED_MONTHS

    def bridge(self, loans: Rows, rate: Floats) -> ProcessGenerator:
        """SimPy process of bridge finance for loans to be renewed.

        The bridge fund finances loans in random order as far as its balance allows; private lenders finance the
        others. Loans of borrowers that cannot pay the private fee are called in.

        Args:
            loans: loans to be renewed.
            rate: yearly interest rate of each new loan.
        """
        context, firms, book = self.context, self.context.firms, self.book
        rows, owed, day = book.row[loans], book.balance[loans], int(context.env.now)
        fund, whole = context.accounts.funds["bridge_fund"], owed * book.weight(loans)
        u = context.streams.uniform(firms.id[rows], "bridge days", context.clock.month)
        needed = rules.bridge_days(u)
        most = context.levers.at(parameters.BRIDGE_DAYS, day)
        daily = context.levers.at(parameters.BRIDGE_FEE, day)
        order = np.argsort(context.ties(firms.id[rows], "bridge"), kind="stable")
        of_fund = np.empty(len(rows), dtype=np.bool_)
        of_fund[order] = rules.within_fund(whole[order], fund.balance)
        by_fund, by_others = rules.bridge_price(needed, of_fund, most, daily)
        fee = np.rint(owed * (by_fund + by_others)).astype(np.int64)
        to_fund = np.rint(owed * by_fund).astype(np.int64)
        able = rules.can_bridge(of_fund, firms.cash[rows], fee)
        self.call_in(loans[~able])
        loans, rows, owed, whole, rate = loans[able], rows[able], owed[able], whole[able], rate[able]
        of_fund, fee, to_fund, needed = of_fund[able], fee[able], to_fund[able], needed[able]
        self.record_bridged(whole, of_fund)
        book.until[loans] += parameters.BULLET_TERM
        book.rate[loans] = rate
        context.accounts.pay(flows.BRIDGE_FEE, rows, -to_fund)
        fund.earn(firms.total(to_fund, rows))
        context.accounts.pay(flows.PRIVATE_BRIDGE, rows, -(fee - to_fund))
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.renewed", day=day, yuan=owed / 100, rule="banking.rules.bridge_price",
                fee=fee / 100, fund=of_fund)  # fmt: skip
        lent = int(whole[of_fund].sum())
        context.accounts.post(flows.BRIDGE, lent)
        fund.lend(lent)
        if lent:
            yield context.env.timeout(float(np.minimum(needed[of_fund], most).mean()))
        context.accounts.post(flows.BRIDGE_BACK, lent)
        fund.back(lent)

    def record_bridged(self, fen: Ints, of_fund: Mask) -> None:
        """Record the amounts of loans renewed (in fen), by source of bridge finance."""
        record, month, yuan = self.context.recorder, self.context.clock.month, fen / 100
        record.add(parameters.ROLLED, month, float(yuan.sum()))
        record.add(parameters.BRIDGED, month, float(yuan[of_fund].sum()))
        record.add(parameters.UNBRIDGED, month, float(yuan[~of_fund].sum()))

    def call_in(self, loans: Rows) -> None:
        """Call in loans that are not renewed: each is repaid from cash, converted to instalments, or defaulted on."""
        if not len(loans):
            return
        context, firms, book = self.context, self.context.firms, self.book
        rows = book.row[loans]
        liquid = rules.repays_when_called(firms.cash[rows], book.balance[loans])
        if context.events:
            context.events.firms(
                firms.id[rows], "credit.called_in", day=int(context.env.now), yuan=book.balance[loans] / 100,
                rule="banking.rules.pays", cash=firms.cash[rows] / 100)  # fmt: skip
        book.pay_off(loans[liquid])
        short = loans[~liquid]
        u = context.streams.uniform(firms.id[book.row[short]], "called in", context.clock.month)
        bad = rules.defaults_when_called(u, context.parameters[parameters.RUN_OFF.id])
        self.convert_to_instalments(short[~bad])
        book.default(short[bad], "banking.rules.defaults_when_called")
