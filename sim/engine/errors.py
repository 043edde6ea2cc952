"""Every exception a user of the simulator can meet, in one tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 299
"""Characters of a line that says what is wrong."""


def one_line(text: str, most: int = LONGEST) -> str:
    """``text`` on one line, its middle cut out where it is too long: the end says what is allowed.

    >>> one_line("no scenario 'aaaaaaaaaaaaaaaaaaaa'; nearest: bb", 30)
    "no scenario 'aa…'; nearest: bb"
    """
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return text if len(text) <= most else text[: most // 2] + "…" + text[len(text) - (most - 1) // 2 :]


class SimError(Exception):
    """Anything the simulator raises on purpose."""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in an input file, at a 1-based line and column."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        text = f":{self.line}:{self.column}: {self.message}"
        return one_line(self.path, max(60, LONGEST - len(text))) + text


class InputError(SimError):
    """The input is wrong: one line a fault, all faults at once. The command line exits with 2."""

    limit = 100

    def __init__(self, faults: Sequence[Fault | str]) -> None:
        self.faults = sorted(set(faults), key=lambda f: (isinstance(f, str), f))
        lines = [one_line(str(f)) for f in self.faults[: self.limit]]
        if len(self.faults) > self.limit:
            lines.append(f"and {len(self.faults) - self.limit} more")
        super().__init__("\n".join(lines))

    def _render_traceback_(self) -> list[str]:
        """What Jupyter prints in place of a traceback: the faults alone."""
        return str(self).splitlines()


class LedgerError(SimError):
    """Money was made or lost: names the account, the flow where it can, and the amount in fen."""


class OutputError(SimError, OSError):
    """The folder of the results cannot be written to. The command line exits with 1."""


class WorkerError(SimError):
    """A run could not be finished: its worker died every time it was tried."""
