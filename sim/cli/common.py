"""What several commands share: options of runs, loading of scenarios, writing of results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from sim.cli.group import Number, OneOf, WholeNumber
from sim.engine.errors import Fault, InputError
from sim.texts import say

MOST_NAMES = 8
"""Settings named in the warning about those that do not act."""


def run_options(command: Any) -> Any:
    """Add the options of every command that runs scenarios."""
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
    """Load scenarios with the run settings of the command.

    Args:
        names: paths of scenario files, or names of scenarios that ship.
        settings: run settings, None where not given.

    Raises:
        InputError: every fault of all scenarios and settings.
    """
    return _load(names, settings, settings, results=False)


def load_scenarios_or_results(names: Sequence[str], settings: dict[str, Any]) -> list[Any]:
    """Load scenarios and results; run settings are checked but not applied.

    Args:
        names: paths or names of scenarios, or paths of results (``.nc``).
        settings: run settings, None where not given.

    Raises:
        InputError: every fault of all files and settings.
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
    """Warn in one line about settings of a scenario that do not act in the model yet."""
    if ids:
        names = ", ".join(ids[:MOST_NAMES])
        if len(ids) > MOST_NAMES:
            names += " … " + say("check.more", number=len(ids))
        print_note(say("check.not_acting", path=path, names=names))


def print_note(line: str) -> None:
    """Print a line that is not part of the result to standard error."""
    click.echo(line, err=True)


def write_and_print(
    datasets: dict[Path, Any], text: str, written: Sequence[Path] = (), notes: Sequence[str] = ()
) -> None:
    """Write datasets, print the tables even if the disk is full, and list the files written.

    Args:
        datasets: by path.
        text: the tables.
        written: files that were written before.
        notes: lines about files that were replaced before.
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
