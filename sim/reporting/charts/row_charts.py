"""The kinds of figure that reports use; each gets numbers and labels and knows no dataset."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.reporting.charts.style import COLOURS, DASHES, GREY, HATCHES, MAIN, figure, named, spaced

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]
QUANTILES: Final = (0.05, 0.5, 0.95)
YEARS: Final = (2017, 2018, 2019, 2020, 2021)
MOST_HIGH: Final = 7.0  # inches that a page has for rows


class Series(NamedTuple):
    """Something drawn beside others: its name, and (replicate, step) or (step) numbers."""

    label: str
    values: Floats


class Panel(NamedTuple):
    """One of several plots of a figure."""

    title: str
    unit: str
    series: Sequence[Series]


class Bar(NamedTuple):
    """A number with its interval; NaN ends: none."""

    label: str
    value: float
    low: float = np.nan
    high: float = np.nan


def fan(panels: Sequence[Panel], zero: bool = False) -> Figure:
    """Months: the middle line, and the band from 5% to 95% of replicates; lines on their own have no band."""
    drawn, grid = figure(
        2.75 * -(-len(panels) // 2), min(2, len(panels)), -(-len(panels) // 2), squeeze=False
    )
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
        titled(axes, panel.title, panel.unit)
        axes.set_xticks(YEARS)
        thousands(axes.yaxis)
        if len(panel.series) > 1:
            axes.legend(loc="best")
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    return drawn


def survival(panels: Sequence[Panel], at_risk: Sequence[Sequence[Floats]], words: tuple[str, str]) -> Figure:
    """Steps of survival by months of age with bands, and below them how many are still under observation.

    Args:
        panels: curves (replicate, age), 1 at the start left out.
        at_risk: for each panel and curve the numbers (age).
        words: the names of the axis and of the numbers at risk.
    """
    drawn, axes_row = figure(3.2, len(panels), sharey=True, squeeze=False)
    spaced(drawn, rect=(0, 0.05, 1, 0.95), wspace=0.1)
    for axes, panel, numbers in zip(axes_row[0], panels, at_risk, strict=True):
        ages = np.arange(panel.series[0].values.shape[-1] + 1)
        for i, (series, risk) in enumerate(zip(panel.series, numbers, strict=True)):
            whole = np.concatenate([np.ones((len(series.values), 1)), series.values], axis=1)
            low, middle, high = np.quantile(whole, QUANTILES, axis=0) * 100
            style: dict[str, Any] = {"color": COLOURS[i], "linestyle": DASHES[i % len(DASHES)]}
            axes.step(ages, middle, where="post", label=series.label, linewidth=2 - 0.5 * i, **style)
            axes.fill_between(ages, low, high, step="post", color=COLOURS[i], alpha=0.16, linewidth=0)
            for mark in range(0, len(ages), 12):
                told = f"{risk[min(mark, len(risk) - 1)]:,.0f}"
                side = "left" if mark == 0 else "right" if mark == len(ages) - 1 else "center"
                axes.text(
                    mark, -0.32 - 0.09 * i, told, color=COLOURS[i], fontsize=7.5, ha=side,
                    transform=axes.get_xaxis_transform())  # fmt: skip
        axes.text(0, -0.235, words[1], fontsize=7.5, color=GREY, transform=axes.get_xaxis_transform())
        axes.set_xticks(range(0, len(ages), 12))
        axes.set(ylim=(0, 103), xlim=(0, len(ages) - 1))
        titled(axes, panel.title, "%")
        axes.set_xlabel(words[0], loc="right", labelpad=2)
        axes.legend(loc="lower left")
    return drawn


def bars(
    panels: Sequence[tuple[str, str, Sequence[Series], Sequence[Series]]],
    labels: Sequence[str],
    line: float | None = None,
    percent: bool = False,
) -> Figure:
    """Horizontal bars with intervals, one row a label: tornado, indices, districts.

    Args:
        panels: title, unit, the series of bars, and for each series its ends (2, row), NaN for none.
        labels: of the rows, the first on top.
        line: a vertical line: what noise alone makes.
        percent: whether the numbers are shares.
    """
    kinds = max(len(panel[2]) for panel in panels)
    told, more = named(labels)
    height = 0.85 + len(labels) * ((0.2 if kinds == 1 else 0.3) + more)
    drawn, row = figure(height, len(panels), sharey=True, squeeze=False)
    spaced(drawn, wspace=0.08)
    y = np.arange(len(labels))
    scale = 100 if percent else 1
    for axes, (title, unit, several, ends) in zip(row[0], panels, strict=True):
        thick = 0.72 / len(several)
        for i, series in enumerate(several):
            at = y + (i - (len(several) - 1) / 2) * thick
            values = series.values * scale
            axes.barh(
                at, values, thick, color=COLOURS[i], label=series.label, hatch=HATCHES[i],
                edgecolor="white", linewidth=0.3)  # fmt: skip
            low, high = ends[i].values * scale
            shown = np.isfinite(low) & np.isfinite(high)
            axes.hlines(at[shown], low[shown], high[shown], color="black", linewidth=1)
        axes.axvline(0, color="black", linewidth=0.8)
        if line is not None and np.isfinite(line):
            axes.axvline(line * scale, color=GREY, linewidth=1, linestyle="--")
        axes.set_yticks(y, told)
        axes.tick_params(axis="y", length=0)
        axes.grid(False, axis="y")
        axes.set_ylim(len(labels) - 0.4, -0.6)
        titled(axes, title, "")
        axes.set_xlabel(unit, loc="right")
        thousands(axes.xaxis, 4 if len(panels) == 1 else 3)
        if percent:  # an index lies from 0 to 100; the interval of one that is not known may lie anywhere
            left, right = axes.get_xlim()
            axes.set_xlim(max(left, -50), min(right, 150))
        if len(several) > 1:
            axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=len(several))
    return drawn


def waterfall(parts: Sequence[Bar], total: Bar, unit: str) -> Figure:
    """What adds and what takes away, up to the total; black lines are 95% intervals."""
    labels, more = named([p.label for p in parts] + [total.label])
    drawn, axes = figure(0.9 + (0.28 + more) * len(labels))
    reached = 0.0
    for row, part in enumerate([*parts, total]):
        last = row == len(parts)
        start = 0.0 if last else reached
        colour, hatch = (GREY, "") if last else (MAIN, "") if part.value >= 0 else (COLOURS[1], "///")
        axes.barh(row, part.value, 0.62, start, color=colour, hatch=hatch, edgecolor="white", linewidth=0.3)
        if np.isfinite(part.low) and np.isfinite(part.high):
            axes.hlines(row, start + part.low, start + part.high, color="black", linewidth=1)
        if not last:
            reached += part.value
            axes.vlines(reached, row - 0.31, row + 1.31, color=GREY, linewidth=0.7, linestyle=":")
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_yticks(range(len(labels)), labels)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel(unit, loc="right")
    thousands(axes.xaxis)
    return drawn


def stacked(years: Sequence[int], parts: Sequence[Series], unit: str) -> Figure:
    """Amounts by year, one part upon another."""
    drawn, axes = figure(2.7)
    floor = np.zeros(len(years))
    for i, part in enumerate(parts):
        axes.bar(
            years, part.values, 0.6, floor, label=part.label, color=COLOURS[i % len(COLOURS)],
            hatch=HATCHES[i % len(HATCHES)], edgecolor="white", linewidth=0.4)  # fmt: skip
        floor = floor + part.values
    axes.set_xticks(list(years))
    axes.grid(False, axis="x")
    titled(axes, "", unit)
    thousands(axes.yaxis)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.0, 0.5))
    return drawn


def fund(balance: Panel, losses: Floats, marks: Sequence[Bar], title: str, unit: str) -> Figure:
    """A fund: its balance month by month, and what it lost in each replicate, from the least to the most."""
    drawn, (left, right) = figure(2.9, 2)
    values = balance.series[0].values
    months = 2017 + (np.arange(values.shape[-1]) + 1) / 12
    low, middle, high = np.quantile(values, QUANTILES, axis=0)
    left.plot(months, middle, color=MAIN, linewidth=1.8)
    left.fill_between(months, low, high, color=MAIN, alpha=0.18, linewidth=0)
    left.set_ylim(bottom=min(0.0, float(low.min())))
    left.set_xticks(YEARS)
    titled(left, balance.title, balance.unit)
    thousands(left.yaxis)
    ordered = np.sort(losses)
    right.plot(ordered, (np.arange(len(ordered)) + 1) / len(ordered) * 100, "o", color=MAIN, markersize=3.5)
    for i, mark in enumerate(marks):
        style: dict[str, Any] = {"color": COLOURS[i + 1], "linestyle": DASHES[i % len(DASHES)]}
        right.axvline(mark.value, linewidth=1.4, label=mark.label, **style)
    right.axvline(0, color="black", linewidth=0.8)
    right.set_ylim(0, 104)
    titled(right, title, "%")
    right.set_xlabel(unit, loc="right")
    thousands(right.xaxis)
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, columnspacing=1, handlelength=1.6)
    return drawn


def aims(labels: Sequence[str], several: Sequence[Series], unit: str) -> Figure:
    """Each target's value as a share of its aim, a dot a replicate; the line is the aim."""
    told, more = named(labels)
    drawn, axes = figure(0.9 + (0.42 + more) * len(labels))
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
    axes.set_yticks(range(len(labels)), told)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel(unit, loc="right")
    if len(several) > 1:
        long = sum(len(series.label) for series in several) > 50
        drawn.legend(loc="outside lower center", ncols=2 if long else len(several))
    return drawn


