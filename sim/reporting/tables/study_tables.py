"""Tables of a study, one per outcome, with intervals for all estimates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting.counted_units import shown_unit
from sim.reporting.tables import method_tables, search_tables, variance_tables
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.tables.factor_labels import factor, factors, settings
from sim.reporting.tables.printing import unit_name
from sim.studies.methods.interface import Floats
from sim.studies.specification.outcomes import PAIRED
from sim.texts import language, say

MEANS: Final = ("mean", "mean_low", "mean_high")
QUANTILES: Final = ("p5", "median", "p95")
DIFFERENCE: Final = ("difference", "difference_low", "difference_high")
FIRST: Final = ("first", "first_low", "first_high")
TOTAL: Final = ("total", "total_low", "total_high")
EFFECT: Final = ("effect", "effect_low", "effect_high", "effect_mean", "effect_spread")


def tables(study: xr.Dataset) -> list[DataTable]:
    """Return the tables of a study; tables without rows are omitted."""
    kind = study.attrs["kind"]
    makers = {
        "sweep": _points, "ensemble": _ensemble, "morris": _effects, "sobol": _indices,
        "variance_decomposition": variance_tables.tables, "search": search_tables.tables}  # fmt: skip
    every = makers[kind](study) if kind in makers else method_tables.tables(study)
    return [table for table in every if table.rows]


def notes(study: xr.Dataset) -> list[str]:
    """Return the study's conclusions and a note on the uncertainty included in its numbers."""
    attributes = study.attrs
    replicates = attributes.get("replicates_run", attributes["replicates"])
    scale = f"{float(attributes['scale']):g}"
    conclusions = str(attributes.get(f"conclusions_{language()}", ""))
    note = say(f"study.carries_{attributes['uncertainty']}", replicates=replicates, scale=scale)
    return [*(line for line in conclusions.splitlines() if line), note]


def _points(study: xr.Dataset) -> Iterable[DataTable]:
    """Yield one table per scenario and outcome, with one row per point."""
    for scenario in study.scenario.values:
        for outcome in study.outcome.values:
            part = study.sel(scenario=scenario, outcome=outcome)
            columns = _columns(part)
            rows = [
                Row(str(i), _point(study, i), _unit(part), _numbers(part.isel(point=i), columns))
                for i in range(study.sizes["point"])
            ]
            notes = (*factors(study), *_reasons([str(r) for r in part.reason.values]))
            title, sheet = _title(study, part, scenario), _outcome(part)
            yield DataTable(str(outcome), str(scenario), title, columns, tuple(rows), notes, sheet=sheet)


def _ensemble(study: xr.Dataset) -> Iterable[DataTable]:
    """Yield one table per outcome, with one row per scenario."""
    for outcome in study.outcome.values:
        every = study.sel(outcome=outcome)
        rows, columns = [], _columns(every)
        for scenario in study.scenario.values:
            part = every.sel(scenario=scenario)
            label = str(part[f"scenario_{language()}"].values)
            reason = str(part.reason.values)
            remark = say(f"reason.{reason}") if reason else ""
            rows.append(Row(str(scenario), label, _unit(part), _numbers(part, columns), remark))
        title = _title(study, every, None)
        name, sheet = str(study.attrs["name"]), _outcome(every)
        yield DataTable(
            str(outcome), name, title, columns, tuple(rows), random_share_notes(every), sheet=sheet
        )


def random_share_notes(dataset: xr.Dataset) -> tuple[str, ...]:
    """Return notes on the share of a single run's variance due to random numbers, one per scenario."""
    notes = []
    for scenario in dataset.scenario.values:
        part = dataset.sel(scenario=scenario)
        share, low, high = (float(part[f"random_share{end}"]) for end in ("", "_low", "_high"))
        if not np.isnan(share):
            within = "" if np.isnan(low) else f" ({low:.0%} – {high:.0%})"
            label = str(part[f"scenario_{language()}"].values)
            reason = say("study.random_share", share=f"{share:.0%}{within}")
            notes.append(say("study.why", names=label, reason=reason))
    return tuple(notes)


