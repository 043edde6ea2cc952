"""The commands ``zsim study``, ``zsim store``, ``zsim report``, ``zsim dashboard`` and ``zsim doctor``."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from sim.cli.group import Group, OneOf, Whole
from sim.texts import say


@click.argument("file")
@click.option("--workers", type=Whole(min=1))
@click.option("--cluster")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
@click.option("--format", type=OneOf(["text", "csv", "json"]), default="text")
@click.option("--xlsx", is_flag=True)
@click.option("--charts", is_flag=True)
def study(
    file: str, workers: int | None, cluster: str | None, out: Path, format: str, xlsx: bool, charts: bool
) -> None:
    """Run a study, or go on with one that was stopped."""
    from sim.reporting.tables import printing, study_tables, workbook
    from sim.studies.execution import executors, files, results
    from sim.studies.execution import store as stores
    from sim.studies.execution.progress import watching
    from sim.studies.study import study as ask

    files.writable(out)
    if xlsx:
        workbook.available()
    if charts:
        from sim.reporting.report import check_formats, save_charts

        check_formats()
    place = stores.place(out)
    with watching() as watch:
        try:
            found = ask(file, workers=workers or executors.cores(), cluster=cluster, store=place, watch=watch)
        except KeyboardInterrupt:
            click.echo(say("study.stopped", lived=watch.lived_runs, path=place), err=True)
            exec("")  # see `sim.cli.group.stopped`
            sys.exit(3)
    tables, notes = study_tables.tables(found), study_tables.carried(found)
    path, table, book = (out / f"{found.attrs['name']}.{end}" for end in ("nc", "csv", "xlsx"))
    replaced: list[str] = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        replaced.append(results.write(found, path))
        with results.whole(table, replaced) as aside:
            aside.write_text(printing.as_csv(tables) + "\n", encoding="utf-8-sig")
        if xlsx:
            workbook.write(tables, notes, book, replaced)
        drawn = save_charts(found, out) if charts else []
    finally:
        click.echo(printing.FORMATS[format](tables, notes))
    for told in filter(None, replaced):
        click.echo(told, err=True)
    for written in (table, *([book] if xlsx else []), *drawn, path):
        click.echo(f"wrote {written}", err=True)


@click.argument("do", metavar="ls|gc", type=OneOf(["ls", "gc"]))
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
@click.option("--all", "clear_all", is_flag=True)
def store(do: str, out: Path, clear_all: bool) -> None:
    """List or tidy the runs that are kept."""
    from sim.studies.execution import files
    from sim.studies.execution import store as stores
    from sim.studies.execution.fingerprint import fingerprint

    files.is_folder(stores.place(out))
    kept = stores.Store(stores.place(out), fingerprint())
    if do == "gc":
        number, size = kept.gc(everything=clear_all)
        click.echo(say("store.freed", number=number, size=f"{size / 1e6:,.1f}"))
        return
    shelves = kept.shelves()
    for shelf in shelves:
        click.echo(
            say(
                "store.shelf", model=shelf.model, runs=f"{shelf.runs:,}", size=f"{shelf.size / 1e6:,.1f}",
                mark=say("store.this" if shelf.model == kept.model else "store.other"),
                date=dt.datetime.fromtimestamp(shelf.last).isoformat(" ", "minutes"),
            )
        )  # fmt: skip
    if not shelves:
        click.echo(say("store.empty", path=kept.folder))


@click.argument("results", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--tables", type=click.Path(path_type=Path))
def report(results: tuple[str, ...], output: Path, tables: Path | None) -> None:
    """Results as a document."""
    from sim.reporting.report import report as written
    from sim.texts import language

    for path in written(results, output, language(), tables):
        click.echo(f"wrote {path}", err=True)


@click.argument("scenarios", nargs=-1)
@click.option("--port", type=Whole(1, 65535))
@click.option("--no-open", is_flag=True)
def dashboard(scenarios: tuple[str, ...], port: int | None, no_open: bool) -> None:
    """The same in a browser."""
    from sim.dashboard.serve import serve

    serve(scenarios, port, not no_open, click.echo)


@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
def doctor(out: Path) -> None:
    """Look the machine over."""
    from sim.cli.installation import doctor as examined

    wrong = False
    for finding in examined(out):
        click.echo(str(finding))
        wrong |= finding.state == "wrong"
    if wrong:
        sys.exit(1)


def checked(file: str) -> None:
    """Check a study's file.

    Raises:
        InputError: everything that is wrong in it.
    """
    from sim.studies.run import the_city
    from sim.studies.specification.study_file import load_study

    load_study(file, the_city())


def register(main: Group) -> None:
    """Add the commands."""
    main.command()(study)
    main.command()(store)
    main.command()(report)
    main.command()(dashboard)
    main.command()(doctor)
