"""Credit: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.model.banking.parameters import (
    BOND_FIRST_MONTHS,
    CAPITAL_COST,
    FUNDING,
    GROWTH_FIRM,
    HANDLING,
    POOL_CAP,
    PRIVATE_BRIDGE,
    SEVERITY,
    SHORT_OF_CASH,
    SPREAD,
    TICKET_CAP,
    TICKET_MONTHS,
    TICKET_SPREAD,
)
from sim.model.population.firm_table import G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask


def request_rate(base: Floats, cash: Ints) -> Floats:
    """Chance to ask for a loan in a month: the usual one, twice that when cash is out."""
    return np.asarray(base * np.where(cash < 0, SHORT_OF_CASH, 1.0))


def ticket(value_added: Floats, g: Floats, cap: Floats) -> Floats:
    """What is asked for, yuan: y x 11 x LN(mean 1, sd 0.7), at most ``cap`` months of value added (CRED18)."""
    wish = TICKET_MONTHS * np.exp(TICKET_SPREAD * g - TICKET_SPREAD**2 / 2)
    return np.asarray(value_added * np.minimum(wish, cap))


def score(
    income: Floats, years: Floats, jobs: npt.NDArray[np.int16], noise: float | Floats, g: Floats
) -> Floats:
    """What a bank sees: 0.8 (x - 1) + 0.3 ln(1 + years) + sigma g. Size plays no part of its own."""
    return np.asarray(0.8 * (income - 1) + 0.3 * np.log1p(np.maximum(years, 0)) + noise * g)


def collateral_score(
    income: Floats, years: Floats, jobs: npt.NDArray[np.int16], noise: float | Floats, g: Floats
) -> Floats:
    """What a bank sees that lends on what can be pledged: 0.9 ln(n/2) + 0.3 ln(1 + years) + sigma g.

    The rival of :func:`score`: small firms' books tell little, so banks look at years in business and at premises and
    plant, for which staff stands here (Manove, Padilla and Pagano 2001, "lazy banks"; Berger and Udell 2006, lending
    technologies; recalled: check). Earnings play no part beyond what size tells of them. 0.9 and 2 level it:
    as many of the loans asked for in 2012 to 2016 are granted as by earnings, and as much money.
    """
    size = 0.9 * np.log(np.maximum(jobs, 1) / 2)
    return np.asarray(size + 0.3 * np.log1p(np.maximum(years, 0)) + noise * g)


def default_chance(seen: Floats, intercept: float) -> Floats:
    """Yearly chance of default as a bank believes: 1/(1 + exp(a + score))."""
    return np.asarray(1 / (1 + np.exp(intercept + seen)))


def break_even(pd: Floats, cover: float | Floats, base: float, relief: float | Floats = 0.0) -> Floats:
    """The rate at which a loan just pays, a year: funds + handling + capital + PD x severity x (1 - cover)."""
    return np.asarray(base + FUNDING - relief + HANDLING + CAPITAL_COST + pd * SEVERITY * (1 - cover))


def price(cost: Floats, mean: float) -> Floats:
    """The rate asked, a year: what the loan costs, within a point of the mean rate (CRED05-06)."""
    return np.clip(cost, mean - SPREAD, mean + SPREAD)


def pays(cost: Floats, mean: float, mandate: float) -> Mask:
    """Whether a bank lends: the loan costs no more than the dearest rate and what the bank bears for its mandate."""
    return np.asarray(cost <= mean + SPREAD + mandate)


def equipment_gain(effect: float, lent: Floats, value_added: Floats) -> Floats:
    """Log points that equipment adds to a firm's scale: effect x lent / (6 months of value added), at most once the effect."""
    return np.asarray(effect * np.minimum(1.0, lent / np.maximum(6 * value_added, 1.0)))


def bridge_price(needed: Floats, fund: Mask, most: float, daily: float) -> Floats:
    """Share of a loan that its bridge money costs: the fund's price for as long as it lends, the private one beyond and without it."""
    of_fund = np.where(fund, np.minimum(needed, most), 0.0)
    return np.asarray(of_fund * daily + (needed - of_fund) * PRIVATE_BRIDGE)


def within(wanted: Ints, bank: npt.NDArray[np.integer[Any]], room: Ints) -> Mask:
    """Which of these sums each bank still has room for, in their order: a sum fits if all of its bank up to it do."""
    order = np.argsort(bank, kind="stable")
    so_far = np.cumsum(wanted[order])
    first = np.searchsorted(bank[order], bank[order])
    fits = np.empty(len(wanted), dtype=np.bool_)
    fits[order] = so_far - (so_far - wanted[order])[first] <= room[bank[order]]
    return fits


SCREENINGS: Final = {"earnings": score, "collateral": collateral_score}


def cap_months(segment: npt.NDArray[np.int8], turnover: Floats) -> Floats:
    """Months of value added that may be asked for: 12; 24 of listed growth firms (ZS065)."""
    listed = (segment != G) & (turnover >= GROWTH_FIRM)
    return np.where(listed, POOL_CAP, TICKET_CAP)


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


def may_issue(turnover: Floats, size: float, months_open: Floats) -> Mask:
    """Who may issue: a year's turnover reaches the size, two years open."""
    return np.asarray((turnover >= size) & (months_open >= BOND_FIRST_MONTHS))


def coupon(fen: int, rate: float) -> int:
    """Interest of a month, fen."""
    return round(fen * rate / 12)
