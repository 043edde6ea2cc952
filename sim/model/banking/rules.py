"""Credit: every decision as a pure function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.banking.parameters import (
    BOND_FIRST_MONTHS,
    BULLET_FROM,
    CAPITAL_COST,
    FUNDING,
    GROWTH_FIRM,
    GUARANTEED_FROM,
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
from sim.model.guarantees.parameters import LOAN_POOL, PLAIN, STARTUP, TENANT
from sim.model.population.firm_table import G

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Integers, Ints, Mask


def request_rate(base: Floats, cash: Ints) -> Floats:
    """Chance to ask for a loan in a month: the usual one, twice that when cash is out."""
    return np.asarray(base * np.where(cash < 0, SHORT_OF_CASH, 1.0))


def ticket(value_added: Floats, g: Floats, cap: Floats) -> Floats:
    """What is asked for, yuan: y x 11 x LN(mean 1, sd 0.7), at most ``cap`` months of value added (CRED18)."""
    wish = TICKET_MONTHS * np.exp(TICKET_SPREAD * g - TICKET_SPREAD**2 / 2)
    return np.asarray(value_added * np.minimum(wish, cap))


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


def guarantors_consider(segment: Codes, turnover: Floats) -> Mask:
    """Firms that guarantors consider: enterprises with a turnover of two million yuan a year."""
    return np.asarray((segment != G) & (turnover >= GUARANTEED_FROM))


def falls_due_at_once(segment: Codes, fen: Ints, scheme: Integers) -> Mask:
    """Loans that fall due after a year: larger ones of enterprises; the start-up loan is repaid month by month."""
    return np.asarray((segment != G) & (fen >= 100 * BULLET_FROM) & (scheme != STARTUP))


def most_without_pool(value_added: Floats) -> Ints:
    """What a growth firm may borrow without the loan pool, fen: 12 months of value added."""
    return np.asarray(np.int64(100 * TICKET_CAP) * value_added.astype(np.int64))


def choose_scheme(
    alone: Mask, pooled: Mask, covered: Sequence[tuple[int, Mask]], tenant: Mask, knows_startup_loan: Mask
) -> Codes:
    """The scheme of credit of each request, -1 where there is none.

    A loan that pays by itself needs none. Growth firms that ask for more go to the loan pool; who needs cover takes
    the first scheme that does for it; first loans of tenants are registered with the city, which costs nobody
    anything; a founder who knows of the start-up loan asks for it first.

    Args:
        alone: the loan pays without cover.
        pooled: the firm asks for more than usual, and the loan pays with the pool's cover.
        covered: schemes in the order in which banks turn to them, and requests that each would do for.
        tenant: first loans of tenants that pay with the city's share.
        knows_startup_loan: may have the start-up loan and know of it.
    """
    scheme = np.where(alone, PLAIN, -1).astype(np.int8)
    scheme[pooled] = LOAN_POOL
    for number, does in covered:
        scheme[(scheme < 0) & does] = number
    scheme[tenant & (scheme != LOAN_POOL)] = TENANT
    scheme[knows_startup_loan] = STARTUP
    return scheme
