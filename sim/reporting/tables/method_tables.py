"""Tables of attribution, robustness, threshold and discovery studies.

The rows are players, scenarios, points or boxes. Variables that have one value per outcome are shown in
separate tables, one per outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import xarray as xr

from sim.reporting.counted_units import shown_unit
from sim.reporting.tables import factor_labels, search_tables
from sim.reporting.tables.data_table import DataTable, Row
from sim.texts import language, say

ROWS: Final = {
    "attribution": ("player", ("value", "low", "high", "low_all", "high_all", "rank")),
    "robustness": ("policy", ()),
    "threshold": ("point", ("way", "share", "fitted", "mean", "mean_low", "mean_high")),
    "discovery": ("box", ()),
}
"""Row dimension and column variables for each kind of study; an empty tuple selects all variables."""


def tables(study: xr.Dataset) -> Iterator[DataTable]:
    """Yield the tables of a study."""
    kind = study.attrs["kind"]
    dim, names = ROWS[kind]
    if dim not in study.dims or not study.sizes[dim]:
        return
    if _has_path(study):
        labels = {str(i): _position_label(study, i) for i in range(study.sizes[dim])}
        yield from search_tables.settings(study, labels)
    numeric = [(str(n), v) for n, v in study.data_vars.items() if dim in v.dims and v.dtype.kind in "bif"]
    if names:
        numeric = [(n, v) for n, v in numeric if n in names]
    if columns := {n: v for n, v in numeric if v.dims == (dim,)}:
        yield _table(study, dim, "", columns)
    others = {n: next(str(d) for d in v.dims if d != dim) for n, v in numeric if v.ndim == 2}
    for other in dict.fromkeys(others.values()):
        for element in study[other].values if other in study.coords else ():
            columns = {n: study[n].sel({other: element}) for n, d in others.items() if d == other}
            label, unit = _label(study, other, element), _unit(study, other, element)
            yield _table(study, dim, label, columns, unit)
    for outcome in study.outcome.values if kind == "robustness" else ():
        values = study.value.sel(outcome=outcome)
        columns = {str(c): values.sel(criterion=c) for c in study.criterion.values}
        heads = {c: _label(study, "criterion", c) for c in columns}
        label, unit = _label(study, "outcome", outcome), _unit(study, "outcome", outcome)
        yield _table(study, dim, label, columns, unit, heads)


def _table(
    study: xr.Dataset,
    dim: str,
    subject: str,
    columns: dict[str, xr.DataArray],
    unit: str = "1",
    heads: dict[str, str] | None = None,
) -> DataTable:
    """Return a table with one row per element of a dimension.

    Args:
        study: dataset of the study.
        dim: dimension of the rows.
        subject: label of the outcome shown in the table; empty for the study as a whole.
        columns: values along the dimension, by column name.
        unit: unit of all values.
        heads: headings by column; defaults to the long names of the variables.
    """
    title = str(study.attrs[f"title_{language()}"])
    if subject:
        title = say("study.table", study=title, outcome=subject)
    long_name = "long_name_zh" if language() == "zh" else "long_name"
    heads = heads or {name: str(values.attrs.get(long_name, name)) for name, values in columns.items()}
    rows = []
    for i, element in enumerate(study[dim].values if dim in study.coords else range(study.sizes[dim])):
        numbers = {name: float(values.values[i]) for name, values in columns.items()}
        rows.append(Row(str(element), _row_label(study, dim, element, i), unit, numbers))
    notes = factor_labels.factors(study) if dim == "point" and not _has_path(study) else ()
    name = str(study.attrs["name"])
    return DataTable(subject or "summary", name, title, tuple(columns), tuple(rows), notes, heads)


def _has_path(study: xr.Dataset) -> bool:
    """Whether several factors vary along a path, so that points are labelled by their position on it."""
    return study.attrs["kind"] == "threshold" and study.sizes["factor"] > 1


def _position_label(study: xr.Dataset, number: int) -> str:
    """Return the label of a point, which gives its position on the path."""
    return say("threshold.along", share=f"{float(study.way.values[number]):.4g}")


def _row_label(study: xr.Dataset, dim: str, element: object, number: int) -> str:
    if dim == "point" and _has_path(study):
        return _position_label(study, number)
    settings = next((study[n] for n in ("settings", "setting") if n in study), None)
    if dim == "point" and settings is not None and settings.dims == ("point", "factor"):
        return factor_labels.settings(study, settings.values[number])
    return _label(study, dim, element)


def _label(study: xr.Dataset, dim: str, element: object) -> str:
    name = f"{dim}_{language()}"
    label = str(study[name].sel({dim: element}).values) if name in study.coords else str(element)
    has_id = dim == "player" and not str(element).startswith("chapter_")  # scenario files use the id
    return f"{label} ({element})" if has_id and label != str(element) else label


def _unit(study: xr.Dataset, dim: str, element: object) -> str:
    unit = str(study[f"{dim}_unit"].sel({dim: element}).values) if f"{dim}_unit" in study else "1"
    return shown_unit(unit, str(element))
