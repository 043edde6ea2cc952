"""Progress of runs and studies: a bar on a terminal, otherwise occasional lines of text."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Protocol

from sim.studies.execution import batch
from sim.texts import say

INTERVAL: Final = 30.0
"""Minimum time between two lines of text, in seconds."""


class Progress(Protocol):
    """Listener that receives the progress of a study."""

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        """Report the start of a round of runs.

        Args:
            runs: number of runs that the round needs.
            kept: number of these runs that are in the store.
            outdated: number of these runs that are in the store for other models only.
        """

    def finished(self) -> None:
        """Report that one more run has finished and is stored."""

    def stopped(self, kept: int) -> None:
        """Report that the round was interrupted with ``kept`` of its planned runs in the store."""

    def message(self, line: str) -> None:
        """Report a line of text for the user."""


class SilentProgress:
    """Listener that reports nothing."""

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        """Report nothing."""

    def finished(self) -> None:
        """Report nothing."""

    def stopped(self, kept: int) -> None:
        """Report nothing."""

    def message(self, line: str) -> None:
        """Report nothing."""


class LineProgress:
    """Listener that reports progress as lines of text, with the rate and the remaining time.

    Args:
        write: function called with each line.
        clock: function that returns the current time in seconds; replaced in tests.

    Attributes:
        runs_done: number of runs finished so far.
        runs_planned: number of runs planned so far that were not in the store.
    """

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.write, self.clock = write, clock
        self.runs_done = self.runs_planned = self._done_before = 0
        self._started = self._last_line = clock()

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        """Report the start of a round of runs."""
        if not self.runs_planned:
            self._started = self._last_line = self.clock()
        self.runs_planned += runs - kept
        self._done_before = self.runs_done
        if runs > kept or not self.runs_done:
            self.message(say("study.kept", runs=runs, kept=kept, todo=runs - kept))
        if outdated:
            self.message(say("study.outdated", outdated=outdated))
        self.update()

    def finished(self) -> None:
        """Report that one more run has finished and is stored."""
        self.runs_done += 1
        self.update()

    def stopped(self, kept: int) -> None:
        """Report that the round was interrupted with ``kept`` of its planned runs in the store."""
        self.runs_done = self._done_before + kept

    def message(self, line: str) -> None:
        """Write a line of text for the user."""
        self.write(line)

    def update(self) -> None:
        """Write the status if :data:`INTERVAL` seconds have passed since the last line."""
        if self.runs_done and self.clock() - self._last_line >= INTERVAL:
            self._last_line = self.clock()
            self.write(self.status())

    def status(self) -> str:
        """Return a line with the number of completed runs, the rate and the remaining time."""
        rate = self.runs_done / max(1e-9, self.clock() - self._started)
        left = (self.runs_planned - self.runs_done) / rate if rate else 0.0
        key, number = ("study.seconds", left) if left < 90 else ("study.minutes", left / 60)
        return say(
            "study.going",
            done=self.runs_done,
            total=self.runs_planned,
            rate=f"{60 * rate:,.0f}",
            left=say(key, n=round(number)),
        )


class BarProgress(LineProgress):
    """Listener that shows a progress bar on a terminal."""

    def __init__(self, bar: Any) -> None:
        super().__init__(lambda line: bar.console.print(line, markup=False, highlight=False, soft_wrap=True))
        self._bar = bar
        self._task = bar.add_task("", total=None)

    def update(self) -> None:
        """Update the bar."""
        self._bar.update(
            self._task, completed=self.runs_done, total=self.runs_planned, description=self.status()
        )


@contextmanager
def study_progress() -> Iterator[LineProgress]:
    """Provide a listener that reports the progress of a study on standard error."""
    if not sys.stderr.isatty():
        yield LineProgress(lambda line: print(line, file=sys.stderr, flush=True))
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (BarColumn(), TextColumn("{task.description}"))
    with Bars(*columns, console=Console(stderr=True), transient=True) as bar:
        yield BarProgress(bar)


@contextmanager
def progress_bar(requested: bool | batch.ProgressCallback) -> Iterator[batch.ProgressCallback | None]:
    """Provide a progress bar over replicates on standard error.

    Args:
        requested: whether to show a bar, which needs a terminal; or a function to use instead of it.
    """
    if callable(requested):
        yield requested
        return
    if not (requested and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn(say("run.progress")), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
