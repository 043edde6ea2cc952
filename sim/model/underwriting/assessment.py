"""Assessment of default risk by banks, guarantors and incubators, each with its own assessment error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.underwriting import rules
from sim.model.underwriting.parameters import (
    ASSESSORS,
    DAYS_A_YEAR,
    FIRST_MONTH_KEY,
    INTERCEPT,
    MONTH_KEYS,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.context import Context


def assess_default_risk(
    context: Context, rows: Rows, months: Ints, sigma: float | Floats, assessor: int | Ints, day: float
) -> Floats:
    """Assess, as of a given day, each firm's annual probability of default.

    The assessment error is keyed by firm, month and assessor, so that it is the same under every policy.

    Args:
        context: see :class:`Context`.
        rows: rows of the firms.
        months: months of the applications.
        sigma: standard deviation of the assessment error.
        assessor: index of the assessor in :data:`ASSESSORS`.
        day: day of the assessment.
    """
    firms = context.firms
    years = (day - firms.opened[rows]) / DAYS_A_YEAR
    keys = (firms.id[rows] * MONTH_KEYS + months + FIRST_MONTH_KEY) * len(ASSESSORS) + assessor
    g = context.streams.normal(keys, "screening")
    score = context.variants.screening(firms.income[rows], years, firms.jobs[rows], sigma, g)
    return rules.default_probability(score, context.parameters[INTERCEPT.id])
