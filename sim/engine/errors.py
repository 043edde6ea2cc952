"""Every exception a user of the simulator can meet, in one tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
        text = f"{self.path}:{self.line}:{self.column}: {self.message}"
        return text if len(text) < 300 else text[:296] + "..."


class InputError(SimError):
    """The input is wrong: one line a fault, all faults at once. The command line exits with 2."""

    limit = 100

    def __init__(self, faults: Sequence[Fault | str]) -> None:
        self.faults = sorted(set(faults), key=lambda f: (isinstance(f, str), f))
        lines = [str(f) for f in self.faults[: self.limit]]
        if len(self.faults) > self.limit:
            lines.append(f"and {len(self.faults) - self.limit} more")
        super().__init__("\n".join(lines))


class LedgerError(SimError):
    """Money was made or lost: names the account, the flow where it can, and the amount in fen."""


class OutputError(SimError, OSError):
    """The folder of the results cannot be written to. The command line exits with 1."""


class WorkerError(SimError):
    """A run could not be finished: its worker died every time it was tried."""
