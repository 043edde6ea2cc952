"""Tables of a comparison: changes in headline indicators, targets and credit, and deadweight."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.tables.run_tables import FUND, label, quantiles, target_name
from sim.studies.comparison import paired_comparison
from sim.studies.methods import intervals
from sim.texts import language, say

COLUMNS: Final = ("mean", "low", "high", "p5", "p95")
GROSS: Final = ("firms_saved", "firms_lost", "placebo_saved", "placebo_lost")
"""Gross numbers of firms, which are meaningful only in comparison with those of a placebo."""
FEWEST: Final = 30
"""Minimum number of recipients for which the deadweight of an instrument is shown."""


def tables(dataset: xr.Dataset) -> list[DataTable]:
    """Return the tables of a comparison, scenario by scenario; tables without rows are omitted."""
    all_tables = []
    for name in dataset.scenario.values:
        comparison = dataset.sel(scenario=name)
        all_tables += [
            _headlines(comparison),
            _target_changes(comparison),
            _credit_changes(comparison),
            _deadweight(comparison),
        ]
    return [table for table in all_tables if table.rows]


def _titles(key: str, comparison: xr.Dataset) -> tuple[str, str]:
    """Return the name of the scenario and the title of a table."""
    fields = {
        "scenario": str(comparison[f"scenario_{language()}"].values),
        "reference": str(comparison.attrs[f"reference_{language()}"]),
    }
    return str(comparison.scenario.values), say(f"table.{key}", **fields)


def _change(values: xr.DataArray) -> dict[str, float]:
    """Return the mean paired difference with its interval, and quantiles if there are several replicates."""
    mean, low, high, _ = intervals.mean(values.values)
    return {"mean": mean, "low": low, "high": high} | (_outer_quantiles(values) if values.size > 1 else {})


def _outer_quantiles(values: xr.DataArray) -> dict[str, float]:
    return {column: value for column, value in quantiles(values).items() if column in COLUMNS}


def _headlines(comparison: xr.Dataset) -> DataTable:
    rows = []
    has_placebo = not bool(np.isnan(comparison.placebo_saved))
    for headline in paired_comparison.HEADLINES:
        name = headline.name
        if name in GROSS and not has_placebo:
            continue
        numbers = {"mean": float(comparison[name])}
        numbers |= {end: float(comparison[f"{name}_{end}"]) for end in ("low", "high")}
        if f"{name}_by_replicate" in comparison and comparison.sizes["replicate"] > 1:
            numbers |= _outer_quantiles(comparison[f"{name}_by_replicate"])
        reason = str(comparison.reason.sel(headline=name).values)
        remark = say(f"reason.{reason}") if reason else ""
        row_label = headline.zh if language() == "zh" else headline.en
        rows.append(Row(name, row_label, headline.unit, numbers, remark))
    below = (say("table.interval"), say("table.cost"), *((say("table.placebo"),) if has_placebo else ()))
    return DataTable("headlines", *_titles("headlines", comparison), COLUMNS, tuple(rows), below)


def _target_changes(comparison: xr.Dataset) -> DataTable:
    rows = []
    for target in catalogue().targets if "target_value_difference" in comparison else ():
        if target.id in comparison.target:
            values = comparison.target_value_difference.sel(target=target.id)
            rows.append(Row(target.id, target_name(target), target.unit, _change(values)))
    return DataTable("target_changes", *_titles("target_changes", comparison), COLUMNS, tuple(rows))


def _credit_changes(comparison: xr.Dataset) -> DataTable:
    """Return the table of changes in loans and the guarantee fund; unchanged variables are omitted."""
    variables: dict[str, tuple[str, xr.DataArray]] = {}
    if "loans_granted_difference" in comparison:
        number = comparison.loans_number_difference.sum("month")
        variables = {
            "loans_granted": ("yuan", comparison.loans_granted_difference.sum("month")),
            "loans_number": ("loans", number.sum("scheme")),
            "guaranteed": ("loans", number.sel(scheme="guarantee")),
            "startup_loans": ("loans", number.sel(scheme="startup")),
            "fund_claims": ("yuan", comparison.claims_paid_difference.sel(fund=FUND).sum("month")),
            "guarantor_capital": ("yuan", comparison.pool_balance_difference.sel(fund=FUND).isel(month=-1)),
        }
    rows = [
        Row(name, say(f"outcome.{name}"), unit, _change(values))
        for name, (unit, values) in variables.items()
        if values.any()
    ]
    return DataTable("credit_changes", *_titles("credit_changes", comparison), COLUMNS, tuple(rows))


def _deadweight(comparison: xr.Dataset) -> DataTable:
    columns = ("money", "money_low", "money_high", "jobs", "jobs_low", "jobs_high")
    rows = []
    for name in comparison.instrument.values:
        of = comparison.sel(instrument=name)
        recipients = float(of.get("deadweight_recipients_by_instrument", 0.0))
        if recipients >= FEWEST and not np.isnan(of.deadweight_money_by_instrument):
            numbers = {}
            for column in columns:
                kind, _, end = column.partition("_")
                key = f"deadweight_{kind}_by_instrument" + (f"_{end}" if end else "")
                numbers[column] = float(of[key])
            rows.append(Row(str(name), label(comparison, "instrument", name), "share", numbers))
    below = (say("table.judged", share=f"{float(comparison.deadweight_judged):.1%}", fewest=FEWEST),)
    return DataTable("deadweight", *_titles("deadweight", comparison), columns, tuple(rows), below)
