"""Charts with one row for each label: bars, waterfalls, targets, evidence and money flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.reporting.charts.series import BarPanel, Estimate, EvidenceRow, Series
from sim.reporting.charts.style import (
    COLOURS,
    GREY,
    HATCHES,
    MAIN,
    new_figure,
    row_labels,
    set_layout,
    set_thousands,
    set_title,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TALLEST: Final = 7.0  # maximum height of all rows in inches


def horizontal_bars(
    panels: Sequence[BarPanel],
    labels: Sequence[str],
    line: float | None = None,
    percent: bool = False,
) -> Figure:
    """Draw horizontal bars with intervals in one row per label, as in a tornado plot.

    Args:
        panels: plots drawn side by side.
        labels: row labels, the first on top.
        line: position of a dashed line, such as the level that noise alone produces.
        percent: whether the numbers are shares.
    """
    most_series = max(len(panel.series) for panel in panels)
    wrapped, more = row_labels(labels)
    height = 0.85 + len(labels) * ((0.2 if most_series == 1 else 0.3) + more)
    drawing, axes_row = new_figure(height, len(panels), sharey=True, squeeze=False)
    set_layout(drawing, wspace=0.08)
    y = np.arange(len(labels))
    scale = 100 if percent else 1
    for axes, panel in zip(axes_row[0], panels, strict=True):
        thickness = 0.72 / len(panel.series)
        for i, series in enumerate(panel.series):
            at = y + (i - (len(panel.series) - 1) / 2) * thickness
            axes.barh(
                at, series.values * scale, thickness, color=COLOURS[i], label=series.label, hatch=HATCHES[i],
                edgecolor="white", linewidth=0.3)  # fmt: skip
            low, high = series.low * scale, series.high * scale
            known = np.isfinite(low) & np.isfinite(high)
            axes.hlines(at[known], low[known], high[known], color="black", linewidth=1)
        axes.axvline(0, color="black", linewidth=0.8)
        if line is not None and np.isfinite(line):
            axes.axvline(line * scale, color=GREY, linewidth=1, linestyle="--")
        axes.set_yticks(y, wrapped)
        axes.grid(False, axis="y")
        _set_rows(axes, len(labels))
        set_title(axes, panel.title, "")
        axes.set_xlabel(panel.unit, loc="right")
        set_thousands(axes.xaxis, 4 if len(panels) == 1 else 3)
        if percent:  # indices lie between 0 and 100, but intervals of unknown indices may be very wide
            left, right = axes.get_xlim()
            axes.set_xlim(max(left, -50), min(right, 150))
        if len(panel.series) > 1:
            axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=len(panel.series))
    return drawing


def waterfall(parts: Sequence[Estimate], total: Estimate, unit: str) -> Figure:
    """Draw a waterfall chart of the positive and negative parts of a total; black lines are 95% intervals."""
    labels, more = row_labels([part.label for part in parts] + [total.label])
    drawing, axes = new_figure(0.9 + (0.28 + more) * len(labels))
    subtotal = 0.0
    for row, part in enumerate([*parts, total]):
        is_total = row == len(parts)
        start = 0.0 if is_total else subtotal
        colour, hatch = (GREY, "") if is_total else (MAIN, "") if part.value >= 0 else (COLOURS[1], "///")
        axes.barh(row, part.value, 0.62, start, color=colour, hatch=hatch, edgecolor="white", linewidth=0.3)
        if np.isfinite(part.low) and np.isfinite(part.high):
            axes.hlines(row, start + part.low, start + part.high, color="black", linewidth=1)
        if not is_total:
            subtotal += part.value
            axes.vlines(subtotal, row - 0.31, row + 1.31, color=GREY, linewidth=0.7, linestyle=":")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(labels)), labels)
    axes.grid(False, axis="y")
    _set_rows(axes, len(labels))
    axes.set_xlabel(unit, loc="right")
    set_thousands(axes.xaxis)
    return drawing


def target_attainment(labels: Sequence[str], several: Sequence[Series], unit: str) -> Figure:
    """Draw target values as percentages of the required values, with a dot per replicate and a line at 100%.

    Args:
        labels: names of the targets.
        several: series of shape (replicate, target), one for each scenario.
        unit: unit of the axis.
    """
    wrapped, more = row_labels(labels)
    drawing, axes = new_figure(0.9 + (0.42 + more) * len(labels))
    for i, series in enumerate(several):
        y = np.arange(len(labels)) + (i - (len(several) - 1) / 2) * 0.24
        style: dict[str, Any] = {"color": COLOURS[i], "marker": "osD^"[i % 4]}
        axes.plot(
            series.values.T * 100, y, linestyle="none", markersize=3, alpha=0.45, markeredgewidth=0, **style
        )
        middle = np.median(series.values, axis=0) * 100
        axes.plot(
            middle, y, linestyle="none", markersize=6.5, label=series.label, markerfacecolor="white", **style
        )
    axes.axvline(100, color="black", linewidth=1)
    axes.set_yticks(range(len(labels)), wrapped)
    _set_rows(axes, len(labels))
    axes.set_xlim(left=0)
    axes.set_xlabel(unit, loc="right")
    if len(several) > 1:
        long = sum(len(series.label) for series in several) > 50
        drawing.legend(loc="outside lower center", ncols=2 if long else len(several))
    return drawing


def model_against_evidence(rows: Sequence[EvidenceRow], unit: str, labels: tuple[str, str]) -> Figure:
    """Draw published ranges as bands and model intervals as lines, relative to the published midpoints.

    Args:
        rows: published figures and their counterparts in the model.
        unit: unit of the axis.
        labels: legend labels of the published ranges and the model's 5% to 95% intervals.
    """
    height = 0.9 + min(0.15 * len(rows), TALLEST)
    drawing, axes = new_figure(height)
    for y, (_, published, model) in enumerate(rows):
        middle = published.value
        axes.barh(
            y, (published.high - published.low) / middle * 100, 0.7, published.low / middle * 100,
            color="#CFCFCF", label=labels[0] if y == 0 else None)  # fmt: skip
        axes.hlines(y, model.low / middle * 100, model.high / middle * 100, color=MAIN, linewidth=1.3)
        legend = {"label": labels[1]} if y == 0 else {}
        axes.plot(model.value / middle * 100, y, "o", color=MAIN, markersize=3.5, **legend)
    axes.axvline(100, color="black", linewidth=0.8)
    axes.set_yticks(range(len(rows)), [row.label for row in rows], fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.set_xlabel(unit, loc="right")
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.45 / height), ncols=2)
    return drawing


def money_flows(
    payments: Sequence[Estimate], receipts: Sequence[Estimate], unit: str, labels: tuple[str, str]
) -> Figure:
    """Draw payments and, below them, receipts on a logarithmic scale.

    Args:
        payments: payments from public accounts.
        receipts: receipts of public accounts.
        unit: unit of the amounts.
        labels: legend labels of payments and receipts.
    """
    from matplotlib.ticker import LogLocator

    rows = [*payments, *receipts]
    wrapped, more = row_labels([estimate.label for estimate in rows])
    drawing, axes = new_figure(0.9 + (0.21 + more) * len(rows))
    for start, several, marker, colour, label in (
        (0, payments, "o", MAIN, labels[0]),
        (len(payments), receipts, "s", COLOURS[1], labels[1]),
    ):
        if not several:
            continue
        y = start + np.arange(len(several))
        axes.plot([flow.value for flow in several], y, marker, color=colour, markersize=5, label=label)
        for at, flow in zip(y, several, strict=True):
            axes.annotate(
                f"{flow.value:,.0f}" if flow.value >= 10 else f"{flow.value:,.1f}", (flow.value, at),
                xytext=(6, 0), textcoords="offset points", va="center", fontsize=7.5, color=GREY)  # fmt: skip
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), wrapped)
    axes.minorticks_off()
    _set_rows(axes, len(rows))
    axes.margins(x=0.12)
    # a grid line at every power of 10, a label at every other one
    axes.xaxis.set_major_locator(LogLocator(numticks=20))
    axes.xaxis.set_major_formatter(lambda value, _at: f"{value:,.10g}" if round(np.log10(value)) % 2 else "")
    axes.set_xlabel(unit, loc="right")
    axes.legend(loc="lower right")
    return drawing


def _set_rows(axes: Any, number: int) -> None:
    """Put the first row on top and remove the tick marks beside the labels."""
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(number - 0.4, -0.6)
