"""Guarantee: who stands behind loans that banks do not give on their own.

A government-backed guarantor (its capital is the guarantee fund), private guarantors, and the start-up loan
fund. A file waits for an officer; the guarantor looks at the firm with its own eyes and accepts when fee
and appetite are worth the expected claim. Exposure is bounded by leverage x net capital; appetite falls
to nothing as claims of a year reach a share of capital. Ninety days after a default the claim is paid in
shares; what comes back later is shared alike. All guarantors together, and their money, are in ``guarantors``.
Measures: M11 (capital, leverage, cover, fee, compensation), M06 (start-up loan fund).
Evidence: CRED02-04, CRED09-10, CRED13-14, CRED21, ZS146, ZS169-176.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.levers import Parameter, PolicyLever
from sim.engine.recorder import Outcome
from sim.model.banking.loan_book import GUARANTEE, PRIVATE, STARTUP, exposure
from sim.model.government.budgets import ServiceDesk
from sim.model.government.public_funds import PublicFund
from sim.model.population.firm_table import OPEN, Rows

if TYPE_CHECKING:
    from sim.model.guarantees.guarantors import Guarantors

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
CAPITAL: Final = PolicyLever(
    "guarantee.capital", "yuan", 0, 0, 2e9, "value", "担保机构资本", "capital of the guarantors")
LEVERAGE: Final = PolicyLever(
    "guarantee.leverage", "times", 10, 1, 15, "value", "担保放大倍数", "guarantees per yuan of net capital")
COVERAGE: Final = PolicyLever(
    "guarantee.coverage", "share", 0.8, 0, 1, "value", "担保比例", "share of a loan that is covered")
FEE: Final = PolicyLever(
    "guarantee.fee", "share a year", 0.025, 0, 0.04, "value", "担保费率", "guarantee fee")
COMPENSATION: Final = PolicyLever(
    "guarantee.compensation_pool", "yuan", 0, 0, 3e8, "value", "担保风险补偿资金", "pool that compensates guarantors")
CITY_SHARE: Final = PolicyLever(
    "guarantee.city_share", "share", 0, 0, 0.6, "value", "担保代偿补偿比例", "share of a paid claim borne by the city")
LOAN_FUND: Final = PolicyLever(
    "guarantee.loan_fund_capital", "yuan", 0, 0, 3e8, "value", "创业担保贷款基金", "start-up loan fund")
LOAN_FUND_LEVERAGE: Final = PolicyLever(
    "guarantee.loan_fund_leverage", "times", 5, 1, 10, "value", "担保贷款基金放大倍数", "loans per yuan of the fund")
LEVERS: Final = (
    CAPITAL, LEVERAGE, COVERAGE, FEE, COMPENSATION, CITY_SHARE, LOAN_FUND, LOAN_FUND_LEVERAGE)

# --- parameters ------------------------------------------------------------------------------------
APPETITE: Final = Parameter(
    "guarantee.appetite", 0.018, 0.010, 0.025, "share a year", "guess; leverage in use ZS169-170", "D",
    "政府性担保风险偏好", "loss beyond its fee that a public guarantor bears for its mandate")
NOISE: Final = Parameter(
    "guarantee.noise", 0.6, 0.4, 0.9, "log odds", "guess", "D",
    "担保机构评审噪声", "spread of a guarantor's error about a firm")
OTHERS: Final = Parameter(
    "guarantee.other_business", 0.8, 0.4, 1.5, "times capital", "guess; ZS169, ZS172", "D",
    "担保机构老客户占用倍数", "guarantees for firms that are not young, per yuan of a guarantor's capital")
FEE_RESPONSE: Final = Parameter(
    "guarantee.fee_response", 0.15, 0.0, 0.3, "share", "guess", "D",
    "担保费每高一个百分点放弃的比例", "of firms that need cover, who turn away for each point of the fee", potency=0.5)  # fmt: skip
PARAMETERS: Final = (APPETITE, NOISE, OTHERS, FEE_RESPONSE)
# fmt: on

SEVERITY: Final = 0.6  # share of a defaulted loan that is lost, as guarantors reckon
SECURED: Final = 0.35  # the same where private guarantors take security (guess)
COSTS: Final = 0.005  # of a guarantee a year, to handle it
STOP: Final = 0.06  # claims of a year over capital at which appetite is gone
FUND_LIMIT: Final = 0.15  # yearly chance of default beyond which the start-up loan fund declines (guess)
SURVEY_DAYS: Final = 10  # from an officer's decision to the letter of guarantee (guess)
CLAIM_DAYS: Final = 90  # after a default
PRIVATE_CAPITAL: Final = 4e8  # yuan, of the city's private guarantors (guess; CRED14 for the size of one)
PRIVATE_FEE: Final = 0.03  # a year (guess)
PRIVATE_LEVERAGE: Final = 2.7  # times (CRED14)
FUND_COVER: Final = 1.0  # the start-up loan fund bears the whole loss
# scheme: (name, officers, files that one decides in a day). Guesses.
DESKS: Final = {GUARANTEE: ("public", 8, 0.4), PRIVATE: ("private", 6, 0.4), STARTUP: ("fund", 3, 0.6)}

# --- outcomes --------------------------------------------------------------------------------------
# fmt: off
NET_CAPITAL: Final = Outcome("guarantor_net_capital", ("month",), "yuan", "担保机构净资本", "net capital of government-backed and private guarantors", whole=False)
PRIVATE_BOOK: Final = Outcome("private_guarantees_outstanding", ("month",), "yuan", "民营担保余额", "loans of young firms that private guarantors stand behind", whole=False)
APPETITE_NOW: Final = Outcome("guarantor_appetite", ("month",), "share a year", "政府性担保风险偏好", "appetite of the government-backed guarantor", whole=False)
GUARANTEED: Final = Outcome("guarantees_number", ("month",), "count", "新增政府性担保笔数", "guarantees that government-backed guarantors gave", "flow")
# fmt: on
OUTCOMES: Final = (NET_CAPITAL, PRIVATE_BOOK, APPETITE_NOW, GUARANTEED)


# --- rules -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Terms:
    """What a guarantor offers: cover (share of a loss), the city's share of that, fee a year, whether it is there at all."""

    cover: float
    city: float
    fee: float
    open: bool


