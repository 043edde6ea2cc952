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
from sim.engine.levers import Parameter
from sim.engine.recorder import Outcome
from sim.model.government import flows
from sim.model.population.firm_table import OPEN, Rows

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

# --- parameters ------------------------------------------------------------------------------------
DEFAULT: Final = Parameter(
    "debt.default_share", 0.35, 0.2, 0.6, "share", "guess; CRED07", "D",
    "歇业时违约比例", "of firms that close in debt, who do not pay")  # fmt: skip
MORAL_HAZARD: Final = Parameter(
    "debt.covered_default", 1.15, 1.0, 1.4, "ratio", "CRED02", "C",
    "有担保贷款的违约倍数", "defaults of covered loans relative to others")  # fmt: skip
RECOVERY: Final = Parameter(
    "debt.recovery", 0.35, 0.2, 0.5, "share", "guess", "D",
    "不良贷款回收率", "of a loss that is recovered in the end")  # fmt: skip
RUN_OFF: Final = Parameter(
    "debt.not_renewed_default", 0.3, 0.1, 0.5, "share", "guess", "D",
    "抽贷后违约比例", "of firms whose loan is not renewed and who are short of cash, who default at once")  # fmt: skip
PARAMETERS: Final = (DEFAULT, MORAL_HAZARD, RECOVERY, RUN_OFF)

SCHEMES: Final = {
    "plain": ("普通贷款", "without cover"),
    "startup": ("创业担保贷款", "start-up guaranteed loan"),
    "ip_pledge": ("知识产权质押贷款", "IP-pledged loan"),
    "loan_pool": ("助保贷", "loan of the risk pool"),
    "guarantee": ("政府性担保贷款", "publicly guaranteed loan"),
    "private": ("民营担保贷款", "privately guaranteed loan"),
    "tenant": ("在孵企业首贷", "first loan of an incubator's tenant, its loss shared by the city"),
}
PLAIN, STARTUP, IP_PLEDGE, LOAN_POOL, GUARANTEE, PRIVATE, TENANT = range(7)
LIVE, REPAID, BAD, WRITTEN_OFF = range(4)
RECOVERY_MONTHS: Final = 30  # over which recoveries come, after three months
FIRST_RECOVERY: Final = 3  # months after default (claim after 90 days)
WRITE_OFF_MONTHS: Final = 24  # after which a bad loan leaves the book (guess)
RESTRUCTURED_MONTHS: Final = 12  # of instalments, for a loan that is not renewed (guess)

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
STOCK: Final = Outcome("loans_outstanding", ("month",), "yuan", "初创企业贷款余额", "loans of firms founded since 2012, bad ones included", whole=False)
BAD_STOCK: Final = Outcome("bad_loans", ("month",), "yuan", "不良贷款余额", "bad loans not yet written off", whole=False)
DEFAULTED: Final = Outcome("loans_defaulted", ("month",), "yuan", "新增不良贷款", "loans that went bad", "flow", whole=False)
BY_SCHEME: Final = Outcome("loans_defaulted_by_scheme", ("month", "scheme"), "yuan", "各类贷款新增不良", "loans that went bad, by scheme", "flow", whole=False)
WRITTEN: Final = Outcome("loans_written_off", ("month",), "yuan", "核销贷款", "bad loans written off", "flow", whole=False)
PAID_BACK: Final = Outcome("loans_repaid", ("month",), "yuan", "偿还贷款本金", "principal repaid, by firms, owners and recovery", "flow", whole=False)
BORROWERS: Final = Outcome("borrowers", ("month", "form"), "count", "有贷款的在营企业", "open firms with a loan")
# fmt: on
OUTCOMES: Final = (STOCK, BAD_STOCK, DEFAULTED, BY_SCHEME, WRITTEN, PAID_BACK, BORROWERS)

COLUMNS: Final = {
    "row": (np.int64, -1),  # the borrower
    "bank": (np.int8, 0),
    "scheme": (np.int8, PLAIN),
    "principal": (np.int64, 0),  # fen, as all money here, for one firm
    "balance": (np.int64, 0),
    "rate": (np.float32, 0),  # a year
    "fee": (np.float32, 0),  # of a guarantor, a year
    "cover": (np.float32, 0),  # share of a loss that the guarantor or pool bears
    "city": (np.float32, 0),  # share of that which the city bears for it
    "month": (np.int16, 0),  # granted in
    "until": (np.int16, 0),  # last instalment, or the whole, due in
    "bullet": (np.bool_, False),  # falls due at once
    "state": (np.int8, LIVE),
    "bad_since": (np.int16, 0),
    "loss": (np.int64, 0),  # balance when it went bad
    "paid_by_fund": (np.int64, 0),  # of that, by guarantor or pool
    "paid_by_city": (np.int64, 0),
}


