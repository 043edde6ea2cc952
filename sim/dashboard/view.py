"""What the page shows of a run, as texts in one language: sentences, tables, figures and what these show."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import xarray as xr

from sim import texts
from sim.dashboard.texts import say
from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables import printing, tables
from sim.reporting.wording import Wording
from sim.studies.methods import intervals
from sim.studies.run import Runs
from sim.table import Cell, Table
from sim.texts import language

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FUND: Final = "guarantee_fund"
SAID: Final = ("jobs_additional", "job_years_net", "spending_additional")
"""Headlines of the comparison that are told in a sentence each."""
FIGURES: Final = ("fund",)
BESIDE: Final = ("reference", "scenario", "change", "low", "high")
"""Columns of the tables that put a scenario beside its reference."""


@dataclass(frozen=True)
class View:
    """A run in one language.

    Attributes:
        title: what is compared with what.
        said: the findings, a sentence each.
        beside: targets and outcomes of the scenario beside the reference's.
        further: the tables that ``zsim run`` prints.
        notes: which uncertainty the numbers carry.
        figure: what the figure shows, for those who do not see it.
    """

    title: str
    said: tuple[str, ...]
    beside: tuple[Table, ...]
    further: tuple[Table, ...]
    notes: tuple[str, ...]
    figure: str


def view(runs: Runs, scenario: str, reference: str) -> View:
    """What a run of a scenario against a reference says, in the language in use.

    Args:
        runs: what :func:`sim.studies.run.run_many` gave.
        scenario: its name.
        reference: the reference's name.
    """
    ours, theirs = runs.datasets[scenario], runs.datasets[reference]
    found = runs.comparisons[reference]
    further = [*tables.result(ours, theirs), *tables.result(theirs), *tables.comparison(found)]
    titles = {"scenario": _title(ours), "reference": _title(theirs)}
    return View(
        title=say("result.title", **titles),
        said=tuple(_said(found.sel(scenario=scenario), ours, theirs)),
        beside=(_merged(printed(_targets(ours, theirs))), _merged(printed(_outcomes(ours, theirs)))),
        further=tuple(map(printed, further)),
        notes=tuple(tables.carried(ours)),
        figure=say("figure.alt", **titles, **_ends(ours, theirs)),
    )


def printed(table: tables.DataTable) -> Table:
    """A table of the studies, its numbers told as on a terminal."""
    made = printing.printed(table)
    return replace(made, head=(say("head.item"), say("head.unit"), *made.head[2:]))


def _merged(table: Table) -> Table:
    """The two ends of an interval in one cell, so that a table fits beside the form."""
    at = table.head.index(say("head.low"))

    def joined(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        low, high = row[at : at + 2]
        same = low.text == high.text == "–"
        told = low if same else Cell(say("table.interval", low=low.text, high=high.text))
        return (*row[:at], told, *row[at + 2 :])

    head = (*table.head[:at], say("head.interval"), *table.head[at + 2 :])
    return replace(table, head=head, rows=tuple(map(joined, table.rows)), right=tuple(range(2, len(head))))


def draw(runs: Runs, scenario: str, reference: str) -> Callable[[], Figure]:
    """The figure of the guarantee fund: capital and guarantees month by month, both scenarios in each."""
    from sim.reporting.charts.series import Panel, Series
    from sim.reporting.charts.time_charts import fan_chart

    unit, scale = printing.scaled("yuan")
    panels = []
    for name in ("pool_balance", "guarantees_outstanding"):
        series = []
        for which in (reference, scenario):
            dataset = runs.datasets[which]
            values = dataset[name].sel(fund=FUND).transpose("replicate", "month").values / scale
            series.append(Series(say(f"figure.{'scenario' if which == scenario else 'reference'}"), values))
        panels.append(Panel(say(f"figure.{name}"), unit, series))
    return lambda: fan_chart(panels)


def _title(dataset: xr.Dataset) -> str:
    return str(dataset.attrs[f"title_{language()}"])


def _said(one: xr.Dataset, ours: xr.Dataset, theirs: xr.Dataset) -> list[str]:
    wording = Wording(language())
    told = []
    for name in SAID:
        value, low, high = (float(one[name + end]) for end in ("", "_low", "_high"))
        told.append(wording.effect(say(f"effect.{name}"), value, low, high, one[name].units).text)
    if "pool_balance" in ours:
        change = intervals.mean(_balance(ours).values - _balance(theirs).values)
        base = float(_balance(theirs).mean())
        fund = wording.effect(say("effect.fund"), change.value, change.low, change.high, "yuan", base)
        told.append(fund.text)
    cost, reason = (
        float(one.cost_per_net_job_year),
        str(one.reason.sel(headline="cost_per_net_job_year").values),
    )
    if math.isnan(cost):
        told.append(say("effect.no_cost", reason=texts.say(f"reason.{reason}")))
    else:
        low, high = (float(one[f"cost_per_net_job_year_{end}"]) for end in ("low", "high"))
        told.append(say("effect.cost", value=f"{cost:,.0f}", interval=_between(low, high)))
    return told


def _between(low: float, high: float) -> str:
    return "" if math.isnan(low) else say("effect.between", low=f"{low:,.0f}", high=f"{high:,.0f}")


def _targets(ours: xr.Dataset, theirs: xr.Dataset) -> tables.DataTable:
    """Each target under both, and how often it is met."""
    rows = []
    for target in catalogue().targets:
        if target.id not in ours.target:
            continue
        here, there = (dataset.sel(target=target.id) for dataset in (ours, theirs))
        numbers = {"at_least": target.at_least} | _numbers(here.target_value, there.target_value)
        met, of = int(here.target_met.sum()), here.sizes["replicate"]
        low, high = intervals.wilson(met, of)
        numbers |= {"met": met, "of": of, "chance": met / of, "chance_low": low, "chance_high": high}
        name = target.zh if language() == "zh" else target.en
        rows.append(tables.Row(target.id, f"{target.id} {name}", target.unit, numbers))
    return _beside("targets", ("at_least", *BESIDE, "chance"), rows)


def _outcomes(ours: xr.Dataset, theirs: xr.Dataset) -> tables.DataTable:
    """What people ask about first, under both."""
    rows = []
    for name, label, unit, of in _quantities(ours):
        here, there = of(ours), of(theirs)
        if here.notnull().any():
            rows.append(tables.Row(name, label, unit, _numbers(here, there)))
    return _beside("outcomes", BESIDE, rows, (say("table.points"),))


def _quantities(
    dataset: xr.Dataset,
) -> list[tuple[str, str, str, Callable[[xr.Dataset], xr.DataArray]]]:
    """Name, label and unit of an outcome, and one number a replicate of it."""

    def end(name: str) -> Callable[[xr.Dataset], xr.DataArray]:
        return lambda of: of[name].isel(month=-1)

    def survived(form: str, months: int) -> Callable[[xr.Dataset], xr.DataArray]:
        at = {"clock": "since_opening", "cohort": 2017, "age": months - 1, "form": form}
        return lambda of: of.survival.sel(at)

    net = say("outcome.jobs_net")
    found = [("jobs_net", net, "persons", lambda of: end("jobs_universe")(of) - end("jobs_displaced")(of))]
    for form in ("enterprise", "individual"):
        named = str(dataset[f"form_{language()}"].sel(form=form).values)
        for months in (12, 36):
            label = texts.say("outcome.survival", months=months, form=named)
            found.append((f"survival.{form}.{months}", label, "share", survived(form, months)))
    found.append(("spending", say("outcome.spending"), "yuan", _spent))
    for name, unit in (("berths", "seats"), ("tenants", "firms")):
        found.append((name, say(f"outcome.{name}"), unit, end(name)))
    found.append(("pool_balance", texts.say("outcome.guarantor_capital"), "yuan", _balance))
    label = say("outcome.guarantees_outstanding")
    found.append(
        ("guarantees_outstanding", label, "yuan", lambda of: end("guarantees_outstanding")(_fund(of)))
    )
    label = say("outcome.claims_paid")
    found.append(("claims_paid", label, "yuan", lambda of: _fund(of).claims_paid.sum("month")))
    return found


def _numbers(here: xr.DataArray, there: xr.DataArray) -> dict[str, float]:
    """Both medians, and the mean of the paired differences with its interval."""
    ours, theirs = (np.asarray(values.values, dtype=np.float64) for values in (here, there))
    change = intervals.mean(ours - theirs)
    medians = {"reference": float(np.median(theirs)), "scenario": float(np.median(ours))}
    return medians | {"change": change.value, "low": change.low, "high": change.high}


def _beside(
    name: str, columns: Sequence[str], rows: Sequence[tables.Row], notes: Sequence[str] = ()
) -> tables.DataTable:
    heads = {column: say(f"head.{column}") for column in ("at_least", "chance", *BESIDE)}
    return tables.DataTable(name, "", say(f"table.{name}"), tuple(columns), tuple(rows), tuple(notes), heads)


def _fund(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.sel(fund=FUND)


def _spent(dataset: xr.Dataset) -> xr.DataArray:
    """Public spending less what came back, as the headline counts it."""
    spent: xr.DataArray = dataset.public_spending.sum(("month", "instrument"))
    if "public_returns" in dataset:
        spent = spent - dataset.public_returns.sum(("month", "instrument"))
    return spent


def _balance(dataset: xr.Dataset) -> xr.DataArray:
    balance: xr.DataArray = _fund(dataset).pool_balance.isel(month=-1)
    return balance


def _ends(ours: xr.Dataset, theirs: xr.Dataset) -> dict[str, str]:
    """Medians at the end of 2020, for the figure's text."""
    wording = Wording(language())
    told = {}
    for which, dataset in (("ours", ours), ("theirs", theirs)):
        told[f"balance_{which}"] = wording.yuan(float(_balance(dataset).median())).text
        outstanding = _fund(dataset).guarantees_outstanding.isel(month=-1)
        told[f"guarantees_{which}"] = wording.yuan(float(outstanding.median())).text
    return told
