"""Noise from random numbers: analysis of variance of outcomes over points and replicates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.studies.methods.interface import Floats


class Noise(NamedTuple):
    """Components of the variance of an outcome.

    Attributes:
        between: variance between points.
        common: variance from random numbers that is common to all points.
        rest: variance from random numbers that differs between points.
        replicates: number of replicates at each point.
    """

    between: float
    common: float
    rest: float
    replicates: int

    @property
    def share(self) -> float:
        """Share of noise in the variance between the means of points; NaN with one replicate."""
        noise = self.rest / self.replicates
        total = self.between + noise
        return noise / total if total > 0 else np.nan

    @property
    def random_share(self) -> float:
        """Share of random numbers in the variance of a single run."""
        total = self.between + self.common + self.rest
        return (self.common + self.rest) / total if total > 0 else np.nan


def noise(values: Floats) -> Noise:
    """Separate the effects of random numbers and of factors by a two-way analysis of variance.

    Args:
        values: (point, replicate), with the same random numbers in a replicate at every point.
    """
    points, replicates = values.shape
    if replicates < 2 or points < 2:
        between = float(values.mean(axis=1).var(ddof=1)) if points > 1 else 0.0
        return Noise(between, np.nan, np.nan, replicates)
    mean, by_point, by_replicate = values.mean(), values.mean(axis=1), values.mean(axis=0)
    remainder = values - by_point[:, None] - by_replicate[None, :] + mean
    rest = float((remainder**2).sum() / ((points - 1) * (replicates - 1)))
    between = max(0.0, float(by_point.var(ddof=1)) - rest / replicates)
    common = max(0.0, float(by_replicate.var(ddof=1)) - rest / points)
    return Noise(between, common, rest, replicates)
