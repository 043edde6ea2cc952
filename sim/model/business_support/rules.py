"""Decision rules of business support, as pure functions.

In the formulas, ``u`` is a uniform random number on (0, 1) and ``g`` a standard normal draw. ``appeal`` is
the quality of each firm's founder, which is 1 at average skill.
"""

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
    """Monthly saving of a user of a public platform in yuan: cost x discount x value added.

    Testing and computing are purchased inputs, so value added is already net of their full price.

    Args:
        cost: expenditure on the service at full price, as a share of value added.
        discount: discount of the public platform, as a share.
        value_added: monthly value added, in yuan.
        user: whether the firm uses the platform.
    """
    return np.asarray(np.float32(cost * discount) * value_added * user)


def places_left(area: float, taken: int) -> int:
    """Number of free places in low-cost space, which has one place per 100 m2."""
    return max(0, int(area / SPACE_OF_A_FIRM) - taken)


def leaves_low_cost_space(months: Integers, in_facility: Mask) -> Mask:
    """Mask of the firms that leave low-cost space after 36 months or for a place in a facility."""
    return np.asarray((months >= SPACE_MONTHS) | in_facility)


def seeks_low_cost_space(open_months: Integers, inside: Mask, in_facility: Mask) -> Mask:
    """Mask of the enterprises that may move to low-cost space.

    Such enterprises have been open for at most 36 months and have no place in low-cost space or in an
    incubation facility.
    """
    return np.asarray((open_months <= SPACE_MONTHS) & ~inside & ~in_facility)


# --- Advice ---


def expected_assignments(hours: float, appeal: Floats, weight: Integers) -> Floats:
    """Expected number of assignments of service bodies at each firm in a month, in proportion to appeal.

    hours / 12 / 10 x appeal / (sum of appeal x weight over all firms), where ``hours`` is the yearly total of
    all firms and an assignment takes 10 hours.
    """
    return np.asarray(hours / 12 / HOURS_AN_ASSIGNMENT * appeal / np.maximum(1e-9, (appeal * weight).sum()))


def hours_received(u: Floats, assignments: Floats) -> Floats:
    """Hours of advice that each firm receives in a month, given its expected number of assignments.

    10 hours with probability ``assignments`` if this is at most 1, otherwise 10 x ``assignments`` hours with
    certainty.
    """
    return np.where(u < assignments, HOURS_AN_ASSIGNMENT * np.maximum(1, assignments), 0)


def uses_instruments(u: Floats, share: float, appeal: Floats) -> Mask:
    """Mask of the firms that use shared instruments: u < share x appeal.

    A firm that uses them at one value of ``share`` also uses them at all higher values.
    """
    return np.asarray(u < share * appeal)


def instrument_hours() -> float:
    """Monthly hours of advice that are equivalent to a user's time at shared instruments: 100 / 12 x 0.1."""
    return INSTRUMENT_HOURS * INSTRUMENT_COUNTS / 12


def monthly_bill(yearly: float) -> float:
    """Monthly bill of each of the ten service bodies under contract, in whole fen.

    Args:
        yearly: amount that the city pays for their services in a year, in yuan.
    """
    return float(np.floor(100 * yearly / 12 / BODIES))


def has_outside_work(u: Floats, appeal: Floats) -> Mask:
    """Mask of the technology firms that need external technology services in a year: u < 0.5 x appeal."""
    return np.asarray(u < HAS_WORK * appeal)


def outside_need(median: float, g: Floats) -> Floats:
    """External technology services that a firm needs in a year, in yuan: median x exp(0.8 g)."""
    return np.asarray(median * np.exp(NEED_SD * g))


def voucher(need: Floats, cap: float) -> Floats:
    """Amount of a voucher in yuan: the firm's need for external services, at most the cap."""
    return np.minimum(need, cap)


# --- Orders ---


def may_take_orders(order_book: Floats, value_added: Floats, young: Mask, old_enough: Mask) -> Mask:
    """Mask of the firms that can win orders.

    Such firms are young, have been open for long enough, and have less than a month of value added in the
    order book.
    """
    return np.asarray((order_book < FULL_BOOK * value_added) & young & old_enough)


def candidate_tenders(volume: float) -> int:
    """Number of candidate tenders to draw for a volume in yuan.

    It is three times the number that the volume covers on average, plus 20, but at most 10,000.
    """
    return min(MOST_TENDERS, LEAST_CANDIDATES + int(TENDER_RESERVE * volume / TENDER))


def tender(g: Floats) -> Floats:
    """Value of a tender in yuan: lognormal with mean 400,000 and a log standard deviation of 0.8."""
    return np.asarray(TENDER * np.exp(TENDER_SD * g - TENDER_SD**2 / 2))


def tenders_covered(sizes: Floats, volume: float) -> int:
    """Number of candidate tenders that the volume (in yuan) covers when they are taken in order."""
    return int(np.searchsorted(np.cumsum(sizes), volume, side="right"))


