"""The command ``zsim doctor``, which checks the installation and prints one line for each check."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sim.cli.group import Group


@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
def doctor(out: Path) -> None:
    """Check the installation, and exit with status 1 if a check fails."""
    from sim.cli.checks import check_installation

    wrong = False
    for finding in check_installation(out):
        click.echo(str(finding))
        wrong |= finding.state == "wrong"
    if wrong:
        sys.exit(1)


def register(main: Group) -> None:
    """Add the command to the program."""
    main.command()(doctor)
