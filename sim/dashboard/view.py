"""View of a run in one language: sentences, tables, and the figure with its text alternative."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from sim import texts
from sim.dashboard.texts import say
from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables import comparison_tables, printing, run_tables
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.wording import Wording
from sim.studies.methods import intervals
from sim.studies.run import Runs
from sim.table import Cell, Table
from sim.texts import language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FUND: Final = "guarantee_fund"
HEADLINES: Final = ("jobs_additional", "job_years_net", "spending_additional")
"""Headline indicators of the comparison, each of which is described in one sentence."""
SIDE_BY_SIDE: Final = ("reference", "scenario", "change", "low", "high")
"""Columns of the tables that show a scenario beside its reference."""


@dataclass(frozen=True)
class View:
    """Results of a run in one language.

    Attributes:
        title: title that names the scenario and the reference.
        findings: main findings, one sentence each.
        side_by_side: tables of targets and outcomes for the scenario and the reference.
        all_tables: all tables that ``zsim run`` prints.
        notes: notes on the uncertainty of the results.
        figure_text: text alternative of the figure.
    """

    title: str
    findings: tuple[str, ...]
    side_by_side: tuple[Table, ...]
    all_tables: tuple[Table, ...]
    notes: tuple[str, ...]
    figure_text: str


def view(runs: Runs, scenario: str, reference: str) -> View:
    """Prepare the view of a scenario compared with a reference, in the current language.

    Args:
        runs: result of :func:`sim.studies.run.run_many`.
        scenario: name of the scenario.
        reference: name of the reference.
    """
    ours, theirs = runs.datasets[scenario], runs.datasets[reference]
    comparison = runs.comparisons[reference]
    all_tables = [
        *run_tables.tables(ours, theirs),
        *run_tables.tables(theirs),
        *comparison_tables.tables(comparison),
    ]
    titles = {"scenario": _title(ours), "reference": _title(theirs)}
    targets, outcomes = (_with_intervals(printed(t(ours, theirs))) for t in (_targets, _outcomes))
    return View(
        title=say("result.title", **titles),
        findings=tuple(_findings(comparison.sel(scenario=scenario), ours, theirs)),
        side_by_side=(targets, outcomes),
        all_tables=tuple(map(printed, all_tables)),
        notes=tuple(run_tables.notes(ours)),
        figure_text=say("figure.alt", **titles, **_medians_at_end(ours, theirs)),
    )


def printed(table: DataTable) -> Table:
    """Format the numbers in a table in the same way as in terminal output."""
    terminal = printing.printed(table)
    return replace(terminal, head=(say("head.item"), say("head.unit"), *terminal.head[2:]))


def _with_intervals(table: Table) -> Table:
    """Merge the two ends of each interval into one cell, so that the table fits beside the form."""
    at = table.head.index(say("head.low"))

    def join(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        low, high = row[at : at + 2]
        missing = low.text == high.text == "–"
        interval = low if missing else Cell(say("table.interval", low=low.text, high=high.text))
        return (*row[:at], interval, *row[at + 2 :])

    head = (*table.head[:at], say("head.interval"), *table.head[at + 2 :])
    return replace(table, head=head, rows=tuple(map(join, table.rows)), right=tuple(range(2, len(head))))


def fund_figure(runs: Runs, scenario: str, reference: str) -> Callable[[], Figure]:
    """Prepare the figure of the guarantee fund: monthly capital and guarantees under both scenarios.

    Args:
        runs: result of :func:`sim.studies.run.run_many`.
        scenario: name of the scenario.
        reference: name of the reference.

    Returns:
        Function that draws the figure.
    """
    from sim.reporting.charts.series import Panel, Series
    from sim.reporting.charts.time_charts import fan_chart

    unit, divisor = printing.scaled("yuan")
    panels = []
    for variable in ("pool_balance", "guarantees_outstanding"):
        series = []
        for key, name in (("reference", reference), ("scenario", scenario)):
            amounts = runs.datasets[name][variable].sel(fund=FUND).transpose("replicate", "month")
            series.append(Series(say(f"figure.{key}"), amounts.values / divisor))
        panels.append(Panel(say(f"figure.{variable}"), unit, series))
    return lambda: fan_chart(panels)


def _title(dataset: xr.Dataset) -> str:
    return str(dataset.attrs[f"title_{language()}"])


def _findings(comparison: xr.Dataset, ours: xr.Dataset, theirs: xr.Dataset) -> Iterator[str]:
    wording = Wording(language())
    for name in HEADLINES:
        value, low, high = (float(comparison[name + end]) for end in ("", "_low", "_high"))
        yield wording.effect(say(f"effect.{name}"), value, low, high, comparison[name].units).text
    if "pool_balance" in ours:
        change = intervals.mean(_balance(ours).values - _balance(theirs).values)
        base = float(_balance(theirs).mean())
        label = say("effect.fund")
        yield wording.effect(label, change.value, change.low, change.high, "yuan", base).text
    yield _cost(comparison)


def _cost(comparison: xr.Dataset) -> str:
    """Describe public spending per net job-year with its interval, or the reason for a missing estimate."""
    cost = float(comparison.cost_per_net_job_year)
    if math.isnan(cost):
        reason = str(comparison.reason.sel(headline="cost_per_net_job_year").values)
        return say("effect.no_cost", reason=texts.say(f"reason.{reason}"))
    low, high = (float(comparison[f"cost_per_net_job_year_{end}"]) for end in ("low", "high"))
    interval = "" if math.isnan(low) else say("effect.between", low=f"{low:,.0f}", high=f"{high:,.0f}")
    return say("effect.cost", value=f"{cost:,.0f}", interval=interval)


def _targets(ours: xr.Dataset, theirs: xr.Dataset) -> DataTable:
    """Return the table of the targets under both scenarios, with the probability of meeting each target."""
    rows = []
    for target in catalogue().targets:
        if target.id not in ours.target:
            continue
        here, there = (dataset.sel(target=target.id) for dataset in (ours, theirs))
        numbers = {"at_least": target.at_least} | _change(here.target_value, there.target_value)
        met, of = int(here.target_met.sum()), here.sizes["replicate"]
        low, high = intervals.wilson(met, of)
        numbers |= {"met": met, "of": of, "chance": met / of, "chance_low": low, "chance_high": high}
        name = target.zh if language() == "zh" else target.en
        rows.append(Row(target.id, f"{target.id} {name}", target.unit, numbers))
    return _table("targets", ("at_least", *SIDE_BY_SIDE, "chance"), rows)


@dataclass(frozen=True)
class _Outcome:
    """Outcome shown on the page.

    Attributes:
        name: identifier.
        label: label in the current language.
        unit: unit of the values.
        values: function that returns one value per replicate of a dataset.
    """

    name: str
    label: str
    unit: str
    values: Callable[[xr.Dataset], xr.DataArray]


def _outcomes(ours: xr.Dataset, theirs: xr.Dataset) -> DataTable:
    """Return the table of the main outcomes under both scenarios."""
    rows = []
    for outcome in _main_outcomes(ours):
        here, there = outcome.values(ours), outcome.values(theirs)
        if here.notnull().any():
            rows.append(Row(outcome.name, outcome.label, outcome.unit, _change(here, there)))
    return _table("outcomes", SIDE_BY_SIDE, rows, (say("table.points"),))


def _main_outcomes(dataset: xr.Dataset) -> Iterator[_Outcome]:
    yield _Outcome("jobs_net", say("outcome.jobs_net"), "persons", _net_jobs)
    for form in ("enterprise", "individual"):
        form_label = str(dataset[f"form_{language()}"].sel(form=form).values)
        for months in (12, 36):
            label = texts.say("outcome.survival", months=months, form=form_label)
            yield _Outcome(f"survival.{form}.{months}", label, "share", _survival(form, months))
    yield _Outcome("spending", say("outcome.spending"), "yuan", _net_spending)
    for name, unit in (("berths", "seats"), ("tenants", "firms")):
        yield _Outcome(name, say(f"outcome.{name}"), unit, _at_end(name))
    yield _Outcome("pool_balance", texts.say("outcome.guarantor_capital"), "yuan", _balance)
    name = "guarantees_outstanding"
    guarantees = _at_end(name)
    yield _Outcome(name, say(f"outcome.{name}"), "yuan", lambda dataset: guarantees(_fund(dataset)))
    label = say("outcome.claims_paid")
    yield _Outcome("claims_paid", label, "yuan", lambda dataset: _fund(dataset).claims_paid.sum("month"))


def _at_end(name: str) -> Callable[[xr.Dataset], xr.DataArray]:
    return lambda dataset: dataset[name].isel(month=-1)


def _survival(form: str, months: int) -> Callable[[xr.Dataset], xr.DataArray]:
    at = {"clock": "since_opening", "cohort": 2017, "age": months - 1, "form": form}
    return lambda dataset: dataset.survival.sel(at)


def _net_jobs(dataset: xr.Dataset) -> xr.DataArray:
    end = dataset.isel(month=-1)
    net: xr.DataArray = end["jobs_universe"] - end["jobs_displaced"]
    return net


def _net_spending(dataset: xr.Dataset) -> xr.DataArray:
    """Return public spending less public returns, as in the headline outcome."""
    spent: xr.DataArray = dataset.public_spending.sum(("month", "instrument"))
    if "public_returns" in dataset:
        spent = spent - dataset.public_returns.sum(("month", "instrument"))
    return spent


def _balance(dataset: xr.Dataset) -> xr.DataArray:
    balance: xr.DataArray = _fund(dataset).pool_balance.isel(month=-1)
    return balance


def _fund(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.sel(fund=FUND)


def _change(here: xr.DataArray, there: xr.DataArray) -> dict[str, float]:
    """Return both medians, and the mean of the paired differences with its confidence interval."""
    ours, theirs = (np.asarray(values.values, dtype=np.float64) for values in (here, there))
    change = intervals.mean(ours - theirs)
    medians = {"reference": float(np.median(theirs)), "scenario": float(np.median(ours))}
    return medians | {"change": change.value, "low": change.low, "high": change.high}


def _table(name: str, columns: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = ()) -> DataTable:
    heads = {column: say(f"head.{column}") for column in ("at_least", "chance", *SIDE_BY_SIDE)}
    return DataTable(name, "", say(f"table.{name}"), tuple(columns), tuple(rows), tuple(notes), heads)


def _medians_at_end(ours: xr.Dataset, theirs: xr.Dataset) -> dict[str, str]:
    """Return medians at the end of 2020 for the text alternative of the figure."""
    wording = Wording(language())
    fields = {}
    for key, dataset in (("ours", ours), ("theirs", theirs)):
        fields[f"balance_{key}"] = wording.yuan(float(_balance(dataset).median())).text
        outstanding = _fund(dataset).guarantees_outstanding.isel(month=-1)
        fields[f"guarantees_{key}"] = wording.yuan(float(outstanding.median())).text
    return fields
