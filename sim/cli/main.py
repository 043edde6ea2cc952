"""The program ``zsim``: its commands, registered from one module for each group.

A command imports what it needs when it runs, so that the program starts quickly. The help of a command is
the text ``command.NAME`` of ``texts.yaml``, that of an option ``option.NAME``; ``--lang`` and the exit
statuses come from :mod:`sim.cli.group`.
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import click

    from sim.cli import installation, policy, presenting, running, studies
    from sim.cli.group import Group
except KeyboardInterrupt:  # before a message in the language in use is possible
    sys.stderr.write("已中断 / stopped\n")
    exec("")  # see `sim.cli.group.report_interrupt`
    sys.exit(3)


@click.group(name="zsim", cls=Group)
def main() -> None:
    """Entry point of the command line."""


for commands in (policy, running, studies, presenting, installation):
    commands.register(main)
if (Path(__file__).resolve().parents[2] / "calibration" / "command.py").is_file():  # only in a checkout
    from calibration import command

    command.register(main)

if __name__ == "__main__":
    main()
