"""Monthly number of potential founders (candidates) and their permanent ids."""

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
"""Assumptions for the size of the firm table: shares of sampled and other firms, a margin and a minimum."""
FIRST_YEAR: Final = 2017


@cache
def registrations() -> dict[int, float]:
    """Return the number of registrations by year, read from ``data/registrations.csv``."""
    text = files("sim.model.environment").joinpath("data/registrations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(r["year"]): 1000 * float(r["thousand"]) for r in rows}


def candidates(month: int, base: float, reform: float, cost_effect: float, barred: float = 0.0) -> int:
    """Return the number of candidates in a month.

    The number is annual registrations / 12 / founding probability, where the probability reflects the actual
    opening days, fees and restricted business lines of that year. The model thus reproduces observed
    registrations under actual policy and yields fewer registrations without the reform.

    Args:
        month: month counted from January 2017, negative for earlier months.
        base: founding probability in the absence of policy effects.
        reform: effect of the full reduction in opening days.
        cost_effect: effect of a fixed cost of one month of own income.
        barred: share of founders in restricted business lines who do not apply for a licence.
    """
    year = FIRST_YEAR + month // 12
    chance = propensity(
        base, AS_IT_WAS_DAYS.get(year, OLD_DAYS), AS_IT_WAS_FEES.get(year, OLD_FEES), reform, cost_effect
    )
    if month >= 0:
        chance *= 1 - barred * (1 - closing_line(AS_IT_WAS_OPEN.get(year, OLD_OPEN)))
    return candidates_of_month(registrations()[year], chance)


def expected_firms(scale: float) -> int:
    """Return the number of rows to allocate in the firm table at a given scale, including a margin."""
    whole = sum(registrations().values())
    return int(SPARE * whole * (scale * THINNED + WHOLE)) + LEAST_ROWS


def monthly_ids(month: int, n: int) -> Ints:
    """Return the ids of a month's ``n`` candidates: (months since January 2012) x 100,000 + number."""
    return (month + INITIAL_MONTHS) * IDS_A_MONTH + np.arange(n, dtype=np.int64)
