"""Tables of a search: the settings of the front side by side, and what each comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.tables.factor_labels import factor
from sim.reporting.tables.tables import DataTable, Row
from sim.texts import language, say

OF_A_POINT: Final = ("value", "gain", "gain_low", "gain_high")
SURE: Final = ("within", "stays")
ABREAST: Final = 6
"""Points beside each other in a table."""


def tables(found: xr.Dataset) -> Iterator[DataTable]:
    """Settings (a row a factor, a column a point), a table an objective, and how sure the points are."""
    study, title = str(found.attrs["name"]), str(found.attrs[f"title_{language()}"])
    points = [str(i + 1) for i in range(found.sizes["point"])]
    if not points:
        return
    names = {point: say("search.point", number=point) for point in points}
    yield from settings(found, names)
    for k in range(found.sizes["objective"]):
        yield _objective(found.isel(objective=k), study, title, names)
    sure = [n for n in SURE if np.isfinite(found[n].values).any()]
    ends = [
        Row(point, names[point], "share", {n: float(found[n].values[i]) for n in sure})
        for i, point in enumerate(points)
    ]
    called = say("study.table", study=title, outcome=say("search.sure"))
    yield DataTable("sure", study, called, tuple(sure), tuple(ends), (), _heads(found, sure))


def settings(found: xr.Dataset, names: Mapping[str, str]) -> Iterator[DataTable]:
    """A row a factor, a column a point, a few points a table; ``names``: what all are called, in order."""
    study, title = str(found.attrs["name"]), str(found.attrs[f"title_{language()}"])
    called = say("study.table", study=title, outcome=say("search.settings"))
    for first in range(0, len(names), ABREAST):
        here = dict(list(names.items())[first : first + ABREAST])
        part = found.isel(point=slice(first, first + ABREAST))
        rows = [
            Row(str(one.factor.values), factor(one), str(one.factor_unit.values),
                dict(zip(here, map(float, one.setting.values), strict=True)))
            for one in (part.isel(factor=i) for i in range(part.sizes["factor"]))
        ]  # fmt: skip
        name = "settings" if not first else f"settings {first + 1}"
        yield DataTable(name, study, called, tuple(here), tuple(rows), (), here)


def _objective(one: xr.Dataset, study: str, title: str, names: dict[str, str]) -> DataTable:
    """A row for the policy as it stands and one for each point."""
    unit = str(one.objective_unit.values)
    columns = [n for n in OF_A_POINT if np.isfinite(one[n].values).any()]
    rows = [Row("current", say("search.standing"), unit, {"value": float(one.current)})]
    rows += [
        Row(point, name, unit, {n: float(one[n].values[i]) for n in columns})
        for i, (point, name) in enumerate(names.items())
    ]
    what = str(one[f"objective_{language()}"].values)
    called = say("study.table", study=title, outcome=what)
    told = tuple(rows if np.isfinite(float(one.current)) else rows[1:])
    return DataTable(str(one.objective.values), study, called, tuple(columns), told, (), _heads(one, columns))


def _heads(found: xr.Dataset, columns: list[str]) -> dict[str, str]:
    name = "long_name_zh" if language() == "zh" else "long_name"
    return {column: str(found[column].attrs[name]) for column in columns}