def beside_evidence(rows: Sequence[tuple[str, Bar, Bar]], unit: str, words: tuple[str, str]) -> Figure:
    """Published ranges as bands, the model's 5 to 95% as lines, both as shares of the published middle."""
    height = 0.9 + min(0.15 * len(rows), MOST_HIGH)
    drawn, axes = figure(height)
    for y, (_, published, model) in enumerate(rows):
        middle = published.value
        axes.barh(
            y, (published.high - published.low) / middle * 100, 0.7, published.low / middle * 100,
            color="#CFCFCF", label=words[0] if y == 0 else None)  # fmt: skip
        axes.hlines(y, model.low / middle * 100, model.high / middle * 100, color=MAIN, linewidth=1.3)
        named = {"label": words[1]} if y == 0 else {}
        axes.plot(model.value / middle * 100, y, "o", color=MAIN, markersize=3.5, **named)
    axes.axvline(100, color="black", linewidth=0.8)
    axes.set_yticks(range(len(rows)), [row[0] for row in rows], fontsize=7)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.3, -0.7)
    axes.set_xlabel(unit, loc="right")
    axes.legend(loc="upper left", bbox_to_anchor=(0, -0.45 / height), ncols=2)
    return drawn


def ways(out: Sequence[Bar], back: Sequence[Bar], unit: str, words: tuple[str, str]) -> Figure:
    """Amounts from a few to very many, on a scale of tens: what goes out above, what comes back below."""
    from matplotlib.ticker import LogLocator

    rows = [*out, *back]
    told, more = named([bar.label for bar in rows])
    drawn, axes = figure(0.9 + (0.21 + more) * len(rows))
    for start, several, marker, colour, word in (
        (0, out, "o", MAIN, words[0]),
        (len(out), back, "s", COLOURS[1], words[1]),
    ):
        if not several:
            continue
        y = start + np.arange(len(several))
        axes.plot([bar.value for bar in several], y, marker, color=colour, markersize=5, label=word)
        for at, bar in zip(y, several, strict=True):
            axes.annotate(
                f"{bar.value:,.0f}" if bar.value >= 10 else f"{bar.value:,.1f}", (bar.value, at),
                xytext=(6, 0), textcoords="offset points", va="center", fontsize=7.5, color=GREY)  # fmt: skip
    axes.set_xscale("log")
    axes.set_yticks(range(len(rows)), told)
    axes.tick_params(axis="y", length=0)
    axes.minorticks_off()
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(LogLocator(numticks=20))  # a line for every ten, a number at every second
    axes.xaxis.set_major_formatter(lambda value, _at: f"{value:,.10g}" if round(np.log10(value)) % 2 else "")
    axes.set_xlabel(unit, loc="right")
    axes.legend(loc="lower right")
    return drawn


