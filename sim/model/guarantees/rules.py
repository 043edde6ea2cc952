"""Decision rules of guarantors as pure functions.

In the formulas, ``u`` is a uniform random number on (0, 1).
"""

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
        cover: share of a loss that is covered, phi.
        city_share: share of the cover that is borne by the city, z.
        fee: yearly fee as a share of the balance.
        open: whether the guarantor accepts new business.
    """

    cover: float
    city_share: float
    fee: float
    open: bool


def private_terms(in_business: bool) -> Terms:
    """Terms of private guarantors: cover of the whole loan for a fee of 3% a year."""
    return Terms(PRIVATE_COVER, 0.0, PRIVATE_FEE, in_business)


def startup_fund_terms(in_business: bool, capital: float) -> Terms:
    """Terms of the start-up loan fund, which covers the whole loss without a fee if it has capital (in yuan)."""
    return Terms(FUND_COVER, 0.0, 0.0, in_business and capital > 0)


def public_terms(
    in_business: bool, capital: float, cover: float, fee: float, compensated: bool, city_share: float
) -> Terms:
    """Terms of the government-backed guarantor; the city's share applies once the compensation pool is funded.

    Args:
        in_business: whether the guarantor accepts new business.
        capital: capital set by policy, in yuan.
        cover: share of a loan that is covered.
        fee: yearly fee as a share of the balance.
        compensated: whether the compensation pool has ever been funded.
        city_share: share of the cover that is borne by the city.
    """
    return Terms(cover, city_share if compensated else 0.0, fee, in_business and capital > 0)


def exposure(balance: Ints, cover: Floats) -> Ints:
    """Exposure of a guarantor or pool, in fen: balance x cover, rounded."""
    return np.rint(balance * cover.astype(np.float32).astype(np.float64)).astype(np.int64)


def waterfall(loss: Ints, cover: Floats, city_share: Floats) -> tuple[Ints, Ints, Ints]:
    """Divide each loss among the bank (share 1 - phi), guarantor (phi (1 - z)) and city (phi z) (CRED10, CRED13).

    Args:
        loss: loss on each loan, in fen.
        cover: share of the loss that is covered, phi.
        city_share: share of the cover that is borne by the city, z.

    Returns:
        Losses borne by the bank, the guarantor and the city, in fen; they sum to ``loss``.
    """
    covered = exposure(loss, cover)
    of_city = np.rint(covered * city_share.astype(np.float64)).astype(np.int64)
    return loss - covered, covered - of_city, of_city


def appetite(usual: float, claims_of_a_year: float, capital: float) -> float:
    """Yearly loss beyond the fee that a public guarantor accepts: usual x max(0, 1 - claims_of_a_year / (0.06 capital)).

    ``usual`` is the loss that it accepts in the absence of claims.
    """
    if capital <= 0:
        return 0.0
    return usual * max(0.0, 1 - claims_of_a_year / (STOP * capital))


def accepts(
    pd: Floats, fee: float, cover: float, city_share: float, appetite: float, severity: float = SEVERITY
) -> Mask:
    """Mask of firms that a guarantor accepts: fee phi + a >= PD x severity x phi (1 - z) + 0.005.

    Args:
        pd: annual probability of default, PD.
        fee: yearly fee as a share of the balance.
        cover: share of a loss that is covered, phi.
        city_share: share of the cover that is borne by the city, z.
        appetite: yearly loss beyond the fee that the guarantor accepts, a.
        severity: share of a defaulted loan that is lost.
    """
    return np.asarray(fee * cover + appetite >= pd * severity * cover * (1 - city_share) + COSTS)


def fund_accepts(pd: Floats) -> Mask:
    """Mask of firms that the start-up loan fund accepts: annual probability of default of at most 15%."""
    return np.asarray(pd <= FUND_LIMIT)


def accepts_fee(u: Floats, fee: float, response: float) -> Mask:
    """Mask of applicants that accept the guarantee fee: u >= response x 100 fee, where ``fee`` is a yearly share."""
    return np.asarray(u >= response * 100 * fee)


def cover_ends(capital: float, outstanding: int) -> bool:
    """Whether the guarantees of a fund end: policy sets its capital to zero while it has exposure."""
    return capital == 0 and outstanding > 0


def claim_payments(of_fund: int, of_city: int, by_city: int) -> int:
    """Payment due from the fund on a claim, in fen: of_fund + of_city - by_city.

    Args:
        of_fund: fund's part of the claim.
        of_city: city's part of the claim.
        by_city: amount of the city's part that the compensation pool has paid.
    """
    return of_fund + of_city - by_city
