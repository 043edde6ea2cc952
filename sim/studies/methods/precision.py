"""Number of replicates needed for a given precision of a mean, a paired difference or a share.

A study specifies the half-width that it needs; a pilot with a few replicates shows how many replicates are
required. The functions compute numbers from arrays and do not run the model.

- :func:`half_width`, :func:`replicates_for`: mean of paired differences (Student's t);
- :func:`replicates_for_share`: a probability, such as that of meeting a target (Wilson 1927);
- :func:`pairing_gain`: saving of replicates through common random numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import chdtri, stdtrit

from sim.studies.methods.intervals import LEVEL, wilson

MOST: Final = 100_000
"""Maximum number of replicates considered, which is also the maximum in a scenario file."""


def half_width(sd: float, replicates: int) -> float:
    """Return half the width of the 95% interval of a mean: t(n-1) sd / sqrt(n).

    >>> round(half_width(1.0, 4), 3)
    1.591
    """
    if replicates < 2:
        return np.inf
    return float(stdtrit(replicates - 1, 0.5 + LEVEL / 2) * sd / np.sqrt(replicates))


def replicates_for(pilot: npt.ArrayLike, width: float, *, assurance: float = 0.5) -> int:
    """Return the number of replicates needed for a 95% interval of the mean with a given half-width.

    The pilot's standard deviation s is itself uncertain. If the assurance is above 0.5, its upper limit s
    sqrt((m-1) / chi2(1-assurance, m-1)) is used, where m is the number of pilot replicates, so that the
    half-width is attained with approximately this probability (Kelley & Rausch 2006).

    Args:
        pilot: paired differences, one per replicate; at least two.
        width: half-width, in the unit of the outcome.
        assurance: probability that the half-width is attained, from 0.5 (the pilot's own estimate) to 0.99.

    Returns:
        the number of replicates: at least 2 (also if the pilot has no variance), at most :data:`MOST`.

    Raises:
        ValueError: the pilot has fewer than two replicates, the width is not positive, or the assurance is
            out of range.
    """
    x = np.asarray(pilot, dtype=np.float64)
    if x.ndim != 1 or x.size < 2:
        raise ValueError("a pilot needs at least two replicates")
    if not width > 0:
        raise ValueError(f"half-width {width}: must be above 0")
    if not 0.5 <= assurance < 1:
        raise ValueError(f"assurance {assurance}: must be at least 0.5 and below 1")
    sd = float(x.std(ddof=1))
    if assurance > 0.5:
        sd *= float(np.sqrt((x.size - 1) / chdtri(x.size - 1, assurance)))
    return _least(lambda n: half_width(sd, n) <= width)


def replicates_for_share(share: float, width: float) -> int:
    """Return the number of replicates needed for a given half-width of the interval of a probability.

    >>> replicates_for_share(0.5, 0.1)
    93
    """
    if not (0 <= share <= 1 and width > 0):
        raise ValueError("the share must lie between 0 and 1, and the half-width above 0")

    def narrow(n: int) -> bool:
        low, high = wilson(share * n, n)
        return (high - low) / 2 <= width

    return _least(narrow)


def pairing_gain(policy: npt.ArrayLike, reference: npt.ArrayLike) -> float:
    """Return the factor by which pairing reduces the number of replicates needed for the same interval.

    The factor is (variance of one arm + variance of the other) / variance of the paired difference; 1 means
    that pairing brings no gain.
    """
    a, b = np.asarray(policy, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    unpaired = float(a.var(ddof=1) + b.var(ddof=1))
    paired = float((a - b).var(ddof=1))
    return unpaired / paired if paired > 0 else (np.inf if unpaired > 0 else np.nan)


def _least(enough: Callable[[int], bool]) -> int:
    """Return the smallest sufficient number from 2 to :data:`MOST`, assuming that larger ones suffice too."""
    low, high = 2, 2
    while high < MOST and not enough(high):
        low, high = high + 1, min(2 * high, MOST)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return high
