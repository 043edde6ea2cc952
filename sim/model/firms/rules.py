"""Firms: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.model.firms.parameters import (
    ARREARS_MONTHS,
    ARREARS_YUAN,
    BROKE,
    BROKE_MONTHS,
    DEMAND_BOUNDS,
    DRAW_SHARE,
    ELASTICITY,
    EXCESS_DRAWN,
    HALF_APPRENTICES,
    HALF_HOURS,
    HAZARD_E,
    HAZARD_G,
    HIRE_ON_LUCK,
    INCUMBENT_SHARE,
    LEVELLED_E,
    LEVELLED_G,
    LIVING,
    MINIMUM_LAG,
    PACE,
    PERSISTENCE,
    SEARCH_DAYS,
    SHUT_WAGE,
    SIZE,
    SMALL_BOOK,
    SPARE,
    TURNOVER,
    USUAL_TRANSFER,
)
from sim.model.population.parameters import LABOUR_SHARE, OWN_INCOME, RENT, WAGE

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Counts, Floats, Mask

_POWERS: Final = np.arange(4000, dtype=np.float32) ** np.float32(LABOUR_SHARE)


def potential(
    log_scale: Floats, capability: Floats, productivity: Floats, jobs: npt.NDArray[np.int16]
) -> Floats:
    """Value added at usual demand, yuan a month: A exp(c + l) n^0.65."""
    return np.asarray(np.exp(log_scale + capability + productivity) * np.take(_POWERS, jobs, mode="clip"))


def demand_factor(young: Floats, output: Floats, share: float, delta: Floats) -> Floats:
    """Demand that a firm meets, by sector: m = [(b Q + (1 - b) D)/D]^-delta, within 0.9 to 1.05.

    Args:
        young: Q, potential sales of young firms relative to the end of 2016 and to their usual growth.
        output: D, output of the sector relative to the end of 2016.
        share: b, share of the sector's demand that young firms serve.
        delta: elasticity of displacement (SUB22).
    """
    return np.clip(((share * young + (1 - share) * output) / output) ** -delta, *DEMAND_BOUNDS)


def shared_demand(young: Floats, output: Floats, share: float, delta: Floats) -> tuple[Floats, Floats]:
    """Demand that young and older firms meet: both the same m of :func:`demand_factor`. Arguments as there."""
    m = demand_factor(young, output, share, delta)
    return m, m


def yielding_demand(young: Floats, output: Floats, share: float, delta: Floats) -> tuple[Floats, Floats]:
    """Demand that young and older firms meet: 1, and 1 - delta b (Q - D)/((1 - b) D), within 0.9 to 1.05.

    The rival of :func:`shared_demand`, and how appraisals net out displacement (SUB22): young firms sell what they
    can and do not press on each other; of each yuan beyond their usual part, older firms lose delta. So creative
    destruction has it too: those who come take the place of those who were there (Fritsch and Mueller 2004; recalled:
    check). Arguments as of :func:`demand_factor`.
    """
    lost = delta * share * (young - output) / ((1 - share) * output)
    return np.ones_like(young), np.clip(1 - lost, *DEMAND_BOUNDS)


def incumbent_jobs(before: Floats, output: Floats, m: Floats) -> tuple[float, float]:
    """Jobs of older firms, L = L0 D^0.5 m, and how many fewer they are than at m = 1."""
    at_usual = before * np.sqrt(output)
    return float(at_usual @ m), float(at_usual @ (1 - m))


def further_reach(gain: float) -> float:
    """Factor on demand at given staff, 1 + 0.35 r, at which sales rise by r once staff has followed (n* goes with D^2.86)."""
    return 1 + (1 - LABOUR_SHARE) * gain


def incumbents_demand(m: Floats, taken: Floats, base: Floats, output: Floats, share: float) -> Floats:
    """Demand that older firms meet: m less what young firms took from them, yuan for yuan, within the same bounds.

    m - T b/((1 - b) S D): T value added taken, S sales of young firms at the end of 2016 (b of the sector's), D output.
    """
    lost = taken * share / ((1 - share) * base * output)
    return np.asarray(np.clip(m - lost, *DEMAND_BOUNDS))


def delivery(book: Floats, usual: Floats) -> Floats:
    """Value added of orders delivered in a month: a quarter of the book, at most a quarter above usual sales."""
    due = np.where(book > np.float32(SMALL_BOOK), np.float32(PACE) * book, book)
    return np.asarray(np.minimum(due, np.float32(SPARE) * usual))


def hiring_days(apprentices: float, transfer: float, response: float) -> float:
    """Days of search for staff: 30 - response x (a/(a + 6,000) + (45 - days)/45)/2, the one response of this channel."""
    trained = apprentices / (apprentices + HALF_APPRENTICES)
    moved = (USUAL_TRANSFER - transfer) / USUAL_TRANSFER
    return SEARCH_DAYS - response * (trained + moved) / 2


def sales_by_sector(
    usual: Floats, young: Mask | bool, weight: npt.NDArray[np.int64], sector: Codes
) -> Floats:
    """Q: potential sales of young firms by sector, yuan of value added a month."""
    return np.bincount(sector, weights=usual * young * weight, minlength=len(INCUMBENT_SHARE)).astype(float)


def demand_met(table: Floats, sector: Codes, exporter: Mask) -> Floats:
    """M Z d of each firm, from its sector's and its exporters' (table: sectors x (others, exporters))."""
    return np.take(table.reshape(-1), sector.astype(np.intp) * 2 + exporter)


def value_added(usual: Floats, demand: Floats, share: Floats) -> Floats:
    """Y = A exp(c + l) n^0.65 m Z d x share of the month open, yuan."""
    return np.asarray(usual * demand * share)


def next_productivity(productivity: Floats, sd: Floats, g: Floats) -> Floats:
    """L' = 0.97 l + s g: a mixture of variances over firms gives the tent of growth rates (JOB16-17)."""
    return np.asarray(np.float32(PERSISTENCE) * productivity + sd * g.astype(np.float32))


def quality(skill: Floats) -> Floats:
    """Q: how much founders make of advice, and how often they seek it: clip(1 + 0.5 skill, 0, 2) (INC23)."""
    return np.asarray(np.clip(1 + 0.5 * skill, 0, 2))


def next_capability(c: Floats, start: Floats, skill: Floats, hours: Floats, gamma: float) -> Floats:
    """C' = c + gamma q H/(H + 20) - 0.002 max(0, c - c0)."""
    gain = np.float32(gamma) * quality(skill) * hours / (hours + np.float32(HALF_HOURS))
    return np.asarray(c + gain - np.float32(0.002) * np.maximum(0, c - start))


def wanted_jobs(
    log_scale: Floats, capability: Floats, productivity: Floats, demand: Floats, wage: Floats
) -> Floats:
    """n* = (0.65 A exp(c + 0.6 l) m Z / w)^2.86: where the last job still earns its wage."""
    drive = log_scale + capability + np.float32(HIRE_ON_LUCK) * productivity
    drive += np.log(np.float32(LABOUR_SHARE) * demand / wage)
    return np.exp(np.float32(ELASTICITY) * drive)


def next_jobs(
    jobs: npt.NDArray[np.int16],
    wanted: Floats,
    solvent: npt.NDArray[np.bool_],
    u: Floats,
    hire: float | Floats,
    fire: float,
) -> npt.NDArray[np.int16]:
    """Staff next month: n' = n + lambda (n* - n), in whole people by a keyed draw; no hiring without cash; the owner stays."""
    gap = wanted - jobs
    speed = np.where(
        gap < 0, np.float32(fire), np.where(solvent, np.asarray(hire, np.float32), np.float32(0))
    )
    whole: npt.NDArray[np.int16] = np.clip(
        np.floor(jobs + speed * gap + u.astype(np.float32)), 1, 3999
    ).astype(np.int16)
    return whole


DEMANDS: Final = {"shared": shared_demand, "incumbents_yield": yielding_demand}


def wage_bill(segment: Codes, jobs: Counts, shut: float, share: Floats) -> Floats:
    """Wages of the month, yuan: wage x staff (the owner apart) x share of the month open; 60% in a shut month (SHOCK01)."""
    paid = np.take(WAGE * np.float32(1 - (1 - SHUT_WAGE) * shut), segment)
    return np.asarray(paid * (jobs - 1) * share)


def rent_due(segment: Codes, share: Floats) -> Floats:
    """Rent of the month, yuan."""
    return np.asarray(np.take(RENT, segment) * share)


def month_cost(segment: Codes, jobs: Counts) -> Floats:
    """Wages and rent of a full ordinary month, yuan: the measure of how long cash lasts."""
    return np.asarray(np.take(WAGE, segment) * (jobs - 1) + np.take(RENT, segment))


def profit_before_tax(value_added: Floats, wages: Floats, rent: Floats, paid: Floats) -> Floats:
    """Value added less wages, rent, interest and the tax paid so far, yuan."""
    return np.asarray(value_added - wages - rent - paid)


def vat(value_added: Floats, threshold: float, rate: float) -> Floats:
    """Value-added tax of a small taxpayer, yuan a month: rate x turnover, nothing up to the threshold (check)."""
    turnover = value_added * np.float32(TURNOVER)
    return np.where(turnover > threshold, turnover * np.float32(rate), np.float32(0))


def profit_tax(
    profit: Floats,
    enterprise: npt.NDArray[np.bool_],
    relieved: npt.NDArray[np.bool_],
    small_rate: float,
    full_rate: float,
) -> Floats:
    """Income tax on an enterprise's profit: the small-profit rate for those that use the relief (check)."""
    rate = np.where(relieved, np.float32(small_rate), np.float32(full_rate))
    return np.maximum(profit, 0) * rate * enterprise


def reserve(buffer: Floats, month_cost: Floats, tied: Floats) -> Floats:
    """Cash that the owner keeps, yuan: so many months of cost (SHOCK04), and what creditors, partners and backers put in."""
    return np.asarray(buffer * month_cost + tied)


def owners_draw(profit: Floats, cash: Floats, kept: Floats, share: Floats) -> Floats:
    """What the owner takes, yuan a month, of profit less debt service.

    1,800 when cash is negative; max(1,800, 0.85 profit) up to the cash that is kept; beyond it all profit
    and 0.15 of the excess.
    """
    beyond = cash - kept
    usual = np.where(beyond > 0, profit + np.float32(EXCESS_DRAWN) * beyond, np.float32(DRAW_SHARE) * profit)
    living = np.float32(LIVING) * share
    return np.where(cash < 0, living, np.maximum(living, usual))


def arrears_limit(month_cost: Floats) -> Floats:
    """Debt to staff and suppliers that a firm can live with: two months of cost and 5,000 yuan."""
    return np.float32(ARREARS_MONTHS) * month_cost + np.float32(ARREARS_YUAN)


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


CLOSURES: Final = {"income": closure_hazard, "age_size": closure_by_age_and_size}
