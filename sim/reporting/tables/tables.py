"""Tables for people: what a run or a comparison says, in the language in use.

A :class:`DataTable` is data: numbers in base units by row and column, which CSV and JSON hold as they are and
every place that prints them rounds and scales in its own way. Set for people it becomes a
:class:`sim.table.Table` (:mod:`sim.reporting.tables.printing`, the report), whose cells are texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import Target, catalogue
from sim.studies.comparison import paired_comparison
from sim.studies.methods import intervals
from sim.texts import language, say

SPREAD: Final = ("median", "p5", "p95")
PAIRED: Final = ("mean", "low", "high", "p5", "p95")
YEARS: Final = (2017, 2018, 2019, 2020)
PUBLISHED_JOBS_EACH: Final = (2.5, 3.2, 4.2)
"""Of a founder whom public services helped: low, middle, high (JOB12)."""
FEWEST: Final = 30  # recipients, below which the deadweight of an instrument is not printed
FEW: Final = 20  # replicates below which 5% and 95% lie near the lowest and the highest


@dataclass(frozen=True)
class Row:
    """One line of a table: raw numbers in ``unit``; ``remark``: why one is missing; ``word``: the finding."""

    name: str
    label: str
    unit: str
    numbers: dict[str, float]
    remark: str = ""
    word: str = ""


@dataclass(frozen=True)
class DataTable:
    """Rows under one title; ``columns`` are keys of ``headings``, of ``column`` in the words, or years.

    ``sheet`` is what people call it in a workbook, where ``name`` is an id.
    """

    name: str
    scenario: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    headings: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""


def depends_on_job_count(founders: float, jobs: float, asked: float) -> bool:
    """Whether T7 is met as its jobs are counted here and missed at the published number of jobs a founder."""
    return founders * PUBLISHED_JOBS_EACH[1] < asked <= jobs


def result(dataset: xr.Dataset, reference: xr.Dataset | None = None) -> list[DataTable]:
    """Targets, outcomes, spending, credit and funds of one scenario.

    Args:
        dataset: a result.
        reference: the same luck without the plan, if it was run: how much of T7 exists anyway.
    """
    tables = [_targets(dataset, reference), _outcomes(dataset), _spending(dataset)]
    if "loans_granted" in dataset:
        tables += [_credit(dataset), _bound(dataset), _funds(dataset)]
    return [table for table in tables if table.rows]


def comparison(dataset: xr.Dataset) -> list[DataTable]:
    """What each scenario of a comparison changes: headlines, targets, credit, deadweight by instrument."""
    tables = []
    for name in dataset.scenario.values:
        one = dataset.sel(scenario=name)
        tables += [_headlines(one), _target_changes(one), _credit_changes(one), _deadweight(one)]
    return [table for table in tables if table.rows]


def carried(dataset: xr.Dataset) -> list[str]:
    """Which uncertainty the numbers carry, and what is left out of the tables and why."""
    n = dataset.sizes["replicate"]
    times = say("table.once") if n == 1 else say("table.times", n=n)
    lines = [say(f"table.carries_{dataset.attrs['uncertainty']}", times=times)]
    if n < FEW:
        lines.append(say("table.few", times=times))
    if float(dataset.attrs["scale"]) < 1:
        lines.append(say("table.scaled", scale=f"{float(dataset.attrs['scale']):g}"))
    idle = not all(s.acting for s in catalogue().settings.values())
    return [*lines, *((say("table.left_out"),) if idle else ())]


def _targets(dataset: xr.Dataset, reference: xr.Dataset | None) -> DataTable:
    rows = []
    for target in catalogue().targets:
        if target.id not in dataset.target:
            continue
        of = dataset.sel(target=target.id)
        met, n = int(of.target_met.sum()), dataset.sizes["replicate"]
        low, high = intervals.wilson(met, n)
        numbers = {"at_least": target.at_least, **_spread(of.target_value)}
        numbers |= {"met": met, "of": n, "chance": met / n, "chance_low": low, "chance_high": high}
        rows.append(Row(target.id, _target(target), target.unit, numbers))
    notes = [*_founders_times_jobs(dataset, reference), say("table.chance_note")]
    columns = ("at_least", *SPREAD, "chance")
    return DataTable("targets", *_titled("targets", dataset), columns, tuple(rows), tuple(notes))


def _founders_times_jobs(dataset: xr.Dataset, reference: xr.Dataset | None) -> Iterator[str]:
    """T7 as what it is: founders times jobs each; and how much of it exists without the plan."""
    if "founders_served" not in dataset:
        return

    def last(of: xr.Dataset, name: str) -> float:
        return float(of[name].isel(month=-1).sel(definition="primary").mean())

    founders, jobs = (last(dataset, n) for n in ("founders_served", "jobs_driven_by_startups"))
    each = jobs / founders if founders else 0.0
    product = {"founders": f"{founders:,.0f}", "each": f"{each:.2f}", "jobs": f"{jobs:,.0f}"}
    middle = dataset.jobs_driven_by_startups.isel(month=-1).sel(definition="primary").median()
    yield say("table.t7", **product, median=f"{float(middle):,.0f}")
    asked = next((t.at_least for t in catalogue().targets if t.id == "T7"), 0.0)
    if founders and asked:
        least, each, most = PUBLISHED_JOBS_EACH
        told = {"least": f"{least:g}", "published": f"{each:g}", "most": f"{most:g}"}
        key = "dependent" if depends_on_job_count(founders, jobs, asked) else "robust"
        yield say(f"table.t7_{key}", each=f"{asked / founders:.2f}", jobs=f"{each * founders:,.0f}", **told)
    if reference is not None and jobs:
        share = last(reference, "jobs_driven_by_startups") / jobs
        name = reference.attrs[f"title_{language()}"]
        yield say("table.t7_without", share=f"{share:.1%}", reference=name)


def _outcomes(dataset: xr.Dataset) -> DataTable:
    rows: list[Row] = []

    def add(key: str, name: str, unit: str, values: xr.DataArray | None, **fields: Any) -> None:
        if values is not None and values.notnull().any():
            rows.append(Row(name, say(f"outcome.{key}", **fields), unit, _spread(values)))

    def each(form: str) -> dict[str, str]:
        return {"form": _label(dataset, "form", form)}

    have = dataset.data_vars
    for name in ("firms", "jobs", "market_entities"):
        for form in dataset.form.values if name in have else ():
            values = dataset[name].isel(month=-1).sel(form=form)
            add(name, f"{name}.{form}", dataset[name].units, values, **each(form))
    if "jobs_displaced" in have:
        add("jobs_displaced", "jobs_displaced", "persons", dataset.jobs_displaced.isel(month=-1))
    for name in ("registrations", "entries", "exits", "deregistrations"):
        if name in have:
            add(name, name, dataset[name].units, dataset[name].sum(("month", "form")))
    for form in dataset.form.values if "survival" in have else ():
        for months in (12, 36):
            # age a is survival beyond month a: 12 months are over after age 11
            at = {"clock": "since_opening", "cohort": 2017, "age": months - 1, "form": form}
            name = f"survival.{form}.{months}"
            values = dataset.survival.sel(at)
            add("survival", name, "share", values, months=months, **each(form))
    if "public_spending" in have:
        values = dataset.public_spending.sum(("month", "instrument"))
        add("public_spending", "public_spending", "yuan", values)
    return DataTable("outcomes", *_titled("outcomes", dataset), SPREAD, tuple(rows))


def _spending(dataset: xr.Dataset) -> DataTable:
    """Mean yuan by instrument and year; instruments on which nothing was spent are left out."""
    columns = (*map(str, YEARS), "total", "returned")
    returned = dataset.get("public_returns", 0 * dataset.public_spending).mean("replicate").sum("month")
    yearly = dataset.public_spending.mean("replicate").groupby("month.year").sum().transpose("year", ...)

    def row(name: str, label: str, years: Iterable[float], back: float) -> Row:
        amounts = [float(y) for y in years]
        return Row(name, label, "yuan", dict(zip(columns, [*amounts, sum(amounts), back], strict=True)))

    rows = [
        row(
            str(name), _label(dataset, "instrument", name), yearly.sel(instrument=name).values,
            float(returned.sel(instrument=name)))
        for name in dataset.instrument.values
        if float(yearly.sel(instrument=name).sum()) or float(returned.sel(instrument=name))
    ]  # fmt: skip
    spent = yearly.sum("instrument").values
    rows.append(row("total", say("column.total"), spent, float(returned.sum())))
    notes = (say("table.returned_note"),) if float(returned.sum()) else ()
    return DataTable("spending", *_titled("spending", dataset), columns, tuple(rows), notes)


def _credit(dataset: xr.Dataset) -> DataTable:
    """Loans of the four years: how much, how many of those asked, how many bad, who stands behind."""
    whole, end = dataset.sum("month"), dataset.isel(month=-1)
    asked, decided = (whole[name].sel(window="loan") for name in ("applications", "approvals"))
    refused = whole.loans_refused.sum("refusal")
    found = {
        "loans_granted": ("yuan", whole.loans_granted),
        "loans_number": ("count", whole.loans_number.sum("scheme")),
        "loans_passed": ("share", decided / (decided + refused).where(asked > 0)),
        "loans_outstanding": ("yuan", end.loans_outstanding),
        "bad_share": ("share", end.bad_loans / end.loans_outstanding.where(end.loans_outstanding > 0)),
        "guaranteed": ("count", whole.loans_number.sel(scheme="guarantee")),
        "startup_loans": ("count", whole.loans_number.sel(scheme="startup")),
        "guarantor_capital": ("yuan", end.pool_balance.sel(fund="guarantee_fund")),
        "leverage": ("times", end.leverage_in_use.sel(fund="guarantee_fund")),
    }
    rows = [
        Row(name, say(f"outcome.{name}"), unit, _spread(values))
        for name, (unit, values) in found.items()
        if values.notnull().any()
    ]
    return DataTable("credit", *_titled("credit", dataset), SPREAD, tuple(rows))


def _bound(dataset: xr.Dataset) -> DataTable:
    """What bound: requests for loans that came to nothing, by reason and year (means)."""
    columns = (*map(str, YEARS), "total")
    yearly = dataset.loans_refused.mean("replicate").groupby("month.year").sum().transpose("year", ...)
    rows = []
    for name in dataset.refusal.values:
        years = [float(y) for y in yearly.sel(refusal=name).values]
        numbers = dict(zip(columns, [*years, sum(years)], strict=True))
        rows.append(Row(str(name), _label(dataset, "refusal", name), "count", numbers))
    return DataTable("bound", *_titled("bound", dataset), columns, tuple(rows), (say("table.bound_note"),))


def _funds(dataset: xr.Dataset) -> DataTable:
    """What each public fund holds, what it may lose (expected, 95%, worst), and when it runs dry."""
    columns = (
        "balance",
        "claims",
        "claims_p95",
        "claims_worst",
        "loss",
        "loss_p95",
        "loss_worst",
        "dry",
        "dry_first",
    )
    rows = []
    for name in dataset.fund.values:
        of = dataset.sel(fund=name)
        balance = of.pool_balance.isel(month=-1)
        if not float(of.pool_balance.sum()):
            continue
        claims, lost, dry = of.claims_paid.sum("month"), of.fund_loss, of.fund_dry_month
        ran = dry.values[dry.values >= 0]
        numbers = {"balance": float(balance.median())}
        for key, values in (("claims", claims), ("loss", lost)):
            numbers |= {
                key: float(values.mean()),
                f"{key}_p95": _spread(values)["p95"],
                f"{key}_worst": float(values.max()),
            }
        numbers |= {
            "dry": ran.size / dry.size,
            "dry_first": _month(dataset, int(ran.min())) if ran.size else np.nan,
        }
        rows.append(Row(str(name), _label(dataset, "fund", name), "yuan", numbers))
    notes = [say("table.funds_note")]
    if float(dataset.attrs["scale"]) < 1:
        notes.append(say("table.funds_small", scale=f"{float(dataset.attrs['scale']):g}"))
    return DataTable("funds", *_titled("funds", dataset), columns, tuple(rows), tuple(notes))


def _month(dataset: xr.Dataset, number: int) -> float:
    """A month of the run as a number that people can read: 201906."""
    date = dataset.month.values[number].astype("datetime64[M]").astype(str)
    return float(date.replace("-", ""))


def _headlines(one: xr.Dataset) -> DataTable:
    rows = []
    gross = not bool(np.isnan(one.placebo_saved))
    for headline in paired_comparison.HEADLINES:
        name = headline.name
        if name in ("firms_saved", "firms_lost", "placebo_saved", "placebo_lost") and not gross:
            continue  # gross numbers mean nothing without the noise of queues beside them
        numbers = {"mean": float(one[name])}
        numbers |= {end: float(one[f"{name}_{end}"]) for end in ("low", "high")}
        if f"{name}_by_replicate" in one and one.sizes["replicate"] > 1:
            numbers |= {k: v for k, v in _spread(one[f"{name}_by_replicate"]).items() if k in PAIRED}
        reason = str(one.reason.sel(headline=name).values)
        remark = say(f"reason.{reason}") if reason else ""
        label = headline.zh if language() == "zh" else headline.en
        rows.append(Row(name, label, headline.unit, numbers, remark))
    notes = (say("table.interval"), say("table.cost"), *((say("table.placebo"),) if gross else ()))
    return DataTable("headlines", *_against("headlines", one), PAIRED, tuple(rows), notes)


def _target_changes(one: xr.Dataset) -> DataTable:
    rows = []
    for target in catalogue().targets if "target_value_difference" in one else ():
        if target.id in one.target:
            values = one.target_value_difference.sel(target=target.id)
            rows.append(Row(target.id, _target(target), target.unit, _paired(values)))
    return DataTable("target_changes", *_against("target_changes", one), PAIRED, tuple(rows))


def _credit_changes(one: xr.Dataset) -> DataTable:
    """What becomes of loans and of the guarantee fund; what does not change at all is left out."""
    found: dict[str, tuple[str, xr.DataArray]] = {}
    if "loans_granted_difference" in one:
        number = one.loans_number_difference.sum("month")
        found = {
            "loans_granted": ("yuan", one.loans_granted_difference.sum("month")),
            "loans_number": ("count", number.sum("scheme")),
            "guaranteed": ("count", number.sel(scheme="guarantee")),
            "startup_loans": ("count", number.sel(scheme="startup")),
            "fund_claims": ("yuan", one.claims_paid_difference.sel(fund="guarantee_fund").sum("month")),
            "guarantor_capital": (
                "yuan", one.pool_balance_difference.sel(fund="guarantee_fund").isel(month=-1)),
        }  # fmt: skip
    rows = [
        Row(name, say(f"outcome.{name}"), unit, _paired(values))
        for name, (unit, values) in found.items()
        if values.any()
    ]
    return DataTable("credit_changes", *_against("credit_changes", one), PAIRED, tuple(rows))


def _deadweight(one: xr.Dataset) -> DataTable:
    columns = ("money", "money_low", "money_high", "jobs", "jobs_low", "jobs_high")
    rows = []
    for name in one.instrument.values:
        of = one.sel(instrument=name)
        judged = float(of.get("deadweight_recipients_by_instrument", 0.0))
        if judged >= FEWEST and not np.isnan(of.deadweight_money_by_instrument):
            numbers = {}
            for column in columns:
                kind, _, end = column.partition("_")
                key = f"deadweight_{kind}_by_instrument" + (f"_{end}" if end else "")
                numbers[column] = float(of[key])
            rows.append(Row(str(name), _label(one, "instrument", name), "share", numbers))
    notes = (say("table.judged", share=f"{float(one.deadweight_judged):.1%}", fewest=FEWEST),)
    return DataTable("deadweight", *_against("deadweight", one), columns, tuple(rows), notes)


def _spread(values: xr.DataArray) -> dict[str, float]:
    """Median, 5% and 95% over replicates."""
    low, middle, high = intervals.quantiles(values.values)
    return {"median": middle, "p5": low, "p95": high}


def _paired(values: xr.DataArray) -> dict[str, float]:
    """Mean of differences with its interval; beyond one replicate also where 90% of them lie."""
    mean, low, high, _ = intervals.mean(values.values)
    spread = _spread(values) if values.size > 1 else {}
    return {"mean": mean, "low": low, "high": high} | {k: v for k, v in spread.items() if k in PAIRED}


def _target(target: Target) -> str:
    return f"{target.id} {target.zh if language() == 'zh' else target.en}"


def _label(dataset: xr.Dataset, dim: str, slug: Any) -> str:
    return str(dataset[f"{dim}_{language()}"].sel({dim: slug}).values)


def _titled(key: str, dataset: xr.Dataset) -> tuple[str, str]:
    scenario = str(dataset.attrs[f"title_{language()}"])
    return str(dataset.attrs["name"]), say(f"table.{key}", scenario=scenario)


def _against(key: str, one: xr.Dataset) -> tuple[str, str]:
    words = {"scenario": str(one[f"scenario_{language()}"].values)}
    words["reference"] = str(one.attrs[f"reference_{language()}"])
    return str(one.scenario.values), say(f"table.{key}", **words)
