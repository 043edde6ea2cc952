"""The world that no measure moves: yearly growth by sector, monthly shocks, tax law, what was there before.

A scenario's ``world`` chooses among these; every arm of a comparison should share them.
Evidence: ZS080, ZS088, ZS118, SHOCK01, SHOCK06, SHOCK09-10; tax law recalled (check).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.levers import Parameter
from sim.model.environment import geography

Floats = npt.NDArray[np.floating[Any]]

SHOCKS: Final = ("trade_war_2018", "covid_2020")
YEARS: Final = (2017, 2018, 2019, 2020)
SECTORS: Final = tuple(s.slug for s in geography.sectors())
MACROS: Final = ("observed", "no_shocks")

# What the city knows and public sources do not; an analyst types it into world.initial.
INITIAL: Final = (
    Parameter(
        "initial.tech_incubators",
        34,
        25,
        45,
        "incubators",
        "guess; Torch ZS020-023",
        "D",
        "2016年底科技企业孵化器数",
        "tech incubators at the end of 2016",
    ),
    Parameter(
        "initial.incubation_area",
        952000,
        600000,
        1350000,
        "m2",
        "guess; 34 x 28,000 m2, ZS023",
        "D",
        "2016年底孵化面积",
        "area of tech incubators at the end of 2016",
    ),
    Parameter(
        "initial.national_level_spaces",
        4,
        2,
        7,
        "spaces",
        "guess; ZS020",
        "D",
        "2016年底国家级孵化器及众创空间",
        "national-level spaces at the end of 2016",
    ),
    Parameter(
        "initial.provincial_level_spaces",
        9,
        6,
        14,
        "spaces",
        "guess; ZS021",
        "D",
        "2016年底省级以上孵化器及众创空间",
        "spaces of provincial level or higher at the end of 2016",
    ),
    Parameter(
        "initial.entrepreneurship_bases",
        30,
        20,
        42,
        "bases",
        "guess; ZS211",
        "D",
        "2016年底创业孵化基地",
        "entrepreneurship bases at the end of 2016",
    ),
    Parameter(
        "initial.makerspaces",
        22,
        12,
        35,
        "makerspaces",
        "guess",
        "D",
        "2016年底众创空间",
        "makerspaces at the end of 2016",
    ),
    Parameter(
        "initial.older_entities",
        103000,
        80000,
        125000,
        "entities",
        "ZS012 less the young",
        "D",
        "2011年底前登记的市场主体",
        "entities registered before 2012 and on the register at the end of 2016",
    ),
    Parameter(
        "initial.promoted_founders",
        9500,
        8500,
        10500,
        "persons a year",
        "ZS045",
        "A",
        "年促进创业人数",
        "founders whom public services helped, a year",
    ),
)


def _table(name: str) -> list[dict[str, str]]:
    text = files("sim.model.environment").joinpath(f"data/{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def deals_of(name: str) -> Mapping[int, float]:
    """Early-stage deals by year relative to 2017 in a shipped world; a world of the analyst's own has those observed."""
    return {int(r["year"]): float(r["deals"]) for r in _table("deals") if r["world"] == name}


@dataclass(frozen=True)
class World:
    """What a scenario takes as given.

    Attributes:
        growth: real output growth, sectors x years 2017 to 2020.
        shocks: which of :data:`SHOCKS` happen.
        initial: numbers of :data:`INITIAL` that the analyst knows, by id without ``initial.``; the rest is drawn.
        deals: early-stage deals by year, relative to 2017.
        at_least: what the plan's targets ask for, by id.
        parameters: parameters that a study states, by id; the rest is drawn, at the same quantiles.
        structure: which of its ways a rule takes, by the names of ``structure``; the usual one where it is not said.
    """

    growth: Floats
    shocks: frozenset[str] = frozenset(SHOCKS)
    initial: Mapping[str, float] = field(default_factory=dict)
    deals: Mapping[int, float] = field(default_factory=lambda: deals_of("observed"))
    parameters: Mapping[str, float] = field(default_factory=dict)
    structure: Mapping[str, str] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)

    def deal_activity(self, month: int) -> float:
        """Early-stage deals of a month's year relative to 2017 (VC02); 1 before it."""
        return self.deals[2017 + month // 12] if month >= 0 else 1.0


@cache
def macro(name: str) -> Floats:
    """Growth table of a shipped world, ``observed`` or ``no_shocks``: sectors x years 2017 to 2020."""
    rows = {int(r["year"]): r for r in _table("macro") if r["world"] == name}
    growth = np.array([[float(rows[y][s.market]) for y in YEARS] for s in geography.sectors()])
    growth.flags.writeable = False
    return growth


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


@dataclass(frozen=True)
class Rates:
    """Rates of a year: the mean on new small loans, the base rate, and the loss that banks bear for their mandate."""

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
    """Rates of a month's year (CRED05-06, CRED17, CRED19-20); of 2017 before it."""
    return _rates()[2017 + max(month, 0) // 12]


RELIEF_FROM: Final = 38
"""March 2020: firms short of cash may put off principal, to the end of the year (national rule, recalled: check)."""


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


EXPORT_FALL: Final = 0.10
"""Fall of exporters' demand at full tariffs, against the rest of their sector (SHOCK09: trade fell 15-30%, a third of sales)."""


def export_demand(shocks: frozenset[str], share: float) -> tuple[Floats, Floats]:
    """Demand factor by month of exporters and of the other firms of their sector; their mean is 1.

    Tariffs step up from July 2018 to mid-2019 (SHOCK09); the sector's own fall is in the macro series.
    """
    tariff = np.zeros(clock.MONTHS)
    if "trade_war_2018" in shocks:
        tariff = np.clip((np.arange(clock.MONTHS) - 17) / 12, 0, 1)
    exporters = 1 - EXPORT_FALL * tariff
    return exporters, (1 - share * exporters) / (1 - share)
