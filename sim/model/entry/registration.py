"""Registration: the queues of the registry and of the licence offices.

A founder's file waits for a clerk of the registry, takes the days of the other steps, and is
registered; lines under licence then wait at the licence offices. Measures: M01 (licences, production
licences), M02 (days, clerks, online files).
Evidence: ADMIN02-04, JOB01-02.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.levers import Parameter, PolicyLever
from sim.model.environment import geography
from sim.model.population.firm_table import FILED, GIVEN_UP, NEVER, REGISTERED, G, Rows

if TYPE_CHECKING:
    from sim.model.city import City

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]

# --- sockets ---------------------------------------------------------------------------------------
# fmt: off
DAYS: Final = PolicyLever(
    "registration.days", "workdays", 20, 1, 60, "value",
    "企业开办全流程天数", "working days of all steps of opening a firm, the line apart")
CLERKS: Final = PolicyLever(
    "registration.clerks", "clerks", 60, 0, 1000, "value", "登记窗口人员", "clerks of the registry")
ELECTRONIC: Final = PolicyLever(
    "registration.electronic_share", "share", 0.1, 0, 1, "value",
    "全程电子化登记比例", "share of files handled online, which take a clerk less time")
LICENCE_DAYS: Final = PolicyLever(
    "registration.licence_days", "days", 30, 1, 365, "value",
    "许可审批天数", "days of a licence that a service line needs, the line apart")
LICENCE_CLERKS: Final = PolicyLever(
    "registration.licence_clerks", "clerks", 30, 0, 1000, "value", "许可窗口人员", "clerks of the licence offices")
PRODUCTION_DAYS: Final = PolicyLever(
    "registration.production_licence_days", "days", 60, 1, 365, "value",
    "工业产品生产许可证天数", "days of an industrial production licence, the line apart")
LEVERS: Final = (DAYS, CLERKS, ELECTRONIC, LICENCE_DAYS, LICENCE_CLERKS, PRODUCTION_DAYS)
# fmt: on

# --- parameters ------------------------------------------------------------------------------------
FILES_A_DAY: Final = Parameter(
    "registration.files_a_day", 7.5, 6.5, 9.0, "files", "guess", "D", "登记窗口人均日办件",
    "files that a registry clerk handles in a day, none of them online")  # fmt: skip
LICENCES_A_DAY: Final = Parameter(
    "registration.licences_a_day", 2.0, 1.6, 2.6, "files", "guess", "D", "许可窗口人均日办件",
    "licence files that a clerk handles in a day")  # fmt: skip
PATIENCE: Final = Parameter(
    "registration.patience_days", 90, 60, 150, "days", "guess", "D", "申请人等候耐心",
    "median days in line after which a founder gives up")  # fmt: skip
OPEN_AT_ONCE_E: Final = Parameter(
    "registration.open_at_once_enterprise", 0.40, 0.38, 0.43, "share", "JOB02", "B", "企业登记当月开业比例",
    "enterprises that open on registration")  # fmt: skip
OPEN_EVER_E: Final = Parameter(
    "registration.open_ever_enterprise", 0.79, 0.74, 0.84, "share", "JOB01", "B", "企业最终开业比例",
    "enterprises that open at all")  # fmt: skip
OPEN_AT_ONCE_G: Final = Parameter(
    "registration.open_at_once_individual", 0.75, 0.65, 0.85, "share", "guess", "D", "个体户登记当月开业比例",
    "individual businesses that open on registration")  # fmt: skip
OPEN_EVER_G: Final = Parameter(
    "registration.open_ever_individual", 0.93, 0.88, 0.97, "share", "guess", "D", "个体户最终开业比例",
    "individual businesses that open at all")  # fmt: skip
PARAMETERS: Final = (
    FILES_A_DAY, LICENCES_A_DAY, PATIENCE, OPEN_AT_ONCE_E, OPEN_EVER_E, OPEN_AT_ONCE_G, OPEN_EVER_G)  # fmt: skip

ONLINE_SAVES: Final = 0.3  # share of a clerk's time that an online file saves (guess)
INDIVIDUAL_SHARE_OF_DAYS: Final = 0.4  # an individual business has fewer steps (guess)
OPENING_MONTHS: Final = 4.0  # mean wait of those who open later (JOB01-02)
# Share of firms that need a licence before they open, by sector (guess): food, medicine, seeds, schools.
LICENSED: Final = {"trade": 0.12, "health": 0.6, "agriculture": 0.3, "culture": 0.05}
_LICENSED: Final = np.array([LICENSED.get(s.slug, 0.0) for s in geography.sectors()])
PRODUCTION_LICENSED: Final = 0.05  # of firms in the tradable sectors (guess)


# --- rules -----------------------------------------------------------------------------------------
def opening_wait(u: Floats, at_once: Floats, ever: Floats) -> Floats:
    """Months from registration to opening; infinite where it never comes.

    P(open by age a) = w0 + (w1 - w0)(1 - exp(-a/4)) (JOB01-02).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        later = -OPENING_MONTHS * np.log1p(-(u - at_once) / (ever - at_once))
    return np.where(u < at_once, 0.0, np.where(u < ever, later, np.inf))


