"""Guarantees: every decision as a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.guarantees.parameters import COSTS, SEVERITY, STOP

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints


@dataclass(frozen=True)
class Terms:
    """What a guarantor offers.

    Attributes:
        cover: share of a loss that it bears.
        city_share: share of the cover that the city bears for it.
        fee: share of the covered balance, a year.
        open: whether it takes business at all.
    """

    cover: float
    city_share: float
    fee: float
    open: bool


def exposure(balance: Ints, cover: Floats) -> Ints:
    """What a guarantor or pool stands behind, fen: its share of the balance."""
    return np.rint(balance * cover.astype(np.float32).astype(np.float64)).astype(np.int64)


def waterfall(loss: Ints, cover: Floats, city_share: Floats) -> tuple[Ints, Ints, Ints]:
    """Who bears a loss, fen: bank 1 - phi, guarantor phi (1 - z), city phi z. The three sum to the loss (CRED10, CRED13)."""
    covered = exposure(loss, cover)
    of_city = np.rint(covered * city_share.astype(np.float64)).astype(np.int64)
    return loss - covered, covered - of_city, of_city


def appetite(usual: float, claims_of_a_year: float, capital: float) -> float:
    """Loss beyond the fee that a guarantor bears, a year: falls in a straight line to nothing as claims reach 6% of capital."""
    if capital <= 0:
        return 0.0
    return usual * max(0.0, 1 - claims_of_a_year / (STOP * capital))


def accepts(
    pd: Floats, fee: float, cover: float, city_share: float, bears: float, severity: float = SEVERITY
) -> npt.NDArray[np.bool_]:
    """Whether a guarantor takes a firm: fee phi + a >= PD x severity x phi (1 - z) + 0.005."""
    return np.asarray(fee * cover + bears >= pd * severity * cover * (1 - city_share) + COSTS)


def accepts_fee(u: Floats, fee: float, response: float) -> npt.NDArray[np.bool_]:
    """Applicants who accept the guarantee fee: u >= response x fee in points of a year."""
    return np.asarray(u >= response * 100 * fee)
