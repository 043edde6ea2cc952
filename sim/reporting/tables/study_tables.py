"""What a study says, as tables: one an outcome, with the error beside every number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.tables import method_tables, search_tables, variance_tables
from sim.reporting.tables.factor_labels import factor, factors, settings
from sim.reporting.tables.printing import unit_name
from sim.reporting.tables.tables import DataTable, Row
from sim.studies.methods.interface import Floats
from sim.studies.specification.outcomes import PAIRED
from sim.texts import language, say

MEANS: Final = ("mean", "mean_low", "mean_high")
QUANTILES: Final = ("p5", "median", "p95")
DIFFERENCE: Final = ("difference", "difference_low", "difference_high")
FIRST: Final = ("first", "first_low", "first_high")
TOTAL: Final = ("total", "total_low", "total_high")
EFFECT: Final = ("effect", "effect_low", "effect_high", "effect_mean", "effect_spread")


def tables(found: xr.Dataset) -> list[DataTable]:
    """The tables of a study's dataset."""
    kind = found.attrs["kind"]
    own = {
        "sweep": _points, "ensemble": _spread, "morris": _effects, "sobol": _indices,
        "variance_decomposition": variance_tables.tables, "search": search_tables.tables}  # fmt: skip
    made = own[kind](found) if kind in own else method_tables.tables(found)
    return [table for table in made if table.rows]


def carried(found: xr.Dataset) -> list[str]:
    """Which uncertainty the numbers carry."""
    attributes = found.attrs
    replicates = attributes.get("replicates_run", attributes["replicates"])
    scale = f"{float(attributes['scale']):g}"
    conclusions = str(attributes.get(f"conclusions_{language()}", ""))
    note = say(f"study.carries_{attributes['uncertainty']}", replicates=replicates, scale=scale)
    return [*(line for line in conclusions.splitlines() if line), note]


def _points(found: xr.Dataset) -> Iterable[DataTable]:
    """A row a point."""
    for scenario in found.scenario.values:
        for outcome in found.outcome.values:
            one = found.sel(scenario=scenario, outcome=outcome)
            columns = _columns(one)
            rows = [
                Row(str(i), _point(found, i), _unit(one), _numbers(one.isel(point=i), columns))
                for i in range(found.sizes["point"])
            ]
            notes = (*factors(found), *_reasons([str(r) for r in one.reason.values]))
            title, sheet = _title(found, one, scenario), _outcome(one)
            yield DataTable(str(outcome), str(scenario), title, columns, tuple(rows), notes, sheet=sheet)


def _spread(found: xr.Dataset) -> Iterable[DataTable]:
    """A row a scenario."""
    for outcome in found.outcome.values:
        of = found.sel(outcome=outcome)
        rows, columns = [], _columns(of)
        for scenario in found.scenario.values:
            one = of.sel(scenario=scenario)
            label = str(one[f"scenario_{language()}"].values)
            reason = str(one.reason.values)
            remark = say(f"reason.{reason}") if reason else ""
            rows.append(Row(str(scenario), label, _unit(one), _numbers(one, columns), remark))
        title = _title(found, of, None)
        name, sheet = str(found.attrs["name"]), _outcome(of)
        yield DataTable(str(outcome), name, title, columns, tuple(rows), random_share_notes(of), sheet=sheet)


def random_share_notes(of: xr.Dataset) -> tuple[str, ...]:
    """How much of the variance of one run is luck under each scenario, of an ensemble's one outcome."""
    notes = []
    for scenario in of.scenario.values:
        one = of.sel(scenario=scenario)
        share, low, high = (float(one[f"random_share{end}"]) for end in ("", "_low", "_high"))
        if not np.isnan(share):
            within = "" if np.isnan(low) else f" ({low:.0%} – {high:.0%})"
            label = str(one[f"scenario_{language()}"].values)
            notes.append(f"{label}: " + say("study.random_share", share=f"{share:.0%}{within}"))
    return tuple(notes)


