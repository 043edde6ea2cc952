"""Charts over time: fan charts by month, survival curves, stacked bars by year, and the balance of a fund."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.reporting.charts.series import Estimate, Floats, Panel, Series
from sim.reporting.charts.style import (
    COLOURS,
    DASHES,
    GREY,
    HATCHES,
    MAIN,
    new_figure,
    set_layout,
    set_thousands,
    set_title,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

QUANTILES: Final = (0.05, 0.5, 0.95)
YEARS: Final = (2017, 2018, 2019, 2020, 2021)


def fan_chart(panels: Sequence[Panel], zero: bool = False) -> Figure:
    """Draw the monthly median over replicates, with a band between the 5% and 95% quantiles.

    Args:
        panels: plots, two per row, with series of shape (replicate, month).
        zero: whether to draw a line at zero.
    """
    rows = -(-len(panels) // 2)
    drawing, grid = new_figure(2.75 * rows, min(2, len(panels)), rows, squeeze=False)
    for axes, panel in zip(grid.flat, panels, strict=False):
        for i, series in enumerate(panel.series):
            months = 2017 + (np.arange(series.values.shape[-1]) + 1) / 12
            style: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i % len(DASHES)]}
            low, middle, high = np.quantile(np.atleast_2d(series.values), QUANTILES, axis=0)
            axes.plot(months, middle, linewidth=1.8, label=series.label, **style)
            axes.fill_between(months, low, high, color=COLOURS[i], alpha=0.16, linewidth=0)
            if i:
                axes.plot(months, low, months, high, linewidth=0.6, **style)
        if zero:
            axes.axhline(0, color="black", linewidth=0.8)
        set_title(axes, panel.title, panel.unit)
        axes.set_xticks(YEARS)
        set_thousands(axes.yaxis)
        if len(panel.series) > 1:
            axes.legend(loc="best")
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    return drawing


def survival_curves(
    panels: Sequence[Panel], at_risk: Sequence[Sequence[Floats]], labels: tuple[str, str]
) -> Figure:
    """Draw survival curves by age in months with bands, and the number at risk below the axis.

    Args:
        panels: curves of shape (replicate, age), without the value of 1 at age 0.
        at_risk: number at risk by age, for each panel and curve.
        labels: labels of the horizontal axis and of the numbers at risk.
    """
    drawing, axes_row = new_figure(3.2, len(panels), sharey=True, squeeze=False)
    set_layout(drawing, rect=(0, 0.05, 1, 0.95), wspace=0.1)
    for axes, panel, numbers in zip(axes_row[0], panels, at_risk, strict=True):
        ages = np.arange(panel.series[0].values.shape[-1] + 1)
        for i, (series, risk) in enumerate(zip(panel.series, numbers, strict=True)):
            from_opening = np.concatenate([np.ones((len(series.values), 1)), series.values], axis=1)
            low, middle, high = np.quantile(from_opening, QUANTILES, axis=0) * 100
            style: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i % len(DASHES)]}
            axes.step(ages, middle, where="post", label=series.label, linewidth=2 - 0.5 * i, **style)
            axes.fill_between(ages, low, high, step="post", color=COLOURS[i], alpha=0.16, linewidth=0)
            for age in range(0, len(ages), 12):
                number = f"{risk[min(age, len(risk) - 1)]:,.0f}"
                side = "left" if age == 0 else "right" if age == len(ages) - 1 else "center"
                axes.text(
                    age, -0.32 - 0.09 * i, number, color=COLOURS[i], fontsize=7.5, ha=side,
                    transform=axes.get_xaxis_transform())  # fmt: skip
        axes.text(0, -0.235, labels[1], fontsize=7.5, color=GREY, transform=axes.get_xaxis_transform())
        axes.set_xticks(range(0, len(ages), 12))
        axes.set(ylim=(0, 103), xlim=(0, len(ages) - 1))
        set_title(axes, panel.title, "%")
        axes.set_xlabel(labels[0], loc="right", labelpad=2)
        axes.legend(loc="lower left")
    return drawing


def stacked_bars(years: Sequence[int], parts: Sequence[Series], unit: str) -> Figure:
    """Draw yearly amounts as stacked bars."""
    drawing, axes = new_figure(2.7)
    base = np.zeros(len(years))
    for i, part in enumerate(parts):
        axes.bar(
            years, part.values, 0.6, base, label=part.label, color=COLOURS[i % len(COLOURS)],
            hatch=HATCHES[i % len(HATCHES)], edgecolor="white", linewidth=0.4)  # fmt: skip
        base = base + part.values
    axes.set_xticks(list(years))
    axes.grid(False, axis="x")
    set_title(axes, "", unit)
    set_thousands(axes.yaxis)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5))
    return drawing


def fund_balance_and_losses(
    balance: Panel, losses: Floats, marks: Sequence[Estimate], title: str, unit: str
) -> Figure:
    """Draw the balance of a fund by month, and the distribution of its losses over replicates.

    Args:
        balance: one series of shape (replicate, month).
        losses: cumulative loss in each replicate.
        marks: losses to mark with vertical lines, such as the mean and the maximum.
        title: title of the distribution.
        unit: unit of the losses.
    """
    drawing, (left, right) = new_figure(2.9, 2)
    values = balance.series[0].values
    months = 2017 + (np.arange(values.shape[-1]) + 1) / 12
    low, middle, high = np.quantile(values, QUANTILES, axis=0)
    left.plot(months, middle, color=MAIN, linewidth=1.8)
    left.fill_between(months, low, high, color=MAIN, alpha=0.18, linewidth=0)
    left.set_ylim(bottom=min(0.0, float(low.min())))
    left.set_xticks(YEARS)
    set_title(left, balance.title, balance.unit)
    set_thousands(left.yaxis)
    ordered = np.sort(losses)
    right.plot(ordered, (np.arange(len(ordered)) + 1) / len(ordered) * 100, "o", color=MAIN, markersize=3.5)
    for i, mark in enumerate(marks):
        style: dict[str, Any] = {"color": COLOURS[i + 1], "linestyle": DASHES[i % len(DASHES)]}
        right.axvline(mark.value, linewidth=1.4, label=mark.label, **style)
    right.axvline(0, color="black", linewidth=0.8)
    right.set_ylim(0, 104)
    set_title(right, title, "%")
    right.set_xlabel(unit, loc="right")
    set_thousands(right.xaxis)
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, columnspacing=1, handlelength=1.6)
    return drawing
