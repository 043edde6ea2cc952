"""Confidence intervals: 95% intervals of a mean or a ratio over replicates, and of a probability.

The interval of a mean is Student's t interval. The interval of a ratio of means is a paired bootstrap
interval: replicates are drawn with replacement, numerator and denominator together, and the percentiles are
widened for small numbers of replicates (expanded percentile interval, Hesterberg 2015, "What teachers should
know about the bootstrap"): the coverage of a plain percentile interval from ten replicates is about 90%, not
95%.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

from sim.engine.random_streams import RandomStreams

LEVEL: Final = 0.95
"""Confidence level of all intervals."""
RESAMPLES: Final = 2000
"""Number of bootstrap resamples."""
FEWEST: Final = 5
"""Minimum number of replicates for a bootstrap interval."""

Floats = npt.NDArray[np.float64]


class Estimate(NamedTuple):
    """Estimate with its 95% interval, and the key of the reason if either is missing."""

    value: float
    low: float
    high: float
    reason: str = ""

    @property
    def holds_zero(self) -> bool:
        """Whether the interval contains zero; true if there is no interval."""
        return not (self.low > 0 or self.high < 0)


def missing(reason: str) -> Estimate:
    """Return a missing estimate with its reason."""
    return Estimate(np.nan, np.nan, np.nan, reason)


def mean(values: npt.ArrayLike) -> Estimate:
    """Return the mean of paired differences with Student's t interval.

    Args:
        values: one number per replicate.

    >>> mean([1.0, 2.0, 3.0]).value, round(mean([1.0, 2.0, 3.0]).low, 3)
    (2.0, -0.484)
    """
    x = np.asarray(values, dtype=np.float64)
    middle, n = float(x.mean()), x.size
    if n < 2:
        return Estimate(middle, np.nan, np.nan, "one_replicate")
    half = float(stdtrit(n - 1, 0.5 + LEVEL / 2) * x.std(ddof=1) / np.sqrt(n))
    return Estimate(middle, middle - half, middle + half)


def ratio(numerator: npt.ArrayLike, denominator: npt.ArrayLike, seed: int) -> Estimate:
    """Return the ratio of two means with its paired bootstrap interval.

    Args:
        numerator: one number per replicate.
        denominator: one number per replicate.
        seed: seed of the run, which determines the resampling.
    """
    a, b = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if b.sum() == 0:
        return missing("nothing_to_divide_by")
    value, n = float(a.sum() / b.sum()), a.size
    if n < FEWEST:
        return Estimate(value, np.nan, np.nan, "too_few_replicates")
    drawn = RandomStreams(seed, 0).uniform(np.arange(RESAMPLES * n), "bootstrap")
    pick = (drawn * n).astype(np.int64).reshape(RESAMPLES, n)
    below = b[pick].sum(axis=1)
    ratios = a[pick].sum(axis=1)[below != 0] / below[below != 0]
    tail = float(ndtr(np.sqrt(n / (n - 1)) * stdtrit(n - 1, 0.5 - LEVEL / 2)))
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return Estimate(value, float(low), float(high))


def wilson(hits: float, of: int) -> tuple[float, float]:
    """Return the 95% interval of a probability, given ``hits`` in ``of`` replicates (Wilson 1927).

    Args:
        hits: number of hits, from 0 to ``of``; may be fractional if replicates contribute shares.
        of: number of replicates, at least 1.

    Raises:
        ValueError: there are no replicates, or ``hits`` is out of range.

    >>> [round(x, 3) for x in wilson(10, 10)]
    [0.722, 1.0]
    """
    from scipy.stats import binomtest  # takes 0.3 s to import, and most commands do not need it

    if of < 1 or not 0 <= hits <= of:
        raise ValueError(f"{hits} hits in {of} replicates: out of range")
    test = binomtest(round(hits), of)
    test.k = hits  # SciPy accepts only whole numbers; Wilson's formula also holds for fractional hits
    low, high = test.proportion_ci(LEVEL, method="wilson")
    return float(low), float(high)


def quantiles(values: Any) -> tuple[float, float, float]:
    """Return the 5% quantile, the median and the 95% quantile over replicates."""
    low, middle, high = np.quantile(np.asarray(values, dtype=np.float64), [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)
