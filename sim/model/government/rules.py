"""Rules of public funds, budgets and targets as pure functions. Money is in fen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.government.parameters import NOT_BEFORE, SUSPENDED_ABOVE
from sim.model.population.firm_table import FILED, GIVEN_UP

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Integers, Mask


# --- Public funds ---
def capacity(leverage: float, others: float, balance: int, outstanding: int) -> int:
    """Exposure that a fund may still take on: (leverage - others) x balance - outstanding, never negative.

    Args:
        leverage: exposure for each fen of balance.
        others: of this, exposure to firms that are not young.
        balance: of the fund.
        outstanding: exposure to young firms.
    """
    return max(0, int((leverage - others) * balance) - outstanding)


def is_suspended(outstanding: int, claims_of_a_year: int) -> bool:
    """Whether a fund takes no new business: claims of twelve months above 5% of an exposure above 5 million yuan (CRED11)."""
    return outstanding > NOT_BEFORE and claims_of_a_year > SUSPENDED_ABOVE * outstanding


def capital_change(
    capital: int, target: int, balance: int, outstanding: int, leverage: float, others: float
) -> int:
    """Capital paid in, or (negative) taken back: up to the target, as far as the balance is not tied up in exposure.

    Args:
        capital: that policy has given so far.
        target: that policy sets today.
        balance: of the fund.
        outstanding: exposure to young firms.
        leverage: exposure for each fen of balance.
        others: of this, exposure to firms that are not young.
    """
    change = target - capital
    if change >= 0:
        return change
    free = leverage - others
    tied = int(np.ceil(outstanding / free)) if free > 0 else balance
    return -min(-change, max(0, balance - tied))


def claim_paid(claim: int, balance: int) -> int:
    """Payment of a claim: as far as the balance reaches."""
    return min(claim, balance)


def leverage_in_use(outstanding: int, balance: int, others: float) -> float:
    """Exposure for each fen of balance, that to older firms included; 0 without a balance."""
    return outstanding / balance + others if balance > 0 else 0.0


# --- Budgets ---
def fits_budget(fen: int, remaining: int) -> bool:
    """Whether what remains of a year's budget covers a claim."""
    return fen <= remaining


def budget_change(yearly: int, target: int, remaining: int) -> int:
    """Change of a budget within the year: up to the target, but no more is taken back than remains."""
    return max(target - yearly, -remaining)


# --- Targets ---
def is_founder(state: Codes) -> Mask:
    """Founders that count for T7, by state of the firm: on the register, so neither filed only nor given up."""
    return np.asarray((state != FILED) & (state != GIVEN_UP))


def served_by_window(first_days: Integers, served: Integers, counted: Floats) -> Integers:
    """Sums over founders first served within each window, from its first day on.

    Args:
        first_days: of the windows, ascending.
        served: day on which each founder was first served.
        counted: number that each founder adds.
    """
    # Windows open one after another: sum by the last that a founder falls into, then add up from the end.
    window = np.searchsorted(first_days, served, side="right")
    sums = np.bincount(window, weights=counted, minlength=len(first_days) + 1)
    return np.cumsum(sums[::-1])[-2::-1].astype(int)


def target_met(value: float, threshold: float) -> bool:
    """Whether a target is met: value >= threshold."""
    return value >= threshold
