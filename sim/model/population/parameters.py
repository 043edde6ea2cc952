"""The population of firms: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Final

import numpy as np

from sim.engine.declarations import declared
from sim.engine.recorder import Outcome

# fmt: off

# --- Firms ---
YOUNG_MONTHS: Final = 60
WAGE: Final = np.array([3600.0, 5000.0, 5000.0], dtype=np.float32)
"""Yuan a month for one job by segment G, E, T (ZS124 less the small-firm discount)."""
RENT: Final = np.array([1600.0, 4000.0, 4000.0], dtype=np.float32)
"""Yuan a month by segment (guess: rents were not found)."""
LABOUR_SHARE: Final = 0.65
"""Exponent of jobs in value added."""
OWN_INCOME: Final = 4300.0
"""Yuan a month that a founder could earn elsewhere (ZS124 less a discount)."""

# --- Statistics ---
REGISTRATIONS: Final = Outcome("registrations", ("month", "form"), "count", "新登记市场主体", "market entities registered", "flow")
ENTRIES: Final = Outcome("entries", ("month", "form"), "count", "新开业", "openings", "flow")
EXITS: Final = Outcome("exits", ("month", "form"), "count", "歇业", "closures of young firms", "flow")
AGED_OUT: Final = Outcome("aged_out", ("month", "form"), "count", "满五年", "open firms that reach 60 months", "flow")
DEREGISTRATIONS: Final = Outcome("deregistrations", ("month", "form"), "count", "注销", "deregistrations of firms founded since 2012", "flow")
FIRMS: Final = Outcome("firms", ("month", "form"), "count", "在营初创企业", "open firms under 60 months")
JOBS: Final = Outcome("jobs", ("month", "form"), "persons", "初创企业就业", "owners and staff of open firms under 60 months")
FIRMS_ALL: Final = Outcome("firms_universe", ("month",), "count", "2012年以来创办的在营企业", "open firms founded since 2012, whatever age")
JOBS_ALL: Final = Outcome("jobs_universe", ("month",), "persons", "2012年以来创办企业的就业", "jobs of open firms founded since 2012, whatever age")
JOBS_NET: Final = Outcome("jobs_net", ("month",), "persons", "净就业（企业内）", "jobs of young firms less jobs displaced among incumbents", whole=False)
ENTITIES: Final = Outcome("market_entities", ("month", "form"), "count", "登记在册市场主体", "registered market entities of all ages")
BY: Final = {
    "founder_kind": (Outcome("firms_by_founder", ("month", "founder_kind"), "count", "按创业者类型的在营企业", "young firms by kind of founder"),
                     Outcome("jobs_by_founder", ("month", "founder_kind"), "persons", "按创业者类型的就业", "jobs by kind of founder")),
    "sector": (Outcome("firms_by_sector", ("month", "sector"), "count", "按行业的在营企业", "young firms by sector"),
               Outcome("jobs_by_sector", ("month", "sector"), "persons", "按行业的就业", "jobs by sector")),
    "district": (Outcome("firms_by_district", ("month", "district"), "count", "按镇区的在营企业", "young firms by district"),
                 Outcome("jobs_by_district", ("month", "district"), "persons", "按镇区的就业", "jobs by district")),
}
SURVIVAL: Final = Outcome("survival", ("clock", "form", "cohort", "age"), "share", "存活率", "Kaplan-Meier survival, delayed entry for the initial stock", "mean", whole=False)
AT_RISK: Final = Outcome("at_risk", ("clock", "form", "cohort", "age"), "count", "风险集", "firms at risk", "final")
BY_FOUNDER: Final = Outcome("survival_by_founder", ("clock", "founder_kind", "age"), "share", "按创业者类型的存活率", "Kaplan-Meier survival by kind of founder", "mean", whole=False)

FORMS: Final = ("enterprise", "individual")
CLOCKS: Final = ("registered", "operating", "since_opening")
COHORTS: Final = tuple(range(2012, 2021))
AGES: Final = YOUNG_MONTHS
OLDER_EXIT: Final = 0.065  # a year, of entities registered before 2012 (SURV07, ZS198)
OLDER_ENTERPRISES: Final = 0.31  # share of them (ZS205)

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