def _indices(study: xr.Dataset) -> Iterable[DataTable]:
    """Yield one table of Sobol indices per outcome, with one row per factor, ordered by total index."""
    for outcome in study.outcome.values:
        part = study.sel(outcome=outcome)
        size = np.fmax(part.total.values, part.total_low.values)
        rows = [_renamed(row) for row in _ranked(part, (*FIRST, *TOTAL), size, "share")]
        columns = (*FIRST, "total_index", *TOTAL[1:])
        title = _title(study, part, None)
        name, sheet = str(study.attrs["name"]), _outcome(part)
        yield DataTable(str(outcome), name, title, columns, tuple(rows), (_noise(part),), sheet=sheet)


def _effects(study: xr.Dataset) -> Iterable[DataTable]:
    """Yield one table of elementary effects per outcome, with one row per factor, ordered by effect size."""
    for outcome in study.outcome.values:
        part = study.sel(outcome=outcome)
        rows = _ranked(part, EFFECT, (part.effect_low + part.effect_high).values, _unit(part))
        floor = float(part.floor)
        text = "–" if np.isnan(floor) else f"{floor:,.4g} {unit_name(_unit(part))}".strip()
        notes = (say("study.floor", floor=text), _noise(part))
        title = _title(study, part, None)
        heads = {"effect": say("column.effect_size")}
        name = str(study.attrs["name"])
        yield DataTable(str(outcome), name, title, EFFECT, tuple(rows), notes, heads, _outcome(part))


def _ranked(dataset: xr.Dataset, columns: tuple[str, ...], size: Floats, unit: str) -> list[Row]:
    rows = []
    for i in np.argsort(-np.nan_to_num(size, nan=-np.inf), kind="stable"):
        part = dataset.isel(factor=int(i))
        reason = str(part.reason.values)
        label = f"{factor(part)} ({part.factor.values})"
        remark = say(f"reason.{reason}") if reason else ""
        rows.append(Row(str(part.factor.values), label, unit, _numbers(part, columns), remark))
    return rows


def _renamed(row: Row) -> Row:
    """Rename the column ``total``, because in other tables this column is a sum of money."""
    numbers = {("total_index" if k == "total" else k): v for k, v in row.numbers.items()}
    return Row(row.name, row.label, row.unit, numbers, row.remark)


def _columns(dataset: xr.Dataset) -> tuple[str, ...]:
    only_a_difference = str(dataset.outcome.values) in PAIRED
    candidates = (*(() if only_a_difference else MEANS), *QUANTILES, *DIFFERENCE)
    return tuple(name for name in candidates if name in dataset and dataset[name].notnull().any())


def _numbers(dataset: xr.Dataset, columns: tuple[str, ...]) -> dict[str, float]:
    return {name: float(dataset[name]) for name in columns}


def _point(study: xr.Dataset, number: int) -> str:
    return settings(study, study.design.isel(point=number).values) or say("study.point")


def _outcome(dataset: xr.Dataset) -> str:
    return str(dataset[f"outcome_{language()}"].values)


def _unit(dataset: xr.Dataset) -> str:
    return shown_unit(str(dataset.outcome_unit.values), str(dataset.outcome.values))


def _title(study: xr.Dataset, part: xr.Dataset, scenario: str | None) -> str:
    texts = {"study": study.attrs[f"title_{language()}"], "outcome": _outcome(part)}
    if scenario is None:
        return say("study.table", **texts)
    label = str(study[f"scenario_{language()}"].sel(scenario=scenario).values)
    return say("study.table_of", **texts, scenario=label)


def _reasons(reasons: list[str]) -> tuple[str, ...]:
    return tuple(say(f"reason.{reason}") for reason in dict.fromkeys(reasons) if reason)


def _noise(dataset: xr.Dataset) -> str:
    def share(name: str) -> str:
        value = float(dataset[name])
        return "–" if np.isnan(value) else f"{value:.0%}"

    return say("study.noise", noise=share("noise_share"), random=share("random_share"))