def appetite(usual: float, claims_of_a_year: float, capital: float) -> float:
    """Loss beyond the fee that a guarantor bears, a year: falls in a straight line to nothing as claims reach 6% of capital."""
    if capital <= 0:
        return 0.0
    return usual * max(0.0, 1 - claims_of_a_year / (STOP * capital))


def accepts(
    pd: Floats, fee: float, cover: float, city: float, bears: float, severity: float = SEVERITY
) -> npt.NDArray[np.bool_]:
    """Whether a guarantor takes a firm: fee phi + a >= PD x severity x phi (1 - z) + 0.005."""
    return np.asarray(fee * cover + bears >= pd * severity * cover * (1 - city) + COSTS)


def bears_fee(u: Floats, fee: float, response: float) -> npt.NDArray[np.bool_]:
    """Who does not turn away because of the fee: u >= response x fee in points of a year."""
    return np.asarray(u >= response * 100 * fee)


# --- agent -----------------------------------------------------------------------------------------
class Guarantor(ServiceDesk):
    """A guarantor or fund: officers with a line of files, capital (a pool), an eye and an appetite of its own."""

    def __init__(self, guarantors: Guarantors, scheme: int, pool: PublicFund) -> None:
        name, officers, files = DESKS[scheme]
        super().__init__(
            guarantors.city, "guarantee", files, self.decide, guarantors.city.banks.weigh, weekly=True)  # fmt: skip
        self.guarantors, self.scheme, self.kind, self.pool = guarantors, scheme, name, pool
        self.gone = False
        self.staff(officers)

    def remove(self) -> None:
        """Leave the city: no more business is taken; guarantees given run on."""
        self.gone = True
        self.staff(0)
        super().remove()

    def appetite(self) -> float:
        """Loss beyond its fee that it bears now, a year; a private one bears none."""
        usual = self.guarantors.city.drawn[APPETITE.id]
        return (
            appetite(usual, self.pool.claims_of_a_year, self.pool.balance)
            if self.scheme == GUARANTEE
            else 0.0
        )

    def looks_at(self, rows: Rows, months: Ints) -> Floats:
        """Yearly chances of default of firms as it sees them, keyed by firm and month of request."""
        city = self.guarantors.city
        return city.appraise(rows, months, city.drawn[NOISE.id], self.kind)

    def likes(self, rows: Rows, months: Ints, terms: Terms) -> npt.NDArray[np.bool_]:
        """Which of these firms it would stand behind on its terms of the day."""
        pd = self.looks_at(rows, months)
        if self.scheme == STARTUP:
            return np.asarray(pd <= FUND_LIMIT)
        severity = SECURED if self.scheme == PRIVATE else SEVERITY
        return accepts(pd, terms.fee, terms.cover, terms.city, self.appetite(), severity)

    def decide(self, day: int, files: Ints, came: Ints) -> None:
        """Friday: which firms it stands behind, while there is room."""
        city, banks = self.guarantors.city, self.guarantors.city.banks
        r = banks.requests
        open_ = city.firms.state[r.row[files]] == OPEN
        banks.refuse(files[~open_], "too_late", "guarantee.Guarantor")
        files = files[open_]
        terms = self.guarantors.terms(self.scheme, day)
        liked = self.likes(r.row[files], r.month[files].astype(np.int64), terms)
        self.next_door(files[~liked], day, "guarantor_risk", "guarantee.accepts")
        r.cover[files] = terms.cover
        files = files[liked]
        parts = exposure(r.fen[files], r.cover[files]) * banks.weigh(files)
        fits = np.array([self.pool.covers(part, city.month) for part in parts.tolist()], dtype=np.bool_)
        reason = "suspended" if self.pool.suspended else "guarantor_full"
        self.next_door(files[~fits], day, reason, "pools.Pool")
        taken = files[fits]
        if len(taken):
            self.approve(taken)
            if self.scheme == GUARANTEE:
                city.record.add(GUARANTEED, city.month, int(banks.weigh(taken).sum()))
            if city.diary:
                city.diary.firms(
                    city.firms.id[r.row[taken]], "guarantee.accepted", day=day, rule="guarantee.accepts",
                    yuan=r.fen[taken] / 100, cover=terms.cover, fee=terms.fee)  # fmt: skip
            city.env.process(self.promise(taken, terms))

    def next_door(self, files: Ints, day: int, reason: str, rule: str) -> None:
        """Files that it does not take go on from the public to the private guarantors; there the road ends."""
        if not len(files):
            return
        banks = self.guarantors.city.banks
        if self.scheme != GUARANTEE or not self.guarantors.terms(PRIVATE, day).open:
            banks.refuse(files, reason, rule)
        else:
            banks.committee.seek_cover(files, PRIVATE, day)

    def promise(self, files: Ints, terms: Terms) -> Any:
        """The survey, then the letter of guarantee goes to the banks."""
        yield self.guarantors.city.env.timeout(SURVEY_DAYS)
        city = self.guarantors.city
        city.banks.committee.backed(files, terms.fee, terms.cover, terms.city, int(city.env.now))
