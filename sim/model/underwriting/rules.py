"""Rules for assessing default risk as pure functions."""

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
    """Credit score based on earnings, in log odds: 0.8 (x - 1) + 0.3 ln(1 + years) + sigma g.

    The number of jobs is not used.

    Args:
        income: the owner's smoothed income relative to the usual wage, x.
        years: years in business.
        jobs: number of jobs, including the founder.
        noise: standard deviation of the assessment error, sigma.
        g: standard normal draws.
    """
    earnings = INCOME_WEIGHT * (income - USUAL_INCOME)
    return np.asarray(earnings + AGE_WEIGHT * np.log1p(np.maximum(years, 0)) + noise * g)


def collateral_score(income: Floats, years: Floats, jobs: Counts, noise: float | Floats, g: Floats) -> Floats:
    """Credit score based on age and collateral, in log odds: 0.9 ln(n / 2) + 0.3 ln(1 + years) + sigma g.

    This is an alternative to :func:`score`. Small firms' accounts are uninformative, so banks rely on years in
    business and on collateral, for which the number of jobs is a proxy (Manove, Padilla and Pagano 2001, "lazy banks";
    Berger and Udell 2006, lending technologies; cited from memory). Earnings matter only through size. The values 0.9
    and 2 are set so that the number and amount of loans granted in 2012 to 2016 equal those under :func:`score`.

    Args:
        income: the owner's income, not used.
        years: years in business.
        jobs: number of jobs, including the founder, n.
        noise: standard deviation of the assessment error, sigma.
        g: standard normal draws.
    """
    size = SIZE_WEIGHT * np.log(np.maximum(jobs, 1) / USUAL_SIZE)
    return np.asarray(size + AGE_WEIGHT * np.log1p(np.maximum(years, 0)) + noise * g)


def default_probability(score: Floats, intercept: float) -> Floats:
    """Yearly probability of default implied by a score: 1 / (1 + exp(intercept + score))."""
    return np.asarray(1 / (1 + np.exp(intercept + score)))


SCREENINGS: Final = {"earnings": score, "collateral": collateral_score}
