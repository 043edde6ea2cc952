"""Commands for studies: ``zsim study`` and ``zsim store``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from sim.cli.common import print_note
from sim.cli.group import Group, OneOf, WholeNumber
from sim.texts import say


@click.argument("file")
@click.option("--workers", type=WholeNumber(min=1))
@click.option("--cluster")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
@click.option("--format", type=OneOf(["text", "csv", "json"]), default="text")
@click.option("--xlsx", is_flag=True)
@click.option("--charts", is_flag=True)
def study(
    file: str, workers: int | None, cluster: str | None, out: Path, format: str, xlsx: bool, charts: bool
) -> None:
    """Run a study, or resume one that was interrupted."""
    from sim.reporting.tables import printing, study_tables, workbook
    from sim.studies.execution import executors, files, results
    from sim.studies.execution import store as run_store
    from sim.studies.execution.progress import study_progress
    from sim.studies.study import study as run_study

    files.writable(out)
    if xlsx:
        workbook.available()
    if charts:
        from sim.reporting.report import check_formats, save_charts

        check_formats()
    place = run_store.place(out)
    with study_progress() as progress:
        try:
            dataset = run_study(
                file, workers=workers or executors.cores(), cluster=cluster, store=place, progress=progress
            )
        except KeyboardInterrupt:
            print_note(say("study.stopped", completed=progress.runs_done, path=place))
            exec("")  # see `sim.cli.group.report_interrupt`
            sys.exit(3)
    tables, notes = study_tables.tables(dataset), study_tables.notes(dataset)
    name = dataset.attrs["name"]
    nc, csv, book = (out / f"{name}.{suffix}" for suffix in ("nc", "csv", "xlsx"))
    replaced: list[str] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        replaced.append(results.write(dataset, nc))
        with results.whole(csv, replaced) as temporary:
            temporary.write_text(printing.as_csv(tables) + "\n", encoding="utf-8-sig")
        if xlsx:
            workbook.write(tables, notes, book, replaced)
        pictures = save_charts(dataset, out) if charts else []
    finally:
        click.echo(printing.FORMATS[format](tables, notes))
    for line in filter(None, replaced):
        print_note(line)
    for path in (csv, *([book] if xlsx else []), *pictures, nc):
        print_note(f"wrote {path}")


@click.argument("action", metavar="ls|gc", type=OneOf(["ls", "gc"]))
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
@click.option("--all", "clear_all", is_flag=True)
def store(action: str, out: Path, clear_all: bool) -> None:
    """List the stored runs, or delete those that are no longer needed."""
    from sim.studies.execution import files
    from sim.studies.execution import store as run_store
    from sim.studies.execution.fingerprint import fingerprint

    place = run_store.place(out)
    files.is_folder(place)
    runs = run_store.Store(place, fingerprint())
    if action == "gc":
        number, size = runs.gc(everything=clear_all)
        click.echo(say("store.freed", number=number, size=f"{size / 1e6:,.1f}"))
        return
    shelves = runs.shelves()
    for shelf in shelves:
        fields = {
            "model": shelf.model,
            "runs": f"{shelf.runs:,}",
            "size": f"{shelf.size / 1e6:,.1f}",
            "mark": say("store.this" if shelf.model == runs.model else "store.other"),
            "date": dt.datetime.fromtimestamp(shelf.last).isoformat(" ", "minutes"),
        }
        click.echo(say("store.shelf", **fields))
    if not shelves:
        click.echo(say("store.empty", path=runs.folder))


def register(main: Group) -> None:
    """Add the commands to the program."""
    for command in (study, store):
        main.command()(command)
