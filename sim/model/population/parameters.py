"""Population of firms: levers, uncertain parameters, constants and outcomes."""

from __future__ import annotations

from typing import Annotated, Final

import numpy as np
import numpy.typing as npt

from sim.engine.declarations import Assumption, Constant, declared
from sim.engine.recorder import Outcome

# fmt: off

# --- Firms ---
YOUNG_MONTHS: Final[Annotated[int, Constant("months", "convention", "age since registration below which a firm is young, that is, a startup")]] = 60
INITIAL_MONTHS: Final[Annotated[int, Constant("months", "convention", "months before 2017 over which the initial population is simulated")]] = 60
YEAR_DAYS: Final[Annotated[float, Constant("days", "convention", "mean length of a year")]] = 365.25
MONTH_DAYS: Final[Annotated[float, Constant("days", "convention", "mean length of a month")]] = YEAR_DAYS / 12
TURNS: Final[Annotated[int, Constant("months", "convention", "interval at which founders consider programmes")]] = 6
WAGE: Final[Annotated[npt.NDArray[np.float32], Assumption("yuan a month", "ZS124", "wage per job by segment G, E, T, with a discount for small firms")]] = np.array([3600.0, 5000.0, 5000.0], dtype=np.float32)
RENT: Final[Annotated[npt.NDArray[np.float32], Assumption("yuan a month", "guess", "rent of a firm by segment G, E, T; no data were found")]] = np.array([1600.0, 4000.0, 4000.0], dtype=np.float32)
LABOUR_SHARE: Final[Annotated[float, Assumption("exponent", "guess", "elasticity of value added with respect to jobs")]] = 0.65
TURNOVER: Final[Annotated[float, Assumption("ratio", "guess", "turnover per yuan of value added")]] = 4.0
OWN_INCOME: Final[Annotated[float, Assumption("yuan a month", "ZS124", "discounted earnings of a founder in outside employment, used as the usual wage to which income is related")]] = 4300.0
QUALITY_OF_SKILL: Final[Annotated[float, Assumption("per standard deviation", "INC23", "increase in founder quality, which scales the effect of advice, per standard deviation of skill")]] = 0.5
QUALITY_BOUNDS: Final[Annotated[tuple[float, float], Assumption("ratio", "guess", "bounds of founder quality, relative to the average")]] = (0, 2)

# --- Statistics ---
REGISTRATIONS: Final = Outcome("registrations", ("month", "form"), "count", "新登记市场主体户数", "market entities registered", "flow")
ENTRIES: Final = Outcome("entries", ("month", "form"), "count", "新开业户数", "openings", "flow")
EXITS: Final = Outcome("exits", ("month", "form"), "count", "初创企业歇业户数", "closures of young firms", "flow")
AGED_OUT: Final = Outcome("aged_out", ("month", "form"), "count", "登记满60个月的在营企业数", "open firms reaching 60 months since registration", "flow")
DEREGISTRATIONS: Final = Outcome("deregistrations", ("month", "form"), "count", "2012年以来创办企业的注销户数", "deregistrations of firms founded since 2012", "flow")
FIRMS: Final = Outcome("firms", ("month", "form"), "count", "在营初创企业数", "open firms under 60 months")
JOBS: Final = Outcome("jobs", ("month", "form"), "persons", "在营初创企业就业（含业主）", "owners and staff of open firms under 60 months")
FIRMS_ALL: Final = Outcome("firms_universe", ("month",), "count", "2012年以来创办的在营企业数", "open firms of any age founded since 2012")
JOBS_ALL: Final = Outcome("jobs_universe", ("month",), "persons", "2012年以来创办的在营企业就业", "jobs of open firms of any age founded since 2012")
JOBS_NET: Final = Outcome("jobs_net", ("month",), "persons", "净就业（初创企业就业扣除原有企业被挤出就业）", "jobs of young firms less jobs displaced among incumbents", whole=False)
ENTITIES: Final = Outcome("market_entities", ("month", "form"), "count", "登记在册市场主体户数", "registered market entities of all ages")
BY: Final = {
    "founder_kind": (Outcome("firms_by_founder", ("month", "founder_kind"), "count", "在营初创企业数（按创业者类型）", "young firms by kind of founder"),
                     Outcome("jobs_by_founder", ("month", "founder_kind"), "persons", "初创企业就业（按创业者类型）", "jobs of young firms by kind of founder")),
    "sector": (Outcome("firms_by_sector", ("month", "sector"), "count", "在营初创企业数（按行业）", "young firms by sector"),
               Outcome("jobs_by_sector", ("month", "sector"), "persons", "初创企业就业（按行业）", "jobs of young firms by sector")),
    "district": (Outcome("firms_by_district", ("month", "district"), "count", "在营初创企业数（按镇区）", "young firms by district"),
                 Outcome("jobs_by_district", ("month", "district"), "persons", "初创企业就业（按镇区）", "jobs of young firms by district")),
}
SURVIVAL: Final = Outcome("survival", ("clock", "form", "cohort", "age"), "share", "存活率（Kaplan-Meier法，期初企业延迟进入）", "Kaplan-Meier survival, with delayed entry of the initial stock", "mean", whole=False)
AT_RISK: Final = Outcome("at_risk", ("clock", "form", "cohort", "age"), "count", "风险集企业数（仍在观察中）", "firms at risk", "final")
BY_FOUNDER: Final = Outcome("survival_by_founder", ("clock", "founder_kind", "age"), "share", "存活率（Kaplan-Meier法，按创业者类型）", "Kaplan-Meier survival by kind of founder", "mean", whole=False)

FORMS: Final = ("enterprise", "individual")
CLOCKS: Final = ("registered", "operating", "since_opening")
COHORTS: Final = tuple(range(2012, 2021))
AGES: Final = YOUNG_MONTHS
OLDER_EXIT: Final[Annotated[float, Assumption("share a year", "SURV07, ZS198", "exit rate of entities registered before 2012")]] = 0.065
OLDER_ENTERPRISES: Final[Annotated[float, Assumption("share", "ZS205", "share of enterprises among entities registered before 2012")]] = 0.31

LEVERS, PARAMETERS, OUTCOMES = declared(globals())
