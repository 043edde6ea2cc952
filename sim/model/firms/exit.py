"""Exit: closing for good, and leaving the register.

One hazard by years open and form, moved by the owner's smoothed income, so that nothing dies twice;
running out of cash adds to it only after three months beyond the arrears limit (SHOCK04: closing as
soon as cash is out would kill two thirds in two shut months). Closed firms stay registered until they
ask for deregistration and the window and the notice are through (M02). A founder who has failed may
found again: ``ventures`` tells how (M29). Insurance of technology firms against a bad month (M11) is in
``insurance``.
Evidence: SURV01-04, SURV12-13, SURV15, SURV17, SHOCK04, INC09, JOB06, SUB26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.levers import Parameter, PolicyLever
from sim.model.government import flows
from sim.model.population.firm_table import ASKED, CLOSED, DEREGISTERED, NEVER, OWN_INCOME, G, Rows, Trading

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]

# --- sockets ---------------------------------------------------------------------------------------
DEREGISTRATION_DAYS: Final = PolicyLever(
    "exit.deregistration_days", "days", 75, 1, 365, "value", "简易注销天数",
    "days of a simple deregistration, public notice included, the line apart")  # fmt: skip
SIMPLE_SHARE: Final = PolicyLever(
    "exit.simple_share", "share", 0.5, 0, 1, "value", "可简易注销比例",
    "share of closing enterprises that may deregister the simple way")  # fmt: skip
CLERKS: Final = PolicyLever(
    "exit.clerks", "clerks", 24, 0, 500, "value", "注销窗口人员", "clerks who handle deregistrations")  # fmt: skip
PREMIUM_SUBSIDY: Final = PolicyLever(
    "exit.premium_subsidy", "share", 0, 0, 0.8, "value", "科技保险保费补贴",
    "share of a technology firm's insurance premium that the city pays")  # fmt: skip
SECOND_SHARE: Final = PolicyLever(
    "exit.second_chance_share", "share", 0.0, 0, 1, "value", "失败者受扶持比例",
    "failed founders who are supported")  # fmt: skip
SECOND_SUPPORT: Final = PolicyLever(
    "exit.second_chance_support", "yuan per person", 0, 0, 100000, "value", "失败者扶持金额",
    "support of a failed founder, paid when he has opened again")  # fmt: skip
LEVERS: Final = (
    DEREGISTRATION_DAYS, SIMPLE_SHARE, CLERKS, PREMIUM_SUBSIDY, SECOND_SHARE, SECOND_SUPPORT)  # fmt: skip
GATES: Final = {"second_chance": (SECOND_SHARE, SECOND_SUPPORT)}

# --- parameters ------------------------------------------------------------------------------------
LEVEL_E: Final = Parameter(
    "exit.level_enterprise", 1.0, 0.85, 1.15, "ratio", "SURV01-04, SURV12-13", "C",
    "企业歇业率水平", "level of enterprises' closure hazard")  # fmt: skip
LEVEL_G: Final = Parameter(
    "exit.level_individual", 1.0, 0.85, 1.15, "ratio", "SURV15, SURV17", "C",
    "个体户歇业率水平", "level of individual businesses' closure hazard")  # fmt: skip
BETA: Final = Parameter(
    "exit.beta", 0.45, 0.2, 0.8, "per unit of income", "guess", "D",
    "歇业对收入的敏感度", "how strongly closure falls with the owner's income")  # fmt: skip
LAG_E: Final = Parameter(
    "exit.deregistration_months_enterprise", 30, 22, 40, "months", "SURV05, ZS200", "B",
    "企业歇业到申请注销", "mean months from closing to asking for deregistration, enterprises")  # fmt: skip
LAG_G: Final = Parameter(
    "exit.deregistration_months_individual", 22, 16, 30, "months", "SURV15, ZS201", "B",
    "个体户歇业到申请注销", "the same, individual businesses")  # fmt: skip
FILES_A_DAY: Final = Parameter(
    "exit.files_a_day", 8, 6, 10, "files", "guess", "D",
    "注销窗口人均日办件", "deregistrations that a clerk handles in a day")  # fmt: skip
CONSIDERS: Final = Parameter(
    "exit.considers_insurance", 0.04, 0.02, 0.08, "share", "guess", "D",
    "考虑投保科技保险的企业比例", "technology firms that consider insurance at all")  # fmt: skip
AGAIN: Final = Parameter(
    "exit.founding_again", 0.02, 0.0, 0.05, "probability", "guess; potency SUB26", "D",
    "扶持对再次创业概率的影响", "more chance that a failed founder founds again, for support of one month of own income",
    potency=0.5)  # fmt: skip
SERIAL: Final = Parameter(
    "exit.serial_founders", 0.14, 0.12, 0.17, "share", "JOB06", "B",
    "新设中非首次创业者比例", "founders who have founded before")  # fmt: skip
PARAMETERS: Final = (LEVEL_E, LEVEL_G, BETA, LAG_E, LAG_G, FILES_A_DAY, CONSIDERS, AGAIN, SERIAL)

# Yearly closure hazard by years since opening, 0 to 7 and later, at an income of 1.5 usual wages.
HAZARD_E: Final = np.array([0.143, 0.165, 0.175, 0.155, 0.13, 0.11, 0.10, 0.09])
HAZARD_G: Final = np.array([0.135, 0.16, 0.165, 0.145, 0.13, 0.12, 0.11, 0.11])
BROKE: Final = 0.15  # a month, once beyond the arrears limit for three months running
BROKE_MONTHS: Final = 3
SIZE: Final = 0.3  # fall of log hazard with log jobs where size decides: a fifth for twice the staff (guess)
LEVELLED_E: Final = 1.458  # so that as many enterprises close in 2012 to 2016 by size as by income (measured)
LEVELLED_G: Final = 1.450  # the same, individual businesses
MINIMUM_LAG: Final = 3  # months
NEVER_OPENED: Final = 1.6  # how much longer those wait to deregister who never opened
LOADING: Final = 1.5  # what a premium costs for a yuan paid out on average (guess)
WORTH_SPREAD: Final = 0.5  # log points, of what a yuan paid out in a bad month is worth to an owner (guess)
PREMIUM: Final = 0.01  # of the sum insured, a year: loading x what is paid out on average in this model
COVER_MONTHS: Final = 3.0  # of value added: the sum insured (guess)
MISHAP: Final = 0.35  # log points by which luck has fallen since the policy began: a bad month (guess)
ORDINARY_DAYS: Final = 180.0  # of an ordinary deregistration (check)
MOST_AGAIN: Final = 0.25  # of failed founders, whom support can lead to found again (guess)
AGAIN_LAG: Final = 9.0  # months from failing to founding again, beyond the least of three (guess)
FORESEEN: Final = 1400.0  # failed founders in a year whom the budget foresees if all are supported


# --- rules -----------------------------------------------------------------------------------------
def next_income(x: Floats, profit: Floats, grants: Floats) -> Floats:
    """X' = 0.85 x + 0.15 clip((profit + grants)/4,300, -1, 4): the owner's smoothed income in usual wages."""
    relative = (profit + grants) / np.float32(OWN_INCOME)
    return np.asarray(np.float32(0.85) * x + np.float32(0.15) * np.clip(relative, -1, 4))


def hazard_of_age(years: Floats, individual: npt.NDArray[np.bool_], level_e: float, level_g: float) -> Floats:
    """H0(years, form)/12: chance of closing in a month by years open and form alone."""
    table = np.stack([HAZARD_E * level_e, HAZARD_G * level_g]).astype(np.float32) / np.float32(12)
    year = np.clip(years, 0, len(HAZARD_E) - 1).astype(np.intp)
    return np.asarray(table.reshape(-1)[individual * len(HAZARD_E) + year])


def closure_hazard(
    years: Floats,
    individual: npt.NDArray[np.bool_],
    x: Floats,
    arrears: npt.NDArray[np.int8],
    jobs: npt.NDArray[np.int16],
    beta: float,
    level_e: float,
    level_g: float,
) -> Floats:
    """Chance of closing in a month: h0(years, form)/12 x exp(-beta (clip(x, -1, 3) - 1.5)).

    At least 0.15 once the arrears limit has been passed for three months running. Size plays no part of its own.
    """
    h = hazard_of_age(years, individual, level_e, level_g)
    h *= np.exp(np.float32(-beta) * (np.clip(x, -1, 3) - np.float32(1.5)))
    hazard: Floats = np.where(arrears >= BROKE_MONTHS, np.maximum(h, np.float32(BROKE)), h)
    return hazard


def closure_by_age_and_size(
    years: Floats,
    individual: npt.NDArray[np.bool_],
    x: Floats,
    arrears: npt.NDArray[np.int8],
    jobs: npt.NDArray[np.int16],
    beta: float,
    level_e: float,
    level_g: float,
) -> Floats:
    """Chance of closing in a month: a(form) h0(years, form)/12 x n^-0.3, the rival of :func:`closure_hazard`.

    Registers tell who closes by age and size (Evans 1987, Dunne, Roberts and Samuelson 1989; recalled: check);
    income and arrears play no part, so neither a subsidy nor a loan keeps a firm open unless it grows by it.
    a levels it: closures of 2012 to 2016 are as many as by income.
    """
    h = hazard_of_age(years, individual, level_e, level_g)
    level = np.where(individual, np.float32(LEVELLED_G), np.float32(LEVELLED_E))
    return np.asarray(h * level * np.maximum(jobs, 1).astype(np.float32) ** np.float32(-SIZE))


def deregistration_lag(u: Floats, mean: Floats) -> npt.NDArray[np.int64]:
    """Months until a closed firm asks for deregistration: three, then 1/mean a month."""
    return MINIMUM_LAG + np.ceil(np.log(u) / np.log1p(-1 / mean)).astype(np.int64)


def founding_again(support: float, effect: float) -> float:
    """More chance that a supported founder founds again: effect x support/4,300, at most 0.25."""
    return min(MOST_AGAIN, effect * support / OWN_INCOME)


def again_lag(u: Floats) -> npt.NDArray[np.int64]:
    """Months from failing to founding again: three and an exponential time of nine."""
    return MINIMUM_LAG + np.floor(-AGAIN_LAG * np.log(u)).astype(np.int64)


CLOSURES: Final = {"income": closure_hazard, "age_size": closure_by_age_and_size}


# --- process and settle ----------------------------------------------------------------------------
def begin(city: City) -> None:
    """Clerks at the window as policy sets them this month."""
    city.windows["deregistration"].staff(city.at(CLERKS, city.first_day))


def settle(city: City, trading: Trading, profit: Floats) -> Rows:
    """Who closes at the month's end; the owner takes home what is left. Returns their rows."""
    firms, rows, p = city.firms, trading.rows, city.drawn
    x = next_income(firms.income.take(rows), profit, firms.granted.take(rows) * np.float32(0.01))
    firms.income[rows] = x
    h = city.rules.closure(
        trading.years, trading.segment == G, x, firms.arrears.take(rows), trading.jobs,
        p[BETA.id], p[LEVEL_E.id], p[LEVEL_G.id])  # fmt: skip
    closes = city.chance.uniform(trading.ids, "close", city.month) < h * trading.open_share
    if len(city.recalled):  # heads who have gone back to their institute
        closes |= np.isin(rows, city.recalled)
    closing = rows.compress(closes)
    firms.state[closing] = CLOSED
    firms.closed[closing] = city.last_day
    city.wind_up(closing)
    if city.diary and city.month >= 0:
        at = rows.searchsorted(closing)
        city.diary.firms(
            firms.id[closing], "exit.closed", day=city.last_day, rule=f"exit.{city.rules.closure.__name__}", chance=h[at],
            income=x[at], arrears=firms.arrears[closing], cash=firms.cash[closing] / 100)  # fmt: skip
    left = firms.cash[closing]
    city.pay(flows.CLOSING, closing, -np.maximum(left, 0))
    city.pay(flows.UNPAID, closing, -np.minimum(left, 0))
    firms.jobs[closing] = 0
    firms.unspent[closing] = 0
    will_leave(city, closing, 1.0)
    return closing


