"""The kinds of figure that only studies use; each gets numbers and labels and knows no dataset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.reporting.charts.row_charts import Series, thousands, titled
from sim.reporting.charts.style import COLOURS, DASHES, GREY, MAIN, figure, named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]
MARKS: Final = "osD^vPX*"


class Ends(NamedTuple):
    """A series with its intervals: (row) numbers, NaN where there is none."""

    label: str
    values: Floats
    low: Floats
    high: Floats


class Axis(NamedTuple):
    """What a scatter shows along one axis."""

    label: str
    tried: Floats
    best: Floats
    error: Floats


def dots(labels: Sequence[str], several: Sequence[Ends], unit: str, line: float = np.nan) -> Figure:
    """A row a label, a dot and its interval a series: points of a sweep, scenarios, policies, conditions.

    Args:
        labels: of the rows, the first on top.
        several: what stands beside each other in a row.
        unit: of the axis.
        line: a vertical line, such as nothing (0) or what holds for all.
    """
    told, more = named(labels)
    drawn, axes = figure(0.9 + len(labels) * (0.16 + 0.14 * len(several) + more))
    for i, series in enumerate(several):
        y = np.arange(len(labels)) + (i - (len(several) - 1) / 2) * 0.7 / len(several)
        style: dict[str, Any] = {"color": COLOURS[i % len(COLOURS)]}
        axes.hlines(y, series.low, series.high, linewidth=1.3, **style)
        axes.plot(series.values, y, MARKS[i % len(MARKS)], markersize=4.5, label=series.label, **style)
    if np.isfinite(line):
        axes.axvline(
            line, color="black" if line == 0 else GREY, linewidth=0.8, linestyle="-" if line == 0 else "--"
        )
    axes.set_yticks(range(len(labels)), told)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel(unit, loc="right")
    thousands(axes.xaxis)
    if len(several) > 1:
        drawn.legend(loc="outside lower center", ncols=1 if sum(len(s.label) for s in several) > 50 else 4)
    return drawn


def lines(setting: Series, several: Sequence[Ends], unit: str) -> Figure:
    """An outcome along one setting, a line and band a scenario; ``setting``: the axis' name and numbers."""
    drawn, axes = figure(2.8)
    for i, series in enumerate(several):
        style: dict[str, Any] = {"color": COLOURS[i % len(COLOURS)]}
        axes.plot(
            setting.values, series.values, marker=MARKS[i % len(MARKS)], markersize=4,
            linestyle=DASHES[i % len(DASHES)], label=series.label, **style)  # fmt: skip
        axes.fill_between(setting.values, series.low, series.high, alpha=0.16, linewidth=0, **style)
    titled(axes, "", unit)
    axes.set_xlabel(setting.label, loc="right")
    thousands(axes.xaxis)
    thousands(axes.yaxis)
    if len(several) > 1:
        axes.legend(loc="best")
    return drawn


def front(x: Axis, y: Axis, feasible: npt.NDArray[np.bool_], words: Sequence[str]) -> Figure:
    """Settings tried, in two of what is wanted; those on the front lived again, with 95% intervals.

    Args:
        x: what is wanted first.
        y: what is wanted beside it.
        feasible: of those tried, within the limit.
        words: names of the three kinds: within the limit, beyond it, on the front.
    """
    drawn, axes = figure(3.4)
    for chosen, marker, word in ((feasible, "o", words[0]), (~feasible, "x", words[1])):
        if chosen.any():
            axes.plot(x.tried[chosen], y.tried[chosen], marker, color="#AAAAAA", markersize=3.5, label=word)
    axes.errorbar(
        x.best, y.best, xerr=1.96 * x.error, yerr=1.96 * y.error, fmt="D", color=MAIN, markersize=4.5,
        elinewidth=0.8, label=words[2])  # fmt: skip
    titled(axes, y.label, "")
    axes.set_xlabel(x.label, loc="right")
    thousands(axes.xaxis)
    thousands(axes.yaxis)
    drawn.legend(loc="outside lower center", ncols=3)
    return drawn
