"""Business support: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.model.business_support.parameters import (
    ABLE,
    CASE_SPREAD,
    FIRST_BUYER,
    FIRST_SET_PRICE,
    HOURS_A_JOB,
    LARGEST,
    LOADING,
    MISHAP,
    PREMIUM_RATE,
    RIGHT_PRICE,
    RIGHT_PRICE_CAP,
    RIGHT_PRICE_SPREAD,
    SPACE_OF_A_FIRM,
    TENDER,
    TENDER_SPREAD,
    WORTH_SPREAD,
)
from sim.model.population.parameters import TURNOVER

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Mask


def saved(cost: float, discount: float, value_added: Floats, user: npt.NDArray[np.bool_]) -> Floats:
    """Yuan a month that a user of a public platform saves: share of value added x discount x value added.

    Testing and computing are bought in: at full price they are part of what value added is net of.
    """
    return np.asarray(np.float32(cost * discount) * value_added * user)


def places_left(area: float, held: int) -> int:
    """Places of low-cost space that are free: one per 100 m2."""
    return max(0, int(area / SPACE_OF_A_FIRM) - held)


def expected_jobs(hours: float, appeal: Floats, weight: npt.NDArray[np.integer[Any]]) -> Floats:
    """Jobs that service bodies do for each firm in a month: hours a year / 12 / 10, by appeal over all firms."""
    return np.asarray(hours / 12 / HOURS_A_JOB * appeal / np.maximum(1e-9, (appeal * weight).sum()))


def hours_had(u: Floats, jobs: Floats) -> Floats:
    """Hours of a month: a job of ten hours with probability ``jobs``; where more than one is due, all at once."""
    return np.where(u < jobs, HOURS_A_JOB * np.maximum(1, jobs), 0)


def uses_instruments(u: Floats, share: float, appeal: Floats) -> npt.NDArray[np.bool_]:
    """Who uses shared instruments: u < share x appeal; who does at a lower share does at a higher one."""
    return np.asarray(u < share * appeal)


def voucher(need: Floats, cap: float) -> Floats:
    """Yuan of a voucher: what the firm needs done outside, at most the cap."""
    return np.minimum(need, cap)


def tender(g: Floats) -> Floats:
    """Yuan of a tender: lognormal with mean 400,000."""
    return np.asarray(TENDER * np.exp(TENDER_SPREAD * g - TENDER_SPREAD**2 / 2))


def let(sizes: Floats, money: float) -> int:
    """How many of the candidate tenders are let, in their order: those that the money covers."""
    return int(np.searchsorted(np.cumsum(sizes), money, side="right"))


def winners(score: Floats, n: int) -> npt.NDArray[np.intp]:
    """The n bidders with the highest scores, best first; with more tenders the same win and others besides."""
    return np.argsort(-score, kind="stable")[:n]


def lots(sizes: Floats, value_added: Floats) -> Floats:
    """Yuan that each winner takes on: the tender, at most four months of its turnover."""
    return np.asarray(np.minimum(sizes, LARGEST * TURNOVER * value_added))


def additional(yuan: Floats, share: float) -> Floats:
    """Value added of orders that would not have been made otherwise: turnover x share / 4."""
    return np.asarray(yuan * share / TURNOVER)


def parts(value_added: Floats, weight: npt.NDArray[np.integer[Any]]) -> Floats:
    """A firm's part of orders that are spread by size: its value added over that of all takers."""
    return np.asarray(value_added / np.maximum(1e-9, (value_added * weight).sum()))


def sells(u: Floats, premium_share: float, effect: float) -> Mask:
    """Whether a first set finds its first buyer: u < 0.4 + effect x share of the premium that is paid."""
    return np.asarray(u < FIRST_BUYER + effect * premium_share)


def first_set_claim(award: float, premium_share: float) -> float:
    """Yuan for a first set that was sold: the award and the subsidised share of the premium."""
    return award + premium_share * PREMIUM_RATE * FIRST_SET_PRICE


def has_design(technology: Mask, designs: Mask, skill: Floats, u: Floats, share: float) -> Mask:
    """Who holds a design: u < share, of technology firms and of enterprises in lines of design with an able founder."""
    return np.asarray((technology | (designs & (skill >= ABLE))) & (u < share))


def copied(u: Floats, lot: Floats, yearly: float, stopped: float) -> Mask:
    """Who is copied in a month: u < yearly/12, thinned by one lot each: lot >= share that is stopped."""
    return np.asarray((u < yearly / 12) & (lot >= stopped))


def case_length(days: float, g: Floats) -> Floats:
    """Days of a case, the line apart: days x LN(mean 1, 0.4), a day at least."""
    return np.asarray(np.maximum(1.0, days * np.exp(CASE_SPREAD * g - CASE_SPREAD**2 / 2)))


def month_lost(loss: float, came: Floats, over: Floats, first: int, end: int) -> Floats:
    """Share of a month's sales lost: loss x share of the month (first day to the next month's) in which the case was open."""
    return np.asarray(
        loss * np.clip(np.minimum(over, end) - np.maximum(came, first), 0, None) / (end - first)
    )


def right_price(g: Floats, value_added: Floats) -> Floats:
    """What a right brings, yuan: LN(median 60,000, 0.8), at most three months of value added."""
    return np.asarray(np.minimum(RIGHT_PRICE * np.exp(RIGHT_PRICE_SPREAD * g), RIGHT_PRICE_CAP * value_added))


def insures(g: Floats, subsidy: float) -> Mask:
    """Who takes insurance of those who consider it: exp(0.5 g) > 1.5 (1 - subsidy)."""
    return np.asarray(np.exp(WORTH_SPREAD * g) > LOADING * (1 - subsidy))


def paid_out(insured: Floats, fallen: Floats) -> Floats:
    """What a policy pays, yuan: sum insured x min(1, fall of luck), once luck has fallen by 0.35 since it began."""
    return np.where(fallen >= MISHAP, insured * np.minimum(1.0, fallen), 0.0)
