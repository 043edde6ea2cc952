"""Tables of what the algorithms found: every number that hangs on one thing, a row each.

An attribution has a row a player, a robustness a row a scenario, a threshold a row a point, a discovery a
row a box; what hangs on an outcome too has a table an outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import xarray as xr

from sim.reporting.tables import factor_labels, search_tables
from sim.reporting.tables.tables import DataTable, Row
from sim.texts import language, say

ROWS: Final = {
    "attribution": ("player", ("value", "low", "high", "low_all", "high_all", "rank")),
    "robustness": ("policy", ()),
    "threshold": ("point", ("way", "share", "fitted", "mean", "mean_low", "mean_high")),
    "discovery": ("box", ()),
}
"""By kind what a row is, and which variables are its columns; all of the row's own where none is named."""


def tables(found: xr.Dataset) -> Iterator[DataTable]:
    """The tables of a dataset."""
    kind = found.attrs["kind"]
    row, names = ROWS[kind]
    if row not in found.dims or not found.sizes[row]:
        return
    if _many(found):
        ways = {str(i): _along(found, i) for i in range(found.sizes[row])}
        yield from search_tables.settings(found, ways)
    numeric = [(str(n), v) for n, v in found.data_vars.items() if row in v.dims and v.dtype.kind in "bif"]
    if names:
        numeric = [(n, v) for n, v in numeric if n in names]
    if alone := {n: v for n, v in numeric if v.dims == (row,)}:
        yield _table(found, row, "", alone)
    paired = {n: next(str(d) for d in v.dims if d != row) for n, v in numeric if v.ndim == 2}
    for dim in dict.fromkeys(paired.values()):
        for label in found[dim].values if dim in found.coords else ():
            one = {n: found[n].sel({dim: label}) for n, other in paired.items() if other == dim}
            yield _table(found, row, _said(found, dim, label), one, _unit(found, dim, label))
    for label in found.outcome.values if kind == "robustness" else ():
        of = found.value.sel(outcome=label)
        one = {str(c): of.sel(criterion=c) for c in found.criterion.values}
        heads = {c: _said(found, "criterion", c) for c in one}
        yield _table(found, row, _said(found, "outcome", label), one, _unit(found, "outcome", label), heads)


def _table(
    found: xr.Dataset,
    row: str,
    what: str,
    columns: dict[str, xr.DataArray],
    unit: str = "1",
    headings: dict[str, str] | None = None,
) -> DataTable:
    study = str(found.attrs[f"title_{language()}"])
    title = say("study.table", study=study, outcome=what) if what else study
    name = "long_name_zh" if language() == "zh" else "long_name"
    heads = headings or {key: str(values.attrs.get(name, key)) for key, values in columns.items()}
    rows = []
    for i, label in enumerate(found[row].values if row in found.coords else range(found.sizes[row])):
        numbers = {key: float(values.values[i]) for key, values in columns.items()}
        rows.append(Row(str(label), _row(found, row, label, i), unit, numbers))
    notes = factor_labels.factors(found) if row == "point" and not _many(found) else ()
    name = str(found.attrs["name"])
    return DataTable(what or "found", name, title, tuple(columns), tuple(rows), notes, heads)


def _many(found: xr.Dataset) -> bool:
    """Whether points differ in more than one setting, so that their names would be too long."""
    return found.attrs["kind"] == "threshold" and found.sizes["factor"] > 1


def _along(found: xr.Dataset, number: int) -> str:
    """A point by how far along the way it lies."""
    return say("threshold.along", share=f"{float(found.way.values[number]):.4g}")


def _row(found: xr.Dataset, row: str, label: object, number: int) -> str:
    if row == "point" and _many(found):
        return _along(found, number)
    settings = next((found[n] for n in ("settings", "setting") if n in found), None)
    if row == "point" and settings is not None and settings.dims == ("point", "factor"):
        values = settings.values[number]
        return factor_labels.settings(found, values)
    return _said(found, row, label)


def _said(found: xr.Dataset, dim: str, label: object) -> str:
    name = f"{dim}_{language()}"
    told = str(found[name].sel({dim: label}).values) if name in found.coords else str(label)
    written = dim == "player" and not str(label).startswith("chapter_")  # an id that people write
    return f"{told} ({label})" if written and told != str(label) else told


def _unit(found: xr.Dataset, dim: str, label: object) -> str:
    unit = str(found[f"{dim}_unit"].sel({dim: label}).values) if f"{dim}_unit" in found else "1"
    return "share" if unit == "bool" else unit
