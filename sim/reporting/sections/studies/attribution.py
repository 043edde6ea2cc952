"""Section on attribution: Shapley values of chapters or measures for each outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.charts import row_charts
from sim.reporting.charts.series import Estimate
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Figure
from sim.reporting.sections.studies import blocks

JOINT: Final = ("value", "low_all", "high_all")
"""Variables with an estimate and the ends of its simultaneous interval."""
MOST_PLAYERS: Final = 16
"""Maximum number of players (chapters or measures) in a figure; the table shows all players."""


def attribution(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if no attribution study is given."""
    studies = report.sources.studies.get("attribution", ())
    if studies:
        yield report.heading(1, "attribution.heading")
    for number, study in enumerate(studies):
        yield from blocks.introduction(report, study)
        for i in range(study.sizes["outcome"]):
            selected = study.isel(outcome=i)
            unit, outcome = report.outcome_unit(selected), report.element_label(selected, "outcome")
            name = f"attribution_{number + 1}_{i + 1}"
            labels = [
                report.element_label(selected.isel(player=j), "player")
                for j in range(selected.sizes["player"])
            ]
            columns = [selected[column].values for column in JOINT]
            caption = report.words.string("attribution.table", outcome=outcome, unit=report.axis_unit(unit))
            keys = ("player", "shapley", "low", "high")
            yield blocks.number_table(report, name, caption, keys, labels, columns, unit)
            yield _waterfall(report, selected, labels, outcome, name)


def _waterfall(
    report: ReportContext, selected: xr.Dataset, labels: Sequence[str], outcome: str, name: str
) -> Figure:
    """Draw the significant contributions, the sum of all others, and the total."""
    words, unit = report.words, report.outcome_unit(selected)
    divisor = report.divisor(unit) if unit != "share" else 0.01
    significant = [
        i
        for i in np.argsort(-np.abs(selected.value.values))
        if str(selected.state.values[i]) in ("above", "below")
    ]
    shown = significant[:MOST_PLAYERS]
    parts = [
        Estimate(labels[i], *(float(selected[column].values[i]) / divisor for column in JOINT)) for i in shown
    ]
    others = [i for i in range(len(labels)) if i not in shown]
    if others:
        rest = float(np.nansum(selected.value.values[others])) / divisor
        parts.append(Estimate(words.string("axis.rest"), rest))
    ends = (float(selected[f"total{end}"]) / divisor for end in ("", "_low", "_high"))
    total = Estimate(words.string("axis.sum"), *ends)
    fields = {
        "total": words.quantity(float(selected.total), unit),
        "seen": f"{len(significant)}",
        "all": f"{len(labels)}",
    }
    alt = words.text("alt.attribution", outcome=outcome, **fields)
    caption = words.string("figure.attribution", outcome=outcome)
    return Figure(name, caption, alt, lambda: row_charts.waterfall(parts, total, report.axis_unit(unit)))
