"""Environment rules: tax law in force, growth, and the effects of shocks on the city's firms."""

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
        vat_threshold: monthly turnover in yuan up to which no VAT is due.
        vat_rate: VAT rate on the turnover of small taxpayers.
        small_rate: tax rate on an enterprise's profit with the small-profit relief.
        full_rate: tax rate on an enterprise's profit without the relief.
    """

    vat_threshold: float
    vat_rate: float
    small_rate: float
    full_rate: float


def in_force(dated: Dated, month: int) -> float:
    """Return the latest value in force in a month, or the first value if none has come into force yet.

    Args:
        dated: pairs of the month from which a value applies and the value, in ascending order.
        month: month counted from January 2017.
    """
    value = dated[0][1]
    for start, later in dated:
        if start <= month:
            value = later
    return value


def tax_law(month: int) -> TaxLaw:
    """Return the national VAT rates of small taxpayers and the enterprise income tax rates (sources not verified).

    Args:
        month: month counted from January 2017; earlier months have the rates of January 2017.
    """
    return TaxLaw(
        in_force(VAT_THRESHOLD, month),
        in_force(VAT_RATE, month),
        in_force(SMALL_PROFIT_RATE, month),
        PROFIT_RATE,
    )


def principal_relief(pandemic: bool, month: int) -> bool:
    """Whether firms short of cash may defer principal repayments: from March 2020 if the pandemic occurs.

    Args:
        pandemic: whether the pandemic is among the scenario's shocks.
        month: month counted from January 2017.
    """
    return pandemic and month >= RELIEF_FROM


def output_index(growth: Floats) -> Floats:
    """Return output by sector and month relative to December 2016, with equal growth within each year.

    Args:
        growth: real growth, shape (sectors, years).
    """
    monthly = np.repeat(np.log1p(growth), 12, axis=1) / 12
    return np.exp(np.cumsum(monthly, axis=1))


def usual_index(growth: Floats, months: Integers) -> Floats:
    """Return trend output by sector and month, the reference for a scenario's output: exp(mean(ln(1 + g)) t/12).

    Args:
        growth: g, observed real growth, shape (sectors, years of the trend).
        months: t, months since the end of 2016.
    """
    trend = np.log1p(growth).mean(axis=1)
    return np.exp(np.outer(trend / 12, months))


def relative_activity(level: Floats) -> Floats:
    """Return monthly activity relative to its annual mean; the macro series include the decline of the year.

    Args:
        level: activity in the months of a year, relative to a normal month.
    """
    return np.asarray(level / level.mean())


def tariff_level(months: Integers) -> Floats:
    """Return tariffs as a share of their full level, rising from July 2018 to mid-2019 (SHOCK09).

    Args:
        months: months counted from January 2017.
    """
    return np.clip((months - TARIFF_FROM) / TARIFF_MONTHS, 0, 1)


def export_demand(tariff: Floats, share: float) -> tuple[Floats, Floats]:
    """Return the demand factors of exporters and of other firms in the same sector, with a mean of 1 (SHOCK09).

    Exporters: x = 1 - 0.10 tariff; other firms: (1 - s x)/(1 - s). The macro series include the decline of
    the sector.

    Args:
        tariff: tariffs as a share of their full level.
        share: s, share of exporters among the firms of the sector.
    """
    exporters = 1 - EXPORT_FALL * tariff
    return exporters, (1 - share * exporters) / (1 - share)
