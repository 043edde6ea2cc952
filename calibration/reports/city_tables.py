"""Tables of the city's own figures: accepted figures, and the update of the fit with supplied figures."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration.analysis.city_update import CityUpdate
from calibration.figures.city_figures import ACCEPTED
from calibration.figures.definitions import HEADLINES
from calibration.figures.published import holdout, targets
from calibration.fit import dataset
from calibration.reports.labels import label, table
from sim.reporting.tables.data_table import DataTable, Row
from sim.texts import say

SURPRISE: Final = 3
"""Distance from the expected value, in standard deviations, beyond which a figure is marked as surprising."""


def accepted_figures() -> list[DataTable]:
    """Return a table of the figures that ``--evidence`` accepts, with published values where available."""
    published = {each.id: each for each in (*targets(), *holdout())}
    rows = []
    for id_, figure in ACCEPTED.items():
        each = published.get(id_)
        numbers = {"published": each.value, "tolerance": each.tolerance} if each else {}
        rows.append(Row(id_, id_, figure.unit, numbers, word=label(figure)))
    return [table("known", ("published", "tolerance"), rows, word="description")]


def update_tables(fit: xr.Dataset, update: CityUpdate) -> list[DataTable]:
    """Return tables of supplied and expected figures, changes in parameters, and changes in headline outcomes."""
    supplied = []
    for figure, (mean, sd) in zip(update.figures, update.expected.tolist(), strict=True):
        surprise = (figure.value - mean) / sd
        numbers = {
            "value": figure.value, "tolerance": figure.tolerance, "expected": mean, "expected_sd": sd,
            "surprise": surprise}  # fmt: skip
        word = say("calibrate.surprising" if abs(surprise) > SURPRISE else "calibrate.as_expected")
        supplied.append(Row(figure.id, label(figure.figure), figure.figure.unit, numbers, word=word))
    priors = {prior.id: prior for prior in dataset.design_of(fit).priors}
    parameters = [
        Row(id_, label(priors[id_]), priors[id_].unit, _change(update.before[:, k], update.after[:, k]))
        for k, id_ in enumerate(update.parameters)
    ]
    headlines = [
        Row(id_, label(figure), figure.unit, _change(update.headlines_before[:, k], update.headlines_after[:, k]))
        for k, (id_, figure) in enumerate(HEADLINES.items())
    ]  # fmt: skip
    columns = ("before", "before_sd", "after", "after_sd", "sd_reduction")
    return [
        table("city_figures", ("value", "tolerance", "expected", "expected_sd", "surprise"), supplied),
        table("city_parameters", columns, parameters),
        table("city_headlines", columns, headlines),
    ]


def update_notes() -> list[str]:
    """Return notes that explain the tables of an update."""
    return [say("calibrate.city_note")]


def _change(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> dict[str, float]:
    sd = float(before.std())
    return {
        "before": float(before.mean()),
        "before_sd": sd,
        "after": float(after.mean()),
        "after_sd": float(after.std()),
        "sd_reduction": 1 - float(after.std()) / sd if sd else 0.0,
    }
