"""Number of replicates for a given precision: Monte Carlo error of a mean, a paired difference and a share.

A study states the half-width that it needs; a pilot of a few replicates shows how many replicates that takes.
All functions map arrays to numbers and run nothing.

- :func:`half_width`, :func:`replicates_for`: mean of paired differences (Student's t);
- :func:`replicates_for_share`: a probability, such as that of meeting a target (Wilson 1927);
- :func:`pairing_gain`: gain from common random numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, stdtrit

from sim.studies.methods.intervals import LEVEL, wilson

MOST: Final = 100_000
"""Largest number of replicates considered; a scenario file allows no more."""


def half_width(sd: float, replicates: int) -> float:
    """Return half the width of the 95% interval of a mean: t(n-1) sd / sqrt(n).

    >>> round(half_width(1.0, 4), 3)
    1.591
    """
    if replicates < 2:
        return np.inf
    return float(stdtrit(replicates - 1, 0.5 + LEVEL / 2) * sd / np.sqrt(replicates))


def replicates_for(pilot: npt.ArrayLike, width: float, *, assurance: float = 0.5) -> int:
    """Return the number of replicates whose 95% interval of the mean has a given half-width.

    The standard deviation of the pilot is itself uncertain. With an assurance above 0.5 its upper limit is
    used, s sqrt((m-1) / chi2(1-assurance, m-1)), so that the half-width is kept with about that probability
    (Kelley & Rausch 2006, for planning by interval width).

    Args:
        pilot: paired differences, one per replicate; at least two.
        width: half-width, in the unit of the outcome.
        assurance: probability that the half-width is kept, from 0.5 (the pilot's own estimate) to 0.99.

    Returns:
        At least 2 (also where the pilot has no variance), at most :data:`MOST`.

    Raises:
        ValueError: fewer than two replicates, no positive width, or an assurance out of range.
    """
    x = np.asarray(pilot, dtype=np.float64)
    if x.ndim != 1 or x.size < 2:
        raise ValueError("a pilot has at least two replicates")
    if not width > 0:
        raise ValueError(f"half-width {width}: above 0")
    if not 0.5 <= assurance < 1:
        raise ValueError(f"assurance {assurance}: from 0.5 to below 1")
    sd = float(x.std(ddof=1))
    if assurance > 0.5:
        sd *= float(np.sqrt((x.size - 1) / chdtri(x.size - 1, assurance)))
    return _least(lambda n: half_width(sd, n) <= width)


def replicates_for_share(share: float, width: float) -> int:
    """Return the number of replicates whose 95% interval of a probability near ``share`` has a half-width.

    >>> replicates_for_share(0.5, 0.1)
    93
    """
    if not (0 <= share <= 1 and width > 0):
        raise ValueError("a share from 0 to 1 and a half-width above 0")

    def narrow(n: int) -> bool:
        low, high = wilson(share * n, n)
        return (high - low) / 2 <= width

    return _least(narrow)


def pairing_gain(policy: npt.ArrayLike, reference: npt.ArrayLike) -> float:
    """Return the factor by which unpaired runs would need more replicates for the same interval.

    (variance of one arm + variance of the other) / variance of the paired difference; 1 for no gain.
    """
    a, b = np.asarray(policy, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    unpaired = float(a.var(ddof=1) + b.var(ddof=1))
    paired = float((a - b).var(ddof=1))
    return unpaired / paired if paired > 0 else (np.inf if unpaired > 0 else np.nan)


def _least(enough: Callable[[int], bool]) -> int:
    """Return the smallest sufficient number from 2 to :data:`MOST`; widths fall with the number."""
    low, high = 2, 2
    while high < MOST and not enough(high):
        low, high = high + 1, min(2 * high, MOST)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high
