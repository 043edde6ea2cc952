"""The program ``zsim``, which registers the commands of all command modules.

Each command imports its modules only when it runs, so that the program starts quickly. Help texts are in
``texts.yaml``: ``command.NAME`` for a command and ``option.NAME`` for an option. The option ``--lang`` and
the exit statuses are defined in :mod:`sim.cli.group`.
"""

from __future__ import annotations

import sys
from pathlib import Path

try:
    import click

    from sim.cli import installation, policy, presenting, running, studies
    from sim.cli.group import Group
except KeyboardInterrupt:  # the current language is not known yet
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
