"""Trials as tables for people: what was moved, what came of it, what an evaluator would have found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import catalogue
from sim.reporting.tables.tables import DataTable, Row
from sim.texts import language, say

EFFECTS = ("reference_arm", "policy_arm", "effect", "low", "high")
ESTIMATES = tuple(
    f"{number}{end}" for number in ("estimate", "truth", "bias") for end in ("", "_low", "_high")
)


def trials(dataset: xr.Dataset, *, only_evaluation: bool = False) -> list[DataTable]:
    """The tables of a dataset of :func:`sim.studies.trials.results.assemble`, trial by trial.

    Args:
        dataset: what trials found.
        only_evaluation: only the naive evaluation.
    """
    tables = [] if only_evaluation else [_skipped(dataset)]
    for name in dataset.trial.values:
        one = dataset.sel(trial=name)
        if not only_evaluation:
            tables += [_levers(one), _effects(one)]
        tables.append(_evaluation(one))
    return [table for table in tables if table.rows]


def summary(dataset: xr.Dataset) -> list[DataTable]:
    """One line a trial: what it does to net job-years."""
    found = dataset.sel(quantity="job_years_net", group="all")
    label = str(found[f"quantity_{language()}"].values)
    rows = []
    for name in dataset.trial.values:
        one = found.sel(trial=name)
        numbers = {"effect": one.difference, "low": one.low, "high": one.high, "runs": one.replicates}
        told = {key: float(value) for key, value in numbers.items()}
        word = say(f"trial.{one.word.values}")
        rows.append(Row(str(name), _label(one), str(one.quantity_unit.values), told, word=word))
    title = say("trial.summary", quantity=label, against=_against(dataset))
    return [
        DataTable("trials", str(dataset.attrs["name"]), title, ("effect", "low", "high", "runs"), tuple(rows))
    ]


def _skipped(dataset: xr.Dataset) -> DataTable:
    """Trials that were not run, and why."""
    rows = tuple(
        Row(str(one.trial.values), _label(one), "", {}, word=say(f"trial.{one.status.values}"))
        for one in (dataset.sel(trial=name) for name in dataset.trial.values)
        if str(one.status.values) != "run"
    )
    title = say("trial.skipped", against=_against(dataset))
    return DataTable("skipped", str(dataset.attrs["name"]), title, (), rows)


def _levers(one: xr.Dataset) -> DataTable:
    """Yearly means of every socket that the trial moves, in both arms."""
    rows = []
    known = catalogue().levers
    for lever in one.lever.values:
        values = one.lever_value.sel(lever=lever)
        if values.isnull().all():
            continue
        fact = known[str(lever)]
        told = fact.zh if language() == "zh" else fact.en
        for arm in one.arm.values:
            numbers = {str(year): float(values.sel(arm=arm, year=year)) for year in one.year.values}
            label = say(f"trial.lever_{arm}", label=told, against=_against(one))
            rows.append(Row(f"{lever}.{arm}", label, fact.unit, numbers))
    return DataTable("levers", *_titled("levers", one), tuple(map(str, one.year.values)), tuple(rows))


def _effects(one: xr.Dataset) -> DataTable:
    """Both arms, the paired difference with its interval, and the word for it."""
    rows = []
    for quantity in one.quantity.values if str(one.status.values) == "run" else ():
        for group in one.group.values:
            of = one.sel(quantity=quantity, group=group)
            if not str(of.word.values):
                continue
            numbers = {
                f"{arm}_arm": float(np.nanmean(of.value.sel(arm=arm))) for arm in ("reference", "policy")
            }
            ends = {"effect": of.difference, "low": of.low, "high": of.high}
            numbers |= {end: float(value) for end, value in ends.items()}
            label = str(of[f"quantity_{language()}"].values)
            if one.word.sel(quantity=quantity, group="eligible").values:
                label = say(f"trial.of_{group}", label=label)
            unit = str(of.quantity_unit.values)
            rows.append(Row(f"{quantity}.{group}", label, unit, numbers, word=say(f"trial.{of.word.values}")))
    notes = (
        say("trial.eligible_note", eligible=str(one[f"eligible_{language()}"].values)),
        say("trial.interval_note", n=int(one.replicates)),
    )
    return DataTable("effects", *_titled("effects", one), EFFECTS, tuple(rows), notes)


def _evaluation(one: xr.Dataset) -> DataTable:
    """What an evaluator would find, the truth, and the bias."""
    rows = []
    for approach in one.approach.values:
        of = one.sel(approach=approach)
        numbers = {}
        for column in ESTIMATES:
            number, _, end = column.partition("_")
            numbers[column] = float(of[f"evaluation_{end}" if end else "evaluation"].sel(number=number))
        if not np.isnan(numbers["estimate"]):
            rows.append(Row(str(approach), say(f"trial.{approach}"), "share", numbers))
    notes = tuple(_evaluation_notes(one)) if rows else ()
    return DataTable("evaluation", *_titled("evaluation", one), ESTIMATES, tuple(rows), notes)


def _evaluation_notes(one: xr.Dataset) -> Iterator[str]:
    treated = one.evaluation.sel(approach="landmark")
    number, share = float(treated.sel(number="treated")), float(treated.sel(number="compared"))
    yield say("trial.treated_note", treated=f"{number:,.0f}", share=f"{share:.0%}")
    yield say("trial.evaluation_note", n=int(one.replicates))


def _label(one: xr.Dataset) -> str:
    return f"{one.trial.values} {one[f'trial_{language()}'].values}"


def _against(dataset: xr.Dataset) -> str:
    return say(f"trial.against_{dataset.attrs['against']}")


def _titled(key: str, one: xr.Dataset) -> tuple[str, str]:
    """The trial's name, which stands for a scenario, and the table's title."""
    return str(one.trial.values), say(f"trial.{key}", trial=_label(one), against=_against(one))
