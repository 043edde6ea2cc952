"""The environment: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Final

from sim.engine.declarations import declared
from sim.engine.levers import Parameter
from sim.model.environment import geography

# fmt: off

# --- Environment ---
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

RELIEF_FROM: Final = 38
"""March 2020: firms short of cash may put off principal, to the end of the year (national rule, recalled: check)."""

EXPORT_FALL: Final = 0.10
"""Fall of exporters' demand at full tariffs, against the rest of their sector (SHOCK09: trade fell 15-30%, a third of sales)."""

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