def winners(score: Floats, n: int) -> npt.NDArray[np.intp]:
    """Indices of the ``n`` highest scores, best first; they include the winners for every smaller ``n``."""
    return np.argsort(-score, kind="stable")[:n]


def contract_value(sizes: Floats, value_added: Floats) -> Floats:
    """Value of each winner's contract in yuan: the tender, at most four months of the firm's turnover."""
    return np.asarray(np.minimum(sizes, LARGEST_CONTRACT * TURNOVER * value_added))


def additional(yuan: Floats, share: float) -> Floats:
    """Additional value added from orders, in yuan: yuan x share / 4, as turnover is four times value added.

    Args:
        yuan: value of the orders, in yuan.
        share: share of the orders that the firm would not have sold otherwise.
    """
    return np.asarray(yuan * share / TURNOVER)


def takes_orders(u: Floats, appeal: Floats) -> Mask:
    """Mask of the enterprises that accept orders from platforms and large firms: u < 0.1 x appeal."""
    return np.asarray(u < TAKERS * appeal)


def shares_by_size(value_added: Floats, weight: Integers) -> Floats:
    """Share of orders that each firm receives: its value added over the weighted total of all firms."""
    return np.asarray(value_added / np.maximum(1e-9, (value_added * weight).sum()))


def finds_first_buyer(u: Floats, premium_share: float, effect: float) -> Mask:
    """Mask of the first sets (first-of-their-kind equipment) that find a buyer.

    u < 0.4 + effect x premium_share, where ``premium_share`` is the subsidised share of the premium.
    """
    return np.asarray(u < FIRST_BUYER + effect * premium_share)


def first_set_claim(award: float, premium_share: float) -> float:
    """Claim for a first set that was sold, in yuan: award plus subsidised share of the insurance premium."""
    return award + premium_share * PREMIUM_RATE * FIRST_SET_PRICE


# --- Intellectual property ---


def has_design(technology: Mask, design_sector: Mask, skill: Floats, u: Floats, share: float) -> Mask:
    """Mask of the firms that hold a design: u < share.

    Only technology firms, and enterprises in design sectors with an able founder, can hold one.
    """
    return np.asarray((technology | (design_sector & (skill >= ABLE))) & (u < share))


def infringed(u: Floats, u_stopped: Floats, yearly: float, stopped: float) -> Mask:
    """Mask of the firms whose right is infringed in a month: u < yearly / 12, unless stopped by enforcement.

    ``yearly`` is the share of right holders infringed in a year. Enforcement stops an infringement if
    u_stopped < stopped, where ``u_stopped`` is a uniform random number on (0, 1).
    """
    return np.asarray((u < yearly / 12) & (u_stopped >= stopped))


def case_length(days: float, g: Floats) -> Floats:
    """Days of a case after the queue: lognormal, mean ``days``, log standard deviation 0.4, minimum 1."""
    return np.asarray(np.maximum(1.0, days * np.exp(CASE_SD * g - CASE_SD**2 / 2)))


def share_of_sales_lost(loss: float, began: Floats, ended: Floats, first: int, end: int) -> Floats:
    """Share of a month's sales lost: loss x share of the month during which the case was open.

    Args:
        loss: share of sales lost while a case is open.
        began: day on which each case began.
        ended: day on which each case ends; infinite if not known yet.
        first: first day of the month.
        end: first day of the next month.
    """
    days = np.clip(np.minimum(ended, end) - np.maximum(began, first), 0, None)
    return np.asarray(loss * days / (end - first))


def right_price(g: Floats, value_added: Floats) -> Floats:
    """Price of a right or licence in yuan: 60,000 x exp(0.8 g), at most three months of value added."""
    return np.asarray(np.minimum(RIGHT_PRICE * np.exp(RIGHT_PRICE_SD * g), RIGHT_PRICE_CAP * value_added))


# --- Insurance ---


def takes_insurance(g: Floats, subsidy: float) -> Mask:
    """Mask of the firms that buy insurance, given that they consider it: exp(0.5 g) > 1.5 (1 - subsidy)."""
    return np.asarray(np.exp(WORTH_SD * g) > LOADING * (1 - subsidy))


def sum_insured(value_added: Floats) -> Floats:
    """Sum insured of a policy in yuan: three months of value added."""
    return np.asarray(COVER_MONTHS * value_added.astype(np.float64))


def premium(insured: Floats) -> Floats:
    """Yearly premium of a policy in whole fen: 1% of the sum insured."""
    return np.asarray(np.rint(100 * PREMIUM * insured))


def insurance_payout(insured: Floats, fall: Floats) -> Floats:
    """Payout of a policy in a month, in yuan: insured x min(1, fall) if fall >= 0.35, otherwise 0.

    Args:
        insured: sum insured, in yuan.
        fall: fall in log productivity since the start of the policy.
    """
    return np.where(fall >= INSURED_FALL, insured * np.minimum(1.0, fall), 0.0)
