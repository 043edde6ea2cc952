"""Noise from random numbers: analysis of variance of outcomes over points and replicates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.studies.methods.interface import Floats


class Noise(NamedTuple):
    """Components of the variance of an outcome.

    Attributes:
        between: between-point variance of the expected values.
        common: variance due to random numbers that affect all points equally.
        rest: residual variance, due to random numbers that affect points differently.
        replicates: number of replicates at each point.
    """

    between: float
    common: float
    rest: float
    replicates: int

    @property
    def share(self) -> float:
        """Share of the variance of the point means that is noise; NaN if there is only one replicate."""
        noise = self.rest / self.replicates
        total = self.between + noise
        return noise / total if total > 0 else np.nan

    @property
    def random_share(self) -> float:
        """Share of the variance of a single run that is due to random numbers."""
        total = self.between + self.common + self.rest
        return (self.common + self.rest) / total if total > 0 else np.nan


def noise(values: Floats) -> Noise:
    """Separate the effects of random numbers and of factors by a two-way analysis of variance.

    Args:
        values: (point, replicate) outcomes; a replicate has the same random numbers at every point.
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
