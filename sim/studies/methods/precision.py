"""How many replicates it takes: Monte-Carlo error of a mean, a paired difference and a share.

A study states the half-width it wants; a pilot of a few replicates says how many it needs. Nothing here
runs anything: arrays in, numbers out.

- :func:`half_width`, :func:`replicates_for`: mean of paired differences (Student's t);
- :func:`replicates_for_share`: a chance, such as that of meeting a target (Wilson 1927);
- :func:`pairing_gain`: what common random numbers are worth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, stdtrit

from sim.studies.methods.intervals import LEVEL, wilson

MOST: Final = 100_000
"""Replicates beyond which no run is thought of; a scenario file allows no more."""


def half_width(sd: float, replicates: int) -> float:
    """Half of the 95% interval of a mean: t(n-1) sd / sqrt(n).

    >>> round(half_width(1.0, 4), 3)
    1.591
    """
    if replicates < 2:
        return np.inf
    return float(stdtrit(replicates - 1, 0.5 + LEVEL / 2) * sd / np.sqrt(replicates))


def replicates_for(pilot: npt.ArrayLike, wanted: float, *, assurance: float = 0.5) -> int:
    """Replicates whose 95% interval of the mean has the half-width wanted.

    The pilot knows its standard deviation only roughly. With an assurance above 0.5 the upper limit of
    that standard deviation is used, s sqrt((m-1) / chi2(1-assurance, m-1)), so that the width wanted is
    kept with about that probability (Kelley & Rausch 2006, for planning by interval width).

    Args:
        pilot: paired differences, one a replicate; at least two.
        wanted: half-width, in the outcome's unit.
        assurance: probability that the width will be kept, 0.5 (as the pilot says) to 0.99.

    Returns:
        At least 2 (also where the pilot shows no spread), at most :data:`MOST`.

    Raises:
        ValueError: fewer than two replicates, no positive width, or an assurance out of range.
    """
    x = np.asarray(pilot, dtype=np.float64)
    if x.ndim != 1 or x.size < 2:
        raise ValueError("a pilot has at least two replicates")
    if not wanted > 0:
        raise ValueError(f"half-width {wanted}: above 0")
    if not 0.5 <= assurance < 1:
        raise ValueError(f"assurance {assurance}: from 0.5 to below 1")
    sd = float(x.std(ddof=1))
    if assurance > 0.5:
        sd *= float(np.sqrt((x.size - 1) / chdtri(x.size - 1, assurance)))
    return _least(lambda n: half_width(sd, n) <= wanted)


def replicates_for_share(share: float, wanted: float) -> int:
    """Replicates whose 95% interval of a chance near ``share`` has at most this half-width.

    >>> replicates_for_share(0.5, 0.1)
    93
    """
    if not (0 <= share <= 1 and wanted > 0):
        raise ValueError("a share from 0 to 1 and a half-width above 0")

    def narrow(n: int) -> bool:
        low, high = wilson(share * n, n)
        return (high - low) / 2 <= wanted

    return _least(narrow)


def pairing_gain(policy: npt.ArrayLike, reference: npt.ArrayLike) -> float:
    """How many times more replicates unpaired runs would need for the same interval.

    (var of one arm + var of the other) / var of the paired difference; 1: pairing gains nothing.
    """
    a, b = np.asarray(policy, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    paired = float((a - b).var(ddof=1))
    return apart / paired if paired > 0 else (np.inf if apart > 0 else np.nan)


def _least(enough: Callable[[int], bool]) -> int:
    """The least number from 2 to :data:`MOST` from which it is enough; widths fall with the number."""
    low, high = 2, 2
    while high < MOST and not enough(high):
        low, high = high + 1, min(2 * high, MOST)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high
