"""Debt: the loan book of all banks. Instalments, roll-over, default, recovery, write-off; shared losses.

A firm has one loan at a time. Most loans are repaid month by month; larger ones of enterprises fall due at
once after a year and are rolled over. A loan goes bad when its firm closes without paying, or when it
is not renewed and cash is short. Losses are borne in shares that sum to one: the bank its own part,
the guarantor or pool the cover, the city a share of the cover.
Evidence: CRED02, CRED07, CRED10-11, CRED13.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.columns import Table
from sim.model.banking.parameters import (
    BAD,
    BAD_STOCK,
    BORROWERS,
    DEFAULT,
    DEFAULTED,
    DEFAULTED_BY_SCHEME,
    FIRST_RECOVERY,
    LIVE,
    MORAL_HAZARD,
    PAID_BACK,
    RECOVERY,
    RECOVERY_MONTHS,
    REPAID,
    STOCK,
    WRITE_OFF_MONTHS,
    WRITTEN,
    WRITTEN_OFF,
)
from sim.model.banking.rules import default_on_closing, instalments, interest_due
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
    "principal": (np.int64, 0),  # fen, as all money here, for one firm
    "balance": (np.int64, 0),
    "rate": (np.float32, 0),  # a year
    "fee": (np.float32, 0),  # of a guarantor, a year
    "cover": (np.float32, 0),  # share of a loss that the guarantor or pool bears
    "city_share": (np.float32, 0),  # share of that which the city bears for it
    "month": (np.int16, 0),  # granted in
    "until": (np.int16, 0),  # last instalment, or the whole, due in
    "bullet": (np.bool_, False),  # falls due at once
    "state": (np.int8, LIVE),
    "bad_since": (np.int16, 0),
    "loss": (np.int64, 0),  # balance when it went bad
    "paid_by_fund": (np.int64, 0),  # of that, by guarantor or pool
    "paid_by_city": (np.int64, 0),
}


class LoanBook(Table):
    """All loans of a run, live and dead. Columns as in :data:`COLUMNS`."""

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
        self.strategic = 0.0  # change in defaults on purpose, as policy has it this month

    def live(self) -> Rows:
        """Numbers of the loans that are being paid."""
        return np.flatnonzero(self.state == LIVE)

    def weight(self, loans: Rows) -> Ints:
        """Firms that the borrower of each loan stands for."""
        return self.context.firms.weight.take(self.row[loans])

    def lent(self, banks: int) -> list[int]:
        """Fen that each bank has lent and not got back or written off."""
        held = np.flatnonzero((self.state == LIVE) | (self.state == BAD))
        fen = self.balance[held] * self.weight(held)
        lent: list[int] = np.bincount(self.bank[held], fen, banks).astype(np.int64).tolist()
        return lent

    def of(self, rows: Rows) -> Rows:
        """Numbers of the live loans of these firms."""
        firms, live = self.context.firms, self.live()
        owing = np.zeros(firms.capacity, dtype=np.bool_)
        owing[rows[firms.debt[rows] > 0]] = True
        return live[owing[self.row[live]]]

    def _repaid(self, loans: Rows, fen: Ints) -> None:
        """Principal has come back: the balance falls, and with it what stands behind the loan."""
        before = exposure(self.balance[loans], self.cover[loans])
        self.balance[loans] -= fen
        self.context.firms.debt[self.row[loans]] -= fen
        self.context.recorder.add(
            PAID_BACK, self.context.clock.month, float((fen * self.weight(loans)).sum()) / 100
        )
        freed = before - exposure(self.balance[loans], self.cover[loans])
        self.guarantees.release(self.scheme[loans], freed * self.weight(loans))
        self.state[loans[self.balance[loans] == 0]] = REPAID

    def collect(self, relief: bool) -> None:
        """Interest, fees and instalments of the month from open firms.

        Args:
            relief: firms short of cash may put off principal (national relief of 2020).
        """
        context, firms = self.context, self.context.firms
        firms.interest[:] = 0
        firms.instalment[:] = 0
        loans = self.live()
        loans = loans[(firms.state[self.row[loans]] == OPEN) & (self.month[loans] < context.clock.month)]
        rows, balance = self.row[loans], self.balance[loans]
        interest, fee = interest_due(balance, self.rate[loans]), interest_due(balance, self.fee[loans])
        due = np.where(
            self.bullet[loans], 0, instalments(balance, self.until[loans] - context.clock.month + 1))  # fmt: skip
        if relief:
            put_off = firms.cash[rows] < interest + fee + due
            due[put_off] = 0
            self.until[loans[put_off]] += 1
        context.accounts.pay(flows.INTEREST, rows, -interest)
        context.accounts.pay(flows.PRINCIPAL, rows, -due)
        self.guarantees.earn(rows, self.scheme[loans], fee)
        firms.interest[rows] = (interest + fee) / 100
        firms.instalment[rows] = due / 100
        paying = np.flatnonzero(due)
        self._repaid(loans[paying], due[paying])

    def wind_up(self, closing: Rows) -> None:
        """Borrowers close: their cash goes to the bank; the owner pays the rest, or does not."""
        context, firms, p = self.context, self.context.firms, self.context.parameters
        loans = self.of(closing)
        if not len(loans):
            return
        rows = self.row[loans]
        offset = np.minimum(self.balance[loans], np.maximum(firms.cash[rows], 0))
        context.accounts.pay(flows.SETTLED_BY_FIRM, rows, -offset)
        self._repaid(loans, offset)
        left = loans[self.balance[loans] > 0]
        chance = default_on_closing(
            p[DEFAULT.id], self.cover[left] > 0, p[MORAL_HAZARD.id], self.strategic)  # fmt: skip
        bad = context.streams.uniform(firms.id[self.row[left]], "default") < chance
        honest = left[~bad]
        fen = self.balance[honest].copy()
        context.accounts.post(flows.SETTLED, int((fen * self.weight(honest)).sum()))
        if context.events:
            context.events.firms(
                firms.id[self.row[honest]], "credit.settled", day=context.clock.last_day, yuan=fen / 100,
                rule="banking.rules.default_on_closing", chance=chance[~bad])  # fmt: skip
        self._repaid(honest, fen)
        self.default(left[bad], "banking.rules.default_on_closing")

    def default(self, loans: Rows, rule: str) -> None:
        """These loans go bad: whoever stands behind them will be asked to pay."""
        if not len(loans):
            return
        context, month = self.context, self.context.clock.month
        self.state[loans] = BAD
        self.bad_since[loans] = month
        self.loss[loans] = self.balance[loans]
        context.firms.debt[self.row[loans]] = 0
        fen = self.balance[loans] * self.weight(loans)
        context.recorder.add(DEFAULTED, month, float(fen.sum()) / 100)
        np.add.at(context.recorder[DEFAULTED_BY_SCHEME][month], self.scheme[loans], fen / 100)
        if context.events:
            context.events.firms(
                context.firms.id[self.row[loans]], "credit.default", day=int(context.env.now), rule=rule,
                yuan=self.balance[loans] / 100, cover=self.cover[loans])  # fmt: skip
        for loan in loans[self.cover[loans] > 0].tolist():
            context.env.process(self.claim(loan))

    def claim(self, loan: int) -> ProcessGenerator:
        """The process of a claim: ninety days after the default the guarantor, or fund, and the city pay their shares."""
        yield self.context.env.timeout(CLAIM_DAYS)
        self.paid_by_city[loan], self.paid_by_fund[loan] = self.guarantees.pay_claim(
            int(self.row[loan]), int(self.scheme[loan]), int(self.loss[loan]), float(self.cover[loan]),
            float(self.city_share[loan]))  # fmt: skip

    def recover(self) -> None:
        """What bad loans bring back this month, shared by those who bore the loss; old ones are written off."""
        context, month = self.context, self.context.clock.month
        bad = np.flatnonzero((self.state == BAD) | (self.state == WRITTEN_OFF))
        weight = self.weight(bad)
        since = month - self.bad_since[bad]
        comes = (since >= FIRST_RECOVERY) & (since < FIRST_RECOVERY + RECOVERY_MONTHS)
        bad, weight = bad[comes], weight[comes]
        back = np.rint(self.loss[bad] * (context.parameters[RECOVERY.id] / RECOVERY_MONTHS)).astype(np.int64)
        to_fund = back * self.paid_by_fund[bad] // np.maximum(self.loss[bad], 1)
        to_city = back * self.paid_by_city[bad] // np.maximum(self.loss[bad], 1)
        to_bank = back - to_fund - to_city
        context.accounts.post(flows.BANK_RECOVERY, int((to_bank * weight).sum()))
        self.guarantees.recover(self.scheme[bad], to_fund * weight, to_city * weight)
        held = self.state[bad] == BAD
        fen = np.minimum(back, self.balance[bad])[held]
        self.balance[bad[held]] -= fen
        context.recorder.add(PAID_BACK, month, float((fen * weight[held]).sum()) / 100)
        old = np.flatnonzero((self.state == BAD) & (month - self.bad_since >= WRITE_OFF_MONTHS))
        context.recorder.add(WRITTEN, month, float((self.balance[old] * self.weight(old)).sum()) / 100)
        self.state[old] = WRITTEN_OFF

    def enter(self, rows: Rows, **columns: Any) -> Rows:
        """Write loans of these firms into the book; columns as in :data:`COLUMNS`. Returns their numbers."""
        new = self.append(len(rows), row=rows, **columns)
        self.context.firms.debt[rows] = columns["balance"]
        self.context.firms.borrowed[rows] = True
        return np.arange(new.start, new.stop)

    def end_cover(self, scheme: int) -> None:
        """The covers of a scheme's live loans end: the banks bear their losses themselves."""
        live = self.live()
        mine = live[self.scheme[live] == scheme]
        part = exposure(self.balance[mine], self.cover[mine]) * self.weight(mine)
        self.guarantees.release(self.scheme[mine], part)
        self.cover[mine] = 0
        self.fee[mine] = 0

    def replace(self, rows: Rows, flow: Flow) -> Ints:
        """Firms pay off their loans with money that comes by another flow. Returns what each owed, fen."""
        fen = self.context.firms.debt[rows].copy()
        self.context.accounts.pay(flow, rows, fen)
        self.pay_off(self.of(rows))
        return fen

    def pay_off(self, loans: Rows) -> None:
        """Firms repay the whole of these loans out of their cash."""
        fen = self.balance[loans].copy()
        self.context.accounts.pay(flows.PRINCIPAL, self.row[loans], -fen)
        self._repaid(loans, fen)

    def settle(self) -> None:
        """Recover, count."""
        self.recover()
        context, month = self.context, self.context.clock.month
        held = np.flatnonzero((self.state == LIVE) | (self.state == BAD))
        fen = self.balance[held] * self.weight(held)
        bad = self.state[held] == BAD
        context.recorder.put(STOCK, month, float(fen.sum()) / 100)
        context.recorder.put(BAD_STOCK, month, float(fen[bad].sum()) / 100)
        rows = self.row[held[~bad]]
        individual = context.firms.segment[rows] == 0
        context.recorder.put(
            BORROWERS, month, np.bincount(individual, weights=context.firms.weight[rows], minlength=2).astype(np.int64))  # fmt: skip
