"""Business support: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.business_support.parameters import (
    ABLE,
    BODIES,
    CASE_SD,
    COVER_MONTHS,
    FIRST_BUYER,
    FIRST_SET_PRICE,
    FULL_BOOK,
    HAS_WORK,
    HOURS_AN_ASSIGNMENT,
    INSTRUMENT_COUNTS,
    INSTRUMENT_HOURS,
    INSURED_FALL,
    LARGEST_CONTRACT,
    LEAST_CANDIDATES,
    LOADING,
    MOST_TENDERS,
    NEED_SD,
    PREMIUM,
    PREMIUM_RATE,
    RIGHT_PRICE,
    RIGHT_PRICE_CAP,
    RIGHT_PRICE_SD,
    SPACE_MONTHS,
    SPACE_OF_A_FIRM,
    TAKERS,
    TENDER,
    TENDER_RESERVE,
    TENDER_SD,
    WORTH_SD,
)
from sim.model.population.parameters import TURNOVER

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Integers, Mask


# --- Shared platforms and low-cost space ---


def platform_saving(cost: float, discount: float, value_added: Floats, user: Mask) -> Floats:
    """Yuan a month that a user of a public platform saves: share of value added x discount x value added.

    Testing and computing are bought in: at full price they are part of what value added is net of.
    """
    return np.asarray(np.float32(cost * discount) * value_added * user)


def places_left(area: float, taken: int) -> int:
    """Places of low-cost space that are free: one per 100 m2."""
    return max(0, int(area / SPACE_OF_A_FIRM) - taken)


def leaves_low_cost_space(months: Integers, in_facility: Mask) -> Mask:
    """Which firms leave low-cost space: after 36 months, or for a place in an incubation facility."""
    return np.asarray((months >= SPACE_MONTHS) | in_facility)


def seeks_low_cost_space(open_months: Integers, inside: Mask, in_facility: Mask) -> Mask:
    """Which enterprises may move to low-cost space: open for 36 months at most, and in no such space or facility."""
    return np.asarray((open_months <= SPACE_MONTHS) & ~inside & ~in_facility)


# --- Advice ---


def expected_assignments(hours: float, appeal: Floats, weight: Integers) -> Floats:
    """Assignments that service bodies carry out for each firm in a month: hours a year / 12 / 10, by appeal over all firms."""
    return np.asarray(hours / 12 / HOURS_AN_ASSIGNMENT * appeal / np.maximum(1e-9, (appeal * weight).sum()))


def hours_received(u: Floats, assignments: Floats) -> Floats:
    """Hours of a month: an assignment of ten hours with probability ``assignments``; above one, all of them."""
    return np.where(u < assignments, HOURS_AN_ASSIGNMENT * np.maximum(1, assignments), 0)


def uses_instruments(u: Floats, share: float, appeal: Floats) -> Mask:
    """Which firms use shared instruments: u < share x appeal; users at a lower share are users at a higher one."""
    return np.asarray(u < share * appeal)


def instrument_hours() -> float:
    """Hours of advice a month to which a user's time at shared instruments amounts: 100 a year at a tenth."""
    return INSTRUMENT_HOURS * INSTRUMENT_COUNTS / 12


def monthly_bill(yearly: float) -> float:
    """Monthly bill of each of the ten bodies under contract, whole fen.

    Args:
        yearly: yuan a year that the city pays for their services.
    """
    return float(np.floor(100 * yearly / 12 / BODIES))


def has_outside_work(u: Floats, appeal: Floats) -> Mask:
    """Which technology firms have work to be done outside in a year: u < 0.5 x appeal."""
    return np.asarray(u < HAS_WORK * appeal)


def outside_need(median: float, g: Floats) -> Floats:
    """Yuan of work that a firm has done outside in a year: median x exp(0.8 g)."""
    return np.asarray(median * np.exp(NEED_SD * g))


def voucher(need: Floats, cap: float) -> Floats:
    """Yuan of a voucher: the need for work done outside, at most the cap."""
    return np.minimum(need, cap)


# --- Orders ---


def may_take_orders(order_book: Floats, value_added: Floats, young: Mask, old_enough: Mask) -> Mask:
    """Which firms can win orders: young ones, open for long enough, with less than a month of value added in the book."""
    return np.asarray((order_book < FULL_BOOK * value_added) & young & old_enough)


def candidate_tenders(volume: float) -> int:
    """Tenders drawn for a volume (yuan): three times the number that it covers on average, and 20 more; 10,000 at most."""
    return min(MOST_TENDERS, LEAST_CANDIDATES + int(TENDER_RESERVE * volume / TENDER))


def tender(g: Floats) -> Floats:
    """Yuan of a tender: lognormal with mean 400,000."""
    return np.asarray(TENDER * np.exp(TENDER_SD * g - TENDER_SD**2 / 2))


