"""Charts of studies: intervals in rows, outcomes against a setting, threshold curves and Pareto fronts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.reporting.charts.series import IntervalSeries, Objective, Series, ThresholdPanel
from sim.reporting.charts.style import (
    COLOURS,
    DASHES,
    GREY,
    MAIN,
    new_figure,
    row_labels,
    set_thousands,
    set_title,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKERS: Final = "osD^vPX*"


def interval_plot(
    labels: Sequence[str], several: Sequence[IntervalSeries], unit: str, line: float = np.nan
) -> Figure:
    """Draw a dot and an interval in each row; rows can be sweep points, scenarios, policies or conditions.

    Args:
        labels: row labels, the first on top.
        several: series drawn next to one another in each row.
        unit: unit of the axis.
        line: position of a vertical line, such as zero or the overall share.
    """
    wrapped, more = row_labels(labels)
    drawing, axes = new_figure(0.9 + len(labels) * (0.16 + 0.14 * len(several) + more))
    for i, series in enumerate(several):
        y = np.arange(len(labels)) + (i - (len(several) - 1) / 2) * 0.7 / len(several)
        style: dict[str, Any] = {"color": COLOURS[i % len(COLOURS)]}
        axes.hlines(y, series.low, series.high, linewidth=1.3, **style)
        axes.plot(series.values, y, MARKERS[i % len(MARKERS)], markersize=4.5, label=series.label, **style)
    if np.isfinite(line):
        axes.axvline(
            line, color="black" if line == 0 else GREY, linewidth=0.8, linestyle="-" if line == 0 else "--"
        )
    axes.set_yticks(range(len(labels)), wrapped)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel(unit, loc="right")
    set_thousands(axes.xaxis)
    if len(several) > 1:
        drawing.legend(loc="outside lower center", ncols=1 if sum(len(s.label) for s in several) > 50 else 4)
    return drawing


def line_chart(setting: Series, several: Sequence[IntervalSeries], unit: str) -> Figure:
    """Draw an outcome as a function of one setting, with a line and a band for each scenario.

    Args:
        setting: label and values of the horizontal axis.
        several: series of the outcome, one for each scenario.
        unit: unit of the outcome.
    """
    drawing, axes = new_figure(2.8)
    for i, series in enumerate(several):
        style: dict[str, Any] = {"color": COLOURS[i % len(COLOURS)]}
        axes.plot(
            setting.values, series.values, marker=MARKERS[i % len(MARKERS)], markersize=4,
            linestyle=DASHES[i % len(DASHES)], label=series.label, **style)  # fmt: skip
        axes.fill_between(setting.values, series.low, series.high, alpha=0.16, linewidth=0, **style)
    set_title(axes, "", unit)
    axes.set_xlabel(setting.label, loc="right")
    set_thousands(axes.xaxis)
    set_thousands(axes.yaxis)
    if len(several) > 1:
        axes.legend(loc="best")
    return drawing


def threshold_curves(panels: Sequence[ThresholdPanel], required: float, unit: str) -> Figure:
    """Draw the share of replicates that meet a target as a function of each setting.

    Args:
        panels: one plot for each setting, two per row.
        required: required probability, drawn as a dashed line.
        unit: unit of the vertical axis.
    """
    rows = -(-len(panels) // 2)
    drawing, grid = new_figure(2.6 * rows, min(2, len(panels)), rows, sharey=True, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    for axes, panel in zip(grid.flat, panels, strict=False):
        axes.plot(panel.settings, panel.share * 100, "o-", color=MAIN, markersize=4)
        axes.axhline(required * 100, color=GREY, linestyle="--", linewidth=1)
        axes.set_ylim(-3, 103)
        set_title(axes, panel.title, unit)
        axes.set_xlabel(panel.unit, loc="right")
        set_thousands(axes.xaxis)
    return drawing


def pareto_front(
    x: Objective, y: Objective, feasible: npt.NDArray[np.bool_], labels: Sequence[str]
) -> Figure:
    """Draw two objectives at all evaluated points, and the Pareto front with 95% intervals.

    Args:
        x: objective on the horizontal axis.
        y: objective on the vertical axis.
        feasible: mask of the evaluated points that meet the constraints.
        labels: legend labels of the feasible points, the infeasible points and the front.
    """
    drawing, axes = new_figure(3.4)
    for chosen, marker, label in ((feasible, "o", labels[0]), (~feasible, "x", labels[1])):
        if chosen.any():
            axes.plot(x.tried[chosen], y.tried[chosen], marker, color="#AAAAAA", markersize=3.5, label=label)
    axes.errorbar(
        x.front, y.front, xerr=1.96 * x.error, yerr=1.96 * y.error, fmt="D", color=MAIN, markersize=4.5,
        elinewidth=0.8, label=labels[2])  # fmt: skip
    set_title(axes, y.label, "")
    axes.set_xlabel(x.label, loc="right")
    set_thousands(axes.xaxis)
    set_thousands(axes.yaxis)
    drawing.legend(loc="outside lower center", ncols=3)
    return drawing
