"""Firm rules for sales, hiring, costs, taxes, closure and deregistration, as pure functions.

In the formulas, ``u`` is a uniform random number on (0, 1) and ``g`` a standard normal draw. ln A
denotes ``log_scale``, c ``capability``, l ``productivity`` and n ``jobs`` (owner and staff).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from sim.model.firms import parameters
from sim.model.population.parameters import LABOUR_SHARE, OWN_INCOME, RENT, TURNOVER, WAGE
from sim.model.population.rules import quality

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Counts, Floats, Integers, Ints, Mask

_POWERS: Final = np.arange(parameters.MOST_JOBS + 1, dtype=np.float32) ** np.float32(LABOUR_SHARE)


# --- sales -------------------------------------------------------------------------------------------
def potential(log_scale: Floats, capability: Floats, productivity: Floats, jobs: Counts) -> Floats:
    """Potential sales: value added in yuan a month at normal demand, A exp(c + l) n^0.65."""
    return np.asarray(np.exp(log_scale + capability + productivity) * np.take(_POWERS, jobs, mode="clip"))


def sales_by_sector(usual: Floats, young: Mask | bool, weight: Ints, sector: Codes) -> Floats:
    """Potential sales Q of young firms by sector, in yuan of value added a month."""
    return np.bincount(
        sector, weights=usual * young * weight, minlength=len(parameters.INCUMBENT_SHARE)
    ).astype(float)


def demand_factor(young: Floats, output: Floats, share: float, delta: Floats) -> Floats:
    """Demand factor by sector: m = [(b Q + (1 - b) D)/D]^-delta, clipped to [0.9, 1.05].

    Args:
        young: Q, relative potential sales of young firms, from :func:`relative_sales`.
        output: D, output of the sector relative to the end of 2016.
        share: b, share of the sector's demand that young firms serve.
        delta: elasticity of displacement (SUB22).
    """
    return np.clip(((share * young + (1 - share) * output) / output) ** -delta, *parameters.DEMAND_BOUNDS)


def shared_demand(young: Floats, output: Floats, share: float, delta: Floats) -> tuple[Floats, Floats]:
    """Demand factors of young and older firms, both equal to m of :func:`demand_factor` (same arguments)."""
    m = demand_factor(young, output, share, delta)
    return m, m


def yielding_demand(young: Floats, output: Floats, share: float, delta: Floats) -> tuple[Floats, Floats]:
    """Demand factors of young and older firms: 1, and 1 - delta b (Q - D)/((1 - b) D) clipped to [0.9, 1.05].

    In this variant of :func:`shared_demand`, only older firms lose demand, as in appraisals that net out
    displacement (SUB22) and in models where entrants replace incumbents (Fritsch and Mueller 2004, not
    verified). The arguments are those of :func:`demand_factor`.
    """
    lost = delta * share * (young - output) / ((1 - share) * output)
    return np.ones_like(young), np.clip(1 - lost, *parameters.DEMAND_BOUNDS)


DEMANDS: Final = {"shared": shared_demand, "incumbents_yield": yielding_demand}


def demand_met(table: Floats, sector: Codes, exporter: Mask) -> Floats:
    """Demand of each firm relative to normal, read from a table of sectors x (other firms, exporters)."""
    return np.take(table.reshape(-1), sector.astype(np.intp) * 2 + exporter)


def further_reach(gain: float) -> float:
    """Demand factor that raises sales by ``gain`` (r) once employment has adjusted: 1 + 0.35 r."""
    return 1 + (1 - LABOUR_SHARE) * gain


def delivery(book: Floats, usual: Floats) -> Floats:
    """Value added of orders delivered in a month: a quarter of the order book, but at most a quarter of other sales.

    Args:
        book: order book in yuan of value added; books of up to 500 yuan are delivered in full.
        usual: other sales of the month in yuan of value added.
    """
    due = np.where(book > np.float32(parameters.SMALL_BOOK), np.float32(parameters.PACE) * book, book)
    return np.asarray(np.minimum(due, np.float32(parameters.SPARE) * usual))


def value_added(usual: Floats, demand: Floats, share: Floats) -> Floats:
    """Value added of the month in yuan: potential sales x demand relative to normal x share of the month open."""
    return np.asarray(usual * demand * share)


def incumbent_jobs(before: Floats, output: Floats, m: Floats) -> tuple[float, float]:
    """Total jobs of older firms, ``before`` x ``output``^0.5 x ``m``, and jobs lost compared with normal demand, m = 1."""
    at_usual = before * output**parameters.INCUMBENT_ELASTICITY
    return float(at_usual @ m), float(at_usual @ (1 - m))


def incumbents_demand(m: Floats, taken: Floats, base: Floats, output: Floats, share: float) -> Floats:
    """Demand factor of older firms by sector, net of sales lost to young firms: m - T b/((1 - b) S D), clipped.

    Args:
        m: demand factor of older firms before the loss.
        taken: T, value added in yuan gained by young firms from older firms in the month.
        base: S, potential sales of young firms at the end of 2016 in yuan a month.
        output: D, output relative to the end of 2016.
        share: b, share of demand served by young firms.
    """
    lost = taken * share / ((1 - share) * base * output)
    return np.asarray(np.clip(m - lost, *parameters.DEMAND_BOUNDS))


def relative_sales(sales: Floats, base: Floats, months: int) -> Floats:
    """Potential sales of young firms by sector, relative to normal growth since the end of 2016: Q/(S tau^t).

    Here Q is ``sales`` and S is ``base``, the sales at the end of 2016, both in yuan a month; t is ``months`` since
    the end of 2016.
    """
    return sales / base / parameters.TAU**months


# --- productivity and capability ---------------------------------------------------------------------
def next_productivity(productivity: Floats, sd: Floats, g: Floats) -> Floats:
    """Productivity shock of the month: l' = 0.97 l + s g, where s is the firm's ``sd`` (JOB16-17)."""
    return np.asarray(np.float32(parameters.PERSISTENCE) * productivity + sd * g.astype(np.float32))


def next_capability(c: Floats, start: Floats, skill: Floats, hours: Floats, gamma: float) -> Floats:
    """Capability after a month: c' = c + gamma q H/(H + 20) - 0.002 max(0, c - c0), where q is founder quality.

    Args:
        c: capability in log points.
        start: c0, capability at founding.
        skill: founder's skill in standard deviations.
        hours: H, effective hours of advice in approximately the last twelve months.
        gamma: maximum monthly gain from advice for a founder of average skill.
    """
    gain = np.float32(gamma) * quality(skill) * hours / (hours + np.float32(parameters.HALF_HOURS))
    return np.asarray(c + gain - np.float32(parameters.FADING) * np.maximum(0, c - start))


def next_hours(hours: Floats, c: Floats, start: Floats) -> Floats:
    """Effective hours of advice after a month: 11/12 of ``hours``, or 0 if that is at most 0.05 and c <= ``start``."""
    left = hours * np.float32(parameters.FORGETTING)
    return np.where((left > parameters.LEAST_HOURS) | (c > start), left, 0)


# --- staff -------------------------------------------------------------------------------------------
def hiring_days(apprentices: float, transfer: float, response: float) -> float:
    """Days that an enterprise needs to recruit staff: 30 - response x (a/(a + 6,000) + (45 - s)/45)/2.

    Args:
        apprentices: a, apprentices trained per year.
        transfer: s, days to transfer social insurance.
        response: maximum number of days that can be saved.
    """
    trained = apprentices / (apprentices + parameters.HALF_APPRENTICES)
    moved = (parameters.USUAL_TRANSFER - transfer) / parameters.USUAL_TRANSFER
    return parameters.SEARCH_DAYS - response * (trained + moved) / 2


def hiring_speed(speed: float, days: float, segment: Codes) -> float | Floats:
    """Monthly hiring speed: speed x 30/days for enterprises and ``speed`` for individual businesses."""
    if days == parameters.SEARCH_DAYS:
        return speed
    factor = np.array(
        [1.0, parameters.SEARCH_DAYS / days, parameters.SEARCH_DAYS / days], dtype=np.float32
    )  # G, E, T
    return np.take(np.float32(speed) * factor, segment)


def desired_jobs(
    log_scale: Floats, capability: Floats, productivity: Floats, demand: Floats, wage: Floats
) -> Floats:
    """Employment that equates marginal product and wage: n* = (0.65 A exp(c + 0.6 l) d / w)^2.86.

    Here d is ``demand`` relative to normal and w the ``wage`` in yuan a month.
    """
    drive = log_scale + capability + np.float32(parameters.SHOCK_EXPECTED) * productivity
    drive += np.log(np.float32(LABOUR_SHARE) * demand / wage)
    return np.exp(np.float32(parameters.ELASTICITY) * drive)


def next_jobs(
    jobs: Counts, desired: Floats, solvent: Mask, u: Floats, hire: float | Floats, fire: float
) -> Counts:
    """Employment of the next month: n' = floor(n + lambda (n* - n) + u), at least 1 (the owner).

    Args:
        jobs: n, owner and staff.
        desired: n*, desired employment.
        solvent: whether cash is non-negative; other firms do not hire.
        u: uniform random numbers.
        hire: lambda if n < n*.
        fire: lambda if n > n*.
    """
    gap = desired - jobs
    speed = np.where(
        gap < 0, np.float32(fire), np.where(solvent, np.asarray(hire, np.float32), np.float32(0))
    )
    whole: Counts = np.clip(
        np.floor(jobs + speed * gap + u.astype(np.float32)), 1, parameters.MOST_JOBS
    ).astype(np.int16)
    return whole


# --- costs, taxes and cash ---------------------------------------------------------------------------
def wage_bill(segment: Codes, jobs: Counts, shut: float, share: Floats) -> Floats:
    """Wages of the month in yuan: wage x staff excluding the owner x share of the month open.

    A share ``shut`` of firms is under mandatory shutdown and pays 60% of wages (SHOCK01).
    """
    paid = np.take(WAGE * np.float32(1 - (1 - parameters.SHUT_WAGE) * shut), segment)
    return np.asarray(paid * (jobs - 1) * share)


def rent_due(segment: Codes, share: Floats) -> Floats:
    """Rent of the month in yuan: rent of the segment x share of the month open."""
    return np.asarray(np.take(RENT, segment) * share)


def month_cost(segment: Codes, jobs: Counts) -> Floats:
    """Wages and rent of a full normal month in yuan, the unit in which cash buffers are measured."""
    return np.asarray(np.take(WAGE, segment) * (jobs - 1) + np.take(RENT, segment))


def vat(value_added: Floats, share: Floats, threshold: float, rate: float) -> Floats:
    """Value-added tax of small taxpayers in yuan: rate x turnover if full-month turnover exceeds the threshold.

    Args:
        value_added: value added of the month in yuan; turnover is four times value added.
        share: share of the month open, used to convert turnover to a full month.
        threshold: turnover in yuan a month up to which no tax is due.
        rate: tax rate on turnover.
    """
    turnover = value_added / np.maximum(share, parameters.LEAST_OPEN_SHARE) * np.float32(TURNOVER)
    return np.where(turnover > threshold, turnover * np.float32(rate), np.float32(0)) * share


def uses_relief(u: Floats, uptake: float) -> Mask:
    """Mask of firms that use the tax relief to which they are entitled: u < uptake."""
    return np.asarray(u < uptake)


def profit_before_tax(value_added: Floats, wages: Floats, rent: Floats, paid: Floats) -> Floats:
    """Profit before tax in yuan: value added less wages, rent, and the interest and VAT ``paid``."""
    return np.asarray(value_added - wages - rent - paid)


def profit_tax(
    profit: Floats, enterprise: Mask, relieved: Mask, small_rate: float, full_rate: float
) -> Floats:
    """Income tax of enterprises in yuan, at the small-profit rate if a firm is ``relieved``; 0 on losses."""
    rate = np.where(relieved, np.float32(small_rate), np.float32(full_rate))
    return np.maximum(profit, 0) * rate * enterprise


def buffer(median: float, g: Floats) -> Floats:
    """Cash buffer of an owner in months of cost: median x exp(0.81 g) (SHOCK04)."""
    return np.asarray(np.float32(median) * np.exp(np.float32(parameters.BUFFER_SD) * g))


def reserve(buffer: Floats, month_cost: Floats, tied: Floats) -> Floats:
    """Cash retained in the firm in yuan: buffer x month_cost + ``tied`` funds of creditors and investors."""
    return np.asarray(buffer * month_cost + tied)


def owners_draw(profit: Floats, cash: Floats, kept: Floats, share: Floats) -> Floats:
    """Owner's draw of the month in yuan.

    The draw is 1,800 if cash is negative, max(1,800, 0.85 profit) if cash is at most the retained amount, and
    max(1,800, profit + 0.15 of the excess) otherwise.

    Args:
        profit: profit less debt service in yuan.
        cash: cash in yuan.
        kept: cash retained in the firm in yuan.
        share: share of the month open, by which the 1,800 yuan are prorated.
    """
    beyond = cash - kept
    usual = np.where(
        beyond > 0,
        profit + np.float32(parameters.EXCESS_DRAWN) * beyond,
        np.float32(parameters.DRAW_SHARE) * profit,
    )
    living = np.float32(parameters.LIVING) * share
    return np.where(cash < 0, living, np.maximum(living, usual))


def needs_family_help(cash: npt.NDArray[np.number], helped: Mask) -> Mask:
    """Mask of firms that receive family support: those with negative cash for the first time."""
    return np.asarray((cash < 0) & ~helped)


def family_help(median: float, g: Floats) -> Floats:
    """One-off family support: median x exp(0.8 g), in the unit of ``median`` (ENTRY03)."""
    return np.asarray(median * np.exp(parameters.FAMILY_HELP_SD * g))


def arrears_limit(month_cost: Floats) -> Floats:
    """Limit on arrears to staff and suppliers in yuan: two months of cost plus 5,000 yuan."""
    return np.float32(parameters.ARREARS_MONTHS) * month_cost + np.float32(parameters.ARREARS_YUAN)


def next_arrears(months: Integers, beyond: Mask) -> Integers:
    """Number of consecutive months beyond the arrears limit: increased by one, or reset to zero."""
    return np.where(beyond, np.minimum(months + 1, parameters.MOST_MONTHS_IN_ARREARS), 0)


# --- closure -----------------------------------------------------------------------------------------
def next_income(x: Floats, profit: Floats, grants: Floats) -> Floats:
    """Owner's smoothed income relative to the usual wage: x' = 0.85 x + 0.15 clip((profit + grants)/4,300, -1, 4)."""
    relative = (profit + grants) / np.float32(OWN_INCOME)
    month = np.clip(relative, *parameters.INCOME_BOUNDS)
    return np.asarray(np.float32(parameters.INCOME_WEIGHT) * x + np.float32(parameters.MONTH_WEIGHT) * month)


def hazard_of_age(years: Floats, individual: Mask, level_e: float, level_g: float) -> Floats:
    """Baseline probability of closing in a month, by years in operation and form: level x h0(years, form)/12."""
    table = np.stack([parameters.HAZARD_E * level_e, parameters.HAZARD_G * level_g]).astype(
        np.float32
    ) / np.float32(12)
    year = np.clip(years, 0, len(parameters.HAZARD_E) - 1).astype(np.intp)
    return np.asarray(table.reshape(-1)[individual * len(parameters.HAZARD_E) + year])


def closure_hazard(
    years: Floats, individual: Mask, x: Floats, arrears: npt.NDArray[np.int8], jobs: Counts, beta: float,
    level_e: float, level_g: float,
) -> Floats:  # fmt: skip
    """Probability of closing in a month: h0(years, form)/12 x exp(-beta (clip(x, -1, 3) - 1.5)).

    The probability is at least 0.15 after three consecutive months beyond the arrears limit (SURV01-04,
    SHOCK04).

    Args:
        years: years since opening.
        individual: whether the firm is an individual business.
        x: owner's smoothed income relative to the usual wage.
        arrears: consecutive months beyond the arrears limit.
        jobs: owner and staff; not used.
        beta: semi-elasticity with respect to income.
        level_e: level of the hazard of enterprises.
        level_g: level of the hazard of individual businesses.
    """
    h = hazard_of_age(years, individual, level_e, level_g)
    h *= np.exp(
        np.float32(-beta)
        * (np.clip(x, *parameters.HAZARD_INCOME_BOUNDS) - np.float32(parameters.HAZARD_INCOME))
    )
    hazard: Floats = np.where(
        arrears >= parameters.BROKE_MONTHS, np.maximum(h, np.float32(parameters.BROKE)), h
    )
    return hazard


def closure_by_age_and_size(
    years: Floats, individual: Mask, x: Floats, arrears: npt.NDArray[np.int8], jobs: Counts, beta: float,
    level_e: float, level_g: float,
) -> Floats:  # fmt: skip
    """Probability of closing in a month by age and size: a(form) h0(years, form)/12 x n^-0.3.

    In this variant of :func:`closure_hazard`, closure depends on age and size as in register data (Evans
    1987; Dunne, Roberts and Samuelson 1989; not verified). Income and arrears have no effect, so support
    prevents closure only if it makes the firm grow. The factor a matches the number of closures from 2012 to
    2016 in the default variant. The arguments are those of :func:`closure_hazard`.
    """
    h = hazard_of_age(years, individual, level_e, level_g)
    level = np.where(individual, np.float32(parameters.LEVELLED_G), np.float32(parameters.LEVELLED_E))
    return np.asarray(h * level * np.maximum(jobs, 1).astype(np.float32) ** np.float32(-parameters.SIZE))


CLOSURES: Final = {"income": closure_hazard, "age_size": closure_by_age_and_size}


def closes(u: Floats, hazard: Floats, share: Floats) -> Mask:
    """Mask of firms that close: u < hazard x share of the month open."""
    return np.asarray(u < hazard * share)


def closing_balance(cash: Ints) -> tuple[Ints, Ints]:
    """Amounts in fen paid to the owner of a closed firm and written off by its suppliers."""
    return np.maximum(cash, 0), -np.minimum(cash, 0)


def deregistration_lag(u: Floats, mean: Floats) -> Ints:
    """Months from closure to application for deregistration: 3 plus a geometric time with the given mean."""
    return parameters.MINIMUM_LAG + np.ceil(np.log(u) / np.log1p(-1 / mean)).astype(np.int64)


def simple_deregistration(u: Floats, share: float, individual: Mask) -> Mask:
    """Mask of firms eligible for simple deregistration: individual businesses, and enterprises if u < share."""
    return np.asarray((u < share) | individual)


def notice_days(simple: Mask, days: float) -> Floats:
    """Days from decision to removal from the register: ``days`` if deregistration is simple, otherwise 180."""
    return np.where(simple, days, parameters.ORDINARY_DAYS)
