"""Exceptions raised by the simulator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 299
"""Maximum number of characters in a message."""


def one_line(text: str, most: int = LONGEST) -> str:
    """Return a text as a single line, shortened in the middle if it exceeds ``most`` characters.

    The end of a message is preserved because it states the allowed values.

    >>> one_line("no scenario 'aaaaaaaaaaaaaaaaaaaa'; nearest: bb", 30)
    "no scenario 'aa…'; nearest: bb"
    """
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return text if len(text) <= most else text[: most // 2] + "…" + text[len(text) - (most - 1) // 2 :]


class SimError(Exception):
    """Base class of the exceptions that the simulator raises."""


@dataclass(frozen=True, order=True)
class Fault:
    """Error in an input file, with its line and column counted from 1."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        text = f":{self.line}:{self.column}: {self.message}"
        return one_line(self.path, max(60, LONGEST - len(text))) + text


class InputError(SimError):
    """Raised for invalid input; the message lists the faults, and the command line exits with status 2."""

    limit = 100

    def __init__(self, faults: Sequence[Fault | str]) -> None:
        self.faults = sorted(set(faults), key=lambda f: (isinstance(f, str), f))
        lines = [one_line(str(f)) for f in self.faults[: self.limit]]
        if len(self.faults) > self.limit:
            lines.append(f"and {len(self.faults) - self.limit} more")
        super().__init__("\n".join(lines))

    def _render_traceback_(self) -> list[str]:
        """Return the lines that Jupyter shows instead of a traceback: one per fault."""
        return str(self).splitlines()


class LedgerError(SimError):
    """Raised if the accounts do not balance; the message states the account, amount in fen and flows."""


class OutputError(SimError, OSError):
    """Raised if the results folder is not writable; the command line exits with status 1."""


class WorkerError(SimError):
    """Raised if a run cannot be completed because its worker process terminated on every attempt."""
