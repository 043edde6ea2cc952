"""Commands that present results: ``zsim report`` and ``zsim dashboard``."""

from __future__ import annotations

from pathlib import Path

import click

from sim.cli.common import print_note
from sim.cli.group import Group, WholeNumber
from sim.texts import language


@click.argument("results", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True)
@click.option("--tables", type=click.Path(path_type=Path))
def report(results: tuple[str, ...], output: Path, tables: Path | None) -> None:
    """Write a report on results."""
    from sim.reporting.report import report as write_report

    for path in write_report(results, output, language(), tables):
        print_note(f"wrote {path}")


@click.argument("scenarios", nargs=-1)
@click.option("--port", type=WholeNumber(1, 65535))
@click.option("--no-open", is_flag=True)
def dashboard(scenarios: tuple[str, ...], port: int | None, no_open: bool) -> None:
    """Serve the dashboard on this machine until it is stopped."""
    from sim.dashboard.serve import serve

    serve(scenarios, port, not no_open, click.echo)


def register(main: Group) -> None:
    """Add the commands to the program."""
    for command in (report, dashboard):
        main.command()(command)
