"""Candidates: how many would-be founders there are in a month, and their permanent ids."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.entry.parameters import (
    AS_IT_WAS_DAYS,
    AS_IT_WAS_FEES,
    AS_IT_WAS_OPEN,
    IDS_A_MONTH,
    OLD_DAYS,
    OLD_FEES,
    OLD_OPEN,
)
from sim.model.entry.rules import candidates_of_month, closing_line, propensity
from sim.model.population.parameters import INITIAL_MONTHS

if TYPE_CHECKING:
    from sim.engine.arrays import Ints

THINNED, WHOLE, SPARE, LEAST_ROWS = 0.97, 0.04, 1.03, 2000
"""Rows of the firm table: shares of firms that are thinned and that are not, and rows to spare."""
FIRST_YEAR: Final = 2017


@cache
def registrations() -> dict[int, float]:
    """Registrations by year, from ``data/registrations.csv``."""
    text = files("sim.model.environment").joinpath("data/registrations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(r["year"]): 1000 * float(r["thousand"]) for r in rows}


def candidates(month: int, base: float, reform: float, cost_effect: float, barred: float = 0.0) -> int:
    """Number of candidates of a month.

    Registrations of the year/12/probability to found under the days, fees and closed lines of that year as they
    were, so that the city as it was registers what was registered, and a city without the reform fewer.

    Args:
        month: 0 is January 2017, negative before.
        base: probability to found when policy moves nothing.
        reform: effect of the whole cut in days of opening.
        cost_effect: effect of one month's own income in cost.
        barred: share of founders whose line is closed who stay out.
    """
    year = FIRST_YEAR + month // 12
    chance = propensity(
        base, AS_IT_WAS_DAYS.get(year, OLD_DAYS), AS_IT_WAS_FEES.get(year, OLD_FEES), reform, cost_effect
    )
    if month >= 0:
        chance *= 1 - barred * (1 - closing_line(AS_IT_WAS_OPEN.get(year, OLD_OPEN)))
    return candidates_of_month(registrations()[year], chance)


def expected_firms(scale: float) -> int:
    """Rows of the firm table: a few more than will be needed at a scale."""
    whole = sum(registrations().values())
    return int(SPARE * whole * (scale * THINNED + WHOLE)) + LEAST_ROWS


def monthly_ids(month: int, n: int) -> Ints:
    """Permanent ids of the first ``n`` candidates of a month: (months since 2012) x 100,000 + number."""
    return (month + INITIAL_MONTHS) * IDS_A_MONTH + np.arange(n, dtype=np.int64)
