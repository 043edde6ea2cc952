"""Commands that run scenarios: ``zsim run``, ``zsim compare``, ``zsim trial`` and ``zsim story``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sim.cli.common import (
    load_scenarios,
    load_scenarios_or_results,
    print_note,
    run_options,
    write_and_print,
)
from sim.cli.group import Group, Number, OneOf, WholeNumber
from sim.engine.errors import InputError
from sim.texts import say


@click.argument("scenarios", nargs=-1, required=True)
@run_options
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
    **settings: Any,
) -> None:
    """Run scenarios, write one result file per scenario, and print the tables."""
    from sim.reporting.tables import comparison_tables, printing, run_tables
    from sim.studies.execution import batch, files
    from sim.studies.run import run_many

    loaded = load_scenarios([*scenarios, *against], settings)
    subjects, references = loaded[: len(scenarios)], loaded[len(scenarios) :]
    names = list(dict.fromkeys(scenario.name for scenario in loaded))
    comparisons = {
        reference.name: f"comparison_{reference.name}" if i else "comparison"
        for i, reference in enumerate(references)
    }
    files.distinct_names([*names, *comparisons.values()])
    files.writable(out)
    runs = run_many(
        subjects,
        references,
        workers=workers or batch.cores(),
        progress=True,
        panels=out if panel else None,
        cluster=cluster,
    )
    datasets = {out / f"{name}.nc": runs.datasets[name] for name in names}
    datasets |= {out / f"{comparisons[name]}.nc": dataset for name, dataset in runs.comparisons.items()}
    first = runs.datasets[references[0].name] if references else None
    shown = []
    for name in names:
        shown += run_tables.tables(runs.datasets[name], None if name in comparisons else first)
    for comparison in runs.comparisons.values():
        shown += comparison_tables.tables(comparison)
    text = printing.FORMATS[format](shown, run_tables.notes(runs.datasets[names[0]]))
    panels = [out / f"{name}_firms.parquet" for name in names] if panel else []
    write_and_print(datasets, text, panels, runs.replaced)


@click.argument("reference")
@click.argument("scenarios", nargs=-1, required=True)
@run_options
@click.option("--name", default="comparison")
def compare(
    reference: str,
    scenarios: tuple[str, ...],
    workers: int | None,
    out: Path,
    format: str,
    name: str,
    **settings: Any,
) -> None:
    """Compare scenarios or results with a reference."""
    from sim.reporting.tables import comparison_tables, printing, run_tables
    from sim.studies.compare import compare as compare_scenarios
    from sim.studies.execution import batch, files

    files.named(name)
    given = load_scenarios_or_results([reference, *scenarios], settings)
    files.writable(out)
    comparison = compare_scenarios(*given, workers=workers or batch.cores(), progress=True, **settings)
    text = printing.FORMATS[format](comparison_tables.tables(comparison), run_tables.notes(comparison))
    write_and_print({out / f"{name}.nc": comparison}, text)


@click.argument("ids", nargs=-1)
@run_options
@click.option("--all", "everything", is_flag=True)
@click.option("--against", "set_back", type=OneOf(["without", "off"]), default="without")
@click.option("--observational", is_flag=True)
@click.option("--naive", "observational", is_flag=True, hidden=True)  # former name
@click.option("--runs", type=WholeNumber(min=1))
@click.option("--name", default="trial")
def trial(
    ids: tuple[str, ...],
    everything: bool,
    set_back: Any,
    observational: bool,
    runs: int | None,
    name: str,
    workers: int | None,
    out: Path,
    format: str,
    **settings: Any,
) -> None:
    """Run a separate trial of each instrument or measure."""
    from sim.reporting.tables import printing, run_tables, trial_tables
    from sim.studies.execution import batch, files
    from sim.studies.trials import all_trials, quantities
    from sim.studies.trials.trial import trial as run_trials

    if everything == bool(ids or observational):
        raise InputError([say("error.trial_of_what")])
    files.named(name)
    base = load_scenarios(["as_enacted"], settings)[0]
    files.writable(out)
    workers = workers or batch.cores()
    if everything:
        dataset, path = all_trials.run(
            base, set_back, out, workers=workers, runs=runs, write_line=print_note, **settings
        )
        write_and_print({}, printing.FORMATS[format](trial_tables.summary(dataset), ()), [path])
        return
    chosen = ids or quantities.declared()["programmes"]
    set_back = "off" if observational else set_back
    dataset = run_trials(*chosen, against=set_back, scenario=base, workers=workers, progress=True)
    shown = trial_tables.trials(dataset, only_evaluation=observational)
    if (dataset.status != "run").all():
        click.echo(printing.FORMATS[format](shown, ()))
        return
    write_and_print({out / f"{name}.nc": dataset}, printing.FORMATS[format](shown, run_tables.notes(dataset)))


@click.argument("scenario", default="as_enacted")
@click.option("--firm", type=WholeNumber())
@click.option("--space")
@click.option("--pick")
@click.option("--reference")
@click.option("--replicate", type=WholeNumber(min=0), default=0)
@click.option("--seed", type=WholeNumber())
@click.option("--scale", type=Number())
@click.option("--format", type=OneOf(["text", "json"]), default="text")
def story(
    scenario: str,
    firm: int | None,
    space: str | None,
    pick: str | None,
    reference: str | None,
    replicate: int,
    seed: int | None,
    scale: float | None,
    format: str,
) -> None:
    """Print the case history of a firm or facility, optionally next to its history under a reference."""
    from sim.studies import case_history

    names = [scenario] if reference is None else [scenario, reference]
    loaded = load_scenarios(names, {"seed": seed, "scale": scale})
    histories = case_history.story(
        loaded[0],
        firm=firm,
        space=space,
        pick=pick,
        reference=loaded[1] if reference else None,
        replicate=replicate,
    )
    click.echo(case_history.as_json(histories) if format == "json" else case_history.as_text(histories))


def register(main: Group) -> None:
    """Add the commands to the program."""
    for command in (run, compare, trial, story):
        main.command()(command)
