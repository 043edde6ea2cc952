"""Published time series: growth, activity during the pandemic, venture deals and interest rates."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import clock
from sim.model.environment import geography
from sim.model.environment.parameters import PANDEMIC_YEAR, YEARS

if TYPE_CHECKING:
    from sim.engine.arrays import Floats


def _table(name: str) -> list[dict[str, str]]:
    """Read the rows of a CSV table in ``data``."""
    text = files("sim.model.environment").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def pandemic() -> tuple[Floats, Floats]:
    """Return monthly activity relative to normal and the share of firms under mandatory shutdown in the pandemic."""
    level, shut = np.ones(clock.MONTHS), np.zeros(clock.MONTHS)
    for row in _table("shocks"):
        month = PANDEMIC_YEAR + int(row["month"][5:]) - 1
        level[month], shut[month] = float(row["activity"]), float(row["shut"])
    return level, shut


@cache
def deals_of(name: str) -> Mapping[int, float]:
    """Return early-stage deals by year relative to 2017; ``name`` is ``observed`` or ``no_shocks``."""
    return {int(r["year"]): float(r["deals"]) for r in _table("deals") if r["world"] == name}


@cache
def macro(name: str) -> Floats:
    """Return growth by sector and year (2017 to 2020) in a bundled environment, ``observed`` or ``no_shocks``."""
    rows = {int(r["year"]): r for r in _table("macro") if r["world"] == name}
    growth = np.array([[float(rows[y][s.market]) for y in YEARS] for s in geography.sectors()])
    growth.flags.writeable = False
    return growth


@dataclass(frozen=True)
class Rates:
    """Interest rates of a year.

    Attributes:
        loan: mean rate on new small loans.
        base: base rate.
        mandate: shortfall of the loan rate below cost that banks accept to fulfil their lending mandate.
    """

    loan: float
    base: float
    mandate: float


@cache
def _rates() -> dict[int, Rates]:
    return {
        int(r["year"]): Rates(float(r["loan"]), float(r["base"]), float(r["mandate"]))
        for r in _table("rates")
    }


def loan_rates(month: int) -> Rates:
    """Return the interest rates of a month; 2017 rates for earlier months (CRED05-06, CRED17, CRED19-20)."""
    return _rates()[2017 + max(month, 0) // 12]
