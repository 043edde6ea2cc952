"""The command ``zsim``: parse, call, print. The rest is imported inside the command that needs it.

Add a command with ``@main.command()``: its help is the text ``command.NAME`` of ``texts.yaml``, an
option's help the text ``option.NAME``; ``--lang`` and the exit statuses come by themselves, see
:mod:`sim.cli.group`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

try:
    import click

    from sim.cli import studies
    from sim.cli.group import Group, Number, OneOf, Whole
    from sim.engine.errors import Fault, InputError
    from sim.texts import say
except KeyboardInterrupt:  # before anything can be said in the language in use
    sys.stderr.write("已中断 / stopped\n")
    exec("")  # see `sim.cli.group.stopped`
    sys.exit(3)


@click.group(name="zsim", cls=Group)
def main() -> None:
    """Entry point of the command line."""


@main.command()
@click.argument("files", nargs=-1, required=True)
def check(files: tuple[str, ...]) -> None:
    """Validate scenario and study files; every fault of every file."""
    from sim.policy.scenario.scenario import load_scenario
    from sim.policy.scenario.shapes import is_study

    faults: list[Fault | str] = []
    for file in files:
        try:
            if is_study(Path(file)):
                studies.checked(file)
                click.echo(say("check.ok", path=file))
                continue
            scenario = load_scenario(file)
        except InputError as error:
            faults += error.faults
            continue
        click.echo(say("check.ok", path=file))
        warn_not_acting(file, scenario.not_acting)
    if faults:
        raise InputError(faults)


def warn_not_acting(path: str, ids: Sequence[str], most: int = 8) -> None:
    """One line on standard error about what a scenario sets and nothing reads yet."""
    if ids:
        names = ", ".join(ids[:most])
        if len(ids) > most:
            names += " … " + say("check.more", number=len(ids))
        click.echo(say("check.not_acting", path=path, names=names), err=True)


@main.command()
def schema() -> None:
    """JSON Schema of a scenario."""
    import json

    from sim.policy.scenario.json_schema import schema as scenario_schema

    click.echo(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))


@main.command()
@click.argument("only", required=False)
@click.option("--format", type=OneOf(["text", "md", "json"]), default="text")
def plan(only: str | None, format: str) -> None:
    """The catalogue, whole, one measure or one instrument."""
    from sim.policy.catalogue.listing import chosen, plan_json, plan_text

    shown = chosen(only)
    click.echo(plan_json(shown) if format == "json" else plan_text(shown, format == "md"))


@main.command()
@click.argument("a")
@click.argument("b")
def diff(a: str, b: str) -> None:
    """What two scenarios set differently."""
    from sim.policy.scenario.differences import difference

    click.echo(difference(*_loaded([a, b], {})))


def _run_options(command: Any) -> Any:
    """Options that every command takes which runs scenarios."""
    for option in (
        click.option("--format", type=OneOf(["text", "csv", "json"]), default="text"),
        click.option("--out", type=click.Path(path_type=Path), default=Path("results")),
        click.option("--workers", type=Whole(min=1)),
        click.option("--scale", type=Number()),
        click.option("--seed", type=Whole()),
        click.option("-n", "--replicates", type=Whole()),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("scenarios", nargs=-1, required=True)
@_run_options
@click.option("--panel", is_flag=True)
@click.option("--cluster")
@click.option("--against", multiple=True)
def run(
    scenarios: tuple[str, ...],
    against: tuple[str, ...],
    panel: bool,
    cluster: str | None,
    workers: int | None,
    out: Path,
    format: str,
    **changes: Any,
) -> None:
    """Run scenarios, write a file for each, and print what came out."""
    from sim.reporting.tables import printing, tables
    from sim.studies.execution import batch, files
    from sim.studies.run import run_many

    loaded = _loaded([*scenarios, *against], changes)
    asked, references = loaded[: len(scenarios)], loaded[len(scenarios) :]
    names = list(dict.fromkeys(s.name for s in loaded))
    told = {r.name: f"comparison_{r.name}" if i else "comparison" for i, r in enumerate(references)}
    files.apart([*names, *told.values()])
    files.writable(out)
    done = run_many(
        asked,
        references,
        workers=workers or batch.cores(),
        progress=True,
        panels=out if panel else None,
        cluster=cluster,
    )
    wrote = {out / f"{name}.nc": done.datasets[name] for name in names}
    wrote |= {out / f"{told[name]}.nc": found for name, found in done.comparisons.items()}
    first = done.datasets[references[0].name] if references else None
    shown = []
    for name in names:
        own = None if references and name in told else first
        shown += tables.result(done.datasets[name], own)
    for found in done.comparisons.values():
        shown += tables.comparison(found)
    panels = [out / f"{name}_firms.parquet" for name in names] if panel else []
    _finish(
        wrote, printing.FORMATS[format](shown, tables.carried(done.datasets[names[0]])), panels, done.replaced
    )


@main.command()
@click.argument("reference")
@click.argument("scenarios", nargs=-1, required=True)
@_run_options
@click.option("--name", default="comparison")
def compare(
    reference: str,
    scenarios: tuple[str, ...],
    workers: int | None,
    out: Path,
    format: str,
    name: str,
    **changes: Any,
) -> None:
    """Compare scenarios or results with a reference."""
    from sim.reporting.tables import printing, tables
    from sim.studies.compare import compare as compared
    from sim.studies.execution import batch, files

    files.named(name)
    given = _loaded([reference, *scenarios], {}, changes)
    files.writable(out)
    found = compared(*given, workers=workers or batch.cores(), progress=True, **changes)
    shown = printing.FORMATS[format](tables.comparison(found), tables.carried(found))
    _finish({out / f"{name}.nc": found}, shown)


@main.command()
@click.argument("ids", nargs=-1)
@_run_options
@click.option("--all", "everything", is_flag=True)
@click.option("--against", "set_back", type=OneOf(["without", "off"]), default="without")
@click.option("--naive", is_flag=True)
@click.option("--runs", type=Whole(min=1))
@click.option("--name", default="trial")
def trial(
    ids: tuple[str, ...], everything: bool, set_back: Any, naive: bool, runs: int | None, name: str,
    workers: int | None, out: Path, format: str, **changes: Any,
) -> None:  # fmt: skip
    """Try instruments and measures, each by itself."""
    from sim.reporting.tables import printing, tables, trial_tables
    from sim.studies.execution import batch, files
    from sim.studies.trials import all_trials, quantities
    from sim.studies.trials.trial import trial as tried

    if everything == bool(ids or naive):
        raise InputError([say("error.trial_of_what")])
    files.named(name)
    base = _loaded(["as_enacted"], changes)[0]
    files.writable(out)
    workers = workers or batch.cores()
    if everything:
        found, path = all_trials.run(base, set_back, out, workers=workers, runs=runs, tell=_aside, **changes)
        _finish({}, printing.FORMATS[format](trial_tables.summary(found), ()), [path])
        return
    chosen = ids or quantities.declared()["programmes"]
    set_back = "off" if naive else set_back
    found = tried(*chosen, against=set_back, scenario=base, workers=workers, progress=True)
    shown = trial_tables.trials(found, only_evaluation=naive)
    _finish({out / f"{name}.nc": found}, printing.FORMATS[format](shown, tables.carried(found)))


@main.command()
@click.argument("scenario", default="as_enacted")
@click.option("--firm", type=Whole())
@click.option("--space")
@click.option("--pick")
@click.option("--reference")
@click.option("--replicate", type=Whole(min=0), default=0)
@click.option("--seed", type=Whole())
@click.option("--scale", type=Number())
@click.option("--format", type=OneOf(["text", "json"]), default="text")
def story(
    scenario: str, firm: int | None, space: str | None, pick: str | None, reference: str | None,
    replicate: int, seed: int | None, scale: float | None, format: str,
) -> None:  # fmt: skip
    """One life, event by event; under two scenarios side by side."""
    from sim.studies import case_history as telling

    given = [scenario] if reference is None else [scenario, reference]
    arms = _loaded(given, {"seed": seed, "scale": scale})
    told = telling.story(
        arms[0], firm=firm, space=space, pick=pick, reference=arms[1] if reference else None,
        replicate=replicate)  # fmt: skip
    click.echo(telling.as_json(told) if format == "json" else telling.as_text(told))


def _aside(line: str) -> None:
    """Say something that is no result."""
    click.echo(line, err=True)


def _finish(
    wanted: dict[Path, Any], shown: str, wrote: Sequence[Path] = (), replaced: Sequence[str] = ()
) -> None:
    """Write datasets and print the tables, these also where a disk is full; then say what was written."""
    from sim.studies.execution import results

    notes = list(replaced)
    try:
        for path, dataset in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            notes.append(results.write(dataset, path))
    finally:
        click.echo(shown)
    for note in filter(None, notes):
        _aside(note)
    for path in (*wrote, *wanted):
        click.echo(f"wrote {path}", err=True)


def _loaded(
    names: Sequence[str], changes: dict[str, Any], options: dict[str, Any] | None = None
) -> list[Any]:
    """Scenarios with other run settings; every fault of all of them, and of the options, at once.

    Args:
        names: paths or names; with ``options`` also of results.
        changes: settings of the run, None where not given.
        options: settings to look at without using them here; else ``changes``.
    """
    from sim.policy.scenario.scenario import Scenario, checked
    from sim.studies.compare import opened
    from sim.studies.execution.run_specification import load

    faults: list[Fault | str] = []
    found = []
    given = {k: v for k, v in (changes if options is None else options).items() if v is not None}
    try:
        checked(given, "--")
    except InputError as error:
        faults += error.faults
        changes = {}
    for name in names:
        try:
            result = options is not None and name.endswith(".nc")
            found.append(opened(name) if result else load(name, changes))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    for scenario in {s.name: s for s in found if isinstance(s, Scenario)}.values():
        warn_not_acting(scenario.name, scenario.not_acting)
    return found


studies.register(main)
if (Path(__file__).resolve().parents[2] / "calibration" / "command.py").is_file():  # in a checkout only
    from calibration import command

    command.register(main)

if __name__ == "__main__":
    main()