def _indices(found: xr.Dataset) -> Iterable[DataTable]:
    """A row a factor, the largest total index first."""
    for outcome in found.outcome.values:
        one = found.sel(outcome=outcome)
        size = np.fmax(one.total.values, one.total_low.values)
        rows = [_renamed(row) for row in _ranked(one, (*FIRST, *TOTAL), size, "share")]
        columns = (*FIRST, "total_index", *TOTAL[1:])
        title = _title(found, one, None)
        name, sheet = str(found.attrs["name"]), _outcome(one)
        yield DataTable(str(outcome), name, title, columns, tuple(rows), (_noise(one),), sheet=sheet)


def _effects(found: xr.Dataset) -> Iterable[DataTable]:
    """A row a factor, the largest effect first."""
    for outcome in found.outcome.values:
        one = found.sel(outcome=outcome)
        rows = _ranked(one, EFFECT, (one.effect_low + one.effect_high).values, _unit(one))
        floor = float(one.floor)
        told = "–" if np.isnan(floor) else f"{floor:,.4g} {unit_name(_unit(one))}".strip()
        notes = (say("study.floor", floor=told), _noise(one))
        title = _title(found, one, None)
        heads = {"effect": say("column.effect_size")}
        name = str(found.attrs["name"])
        yield DataTable(str(outcome), name, title, EFFECT, tuple(rows), notes, heads, _outcome(one))


def _ranked(one: xr.Dataset, columns: tuple[str, ...], size: Floats, unit: str) -> list[Row]:
    rows = []
    for i in np.argsort(-np.nan_to_num(size, nan=-np.inf), kind="stable"):
        of = one.isel(factor=int(i))
        reason = str(of.reason.values)
        label = f"{factor(of)} ({of.factor.values})"
        remark = say(f"reason.{reason}") if reason else ""
        rows.append(Row(str(of.factor.values), label, unit, _numbers(of, columns), remark))
    return rows


def _renamed(row: Row) -> Row:
    """``total`` is a sum of money in other tables."""
    numbers = {("total_index" if k == "total" else k): v for k, v in row.numbers.items()}
    return Row(row.name, row.label, row.unit, numbers, row.remark)


def _columns(found: xr.Dataset) -> tuple[str, ...]:
    only_a_difference = str(found.outcome.values) in PAIRED
    wanted = (*(() if only_a_difference else MEANS), *QUANTILES, *DIFFERENCE)
    return tuple(name for name in wanted if name in found and found[name].notnull().any())


def _numbers(one: xr.Dataset, columns: tuple[str, ...]) -> dict[str, float]:
    return {name: float(one[name]) for name in columns}


def _point(found: xr.Dataset, number: int) -> str:
    return settings(found, found.design.isel(point=number).values) or say("study.point")


def _outcome(one: xr.Dataset) -> str:
    return str(one[f"outcome_{language()}"].values)


def _unit(one: xr.Dataset) -> str:
    unit = str(one.outcome_unit.values)
    return "share" if unit == "bool" else unit


def _title(found: xr.Dataset, one: xr.Dataset, scenario: str | None) -> str:
    words = {"study": found.attrs[f"title_{language()}"], "outcome": _outcome(one)}
    if scenario is None:
        return say("study.table", **words)
    label = str(found[f"scenario_{language()}"].sel(scenario=scenario).values)
    return say("study.table_of", **words, scenario=label)


def _reasons(reasons: list[str]) -> tuple[str, ...]:
    return tuple(say(f"reason.{reason}") for reason in dict.fromkeys(reasons) if reason)


def _noise(one: xr.Dataset) -> str:
    def share(name: str) -> str:
        value = float(one[name])
        return "–" if np.isnan(value) else f"{value:.0%}"

    return say("study.noise", noise=share("noise_share"), random=share("random_share"))
