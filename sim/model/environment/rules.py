"""The environment: every decision as a pure function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engine import clock
from sim.model.environment.parameters import EXPORT_FALL
from sim.model.environment.series import _table, macro

if TYPE_CHECKING:
    from sim.engine.arrays import Floats


@dataclass(frozen=True)
class TaxLaw:
    """National rates of a month (recalled: check)."""

    vat_threshold: float  # yuan of monthly turnover
    vat_rate: float
    small_rate: float  # on an enterprise's profit, with the small-profit relief
    full_rate: float


def tax_law(month: int) -> TaxLaw:
    """Rates in force: VAT threshold 30,000 then 100,000 yuan from 2019; 3%, 1% from March 2020; small profits 10%, 5% from 2019; else 25%."""
    y2019 = month >= 24
    return TaxLaw(1e5 if y2019 else 3e4, 0.01 if month >= 38 else 0.03, 0.05 if y2019 else 0.10, 0.25)


def output_index(growth: Floats) -> Floats:
    """Output by sector relative to the end of 2016, sectors x months: each year's growth in equal monthly steps."""
    monthly = np.repeat(np.log1p(growth), 12, axis=1) / 12
    return np.exp(np.cumsum(monthly, axis=1))


def usual_index() -> Floats:
    """Where output would be on its observed trend of 2017 to 2019, sectors x months: what d is measured against."""
    growth = np.log1p(macro("observed")[:, :3]).mean(axis=1)
    return np.exp(np.outer(growth / 12, np.arange(1, clock.MONTHS + 1)))


def activity(shocks: frozenset[str]) -> tuple[Floats, Floats]:
    """Activity by month relative to its year's mean, and the share of firms shut by decree."""
    level, shut = np.ones(clock.MONTHS), np.zeros(clock.MONTHS)
    if "covid_2020" in shocks:
        for row in _table("shocks"):
            month = 36 + int(row["month"][5:]) - 1
            level[month], shut[month] = float(row["activity"]), float(row["shut"])
        level[36:] /= level[36:].mean()
    return level, shut


def export_demand(shocks: frozenset[str], share: float) -> tuple[Floats, Floats]:
    """Demand factor by month of exporters and of the other firms of their sector; their mean is 1.

    Tariffs step up from July 2018 to mid-2019 (SHOCK09); the sector's own fall is in the macro series.
    """
    tariff = np.zeros(clock.MONTHS)
    if "trade_war_2018" in shocks:
        tariff = np.clip((np.arange(clock.MONTHS) - 17) / 12, 0, 1)
    exporters = 1 - EXPORT_FALL * tariff
    return exporters, (1 - share * exporters) / (1 - share)
