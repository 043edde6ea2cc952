"""Commands on scenarios and the catalogue: ``zsim check``, ``zsim schema``, ``zsim plan``, ``zsim diff``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from sim.cli.common import load_scenarios, warn_not_acting
from sim.cli.group import Group, OneOf
from sim.engine.errors import Fault, InputError
from sim.texts import say


@click.argument("files", nargs=-1, required=True)
def check(files: tuple[str, ...]) -> None:
    """Check scenario and study files, and list all faults."""
    faults: list[Fault | str] = []
    for file in files:
        try:
            not_acting = _check_file(file)
        except InputError as error:
            faults += error.faults
            continue
        click.echo(say("check.ok", path=file))
        warn_not_acting(file, not_acting)
    if faults:
        raise InputError(faults)


def _check_file(file: str) -> tuple[str, ...]:
    """Check a file and return its settings that have no effect in the model yet.

    Raises:
        InputError: the file is invalid; the error lists all faults.
    """
    from sim.policy.scenario.scenario import load_scenario
    from sim.policy.scenario.shapes import is_study

    if not is_study(Path(file)):
        return tuple(load_scenario(file).not_acting)
    from sim.studies.execution.simulation import city_model
    from sim.studies.specification.study_file import load_study

    load_study(file, city_model())
    return ()


def schema() -> None:
    """Print the JSON Schema of scenario files."""
    from sim.policy.scenario.json_schema import schema as scenario_schema

    click.echo(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))


@click.argument("only", required=False)
@click.option("--format", type=OneOf(["text", "md", "json"]), default="text")
def plan(only: str | None, format: str) -> None:
    """Print the catalogue, or a single measure or instrument."""
    from sim.policy.catalogue.listing import chosen, plan_json, plan_text

    selection = chosen(only)
    click.echo(plan_json(selection) if format == "json" else plan_text(selection, format == "md"))


@click.argument("a")
@click.argument("b")
def diff(a: str, b: str) -> None:
    """Print the settings in which two scenarios differ."""
    from sim.policy.scenario.differences import difference

    click.echo(difference(*load_scenarios([a, b], {})))


def register(main: Group) -> None:
    """Add the commands to the program."""
    for command in (check, schema, plan, diff):
        main.command()(command)
