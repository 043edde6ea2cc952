"""Loan book of all banks: instalments, default, claims, recovery and write-off.

A firm has one loan at a time. Most loans are repaid in monthly instalments; larger loans to enterprises are repaid at
maturity after one year and may be renewed. A loan becomes bad when its firm closes without repaying it, or when it is
not renewed and the firm is short of cash. Each loss is divided between the bank, the guarantor or pool (its cover),
and the city (its share of the cover). Evidence: CRED02, CRED07, CRED10-11, CRED13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.columns import Table
from sim.model.banking import parameters, rules
from sim.model.banking.parameters import BAD, LIVE, REPAID, WRITTEN_OFF
from sim.model.government import flows
from sim.model.guarantees.parameters import CLAIM_DAYS, PLAIN
from sim.model.guarantees.rules import exposure
from sim.model.population.firm_table import OPEN

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

    from sim.engine.arrays import Ints, Rows
    from sim.engine.ledger import Flow
    from sim.model.context import Context
    from sim.model.guarantees.guarantors import Guarantees


COLUMNS: Final = {
    "row": (np.int64, -1),  # the borrower
    "bank": (np.int8, 0),
    "scheme": (np.int8, PLAIN),
    "principal": (np.int64, 0),  # amounts are in fen and refer to one firm
    "balance": (np.int64, 0),
    "rate": (np.float32, 0),  # yearly interest rate
    "fee": (np.float32, 0),  # yearly guarantee fee, as a share of the balance
    "cover": (np.float32, 0),  # share of a loss that is covered
    "city_share": (np.float32, 0),  # share of the cover that the city bears
    "month": (np.int16, 0),  # month of disbursement
    "until": (np.int16, 0),  # month of the last instalment, or of maturity
    "bullet": (np.bool_, False),  # repaid at maturity
    "state": (np.int8, LIVE),
    "bad_since": (np.int16, 0),
    "loss": (np.int64, 0),  # balance at default
    "paid_by_fund": (np.int64, 0),  # part of the loss paid by the guarantor or pool
    "paid_by_city": (np.int64, 0),
}


class LoanBook(Table):
    """Table of all current and past loans in a run, with the columns listed in :data:`COLUMNS`.

    Attributes:
        strategic: relative change in strategic default (default by owners able to repay), set by policy.
    """

    row: Ints
    bank: npt.NDArray[np.int8]
    scheme: npt.NDArray[np.int8]
    principal: Ints
    balance: Ints
    rate: npt.NDArray[np.float32]
    fee: npt.NDArray[np.float32]
    cover: npt.NDArray[np.float32]
    city_share: npt.NDArray[np.float32]
    month: npt.NDArray[np.int16]
    until: npt.NDArray[np.int16]
    bullet: npt.NDArray[np.bool_]
    state: npt.NDArray[np.int8]
    bad_since: npt.NDArray[np.int16]
    loss: Ints
    paid_by_fund: Ints
    paid_by_city: Ints

    def __init__(self, context: Context, guarantees: Guarantees) -> None:
        super().__init__(COLUMNS, 4096)
        self.context, self.guarantees = context, guarantees
        self.strategic = 0.0

    def outstanding_loans(self) -> Rows:
        """Return the row numbers of loans that are neither repaid nor bad."""
        return np.flatnonzero(self.state == LIVE)

    def weight(self, loans: Rows) -> Ints:
        """Return the number of firms that the borrower of each loan represents."""
        return self.context.firms.weight.take(self.row[loans])

    def lent(self, banks: int) -> list[int]:
        """Return the total balance of each bank's current and bad loans, in fen."""
        held = np.flatnonzero((self.state == LIVE) | (self.state == BAD))
        fen = self.balance[held] * self.weight(held)
        lent: list[int] = np.bincount(self.bank[held], fen, banks).astype(np.int64).tolist()
        return lent

    def of(self, rows: Rows) -> Rows:
        """Return the row numbers of the given firms' current loans."""
        firms, loans = self.context.firms, self.outstanding_loans()
        owing = np.zeros(firms.capacity, dtype=np.bool_)
        owing[rows[firms.debt[rows] > 0]] = True
        return loans[owing[self.row[loans]]]

    def _repaid(self, loans: Rows, fen: Ints) -> None:
        """Reduce balances by the principal repaid (in fen), and reduce the guarantors' exposure accordingly."""
        before = exposure(self.balance[loans], self.cover[loans])
        self.balance[loans] -= fen
        self.context.firms.debt[self.row[loans]] -= fen
        self.context.recorder.add(
            parameters.PAID_BACK, self.context.clock.month, float((fen * self.weight(loans)).sum()) / 100
        )
        freed = before - exposure(self.balance[loans], self.cover[loans])
        self.guarantees.release(self.scheme[loans], freed * self.weight(loans))
        self.state[loans[self.balance[loans] == 0]] = REPAID

    def collect(self, relief: bool) -> None:
        """Collect the month's interest, fees and instalments from open firms.

        Args:
            relief: whether firms short of cash may defer principal (national relief of 2020).
        """
        context, firms = self.context, self.context.firms
        firms.interest[:] = 0
        firms.instalment[:] = 0
        loans = self.outstanding_loans()
        loans = loans[(firms.state[self.row[loans]] == OPEN) & (self.month[loans] < context.clock.month)]
        rows, balance = self.row[loans], self.balance[loans]
        interest = rules.interest_due(balance, self.rate[loans])
        fee = rules.interest_due(balance, self.fee[loans])
        months_left = self.until[loans] - context.clock.month + 1
        due = np.where(self.bullet[loans], 0, rules.instalments(balance, months_left))
        if relief:
            deferred = rules.defers_principal(firms.cash[rows], interest + fee + due)
            due[deferred] = 0
            self.until[loans[deferred]] += 1
        context.accounts.pay(flows.INTEREST, rows, -interest)
        context.accounts.pay(flows.PRINCIPAL, rows, -due)
        self.guarantees.collect_fees(rows, self.scheme[loans], fee)
        firms.interest[rows] = (interest + fee) / 100
        firms.instalment[rows] = due / 100
        paying = np.flatnonzero(due)
        self._repaid(loans[paying], due[paying])

    def wind_up(self, closing: Rows) -> None:
        """Settle closing firms' loans: the firm pays what its cash allows; then the owner repays the rest or defaults."""
        context, firms, p = self.context, self.context.firms, self.context.parameters
        loans = self.of(closing)
        if not len(loans):
            return
        rows = self.row[loans]
        offset = rules.settled_from_cash(self.balance[loans], firms.cash[rows])
        context.accounts.pay(flows.SETTLED_BY_FIRM, rows, -offset)
        self._repaid(loans, offset)
        left = loans[self.balance[loans] > 0]
        chance = rules.default_on_closing(
            p[parameters.DEFAULT.id], self.cover[left] > 0, p[parameters.MORAL_HAZARD.id], self.strategic)  # fmt: skip
        bad = context.streams.uniform(firms.id[self.row[left]], "default") < chance
        settled = left[~bad]
        fen = self.balance[settled].copy()
        context.accounts.post(flows.SETTLED, int((fen * self.weight(settled)).sum()))
        if context.events:
            context.events.firms(
                firms.id[self.row[settled]], "credit.settled", day=context.clock.last_day, yuan=fen / 100,
                rule="banking.rules.default_on_closing", chance=chance[~bad])  # fmt: skip
        self._repaid(settled, fen)
        self.default(left[bad], "banking.rules.default_on_closing")

    def default(self, loans: Rows, rule: str) -> None:
        """Mark loans as bad, and start claims on the guarantors or funds that cover them.

        Args:
            loans: row numbers of the loans.
            rule: rule that led to the default, for the event log.
        """
        if not len(loans):
            return
        context, month = self.context, self.context.clock.month
        self.state[loans] = BAD
        self.bad_since[loans] = month
        self.loss[loans] = self.balance[loans]
        context.firms.debt[self.row[loans]] = 0
        fen = self.balance[loans] * self.weight(loans)
        context.recorder.add(parameters.DEFAULTED, month, float(fen.sum()) / 100)
        np.add.at(context.recorder[parameters.DEFAULTED_BY_SCHEME][month], self.scheme[loans], fen / 100)
        if context.events:
            context.events.firms(
                context.firms.id[self.row[loans]], "credit.default", day=int(context.env.now), rule=rule,
                yuan=self.balance[loans] / 100, cover=self.cover[loans])  # fmt: skip
        for loan in loans[self.cover[loans] > 0].tolist():
            context.env.process(self.claim(loan))

    def claim(self, loan: int) -> ProcessGenerator:
        """SimPy process of a claim. Ninety days after default, the guarantor (or fund) and the city pay their parts."""
        yield self.context.env.timeout(CLAIM_DAYS)
        self.paid_by_city[loan], self.paid_by_fund[loan] = self.guarantees.pay_claim(
            int(self.row[loan]), int(self.scheme[loan]), int(self.loss[loan]), float(self.cover[loan]),
            float(self.city_share[loan]))  # fmt: skip

    def recover(self) -> None:
        """Distribute the month's recoveries among banks, funds and the city, and write off old bad loans."""
        context, month = self.context, self.context.clock.month
        bad = np.flatnonzero((self.state == BAD) | (self.state == WRITTEN_OFF))
        bad = bad[rules.recovers(month - self.bad_since[bad])]
        weight = self.weight(bad)
        to_bank, to_fund, to_city = rules.recovery(
            context.parameters[parameters.RECOVERY.id], self.loss[bad], self.paid_by_fund[bad], self.paid_by_city[bad])  # fmt: skip
        context.accounts.post(flows.BANK_RECOVERY, int((to_bank * weight).sum()))
        self.guarantees.recover(self.scheme[bad], to_fund * weight, to_city * weight)
        held = self.state[bad] == BAD
        fen = np.minimum(to_bank + to_fund + to_city, self.balance[bad])[held]
        self.balance[bad[held]] -= fen
        context.recorder.add(parameters.PAID_BACK, month, float((fen * weight[held]).sum()) / 100)
        old = np.flatnonzero((self.state == BAD) & rules.is_written_off(month - self.bad_since))
        context.recorder.add(
            parameters.WRITTEN, month, float((self.balance[old] * self.weight(old)).sum()) / 100
        )
        self.state[old] = WRITTEN_OFF

    def enter(self, rows: Rows, **columns: Any) -> Rows:
        """Add a loan to each given firm, with the given values of :data:`COLUMNS`; return the loans' row numbers."""
        new = self.append(len(rows), row=rows, **columns)
        self.context.firms.debt[rows] = columns["balance"]
        self.context.firms.borrowed[rows] = True
        return np.arange(new.start, new.stop)

    def end_cover(self, scheme: int) -> None:
        """End the cover of a scheme's current loans, so that the banks bear all further losses."""
        live = self.outstanding_loans()
        selected = live[self.scheme[live] == scheme]
        part = exposure(self.balance[selected], self.cover[selected]) * self.weight(selected)
        self.guarantees.release(self.scheme[selected], part)
        self.cover[selected] = 0
        self.fee[selected] = 0

    def replace(self, rows: Rows, flow: Flow) -> Ints:
        """Repay the loans of the given firms with money received through ``flow``; return the amounts, in fen."""
        fen = self.context.firms.debt[rows].copy()
        self.context.accounts.pay(flow, rows, fen)
        self.pay_off(self.of(rows))
        return fen

    def pay_off(self, loans: Rows) -> None:
        """Repay the given loans in full from the firms' cash."""
        fen = self.balance[loans].copy()
        self.context.accounts.pay(flows.PRINCIPAL, self.row[loans], -fen)
        self._repaid(loans, fen)

    def settle(self) -> None:
        """Collect recoveries from bad loans, and record the month's outcomes."""
        self.recover()
        context, month = self.context, self.context.clock.month
        held = np.flatnonzero((self.state == LIVE) | (self.state == BAD))
        fen = self.balance[held] * self.weight(held)
        bad = self.state[held] == BAD
        context.recorder.put(parameters.STOCK, month, float(fen.sum()) / 100)
        context.recorder.put(parameters.BAD_STOCK, month, float(fen[bad].sum()) / 100)
        rows = self.row[held[~bad]]
        individual = context.firms.segment[rows] == 0
        context.recorder.put(
            parameters.BORROWERS, month, np.bincount(individual, weights=context.firms.weight[rows], minlength=2).astype(np.int64))  # fmt: skip
