"""Assessment of a borrower's default risk by banks, guarantors and incubators, each with an error of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.underwriting.parameters import ASSESSORS, INTERCEPT
from sim.model.underwriting.rules import default_chance

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.context import Context


def assess_default_risk(
    context: Context, rows: Rows, months: Ints, sigma: float | Floats, eye: int | Ints, day: float
) -> Floats:
    """Yearly chances of default of firms to an eye with this noise on a day; the error is keyed by firm, month and eye (:data:`EYES`)."""
    firms = context.firms
    years = (day - firms.opened[rows]) / 365.25
    g = context.streams.normal((firms.id[rows] * 128 + months + 64) * len(ASSESSORS) + eye, "screening")
    seen = context.variants.screening(firms.income[rows], years, firms.jobs[rows], sigma, g)
    return default_chance(seen, context.parameters[INTERCEPT.id])
