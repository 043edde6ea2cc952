"""The month's candidates: how many would-be founders there are, and their permanent ids."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from sim.model.entry.parameters import (
    AS_IT_WAS_DAYS,
    AS_IT_WAS_FEES,
    AS_IT_WAS_OPEN,
    OLD_DAYS,
    OLD_FEES,
    OLD_OPEN,
)
from sim.model.entry.rules import closing_line, propensity

if TYPE_CHECKING:
    from sim.engine.arrays import Ints


@cache
def registrations() -> dict[int, float]:
    """Registrations of a year, from ``data/registrations.csv``."""
    text = files("sim.model.environment").joinpath("data/registrations.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {int(r["year"]): 1000 * float(r["thousand"]) for r in rows}


def candidates(month: int, base: float, reform: float, cost_effect: float, barred: float = 0.0) -> int:
    """Number of candidates of a month (0 is January 2017, negative before).

    Registrations / 12 / the chance to found under the days, fees and closed lines of that year as they were, so
    that the city as it was registers what was registered, and a world without the reform less.
    """
    year = 2017 + month // 12
    chance = propensity(
        base, AS_IT_WAS_DAYS.get(year, OLD_DAYS), AS_IT_WAS_FEES.get(year, OLD_FEES), reform, cost_effect
    )
    if month >= 0:
        chance *= 1 - barred * (1 - closing_line(AS_IT_WAS_OPEN.get(year, OLD_OPEN)))
    return round(registrations()[year] / 12 / chance)


def expected_firms(scale: float) -> int:
    """Rows to make room for: a little more than will be needed at a scale."""
    whole = sum(registrations().values())
    return int(1.03 * whole * (scale * 0.97 + 0.04)) + 2000


def monthly_ids(month: int, n: int) -> Ints:
    """Permanent ids of a month's candidates: (months since 2012) x 100,000 + number."""
    return (month + 60) * 100_000 + np.arange(n, dtype=np.int64)