def files_a_day(offline: float, electronic: float) -> float:
    """Files that a clerk handles in a day when a share of them come online."""
    return offline / (1 - ONLINE_SAVES * electronic)


# --- process ---------------------------------------------------------------------------------------
def dispositions(
    city: City, ids: Ints, segment: npt.NDArray[np.int8], sector: npt.NDArray[np.int8]
) -> dict[str, Any]:
    """What each founder brings to the register: patience, speed, when it means to open, the licence it needs."""
    chance, p, individual = city.chance, city.drawn, segment == G
    u = chance.uniform(ids, "opening")
    at_once = np.where(individual, p[OPEN_AT_ONCE_G.id], p[OPEN_AT_ONCE_E.id])
    ever = np.where(individual, p[OPEN_EVER_G.id], p[OPEN_EVER_E.id])
    lot = chance.uniform(ids, "licensed")
    production = city.environment.tradable[sector] & (lot < PRODUCTION_LICENSED)
    return {
        "wait": opening_wait(u, at_once, ever) * (365.25 / 12),
        "patience": p[PATIENCE.id] * np.exp(0.5 * chance.normal(ids, "patience")),
        "steps": np.exp(0.3 * chance.normal(ids, "steps"))
        * np.where(individual, INDIVIDUAL_SHARE_OF_DAYS, 1.0),
        "licence": np.where(production, 2, lot < _LICENSED[sector]).astype(np.int8),
    }


def open_on(city: City, rows: Rows, day: Floats) -> None:
    """Note the day on which firms will open; a day after the run never comes."""
    city.firms.opened[rows] = np.where(day <= clock.DAYS, np.ceil(day), NEVER)


def registered(city: City, day: int, rows: Ints, came: Ints) -> None:
    """The registry has handled these files: the other steps follow, then the licence where one is needed."""
    firms = city.firms
    done = day + np.floor(clock.working_days(city.at(DAYS, day)) * firms.steps[rows])
    firms.registered[rows] = done
    city.windows["registry"].approve(rows)
    if city.diary:
        city.diary.firms(
            firms.id[rows], "registration.registered", day=done, waited=day - came, rule="registration.files_a_day",
            steps=done - day)  # fmt: skip
    open_on(city, rows, done + firms.wait[rows])
    bound = firms.licence[rows] > 0
    if bound.any():
        rows, done = rows[bound], done[bound]
        firms.opened[rows] = NEVER  # until the licence is there
        city.windows["licence"].hand_in(done, city.ties(firms.id[rows], "licence"), rows)


def licensed(city: City, day: int, rows: Ints, came: Ints) -> None:
    """The licence office has handled these files: after the procedure's days the firm may open."""
    firms = city.firms
    days = np.where(firms.licence[rows] == 2, city.at(PRODUCTION_DAYS, day), city.at(LICENCE_DAYS, day))
    open_on(city, rows, np.maximum(day + days, firms.registered[rows] + firms.wait[rows]))
    city.windows["licence"].approve(rows)
    if city.diary:
        city.diary.firms(
            firms.id[rows], "registration.licensed", day=day + days, waited=day - came, rule="registration.licensed")  # fmt: skip


# --- settle ----------------------------------------------------------------------------------------
def begin(city: City) -> None:
    """Posts at the two windows as policy sets them this month."""
    day, p = city.first_day, city.drawn
    registry, licence = city.windows["registry"], city.windows["licence"]
    registry.staff(city.at(CLERKS, day))
    registry.files_a_day = files_a_day(p[FILES_A_DAY.id], city.at(ELECTRONIC, day))
    licence.staff(city.at(LICENCE_CLERKS, day))


def settle(city: City) -> Rows:
    """Who was registered this month; who has waited too long gives up. Returns the rows registered."""
    firms = city.firms
    filed = firms.rows_in(FILED)
    rows = filed.compress(firms.registered.take(filed) <= city.last_day)
    firms.state[rows] = REGISTERED
    firms.registered_month[rows] = city.month
    line = city.windows["registry"].line
    waiting = line.waiting(city.last_day)
    if len(waiting):
        tired = city.last_day - firms.filed[waiting] > firms.patience[waiting]
        tired &= waiting >= 0  # a phantom never tires
        if tired.any():
            firms.state[waiting[tired]] = GIVEN_UP
            if city.diary:
                gone = waiting[tired]
                city.diary.firms(
                    firms.id[gone], "registration.given_up", day=city.last_day, rule="registration.settle",
                    waited=city.last_day - firms.filed[gone])  # fmt: skip
            line.withdraw(tired)
    return rows
