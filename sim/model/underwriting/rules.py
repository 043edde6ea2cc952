"""Underwriting: what an assessor sees of a borrower, as pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sim.engine.arrays import Floats


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


SCREENINGS: Final = {"earnings": score, "collateral": collateral_score}