def crossing(panels: Sequence[tuple[str, str, Floats, Floats]], chance: float, unit: str) -> Figure:
    """Share of replicates that meet a target along a setting; the dashed line is the chance wanted."""
    rows = -(-len(panels) // 2)
    drawn, grid = figure(2.6 * rows, min(2, len(panels)), rows, sharey=True, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    for axes, (title, x_unit, settings, share) in zip(grid.flat, panels, strict=False):
        axes.plot(settings, share * 100, "o-", color=MAIN, markersize=4)
        axes.axhline(chance * 100, color=GREY, linestyle="--", linewidth=1)
        axes.set_ylim(-3, 103)
        titled(axes, title, unit)
        axes.set_xlabel(x_unit, loc="right")
        thousands(axes.xaxis)
    return drawn


def titled(axes: Any, title: str, unit: str) -> None:
    """The title, and the unit on top of the vertical axis where it reads level."""
    of = f"({unit})" if unit else ""
    told = "　".join(part for part in (title, of) if part)
    room = 84 if axes.get_subplotspec().get_gridspec().ncols == 1 else 42
    if not told.isascii():  # a Chinese character is nearly twice as wide
        room = room * 5 // 9
    lines = [told] if len(told) <= room else [*wrap(title, room), of]
    axes.set_title("\n".join(line for line in lines if line))


def thousands(axis: Any, most: int = 5) -> None:
    """Numbers with marks of thousands, few of them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if axis.axis_name == "x" and axis.get_view_interval()[0] > 2000 and axis.get_view_interval()[1] < 2030:
        return
    axis.set_major_locator(MaxNLocator(most))
    axis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:,.10g}".replace("-", "−")))
