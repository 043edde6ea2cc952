"""Tables of a search: settings and objectives of the points on the Pareto front."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.counted_units import shown_unit
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.tables.factor_labels import factor
from sim.texts import language, say

OBJECTIVE_COLUMNS: Final = ("value", "gain", "gain_low", "gain_high")
RELIABILITY_COLUMNS: Final = ("within", "stays")
POINTS_PER_TABLE: Final = 6
"""Maximum number of points shown as columns of one table."""


def tables(study: xr.Dataset) -> Iterator[DataTable]:
    """Yield the tables of settings, one table per objective, and a table of the points' reliability."""
    name, title = str(study.attrs["name"]), str(study.attrs[f"title_{language()}"])
    points = [str(i + 1) for i in range(study.sizes["point"])]
    if not points:
        return
    labels = {point: say("search.point", number=point) for point in points}
    yield from settings(study, labels)
    for k in range(study.sizes["objective"]):
        yield _objective_table(study.isel(objective=k), name, title, labels)
    columns = [n for n in RELIABILITY_COLUMNS if np.isfinite(study[n].values).any()]
    rows = [
        Row(point, labels[point], "share", {n: float(study[n].values[i]) for n in columns})
        for i, point in enumerate(points)
    ]
    title = say("study.table", study=title, outcome=say("search.sure"))
    yield DataTable("sure", name, title, tuple(columns), tuple(rows), (), _heads(study, columns))


def settings(study: xr.Dataset, labels: Mapping[str, str]) -> Iterator[DataTable]:
    """Yield tables with one row per factor and one column per point, for up to six points per table.

    Args:
        study: dataset with the variable ``setting`` of shape (point, factor).
        labels: labels of all points, in order.
    """
    name, title = str(study.attrs["name"]), str(study.attrs[f"title_{language()}"])
    title = say("study.table", study=title, outcome=say("search.settings"))
    for first in range(0, len(labels), POINTS_PER_TABLE):
        heads = dict(list(labels.items())[first : first + POINTS_PER_TABLE])
        part = study.isel(point=slice(first, first + POINTS_PER_TABLE))
        rows = []
        for of_factor in (part.isel(factor=i) for i in range(part.sizes["factor"])):
            numbers = dict(zip(heads, map(float, of_factor.setting.values), strict=True))
            unit = str(of_factor.factor_unit.values)
            rows.append(Row(str(of_factor.factor.values), factor(of_factor), unit, numbers))
        table = "settings" if not first else f"settings {first + 1}"
        yield DataTable(table, name, title, tuple(heads), tuple(rows), (), heads)


def _objective_table(objective: xr.Dataset, name: str, title: str, labels: dict[str, str]) -> DataTable:
    """Return the table of an objective, with one row for the current policy, if known, and one per point."""
    unit = shown_unit(str(objective.objective_unit.values), str(objective.objective.values))
    columns = [n for n in OBJECTIVE_COLUMNS if np.isfinite(objective[n].values).any()]
    rows = []
    if np.isfinite(float(objective.current)):
        rows.append(Row("current", say("search.standing"), unit, {"value": float(objective.current)}))
    rows += [
        Row(point, label, unit, {n: float(objective[n].values[i]) for n in columns})
        for i, (point, label) in enumerate(labels.items())
    ]
    label = str(objective[f"objective_{language()}"].values)
    title = say("study.table", study=title, outcome=label)
    id_, heads = str(objective.objective.values), _heads(objective, columns)
    return DataTable(id_, name, title, tuple(columns), tuple(rows), (), heads)


def _heads(study: xr.Dataset, columns: list[str]) -> dict[str, str]:
    long_name = "long_name_zh" if language() == "zh" else "long_name"
    return {column: str(study[column].attrs[long_name]) for column in columns}
