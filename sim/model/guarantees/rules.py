"""Decisions of guarantors as pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.guarantees.parameters import (
    COSTS,
    FUND_COVER,
    FUND_LIMIT,
    PRIVATE_COVER,
    PRIVATE_FEE,
    SEVERITY,
    STOP,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Mask


class Terms(NamedTuple):
    """Terms that a guarantor offers.

    Attributes:
        cover: share of a loss that it bears, phi.
        city_share: share of the cover that the city bears for it, z.
        fee: share of the balance, a year.
        open: whether it takes business.
    """

    cover: float
    city_share: float
    fee: float
    open: bool


def private_terms(in_business: bool) -> Terms:
    """Terms of private guarantors: the whole loan for 3% a year."""
    return Terms(PRIVATE_COVER, 0.0, PRIVATE_FEE, in_business)


def startup_fund_terms(in_business: bool, capital: float) -> Terms:
    """Terms of the start-up loan fund: the whole loss without a fee, while policy gives it capital (yuan)."""
    return Terms(FUND_COVER, 0.0, 0.0, in_business and capital > 0)


def public_terms(
    in_business: bool, capital: float, cover: float, fee: float, compensated: bool, city_share: float
) -> Terms:
    """Terms of the government-backed guarantor; the city's share applies once the compensation pool is funded.

    Args:
        in_business: whether the guarantor takes business.
        capital: that policy gives it, yuan.
        cover: share of a loan.
        fee: share of the balance, a year.
        compensated: whether the compensation pool has ever had money.
        city_share: share of the cover that the city bears.
    """
    return Terms(cover, city_share if compensated else 0.0, fee, in_business and capital > 0)


def exposure(balance: Ints, cover: Floats) -> Ints:
    """Exposure of a guarantor or pool, fen: its share of the balance."""
    return np.rint(balance * cover.astype(np.float32).astype(np.float64)).astype(np.int64)


def waterfall(loss: Ints, cover: Floats, city_share: Floats) -> tuple[Ints, Ints, Ints]:
    """Division of a loss, fen: bank 1 - phi, guarantor phi (1 - z), city phi z; they sum to the loss (CRED10, CRED13)."""
    covered = exposure(loss, cover)
    of_city = np.rint(covered * city_share.astype(np.float64)).astype(np.int64)
    return loss - covered, covered - of_city, of_city


def appetite(usual: float, claims_of_a_year: float, capital: float) -> float:
    """Loss beyond the fee that a public guarantor accepts, a year: usual x max(0, 1 - claims / (6% of capital))."""
    if capital <= 0:
        return 0.0
    return usual * max(0.0, 1 - claims_of_a_year / (STOP * capital))


def accepts(
    pd: Floats, fee: float, cover: float, city_share: float, appetite: float, severity: float = SEVERITY
) -> Mask:
    """Firms that a guarantor accepts: fee phi + a >= PD x severity x phi (1 - z) + 0.005.

    Args:
        pd: yearly probability of default, PD.
        fee: share of the balance, a year.
        cover: phi.
        city_share: z.
        appetite: loss beyond the fee that it accepts in a year, a.
        severity: share of a defaulted loan that is lost.
    """
    return np.asarray(fee * cover + appetite >= pd * severity * cover * (1 - city_share) + COSTS)


def fund_accepts(pd: Floats) -> Mask:
    """Firms that the start-up loan fund accepts: a yearly probability of default of at most 15%."""
    return np.asarray(pd <= FUND_LIMIT)


def accepts_fee(u: Floats, fee: float, response: float) -> Mask:
    """Applicants who accept the guarantee fee: u >= response x fee in points of a year."""
    return np.asarray(u >= response * 100 * fee)


def loses_cover(capital: float, outstanding: int) -> bool:
    """Whether guarantees given by a fund end: policy leaves it no capital, and it has exposure."""
    return capital == 0 and outstanding > 0


def claim_payments(of_fund: int, of_city: int, by_city: int) -> int:
    """What the fund owes on a claim, fen: its own share, and the city's as far as the compensation pool did not pay it."""
    return of_fund + of_city - by_city
