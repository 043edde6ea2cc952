"""What charts show: series of numbers with their labels and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Series(NamedTuple):
    """A labelled series: numbers of shape (replicate, step) or (step)."""

    label: str
    values: Floats


class Panel(NamedTuple):
    """One plot of a figure with several."""

    title: str
    unit: str
    series: Sequence[Series]


class Estimate(NamedTuple):
    """A labelled number with its interval; the ends are NaN where there is none."""

    label: str
    value: float
    low: float = np.nan
    high: float = np.nan


class IntervalSeries(NamedTuple):
    """A labelled series with an interval for each number; NaN where there is none."""

    label: str
    values: Floats
    low: Floats
    high: Floats


class BarPanel(NamedTuple):
    """One plot of horizontal bars, one series or several beside one another."""

    title: str
    unit: str
    series: Sequence[IntervalSeries]


class ThresholdPanel(NamedTuple):
    """The share of replicates that meet a target along the values of one setting."""

    title: str
    unit: str
    settings: Floats
    share: Floats


class EvidenceRow(NamedTuple):
    """A published figure and the same figure in the model."""

    label: str
    published: Estimate
    model: Estimate


class Objective(NamedTuple):
    """One axis of a Pareto front: an objective at the points tried and at the points of the front.

    Attributes:
        label: name and unit of the objective.
        tried: values at all points tried.
        front: values at the points of the front, from separate runs.
        error: standard errors of ``front``.
    """

    label: str
    tried: Floats
    front: Floats
    error: Floats