# --- rules -----------------------------------------------------------------------------------------
def instalments(balance: Ints, months_left: npt.NDArray[np.integer[Any]]) -> Ints:
    """Principal due this month, fen: what is left in equal parts."""
    return np.asarray(-(-balance // np.maximum(months_left, 1)))


def interest_due(balance: Ints, rate: Floats) -> Ints:
    """Interest (or a yearly fee) of a month, fen: balance x rate / 12."""
    return np.rint(balance * rate.astype(np.float64) / 12).astype(np.int64)


def exposure(balance: Ints, cover: Floats) -> Ints:
    """What a guarantor or pool stands behind, fen: its share of the balance."""
    return np.rint(balance * cover.astype(np.float32).astype(np.float64)).astype(np.int64)


def waterfall(loss: Ints, cover: Floats, city: Floats) -> tuple[Ints, Ints, Ints]:
    """Who bears a loss, fen: bank 1 - phi, guarantor phi (1 - z), city phi z. The three sum to the loss (CRED10, CRED13)."""
    covered = exposure(loss, cover)
    of_city = np.rint(covered * city.astype(np.float64)).astype(np.int64)
    return loss - covered, covered - of_city, of_city


def default_on_closing(
    share: float, covered: npt.NDArray[np.bool_], hazard: float, strategic: float
) -> Floats:
    """Chance that a firm which closes in debt does not pay: share x 1.15 if covered (CRED02) x (1 + change in defaults on purpose)."""
    chance = share * np.where(covered, hazard, 1.0) * (1 + strategic)
    return np.asarray(np.clip(chance, 0, 1))


# --- the book --------------------------------------------------------------------------------------
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
    city: npt.NDArray[np.float32]
    month: npt.NDArray[np.int16]
    until: npt.NDArray[np.int16]
    bullet: npt.NDArray[np.bool_]
    state: npt.NDArray[np.int8]
    bad_since: npt.NDArray[np.int16]
    loss: Ints
    paid_by_fund: Ints
    paid_by_city: Ints

    def __init__(self, town: City) -> None:
        super().__init__(COLUMNS, 4096)
        self.town = town
        self.strategic = 0.0  # change in defaults on purpose, as policy has it this month

    def live(self) -> Rows:
        """Numbers of the loans that are being paid."""
        return np.flatnonzero(self.state == LIVE)

    def weight(self, loans: Rows) -> Ints:
        """Firms that the borrower of each loan stands for."""
        return self.town.firms.weight.take(self.row[loans])

    def lent(self, banks: int) -> list[int]:
        """Fen that each bank has lent and not got back or written off."""
        held = np.flatnonzero((self.state == LIVE) | (self.state == BAD))
        fen = self.balance[held] * self.weight(held)
        lent: list[int] = np.bincount(self.bank[held], fen, banks).astype(np.int64).tolist()
        return lent

    def of(self, rows: Rows) -> Rows:
        """Numbers of the live loans of these firms."""
        firms, live = self.town.firms, self.live()
        owing = np.zeros(firms.capacity, dtype=np.bool_)
        owing[rows[firms.debt[rows] > 0]] = True
        return live[owing[self.row[live]]]

    def _repaid(self, loans: Rows, fen: Ints) -> None:
        """Principal has come back: the balance falls, and with it what stands behind the loan."""
        before = exposure(self.balance[loans], self.cover[loans])
        self.balance[loans] -= fen
        self.town.firms.debt[self.row[loans]] -= fen
        self.town.record.add(PAID_BACK, self.town.month, float((fen * self.weight(loans)).sum()) / 100)
        freed = before - exposure(self.balance[loans], self.cover[loans])
        self.town.guarantors.release(self.scheme[loans], freed * self.weight(loans))
        self.state[loans[self.balance[loans] == 0]] = REPAID

    def collect(self, relief: bool) -> None:
        """Interest, fees and instalments of the month from open firms.

        Args:
            relief: firms short of cash may put off principal (national relief of 2020).
        """
        town, firms = self.town, self.town.firms
        firms.interest[:] = 0
        firms.instalment[:] = 0
        loans = self.live()
        loans = loans[(firms.state[self.row[loans]] == OPEN) & (self.month[loans] < town.month)]
        rows, balance = self.row[loans], self.balance[loans]
        interest, fee = interest_due(balance, self.rate[loans]), interest_due(balance, self.fee[loans])
        due = np.where(
            self.bullet[loans], 0, instalments(balance, self.until[loans] - town.month + 1))  # fmt: skip
        if relief:
            put_off = firms.cash[rows] < interest + fee + due
            due[put_off] = 0
            self.until[loans[put_off]] += 1
        town.pay(flows.INTEREST, rows, -interest)
        town.pay(flows.PRINCIPAL, rows, -due)
        town.guarantors.earn(loans, fee)
        firms.interest[rows] = (interest + fee) / 100
        firms.instalment[rows] = due / 100
        paying = np.flatnonzero(due)
        self._repaid(loans[paying], due[paying])

    def wind_up(self, closing: Rows) -> None:
        """Borrowers close: their cash goes to the bank; the owner pays the rest, or does not."""
        town, firms, p = self.town, self.town.firms, self.town.drawn
        loans = self.of(closing)
        if not len(loans):
            return
        rows = self.row[loans]
        offset = np.minimum(self.balance[loans], np.maximum(firms.cash[rows], 0))
        town.pay(flows.SETTLED_BY_FIRM, rows, -offset)
        self._repaid(loans, offset)
        left = loans[self.balance[loans] > 0]
        chance = default_on_closing(
            p[DEFAULT.id], self.cover[left] > 0, p[MORAL_HAZARD.id], self.strategic)  # fmt: skip
        bad = town.chance.uniform(firms.id[self.row[left]], "default") < chance
        honest = left[~bad]
        fen = self.balance[honest].copy()
        town.post(flows.SETTLED, int((fen * self.weight(honest)).sum()))
        if town.diary:
            town.diary.firms(
                firms.id[self.row[honest]], "credit.settled", day=town.last_day, yuan=fen / 100,
                rule="debt.default_on_closing", chance=chance[~bad])  # fmt: skip
        self._repaid(honest, fen)
        self.default(left[bad], "debt.default_on_closing")

    def default(self, loans: Rows, rule: str) -> None:
        """These loans go bad: whoever stands behind them will be asked to pay."""
        if not len(loans):
            return
        town, month = self.town, self.town.month
        self.state[loans] = BAD
        self.bad_since[loans] = month
        self.loss[loans] = self.balance[loans]
        town.firms.debt[self.row[loans]] = 0
        fen = self.balance[loans] * self.weight(loans)
        town.record.add(DEFAULTED, month, float(fen.sum()) / 100)
        np.add.at(town.record[BY_SCHEME][month], self.scheme[loans], fen / 100)
        if town.diary:
            town.diary.firms(
                town.firms.id[self.row[loans]], "credit.default", day=int(town.env.now), rule=rule,
                yuan=self.balance[loans] / 100, cover=self.cover[loans])  # fmt: skip
        for loan in loans[self.cover[loans] > 0].tolist():
            town.env.process(town.guarantors.claim(loan))

    def recover(self) -> None:
        """What bad loans bring back this month, shared by those who bore the loss; old ones are written off."""
        town, month = self.town, self.town.month
        bad = np.flatnonzero((self.state == BAD) | (self.state == WRITTEN_OFF))
        weight = self.weight(bad)
        since = month - self.bad_since[bad]
        comes = (since >= FIRST_RECOVERY) & (since < FIRST_RECOVERY + RECOVERY_MONTHS)
        bad, weight = bad[comes], weight[comes]
        back = np.rint(self.loss[bad] * (town.drawn[RECOVERY.id] / RECOVERY_MONTHS)).astype(np.int64)
        to_fund = back * self.paid_by_fund[bad] // np.maximum(self.loss[bad], 1)
        to_city = back * self.paid_by_city[bad] // np.maximum(self.loss[bad], 1)
        to_bank = back - to_fund - to_city
        town.post(flows.BANK_RECOVERY, int((to_bank * weight).sum()))
        town.guarantors.recover(self.scheme[bad], to_fund * weight, to_city * weight)
        held = self.state[bad] == BAD
        fen = np.minimum(back, self.balance[bad])[held]
        self.balance[bad[held]] -= fen
        town.record.add(PAID_BACK, month, float((fen * weight[held]).sum()) / 100)
        old = np.flatnonzero((self.state == BAD) & (month - self.bad_since >= WRITE_OFF_MONTHS))
        town.record.add(WRITTEN, month, float((self.balance[old] * self.weight(old)).sum()) / 100)
        self.state[old] = WRITTEN_OFF

    def pay_off(self, loans: Rows) -> None:
        """Firms repay the whole of these loans out of their cash."""
        fen = self.balance[loans].copy()
        self.town.pay(flows.PRINCIPAL, self.row[loans], -fen)
        self._repaid(loans, fen)

    def settle(self) -> None:
        """Recover, count."""
        self.recover()
        town, month = self.town, self.town.month
        held = np.flatnonzero((self.state == LIVE) | (self.state == BAD))
        fen = self.balance[held] * self.weight(held)
        bad = self.state[held] == BAD
        town.record.put(STOCK, month, float(fen.sum()) / 100)
        town.record.put(BAD_STOCK, month, float(fen[bad].sum()) / 100)
        rows = self.row[held[~bad]]
        individual = town.firms.segment[rows] == 0
        town.record.put(
            BORROWERS, month, np.bincount(individual, weights=town.firms.weight[rows], minlength=2).astype(np.int64))  # fmt: skip
