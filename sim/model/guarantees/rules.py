"""Guarantees: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.guarantees.parameters import COSTS, SEVERITY, STOP

if TYPE_CHECKING:
    from sim.engine.arrays import Floats


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
