"""The environment: tax law in force, growth, and how shocks reach the city's firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.model.environment.parameters import (
    EXPORT_FALL,
    PROFIT_RATE,
    RELIEF_FROM,
    SMALL_PROFIT_RATE,
    TARIFF_FROM,
    TARIFF_MONTHS,
    VAT_RATE,
    VAT_THRESHOLD,
)

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers
    from sim.model.environment.parameters import Dated


class TaxLaw(NamedTuple):
    """Tax rates of a month.

    Attributes:
        vat_threshold: monthly turnover up to which no VAT is due, yuan.
        vat_rate: VAT on turnover of small taxpayers.
        small_rate: tax on an enterprise's profit with the small-profit relief.
        full_rate: the same without the relief.
    """

    vat_threshold: float
    vat_rate: float
    small_rate: float
    full_rate: float


def in_force(dated: Dated, month: int) -> float:
    """Value of a rate in a month: the last that has come into force, the first before that.

    Args:
        dated: months from which values hold, ascending, and the values.
        month: counted from January 2017.
    """
    value = dated[0][1]
    for start, later in dated:
        if start <= month:
            value = later
    return value


def tax_law(month: int) -> TaxLaw:
    """National tax rates of a month: VAT of small taxpayers and income tax of enterprises (recalled: check).

    Args:
        month: counted from January 2017; before it the rates of January 2017 hold.
    """
    return TaxLaw(
        in_force(VAT_THRESHOLD, month),
        in_force(VAT_RATE, month),
        in_force(SMALL_PROFIT_RATE, month),
        PROFIT_RATE,
    )


def principal_relief(pandemic: bool, month: int) -> bool:
    """Whether firms short of cash may put off principal: from March 2020 (national rule, recalled: check).

    Args:
        pandemic: whether the pandemic is among the scenario's shocks.
        month: counted from January 2017.
    """
    return pandemic and month >= RELIEF_FROM


def output_index(growth: Floats) -> Floats:
    """Output by sector and month relative to the month before the first: each year's growth in equal monthly steps.

    Args:
        growth: real growth, sectors x years.
    """
    monthly = np.repeat(np.log1p(growth), 12, axis=1) / 12
    return np.exp(np.cumsum(monthly, axis=1))


def usual_index(growth: Floats, months: Integers) -> Floats:
    """Output by sector and month on trend, against which a scenario's output is measured: exp(mean(ln(1 + g)) t/12).

    Args:
        growth: observed real growth, sectors x years of the trend.
        months: months since the end of 2016.
    """
    trend = np.log1p(growth).mean(axis=1)
    return np.exp(np.outer(trend / 12, months))


def relative_activity(level: Floats) -> Floats:
    """Activity by month relative to its year's mean, since the year's fall is in the macro series.

    Args:
        level: activity of the months of a year, relative to a usual month.
    """
    return np.asarray(level / level.mean())


def tariff_level(months: Integers) -> Floats:
    """Tariffs as a share of their full level, stepping up from July 2018 to mid-2019 (SHOCK09).

    Args:
        months: counted from January 2017.
    """
    return np.clip((months - TARIFF_FROM) / TARIFF_MONTHS, 0, 1)


def export_demand(tariff: Floats, share: float) -> tuple[Floats, Floats]:
    """Demand factors of exporters and of the other firms of their sector, with a mean of 1 (SHOCK09).

    Exporters: x = 1 - 0.10 tariff; the others: (1 - s x)/(1 - s). The sector's own fall is in the macro series.

    Args:
        tariff: tariffs as a share of their full level.
        share: s, exporters among the firms of the sector.
    """
    exporters = 1 - EXPORT_FALL * tariff
    return exporters, (1 - share * exporters) / (1 - share)
