"""Helpers shared by several commands: run options, loading of scenarios, and writing of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sim.cli.group import Number, OneOf, WholeNumber
from sim.engine.errors import Fault, InputError
from sim.texts import say

MOST_NAMES = 8
"""Maximum number of settings listed in the warning about settings that have no effect."""


def run_options(command: Any) -> Any:
    """Add the options shared by all commands that run scenarios."""
    for option in (
        click.option("--format", type=OneOf(["text", "csv", "json"]), default="text"),
        click.option("--out", type=click.Path(path_type=Path), default=Path("results")),
        click.option("--workers", type=WholeNumber(min=1)),
        click.option("--scale", type=Number()),
        click.option("--seed", type=WholeNumber()),
        click.option("-n", "--replicates", type=WholeNumber()),
    ):
        command = option(command)
    return command


def load_scenarios(names: Sequence[str], settings: dict[str, Any]) -> list[Any]:
    """Load scenarios and apply the run settings given on the command line.

    Args:
        names: paths of scenario files, or names of shipped scenarios.
        settings: run settings; None for those that are not given.

    Raises:
        InputError: a scenario or setting is invalid; the error lists all faults.
    """
    return _load(names, settings, settings, results=False)


def load_scenarios_or_results(names: Sequence[str], settings: dict[str, Any]) -> list[Any]:
    """Load scenarios and results; validate the run settings without applying them.

    Args:
        names: paths or names of scenarios, or paths of results (``.nc``).
        settings: run settings; None for those that are not given.

    Raises:
        InputError: a file or setting is invalid; the error lists all faults.
    """
    return _load(names, {}, settings, results=True)


def _load(
    names: Sequence[str], applied: dict[str, Any], checked: dict[str, Any], *, results: bool
) -> list[Any]:
    from sim.policy.scenario.scenario import Scenario
    from sim.policy.scenario.scenario import checked as check
    from sim.studies.compare import opened
    from sim.studies.execution.run_specification import load

    faults: list[Fault | str] = []
    loaded = []
    try:
        check({name: value for name, value in checked.items() if value is not None}, "--")
    except InputError as error:
        faults += error.faults
        applied = {}
    for name in names:
        try:
            is_result = results and name.endswith(".nc")
            loaded.append(opened(name) if is_result else load(name, applied))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    for scenario in {each.name: each for each in loaded if isinstance(each, Scenario)}.values():
        warn_not_acting(scenario.name, scenario.not_acting)
    return loaded


def warn_not_acting(path: str, ids: Sequence[str]) -> None:
    """Print a one-line warning about scenario settings that have no effect in the model yet."""
    if ids:
        names = ", ".join(ids[:MOST_NAMES])
        if len(ids) > MOST_NAMES:
            names += " … " + say("check.more", number=len(ids))
        print_note(say("check.not_acting", path=path, names=names))


def print_note(line: str) -> None:
    """Print a message to standard error, separate from the results on standard output."""
    click.echo(line, err=True)


def write_and_print(
    datasets: dict[Path, Any], text: str, written: Sequence[Path] = (), notes: Sequence[str] = ()
) -> None:
    """Write datasets, print the tables even if writing fails, and list the files written.

    Args:
        datasets: datasets by output path.
        text: tables to print.
        written: files written before this call.
        notes: messages about files replaced before this call.
    """
    from sim.studies.execution import results

    lines = list(notes)
    try:
        for path, dataset in datasets.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            lines.append(results.write(dataset, path))
    finally:
        click.echo(text)
    for line in filter(None, lines):
        print_note(line)
    for path in (*written, *datasets):
        print_note(f"wrote {path}")
