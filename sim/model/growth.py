"""Growth: capability, luck, demand, value added and hiring.

A firm's value added comes from its capability, its luck, its staff and the month's demand; young firms
press on the same demand, which is where displacement comes from; staff follow what expected demand
supports, in whole people. Support of all kinds reaches a firm as hours of advice (M06 mentors and
upskilling so far) through one response.
Evidence: JOB03-04, JOB16-17, SUB08-09, SUB22, SUB24, SUB27, INC23, SHOCK01, SHOCK06.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.record import Outcome
from sim.engine.socket import Parameter, Socket
from sim.model.startups import LABOUR_SHARE, WAGE, Mask, Rows, Trading

if TYPE_CHECKING:
    from sim.model.city import City

Floats = npt.NDArray[np.floating[Any]]
Vector = Floats
Sectors = npt.NDArray[np.int8]

SOCKETS: Final[tuple[Socket, ...]] = ()

# --- parameters ------------------------------------------------------------------------------------
YOUNG_SHARE: Final = Parameter(
    "growth.young_share", 0.15, 0.08, 0.25, "share", "guess", "D",
    "初创企业占需求的份额", "share of a sector's demand that young firms serve")  # fmt: skip
DISPLACEMENT = {
    "tradable": Parameter(
        "growth.displacement_tradable", 0.25, 0.10, 0.40, "elasticity", "SUB22", "C",
        "挤出弹性（外销型）", "sales displaced where firms sell beyond the city"),
    "mixed": Parameter(
        "growth.displacement_mixed", 0.50, 0.25, 0.75, "elasticity", "SUB22", "C",
        "挤出弹性（混合型）", "sales displaced where firms sell in and beyond the city"),
    "local": Parameter(
        "growth.displacement_local", 0.65, 0.40, 0.90, "elasticity", "SUB22", "C",
        "挤出弹性（本地型）", "sales displaced in local trade and services"),
}  # fmt: skip
HIRING: Final = Parameter(
    "growth.hiring_speed", 0.06, 0.03, 0.10, "share a month", "JOB04", "B",
    "招聘调整速度", "share of the wanted staff that is hired in a month")  # fmt: skip
FIRING: Final = Parameter(
    "growth.firing_speed", 0.10, 0.06, 0.15, "share a month", "guess", "D",
    "裁员调整速度", "share of the unwanted staff that leaves in a month")  # fmt: skip
ADVICE: Final = Parameter(
    "growth.advice_effect", 0.004, 0.002, 0.008, "log capability a month", "SUB24; potency SUB08-09", "C",
    "咨询辅导对能力的影响", "most that advice adds to capability in a month for a founder of usual skill",
    potency=0.5)  # fmt: skip
INCUMBENTS: Final = Parameter(
    "growth.incumbent_jobs", 1.3e6, 1.0e6, 1.6e6, "persons", "ZS052 less young firms and the public sector", "D",
    "存量企业就业", "jobs of older firms in the market sector at the end of 2016")  # fmt: skip
PARAMETERS: Final = (YOUNG_SHARE, *DISPLACEMENT.values(), HIRING, FIRING, ADVICE, INCUMBENTS)

TAU: Final = 1.006  # a month: growth of young firms' potential sales that the market takes in its stride
FORGETTING: Final = 11 / 12  # of hours of advice, a month
LEAST_HOURS: Final = 0.05  # below which advice counts as forgotten
HALF_HOURS: Final = 20.0  # hours of advice in a year that have half their full effect
PERSISTENCE: Final = 0.97  # of luck, a month
HIRE_ON_LUCK: Final = 0.6  # share of luck that an owner believes in when hiring
ELASTICITY: Final = 1 / (1 - LABOUR_SHARE)
DEMAND_BOUNDS: Final = (0.9, 1.05)
# Older firms' jobs by sector, shares: guess from the city's structure (ZS193)
INCUMBENT_SHARE: Final = np.array([0.08, 0.10, 0.02, 0.32, 0.03, 0.02, 0.10, 0.31, 0.02])
_POWERS: Final = np.arange(4000, dtype=np.float32) ** np.float32(LABOUR_SHARE)

# --- outcomes --------------------------------------------------------------------------------------
DISPLACED: Final = Outcome(
    "jobs_displaced", ("month",), "persons", "被挤出的存量企业岗位",
    "jobs that incumbents would have at m = 1 less those they have", whole=False)  # fmt: skip
DEMAND: Final = Outcome(
    "demand_factor", ("month", "sector"), "ratio", "初创企业面对的需求系数",
    "demand that a young firm meets relative to its usual share", whole=False)  # fmt: skip
OUTCOMES: Final = (DISPLACED, DEMAND)


# --- rules -----------------------------------------------------------------------------------------
def potential(log_scale: Floats, capability: Floats, luck: Floats, jobs: npt.NDArray[np.int16]) -> Floats:
    """Value added at usual demand, yuan a month: A exp(c + l) n^0.65."""
    return np.asarray(np.exp(log_scale + capability + luck) * np.take(_POWERS, jobs, mode="clip"))


def demand_factor(young: Vector, output: Vector, share: float, delta: Vector) -> Vector:
    """Demand that a firm meets, by sector: m = [(b Q + (1 - b) D)/D]^-delta, within 0.9 to 1.05.

    Args:
        young: Q, potential sales of young firms relative to the end of 2016 and to their usual growth.
        output: D, output of the sector relative to the end of 2016.
        share: b, share of the sector's demand that young firms serve.
        delta: elasticity of displacement (SUB22).
    """
    return np.clip(((share * young + (1 - share) * output) / output) ** -delta, *DEMAND_BOUNDS)


def incumbent_jobs(before: Vector, output: Vector, m: Vector) -> tuple[float, float]:
    """Jobs of older firms, L = L0 D^0.5 m, and how many fewer they are than at m = 1."""
    at_usual = before * np.sqrt(output)
    return float(at_usual @ m), float(at_usual @ (1 - m))


def sales_by_sector(usual: Floats, young: Mask, weight: npt.NDArray[np.int64], sector: Sectors) -> Vector:
    """Q: potential sales of young firms by sector, yuan of value added a month."""
    return np.bincount(sector, weights=usual * young * weight, minlength=len(INCUMBENT_SHARE)).astype(float)


def demand_met(table: Floats, sector: Sectors, exporter: Mask) -> Floats:
    """M Z d of each firm, from its sector's and its exporters' (table: sectors x (others, exporters))."""
    return np.take(table.reshape(-1), sector.astype(np.intp) * 2 + exporter)


def value_added(usual: Floats, demand: Floats, share: Floats) -> Floats:
    """Y = A exp(c + l) n^0.65 m Z d x share of the month open, yuan."""
    return np.asarray(usual * demand * share)


def next_luck(luck: Floats, sd: Floats, g: Vector) -> Floats:
    """L' = 0.97 l + s g: a mixture of variances over firms gives the tent of growth rates (JOB16-17)."""
    return np.asarray(np.float32(PERSISTENCE) * luck + sd * g.astype(np.float32))


