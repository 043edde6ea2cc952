"""Underwriting: what an assessor sees of a borrower."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.banking.parameters import ASSESSORS, INTERCEPT, PATENTS
from sim.model.banking.rules import default_chance
from sim.model.population.firm_table import T

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.city import City


def appraise(
    city: City, rows: Rows, months: Ints, sigma: float | Floats, eye: int | Ints, day: float
) -> Floats:
    """Yearly chances of default of firms to an eye with this noise on a day; the error is keyed by firm, month and eye (:data:`EYES`)."""
    firms = city.firms
    years = (day - firms.opened[rows]) / 365.25
    g = city.chance.normal((firms.id[rows] * 128 + months + 64) * len(ASSESSORS) + eye, "screening")
    seen = city.rules.screening(firms.income[rows], years, firms.jobs[rows], sigma, g)
    return default_chance(seen, city.drawn[INTERCEPT.id])


def dispositions(city: City, ids: Ints, segment: npt.NDArray[np.int8]) -> dict[str, npt.NDArray[Any]]:
    """What founders bring to the bank: whether a technology enterprise holds a patent that it can pledge."""
    return {"patent": (segment == T) & (city.chance.uniform(ids, "patent") < city.drawn[PATENTS.id])}
