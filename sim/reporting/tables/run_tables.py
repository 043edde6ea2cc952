"""Tables of a run: targets, outcomes, spending, credit and funds, in the current language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import Target, catalogue
from sim.reporting.counted_units import shown_unit
from sim.reporting.tables.data_table import DataTable, Row
from sim.studies.methods import intervals
from sim.texts import language, say

QUANTILES: Final = ("median", "p5", "p95")
YEARS: Final = (2017, 2018, 2019, 2020)
PUBLISHED_JOBS_EACH: Final = (2.5, 3.2, 4.2)
"""Published jobs per founder supported by public services: low, middle and high value (JOB12)."""
FEW: Final = 20
"""Number of replicates below which the 5% and 95% quantiles are close to the minimum and maximum."""
FUND: Final = "guarantee_fund"


def tables(dataset: xr.Dataset, reference: xr.Dataset | None = None) -> list[DataTable]:
    """Return the tables of a run; tables without rows are omitted.

    Args:
        dataset: dataset of the run.
        reference: run without the plan, used to report the share of target T7 (jobs driven by startups) that
            is reached without the plan.
    """
    all_tables = [_targets(dataset, reference), _outcomes(dataset), _spending(dataset)]
    if "loans_granted" in dataset:
        all_tables += [_credit(dataset), _refusals(dataset), _funds(dataset)]
    return [table for table in all_tables if table.rows]


def notes(dataset: xr.Dataset) -> list[str]:
    """Return notes on the uncertainty included in the numbers and on parts of the plan that are not modelled.

    Args:
        dataset: a run, a comparison or trials.
    """
    n = dataset.sizes["replicate"]
    times = say("table.once") if n == 1 else say("table.times", n=n)
    lines = [say(f"table.carries_{dataset.attrs['uncertainty']}", times=times)]
    if n < FEW:
        lines.append(say("table.few", times=times))
    if float(dataset.attrs["scale"]) < 1:
        lines.append(say("table.scaled", scale=f"{float(dataset.attrs['scale']):g}"))
    incomplete = not all(setting.acting for setting in catalogue().settings.values())
    return [*lines, *((say("table.left_out"),) if incomplete else ())]


def depends_on_job_count(founders: float, jobs: float, required: float) -> bool:
    """Whether target T7 is met at the simulated number of jobs per founder but not at the published number.

    Args:
        founders: number of founders served.
        jobs: number of jobs in the simulation.
        required: number of jobs that T7 requires.
    """
    return founders * PUBLISHED_JOBS_EACH[1] < required <= jobs


def quantiles(values: xr.DataArray) -> dict[str, float]:
    """Return the median and the 5% and 95% quantiles over replicates, keyed by column name."""
    low, middle, high = intervals.quantiles(values.values)
    return {"median": middle, "p5": low, "p95": high}


def target_name(target: Target) -> str:
    """Return the id and name of a target."""
    return f"{target.id} {target.zh if language() == 'zh' else target.en}"


def label(dataset: xr.Dataset, dim: str, slug: Any) -> str:
    """Return the label of a coordinate value."""
    return str(dataset[f"{dim}_{language()}"].sel({dim: slug}).values)


def _titles(key: str, dataset: xr.Dataset) -> tuple[str, str]:
    """Return the name of the scenario and the title of a table."""
    scenario = str(dataset.attrs[f"title_{language()}"])
    return str(dataset.attrs["name"]), say(f"table.{key}", scenario=scenario)


def _targets(dataset: xr.Dataset, reference: xr.Dataset | None) -> DataTable:
    rows = []
    for target in catalogue().targets:
        if target.id not in dataset.target:
            continue
        of = dataset.sel(target=target.id)
        met, n = int(of.target_met.sum()), dataset.sizes["replicate"]
        low, high = intervals.wilson(met, n)
        numbers = {"at_least": target.at_least, **quantiles(of.target_value)}
        numbers |= {"met": met, "of": n, "chance": met / n, "chance_low": low, "chance_high": high}
        rows.append(Row(target.id, target_name(target), target.unit, numbers))
    below = (*_founders_times_jobs(dataset, reference), say("table.chance_note"))
    columns = ("at_least", *QUANTILES, "chance")
    return DataTable("targets", *_titles("targets", dataset), columns, tuple(rows), below)


def _founders_times_jobs(dataset: xr.Dataset, reference: xr.Dataset | None) -> Iterator[str]:
    """Yield notes on target T7: founders times jobs per founder, and the share reached without the plan."""
    if "founders_served" not in dataset:
        return

    def mean_at_end(of: xr.Dataset, name: str) -> float:
        return float(of[name].isel(month=-1).sel(definition="primary").mean())

    founders, jobs = (mean_at_end(dataset, n) for n in ("founders_served", "jobs_driven_by_startups"))
    each = jobs / founders if founders else 0.0
    product = {"founders": f"{founders:,.0f}", "each": f"{each:.2f}", "jobs": f"{jobs:,.0f}"}
    middle = dataset.jobs_driven_by_startups.isel(month=-1).sel(definition="primary").median()
    yield say("table.t7", **product, median=f"{float(middle):,.0f}")
    required = next((t.at_least for t in catalogue().targets if t.id == "T7"), 0.0)
    if founders and required:
        least, each, most = PUBLISHED_JOBS_EACH
        published = {"least": f"{least:g}", "published": f"{each:g}", "most": f"{most:g}"}
        at_published = {"each": f"{required / founders:.2f}", "jobs": f"{each * founders:,.0f}"}
        key = "dependent" if depends_on_job_count(founders, jobs, required) else "robust"
        yield say(f"table.t7_{key}", **at_published, **published)
    if reference is not None and jobs:
        share = mean_at_end(reference, "jobs_driven_by_startups") / jobs
        name = reference.attrs[f"title_{language()}"]
        yield say("table.t7_without", share=f"{share:.1%}", reference=name)


def _outcomes(dataset: xr.Dataset) -> DataTable:
    rows: list[Row] = []

    def add(key: str, name: str, unit: str, values: xr.DataArray, **fields: Any) -> None:
        if values.notnull().any():
            rows.append(Row(name, say(f"outcome.{key}", **fields), shown_unit(unit, name), quantiles(values)))

    forms = {form: label(dataset, "form", form) for form in dataset.form.values}
    present = dataset.data_vars
    for name in ("firms", "jobs", "market_entities"):
        for form, form_label in forms.items() if name in present else ():
            values = dataset[name].isel(month=-1).sel(form=form)
            add(name, f"{name}.{form}", dataset[name].units, values, form=form_label)
    if "jobs_displaced" in present:
        add("jobs_displaced", "jobs_displaced", "persons", dataset.jobs_displaced.isel(month=-1))
    for name in ("registrations", "entries", "exits", "deregistrations"):
        if name in present:
            add(name, name, dataset[name].units, dataset[name].sum(("month", "form")))
    for form, form_label in forms.items() if "survival" in present else ():
        for months in (12, 36):
            # months of age are numbered from 0, so 12 months are completed at age 11
            at = {"clock": "since_opening", "cohort": 2017, "age": months - 1, "form": form}
            fields = {"months": months, "form": form_label}
            add("survival", f"survival.{form}.{months}", "share", dataset.survival.sel(at), **fields)
    if "public_spending" in present:
        values = dataset.public_spending.sum(("month", "instrument"))
        add("public_spending", "public_spending", "yuan", values)
    return DataTable("outcomes", *_titles("outcomes", dataset), QUANTILES, tuple(rows))


def _spending(dataset: xr.Dataset) -> DataTable:
    """Return the table of mean spending by instrument and year; instruments without payments are omitted."""
    columns = (*map(str, YEARS), "total", "returned")
    returned = dataset.get("public_returns", 0 * dataset.public_spending).mean("replicate").sum("month")
    yearly = dataset.public_spending.mean("replicate").groupby("month.year").sum().transpose("year", ...)

    def row(name: str, row_label: str, years: Iterable[float], receipts: float) -> Row:
        amounts = [float(amount) for amount in years]
        numbers = dict(zip(columns, [*amounts, sum(amounts), receipts], strict=True))
        return Row(name, row_label, "yuan", numbers)

    rows = [
        row(
            str(name), label(dataset, "instrument", name), yearly.sel(instrument=name).values,
            float(returned.sel(instrument=name)))
        for name in dataset.instrument.values
        if float(yearly.sel(instrument=name).sum()) or float(returned.sel(instrument=name))
    ]  # fmt: skip
    spent = yearly.sum("instrument").values
    rows.append(row("total", say("column.total"), spent, float(returned.sum())))
    below = (say("table.returned_note"),) if float(returned.sum()) else ()
    return DataTable("spending", *_titles("spending", dataset), columns, tuple(rows), below)


def _credit(dataset: xr.Dataset) -> DataTable:
    """Return the table of loans over the four years: amounts, approval rate, bad loans and guarantees."""
    total, end = dataset.sum("month"), dataset.isel(month=-1)
    applications, approvals = (total[name].sel(window="loan") for name in ("applications", "approvals"))
    refused = total.loans_refused.sum("refusal")
    variables = {
        "loans_granted": ("yuan", total.loans_granted),
        "loans_number": ("loans", total.loans_number.sum("scheme")),
        "loans_passed": ("share", approvals / (approvals + refused).where(applications > 0)),
        "loans_outstanding": ("yuan", end.loans_outstanding),
        "bad_share": ("share", end.bad_loans / end.loans_outstanding.where(end.loans_outstanding > 0)),
        "guaranteed": ("loans", total.loans_number.sel(scheme="guarantee")),
        "startup_loans": ("loans", total.loans_number.sel(scheme="startup")),
        "guarantor_capital": ("yuan", end.pool_balance.sel(fund=FUND)),
        "leverage": ("times", end.leverage_in_use.sel(fund=FUND)),
    }
    rows = [
        Row(name, say(f"outcome.{name}"), unit, quantiles(values))
        for name, (unit, values) in variables.items()
        if values.notnull().any()
    ]
    return DataTable("credit", *_titles("credit", dataset), QUANTILES, tuple(rows))


def _refusals(dataset: xr.Dataset) -> DataTable:
    """Return the table of the mean number of loan applications that were not granted, by reason and year."""
    columns = (*map(str, YEARS), "total")
    yearly = dataset.loans_refused.mean("replicate").groupby("month.year").sum().transpose("year", ...)
    rows = []
    for name in dataset.refusal.values:
        years = [float(number) for number in yearly.sel(refusal=name).values]
        numbers = dict(zip(columns, [*years, sum(years)], strict=True))
        rows.append(Row(str(name), label(dataset, "refusal", name), "applications", numbers))
    return DataTable("bound", *_titles("bound", dataset), columns, tuple(rows), (say("table.bound_note"),))


def _funds(dataset: xr.Dataset) -> DataTable:
    """Return the table of public funds: balance, claims, losses, and frequency and date of exhaustion."""
    claims, losses = ([key, f"{key}_p95", f"{key}_worst"] for key in ("claims", "loss"))
    columns = ("balance", *claims, *losses, "dry", "dry_first")
    rows = []
    for name in dataset.fund.values:
        of = dataset.sel(fund=name)
        if not float(of.pool_balance.sum()):
            continue
        numbers = {"balance": float(of.pool_balance.isel(month=-1).median())}
        for key, values in (("claims", of.claims_paid.sum("month")), ("loss", of.fund_loss)):
            numbers |= {
                key: float(values.mean()),
                f"{key}_p95": quantiles(values)["p95"],
                f"{key}_worst": float(values.max()),
            }
        exhausted = of.fund_dry_month.values[of.fund_dry_month.values >= 0]
        first = _calendar_month(dataset, int(exhausted.min())) if exhausted.size else np.nan
        numbers |= {"dry": exhausted.size / of.fund_dry_month.size, "dry_first": first}
        rows.append(Row(str(name), label(dataset, "fund", name), "yuan", numbers))
    below = [say("table.funds_note")]
    if float(dataset.attrs["scale"]) < 1:
        below.append(say("table.funds_small", scale=f"{float(dataset.attrs['scale']):g}"))
    return DataTable("funds", *_titles("funds", dataset), columns, tuple(rows), tuple(below))


def _calendar_month(dataset: xr.Dataset, number: int) -> float:
    """Return a month of the run as a number in the form YYYYMM, such as 201906."""
    date = dataset.month.values[number].astype("datetime64[M]").astype(str)
    return float(date.replace("-", ""))