def will_leave(city: City, rows: Rows, wait: float) -> None:
    """Draw the month in which these firms, closed or never to open, will ask for deregistration."""
    firms, p = city.firms, city.drawn
    mean = wait * np.where(firms.segment.take(rows) == G, p[LAG_G.id], p[LAG_E.id])
    u = city.chance.uniform(firms.id.take(rows), "deregister")
    firms.leaves[rows] = np.minimum(city.month + deregistration_lag(u, mean), NEVER)


def deregister(city: City) -> None:
    """Who asks to leave the register comes to the window next month; those whose day has come are gone."""
    firms = city.firms
    gone = np.flatnonzero((firms.deregistered <= city.last_day) & (firms.state != DEREGISTERED))
    firms.state[gone] = DEREGISTERED
    leave(city, np.flatnonzero(firms.leaves == city.month))


def leave(city: City, rows: Rows) -> None:
    """Hand in the files; before 2017 there is no line, only the notice."""
    firms = city.firms
    if city.month < 0:
        notice(city, city.last_day, rows)
        return
    length = clock.month_length(min(city.month + 1, clock.MONTHS - 1))
    days = (
        city.last_day + 1 + np.floor(length * city.chance.uniform(firms.id.take(rows), "deregister", "day"))
    )
    firms.deregistered[rows] = ASKED
    city.windows["deregistration"].hand_in(days, city.ties(firms.id.take(rows), "deregistration"), rows)


def decided(city: City, day: int, rows: npt.NDArray[np.int64], came: npt.NDArray[np.int64]) -> None:
    """The window has handled these files: they leave the register after the notice."""
    notice(city, day, rows)
    city.windows["deregistration"].approve(rows)


def notice(city: City, day: int, rows: npt.NDArray[np.int64]) -> None:
    """The day on which firms leave the register whose files are through on a day."""
    firms = city.firms
    simple = city.chance.uniform(firms.id.take(rows), "simple") < city.at(SIMPLE_SHARE, day)
    simple |= firms.segment.take(rows) == G  # an individual business never needs more
    days = np.where(simple, city.at(DEREGISTRATION_DAYS, day), ORDINARY_DAYS)
    firms.deregistered[rows] = np.minimum(day + days, ASKED - 1).astype(np.int16)
    if city.diary and city.month >= 0:
        city.diary.firms(
            firms.id[rows], "exit.deregistered", day=firms.deregistered[rows], rule="exit.deregistration_lag", days=days)  # fmt: skip
