"""Tables of the predictions of the fitted model, separately for fitted and held-out figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import xarray as xr

from calibration.analysis.predictions import Prediction
from calibration.reports.labels import label, table
from sim.reporting.tables.data_table import DataTable, Row
from sim.texts import say

PERCENTILES: Final = ("p5", "p25", "median", "p75", "p95")


def prediction_tables(predictions: Sequence[Prediction]) -> list[DataTable]:
    """Return a table for the fitted figures and one for the held-out figures."""
    columns = ("published", "tolerance", "before", *PERCENTILES)
    return [
        table(name, columns, [_row(each) for each in predictions if each.fitted == fitted])
        for name, fitted in (("fitted", True), ("held_out", False))
    ]


def _row(prediction: Prediction) -> Row:
    published = prediction.published
    numbers = {
        "published": published.value,
        "tolerance": published.tolerance,
        "before": prediction.prior[1],
        **dict(zip(PERCENTILES, prediction.model.tolist(), strict=True)),
    }
    word = say(f"calibrate.{prediction.assessment}")
    return Row(published.id, label(published.figure), published.figure.unit, numbers, word=word)


def prediction_notes(fit: xr.Dataset, predictions: Sequence[Prediction]) -> list[str]:
    """Return notes on the coverage of the intervals for fitted and for held-out figures."""
    lines = []
    for key, fitted in (("coverage_fitted", True), ("coverage_held_out", False)):
        several = [each for each in predictions if each.fitted == fitted]
        count = {
            f"{kind}{level}": sum(each.covers(level, with_tolerance=kind == "whole") for each in several)
            for kind in ("model", "whole")
            for level in (50, 90)
        }
        misses = sum(each.assessment == "miss" for each in several)
        lines.append(say(f"calibrate.{key}", number=len(several), misses=misses, **count))
    scale = f"{fit.attrs['scale']:g}"
    return [*lines, say("calibrate.validation_note", check=fit.sizes["validation_run"], scale=scale)]
