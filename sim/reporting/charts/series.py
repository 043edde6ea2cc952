"""Data for charts: labelled series of numbers and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Series(NamedTuple):
    """A labelled series of numbers, of shape (replicate, step) or (step)."""

    label: str
    values: Floats


class Panel(NamedTuple):
    """One plot of a figure with several plots."""

    title: str
    unit: str
    series: Sequence[Series]


class Estimate(NamedTuple):
    """A labelled number with its interval; the ends are NaN if there is no interval."""

    label: str
    value: float
    low: float = np.nan
    high: float = np.nan


class IntervalSeries(NamedTuple):
    """A labelled series with an interval for each number; ends of missing intervals are NaN."""

    label: str
    values: Floats
    low: Floats
    high: Floats


class BarPanel(NamedTuple):
    """One plot of horizontal bars, with one or more series side by side."""

    title: str
    unit: str
    series: Sequence[IntervalSeries]


class ThresholdPanel(NamedTuple):
    """One plot of the share of replicates that meet a target, as a function of one setting."""

    title: str
    unit: str
    settings: Floats
    share: Floats


class EvidenceRow(NamedTuple):
    """A published figure and its counterpart in the model."""

    label: str
    published: Estimate
    model: Estimate


class Objective(NamedTuple):
    """Data for one axis of a Pareto chart: an objective at all evaluated points and at those on the front.

    Attributes:
        label: name and unit of the objective.
        tried: values at all evaluated points.
        front: values at the points on the front, from separate runs.
        error: standard errors of ``front``.
    """

    label: str
    tried: Floats
    front: Floats
    error: Floats
