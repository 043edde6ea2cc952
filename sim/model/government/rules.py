"""Rules for public funds, budgets and targets, as pure functions. Amounts are in fen."""

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
        leverage: permitted exposure per fen of balance.
        others: part of the leverage that is used for firms that are not young.
        balance: balance of the fund.
        outstanding: exposure to young firms.
    """
    return max(0, int((leverage - others) * balance) - outstanding)


def is_suspended(outstanding: int, claims_of_a_year: int) -> bool:
    """Whether a fund is suspended: exposure above 5 million yuan, and claims of a year above 5% of the exposure (CRED11)."""
    return outstanding > NOT_BEFORE and claims_of_a_year > SUSPENDED_ABOVE * outstanding


def capital_change(
    capital: int, target: int, balance: int, outstanding: int, leverage: float, others: float
) -> int:
    """Change in a fund's capital: target - capital, but balance that backs its exposure cannot be withdrawn.

    The exposure is backed by a balance of outstanding / (leverage - others).

    Args:
        capital: capital provided by policy so far.
        target: capital set by policy today.
        balance: balance of the fund.
        outstanding: exposure to young firms.
        leverage: permitted exposure per fen of balance.
        others: part of the leverage that is used for firms that are not young.
    """
    change = target - capital
    if change >= 0:
        return change
    free = leverage - others
    tied = int(np.ceil(outstanding / free)) if free > 0 else balance
    return -min(-change, max(0, balance - tied))


def claim_paid(claim: int, balance: int) -> int:
    """Amount that a fund pays on a claim: min(claim, balance)."""
    return min(claim, balance)


def leverage_in_use(outstanding: int, balance: int, others: float) -> float:
    """Leverage in use: outstanding / balance + others (exposure to older firms), or 0 if the balance is zero."""
    return outstanding / balance + others if balance > 0 else 0.0


# --- Budgets ---
def fits_budget(fen: int, remaining: int) -> bool:
    """Whether the remaining budget covers a claim: fen <= remaining."""
    return fen <= remaining


def budget_change(yearly: int, target: int, remaining: int) -> int:
    """Change in a budget when it is amended within the year: max(target - yearly, -remaining)."""
    return max(target - yearly, -remaining)


# --- Targets ---
def is_founder(state: Codes) -> Mask:
    """Mask of founders who count towards target T7 (jobs driven by startups): those whose firm was registered."""
    return np.asarray((state != FILED) & (state != GIVEN_UP))


def served_by_window(first_days: Integers, served: Integers, counted: Floats) -> Integers:
    """Sums of ``counted``, one per window, over the founders first served on or after its first day.

    Args:
        first_days: first days of the windows, ascending.
        served: day on which each founder was first served.
        counted: value to be summed for each founder.
    """
    # Windows are nested: sum over the latest window that contains each founder, then cumulate from the last window.
    window = np.searchsorted(first_days, served, side="right")
    sums = np.bincount(window, weights=counted, minlength=len(first_days) + 1)
    return np.cumsum(sums[::-1])[-2::-1].astype(int)


def target_met(value: float, threshold: float) -> bool:
    """Whether a target is met: value >= threshold."""
    return value >= threshold
