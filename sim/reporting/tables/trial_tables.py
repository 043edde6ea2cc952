"""Tables of trials: changed levers, effects, and observational estimates next to the true effects."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.counted_units import shown_unit
from sim.reporting.tables.data_table import DataTable, Row
from sim.studies.trials import quantities
from sim.texts import language, say

EFFECTS = ("reference_arm", "policy_arm", "effect", "low", "high")
ESTIMATES = tuple(
    f"{number}{end}" for number in ("estimate", "truth", "bias") for end in ("", "_low", "_high")
)


def trials(dataset: xr.Dataset, *, only_evaluation: bool = False) -> list[DataTable]:
    """Return the tables of all trials, trial by trial.

    Args:
        dataset: dataset from :func:`sim.studies.trials.results.assemble`.
        only_evaluation: whether to include only the observational estimates.
    """
    tables = [] if only_evaluation else [_skipped(dataset)]
    for name in dataset.trial.values:
        trial = dataset.sel(trial=name)
        if not only_evaluation:
            tables += [_levers(trial), _effects(trial)]
        tables.append(_evaluation(trial))
    return [table for table in tables if table.rows]


def summary(dataset: xr.Dataset) -> list[DataTable]:
    """Return a single table with the effect of each trial on net job-years."""
    job_years = dataset.sel(quantity="job_years_net", group="all")
    label = str(job_years[f"quantity_{language()}"].values)
    rows = []
    for name in dataset.trial.values:
        of = job_years.sel(trial=name)
        values = {"effect": of.difference, "low": of.low, "high": of.high, "runs": of.replicates}
        numbers = {key: float(value) for key, value in values.items()}
        word = say(f"trial.{of.word.values}")
        rows.append(Row(str(name), _label(of), str(of.quantity_unit.values), numbers, word=word))
    title = say("trial.summary", quantity=label, against=_against(dataset))
    return [
        DataTable("trials", str(dataset.attrs["name"]), title, ("effect", "low", "high", "runs"), tuple(rows))
    ]


def _skipped(dataset: xr.Dataset) -> DataTable:
    """Return the table of trials that were not run, with the reasons."""
    rows = tuple(
        Row(str(trial.trial.values), _label(trial), "", {}, word=say(f"trial.{trial.status.values}"))
        for trial in (dataset.sel(trial=name) for name in dataset.trial.values)
        if str(trial.status.values) != "run"
    )
    title = say("trial.skipped", against=_against(dataset))
    return DataTable("skipped", str(dataset.attrs["name"]), title, (), rows)


def _levers(trial: xr.Dataset) -> DataTable:
    """Return the table of yearly means, in both arms, of every lever that the trial changes."""
    rows = []
    levers = catalogue().levers
    for lever in trial.lever.values:
        values = trial.lever_value.sel(lever=lever)
        if values.isnull().all():
            continue
        declared = levers[str(lever)]
        name = declared.zh if language() == "zh" else declared.en
        for arm in trial.arm.values:
            numbers = {str(year): float(values.sel(arm=arm, year=year)) for year in trial.year.values}
            label = say(f"trial.lever_{arm}", label=name, against=_against(trial))
            rows.append(Row(f"{lever}.{arm}", label, declared.unit, numbers))
    return DataTable("levers", *_titled("levers", trial), tuple(map(str, trial.year.values)), tuple(rows))


def _effects(trial: xr.Dataset) -> DataTable:
    """Return the table of outcomes in both arms, with paired differences, intervals and assessments."""
    rows = []
    for quantity in trial.quantity.values if str(trial.status.values) == "run" else ():
        for group in trial.group.values:
            of = trial.sel(quantity=quantity, group=group)
            if not str(of.word.values):
                continue
            numbers = {
                f"{arm}_arm": float(np.nanmean(of.value.sel(arm=arm))) for arm in ("reference", "policy")
            }
            ends = {"effect": of.difference, "low": of.low, "high": of.high}
            numbers |= {end: float(value) for end, value in ends.items()}
            label = str(of[f"quantity_{language()}"].values)
            if trial.word.sel(quantity=quantity, group="eligible").values:
                label = say(f"trial.of_{group}", label=label)
            unit = shown_unit(str(of.quantity_unit.values), _variable(str(quantity)))
            rows.append(Row(f"{quantity}.{group}", label, unit, numbers, word=say(f"trial.{of.word.values}")))
    notes = (
        say("trial.eligible_note", eligible=str(trial[f"eligible_{language()}"].values)),
        say("trial.interval_note", n=int(trial.replicates)),
    )
    return DataTable("effects", *_titled("effects", trial), EFFECTS, tuple(rows), notes)


def _evaluation(trial: xr.Dataset) -> DataTable:
    """Return the table of observational estimates, true effects and bias."""
    rows = []
    for approach in trial.approach.values:
        of = trial.sel(approach=approach)
        numbers = {}
        for column in ESTIMATES:
            number, _, end = column.partition("_")
            numbers[column] = float(of[f"evaluation_{end}" if end else "evaluation"].sel(number=number))
        if not np.isnan(numbers["estimate"]):
            rows.append(Row(str(approach), say(f"trial.{approach}"), "share", numbers))
    notes = tuple(_evaluation_notes(trial)) if rows else ()
    return DataTable("evaluation", *_titled("evaluation", trial), ESTIMATES, tuple(rows), notes)


def _evaluation_notes(trial: xr.Dataset) -> Iterator[str]:
    treated = trial.evaluation.sel(approach="landmark")
    number, share = float(treated.sel(number="treated")), float(treated.sel(number="compared"))
    yield say("trial.treated_note", treated=f"{number:,.0f}", share=f"{share:.0%}")
    yield say("trial.evaluation_note", n=int(trial.replicates))


def _variable(quantity: str) -> str:
    """Return the variable of the results in which a quantity is counted, or its own name if there is none."""
    outcome = quantities.declared()["outcomes"].get(quantity.partition(".")[0], {})
    return str(outcome.get("variable", quantity))


def _label(trial: xr.Dataset) -> str:
    return f"{trial.trial.values} {trial[f'trial_{language()}'].values}"


def _against(dataset: xr.Dataset) -> str:
    return say(f"trial.against_{dataset.attrs['against']}")


def _titled(key: str, trial: xr.Dataset) -> tuple[str, str]:
    """Return the name of the trial, used in place of a scenario name, and the title of the table."""
    return str(trial.trial.values), say(f"trial.{key}", trial=_label(trial), against=_against(trial))
