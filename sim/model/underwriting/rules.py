"""Assessment of a borrower's default risk as pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.underwriting.parameters import (
    AGE_WEIGHT,
    INCOME_WEIGHT,
    SIZE_WEIGHT,
    USUAL_INCOME,
    USUAL_SIZE,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Counts, Floats


def score(income: Floats, years: Floats, jobs: Counts, noise: float | Floats, g: Floats) -> Floats:
    """Score by earnings, in log odds: 0.8 (x - 1) + 0.3 ln(1 + years) + sigma g. Size has no part of its own.

    Args:
        income: the owner's smoothed income in usual wages, x.
        years: in business.
        jobs: staff with the founder.
        noise: standard deviation of the assessment error, sigma.
        g: standard normal numbers.
    """
    earnings = INCOME_WEIGHT * (income - USUAL_INCOME)
    return np.asarray(earnings + AGE_WEIGHT * np.log1p(np.maximum(years, 0)) + noise * g)


def collateral_score(income: Floats, years: Floats, jobs: Counts, noise: float | Floats, g: Floats) -> Floats:
    """Score by age and collateral, in log odds: 0.9 ln(n/2) + 0.3 ln(1 + years) + sigma g, with n the staff.

    The alternative to :func:`score`, with the same arguments: small firms' accounts tell little, so banks consider
    years in business, and premises and plant, for which staff is a proxy (Manove, Padilla and Pagano 2001, "lazy
    banks"; Berger and Udell 2006, lending technologies; recalled: check). Earnings matter only through size. 0.9 and
    2 set its level: as many of the loans requested in 2012 to 2016 are granted as by earnings, and as much money.
    """
    size = SIZE_WEIGHT * np.log(np.maximum(jobs, 1) / USUAL_SIZE)
    return np.asarray(size + AGE_WEIGHT * np.log1p(np.maximum(years, 0)) + noise * g)


def default_probability(score: Floats, intercept: float) -> Floats:
    """Yearly probability of default as an assessor reckons: 1/(1 + exp(intercept + score))."""
    return np.asarray(1 / (1 + np.exp(intercept + score)))


SCREENINGS: Final = {"earnings": score, "collateral": collateral_score}