def next_capability(c: Floats, start: Floats, skill: Floats, hours: Floats, gamma: float) -> Floats:
    """C' = c + gamma q H/(H + 20) - 0.002 max(0, c - c0); q = clip(1 + 0.5 skill, 0, 2) (INC23)."""
    quality = np.clip(1 + 0.5 * skill, 0, 2)
    gain = np.float32(gamma) * quality * hours / (hours + np.float32(HALF_HOURS))
    return np.asarray(c + gain - np.float32(0.002) * np.maximum(0, c - start))


def wanted_jobs(log_scale: Floats, capability: Floats, luck: Floats, demand: Floats, wage: Floats) -> Floats:
    """n* = (0.65 A exp(c + 0.6 l) m Z / w)^2.86: where the last job still earns its wage."""
    drive = log_scale + capability + np.float32(HIRE_ON_LUCK) * luck
    drive += np.log(np.float32(LABOUR_SHARE) * demand / wage)
    return np.exp(np.float32(ELASTICITY) * drive)


def next_jobs(
    jobs: npt.NDArray[np.int16],
    wanted: Floats,
    solvent: npt.NDArray[np.bool_],
    u: Floats,
    hire: float,
    fire: float,
) -> npt.NDArray[np.int16]:
    """Staff next month: n' = n + lambda (n* - n), in whole people by a keyed draw; no hiring without cash; the owner stays."""
    gap = wanted - jobs
    speed = np.where(gap < 0, np.float32(fire), np.where(solvent, np.float32(hire), np.float32(0)))
    whole: npt.NDArray[np.int16] = np.clip(
        np.floor(jobs + speed * gap + u.astype(np.float32)), 1, 3999
    ).astype(np.int16)
    return whole


# --- settle ----------------------------------------------------------------------------------------
def settle(city: City, trading: Trading) -> Floats:
    """A month of sales and hiring for the firms that are open. Returns value added of the month, yuan."""
    firms, month, p = city.firms, city.month, city.drawn
    rows, ids, jobs = trading.rows, trading.ids, trading.jobs
    log_scale, c = firms.log_scale.take(rows), advised_capability(city, rows)
    luck = next_luck(firms.luck.take(rows), firms.luck_sd.take(rows), city.chance.normal(ids, "luck", month))
    usual = potential(log_scale, c, luck, jobs)
    sales = sales_by_sector(usual, trading.young, trading.weight, trading.sector)
    demand = demand_met(city.demand(market(city, sales)), trading.sector, trading.exporter)
    demand *= 1 - firms.sales_lost.take(rows)
    wage = np.take(WAGE, trading.segment) - firms.subsidised_wage.take(rows)
    wanted = wanted_jobs(log_scale, c, luck, demand, wage)
    u = city.chance.uniform(ids, "hire", month)
    firms.jobs[rows] = next_jobs(jobs, wanted, firms.cash.take(rows) >= 0, u, p[HIRING.id], p[FIRING.id])
    firms.luck[rows] = luck
    firms.value_added[rows] = made = value_added(usual, demand, trading.open_share)
    return made


def advised_capability(city: City, rows: Rows) -> Floats:
    """Capability of the month; only firms that have had advice move, and forget it in about a year."""
    firms = city.firms
    had = firms.support_hours.take(rows)
    if had.any():
        some = np.flatnonzero(had)
        which, hours = rows[some], had[some]
        start = firms.capability_start[which]
        c = next_capability(firms.capability[which], start, firms.skill[which], hours, city.drawn[ADVICE.id])
        firms.capability[which] = c
        hours *= np.float32(FORGETTING)
        firms.support_hours[which] = np.where((hours > LEAST_HOURS) | (c > start), hours, 0)
    return np.asarray(firms.capability.take(rows))


def market(city: City, sales: Vector) -> Vector:
    """Demand factor of each sector this month; before 2017 it is 1 and the last month sets the base."""
    if city.month < 0:
        city.base_sales = np.maximum(sales, 1.0)
        return np.ones_like(sales)
    p = city.drawn
    delta = np.array([p[DISPLACEMENT[market].id] for market in city.markets])
    young = sales / city.base_sales / TAU ** (city.month + 1)
    m = demand_factor(young, city.output, p[YOUNG_SHARE.id], delta)
    city.record.put(DEMAND, city.month, m)
    _, fewer = incumbent_jobs(p[INCUMBENTS.id] * INCUMBENT_SHARE, city.output, m)
    city.record.put(DISPLACED, city.month, fewer)
    return m