def tenders_covered(sizes: Floats, volume: float) -> int:
    """How many of the candidate tenders are awarded, in their order: those that the volume covers."""
    return int(np.searchsorted(np.cumsum(sizes), volume, side="right"))


def winners(score: Floats, n: int) -> npt.NDArray[np.intp]:
    """The n bidders with the highest scores, best first; with more tenders the same win and others besides."""
    return np.argsort(-score, kind="stable")[:n]


def contract_value(sizes: Floats, value_added: Floats) -> Floats:
    """Yuan that each winner takes on: the tender, at most four months of its turnover."""
    return np.asarray(np.minimum(sizes, LARGEST_CONTRACT * TURNOVER * value_added))


def additional(yuan: Floats, share: float) -> Floats:
    """Value added of orders that the firm would not have sold otherwise: turnover x share / 4."""
    return np.asarray(yuan * share / TURNOVER)


def takes_orders(u: Floats, appeal: Floats) -> Mask:
    """Which enterprises take orders from platforms and large firms: u < 0.1 x appeal."""
    return np.asarray(u < TAKERS * appeal)


def shares_by_size(value_added: Floats, weight: Integers) -> Floats:
    """Share of each firm in orders that are distributed by size: its value added over that of all takers."""
    return np.asarray(value_added / np.maximum(1e-9, (value_added * weight).sum()))


def finds_first_buyer(u: Floats, premium_share: float, effect: float) -> Mask:
    """Whether a first set finds its first buyer: u < 0.4 + effect x share of the premium that is paid."""
    return np.asarray(u < FIRST_BUYER + effect * premium_share)


def first_set_claim(award: float, premium_share: float) -> float:
    """Yuan for a first set that was sold: the award and the subsidised share of the premium."""
    return award + premium_share * PREMIUM_RATE * FIRST_SET_PRICE


# --- Intellectual property ---


def has_design(technology: Mask, design_sector: Mask, skill: Floats, u: Floats, share: float) -> Mask:
    """Which firms hold a design: u < share, of technology firms and of enterprises in design sectors with an able founder."""
    return np.asarray((technology | (design_sector & (skill >= ABLE))) & (u < share))


def infringed(u: Floats, u_stopped: Floats, yearly: float, stopped: float) -> Mask:
    """Which holders are infringed in a month: u < yearly/12, less those that enforcement stops (u_stopped < stopped)."""
    return np.asarray((u < yearly / 12) & (u_stopped >= stopped))


def case_length(days: float, g: Floats) -> Floats:
    """Days of a case, the queue apart: days x LN(mean 1, 0.4), a day at least."""
    return np.asarray(np.maximum(1.0, days * np.exp(CASE_SD * g - CASE_SD**2 / 2)))


def share_of_sales_lost(loss: float, began: Floats, ended: Floats, first: int, end: int) -> Floats:
    """Share of a month's sales lost: loss x share of the month in which the case was open.

    Args:
        loss: share of sales lost while a case is open.
        began: day on which each case began.
        ended: day on which it ends; infinite while that is not known.
        first: first day of the month.
        end: first day of the next month.
    """
    days = np.clip(np.minimum(ended, end) - np.maximum(began, first), 0, None)
    return np.asarray(loss * days / (end - first))


def right_price(g: Floats, value_added: Floats) -> Floats:
    """Price of a right, yuan: LN(median 60,000, 0.8), at most three months of value added."""
    return np.asarray(np.minimum(RIGHT_PRICE * np.exp(RIGHT_PRICE_SD * g), RIGHT_PRICE_CAP * value_added))


# --- Insurance ---


def takes_insurance(g: Floats, subsidy: float) -> Mask:
    """Which firms that consider insurance take it: exp(0.5 g) > 1.5 (1 - subsidy)."""
    return np.asarray(np.exp(WORTH_SD * g) > LOADING * (1 - subsidy))


def sum_insured(value_added: Floats) -> Floats:
    """Sum insured of a policy, yuan: three months of value added."""
    return np.asarray(COVER_MONTHS * value_added.astype(np.float64))


def premium(insured: Floats) -> Floats:
    """Yearly premium of a policy, whole fen: 1% of the sum insured."""
    return np.asarray(np.rint(100 * PREMIUM * insured))


def insurance_payout(insured: Floats, fall: Floats) -> Floats:
    """Payout of a policy in a month, yuan: sum insured x min(1, fall), from a fall of 0.35 on.

    Args:
        insured: sum insured, yuan.
        fall: fall of log productivity since the policy began.
    """
    return np.where(fall >= INSURED_FALL, insured * np.minimum(1.0, fall), 0.0)
