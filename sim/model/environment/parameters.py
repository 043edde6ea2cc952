"""Parameters of the environment: initial conditions at the end of 2016, shocks, markets and tax law."""

from __future__ import annotations

from typing import Annotated, Final

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.levers import Parameter

# fmt: off

# --- Dimensions ---
SHOCKS: Final = ("trade_war_2018", "covid_2020")
YEARS: Final = (2017, 2018, 2019, 2020)
MACROS: Final = ("observed", "no_shocks")

# --- Initial conditions at the end of 2016, which are not public; a scenario can set them under world.initial ---
INITIAL: Final = (
    Parameter(
        "initial.tech_incubators", 34, 25, 45, "incubators", "guess; Torch ZS020-023", "D",
        "2016年末科技企业孵化器数", "tech incubators at the end of 2016"),
    Parameter(
        "initial.incubation_area", 952000, 600000, 1350000, "m2", "guess; 34 x 28,000 m2, ZS023", "D",
        "2016年末孵化面积", "incubation area at the end of 2016"),
    Parameter(
        "initial.national_level_spaces", 4, 2, 7, "spaces", "guess; ZS020", "D",
        "2016年末国家级孵化器及众创空间数", "national-level incubators and makerspaces at the end of 2016"),
    Parameter(
        "initial.provincial_level_spaces", 9, 6, 14, "spaces", "guess; ZS021", "D",
        "2016年末省级及以上孵化器及众创空间数", "incubators and makerspaces of provincial level or higher at the end of 2016"),
    Parameter(
        "initial.entrepreneurship_bases", 30, 20, 42, "bases", "guess; ZS211", "D",
        "2016年末创业孵化基地数", "entrepreneurship bases at the end of 2016"),
    Parameter(
        "initial.makerspaces", 22, 12, 35, "makerspaces", "guess", "D",
        "2016年末众创空间数", "makerspaces at the end of 2016"),
    Parameter(
        "initial.older_entities", 103000, 80000, 125000, "entities", "ZS012 less young firms", "D",
        "2012年以前登记、2016年末仍在册的市场主体", "entities registered before 2012 and on the register at the end of 2016"),
    Parameter(
        "initial.promoted_founders", 9500, 8500, 10500, "persons a year", "ZS045", "A",
        "每年促进创业人数", "founders assisted by public services per year"),
)

# --- Shocks and markets ---
RELIEF_FROM: Final[Annotated[int, Constant("month", "national rule of 2020 (recalled: check)", "March 2020, the first month in which firms short of cash may defer principal repayments, until the end of the year")]] = 38
PANDEMIC_YEAR: Final[Annotated[int, Constant("month", "SHOCK01", "January 2020, the first month of the year whose decline the macro series already include")]] = 36
EXPORT_SHARE: Final[Annotated[float, Assumption("share", "guess", "share of exporters among firms in tradable sectors")]] = 0.25
EXPORT_FALL: Final[Annotated[float, Assumption("share", "SHOCK09", "fall in exporters' demand at full tariffs relative to their sector: trade, a third of their sales, fell by 15 to 30%")]] = 0.10
TARIFF_FROM: Final[Annotated[int, Constant("month", "SHOCK09", "June 2018, the last month before new tariffs")]] = 17
TARIFF_MONTHS: Final[Annotated[int, Constant("months", "SHOCK09", "months over which tariffs rise to their full level")]] = 12
CLUSTER_PULL: Final[Annotated[float, Assumption("ratio", "guess", "relative probability that a firm is founded in a town specialised in its sector, for equal weights")]] = 4.0

# --- Tax law ---
Dated = tuple[tuple[int, float], ...]
"""Pairs of the month from which a rate applies and the rate, in ascending order."""
VAT_THRESHOLD: Final[Annotated[Dated, Constant("month, yuan a month", "national VAT rules for small taxpayers (recalled: check)", "monthly turnover up to which no VAT is due")]] = ((0, 3e4), (24, 1e5))
VAT_RATE: Final[Annotated[Dated, Constant("month, share", "national VAT rules for small taxpayers (recalled: check)", "VAT rate on the turnover of small taxpayers")]] = ((0, 0.03), (38, 0.01))
SMALL_PROFIT_RATE: Final[Annotated[Dated, Constant("month, share", "small-profit relief of the enterprise income tax (recalled: check)", "tax rate on an enterprise's profit with the small-profit relief")]] = ((0, 0.10), (24, 0.05))
PROFIT_RATE: Final[Annotated[float, Constant("share", "Enterprise Income Tax Law (recalled: check)", "tax rate on an enterprise's profit without relief")]] = 0.25

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
