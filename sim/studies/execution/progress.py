"""How a study goes, for people: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sim.texts import say

EVERY: Final = 30.0
"""Seconds between two lines where there is no terminal."""


class Progress:
    """Counts runs; tells the rate and the time left.

    Args:
        tell: takes a line.
        clock: seconds, in tests another.
    """

    def __init__(self, tell: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.tell, self.clock = tell, clock
        self.lived_runs = self.todo = self._before = 0
        self._began = self._told = clock()

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        """A round begins."""
        if not self.todo:
            self._began = self._told = self.clock()
        self.todo += runs - kept
        self._before = self.lived_runs
        if runs > kept or not self.lived_runs:
            self.say(say("study.kept", runs=runs, kept=kept, todo=runs - kept))
        if outdated:
            self.say(say("study.outdated", outdated=outdated))
        self.shown()

    def lived(self) -> None:
        """A run more is kept."""
        self.lived_runs += 1
        self.shown()

    def stopped(self, kept: int) -> None:
        """The round is stopped; so many of the runs that it was to live are kept."""
        self.lived_runs = self._before + kept

    def say(self, line: str) -> None:
        """A line for people."""
        self.tell(line)

    def shown(self) -> None:
        """Tell how it goes, if it is time."""
        if self.lived_runs and self.clock() - self._told >= EVERY:
            self._told = self.clock()
            self.tell(self.going())

    def going(self) -> str:
        """Runs done, rate and time left, in one line."""
        rate = self.lived_runs / max(1e-9, self.clock() - self._began)
        left = (self.todo - self.lived_runs) / rate if rate else 0.0
        told = say("study.seconds", n=round(left)) if left < 90 else say("study.minutes", n=round(left / 60))
        return say("study.going", done=self.lived_runs, total=self.todo, rate=f"{60 * rate:,.0f}", left=told)


class Bar(Progress):
    """The same as a bar."""

    def __init__(self, bar: Any) -> None:
        super().__init__(lambda line: bar.console.print(line, markup=False, highlight=False, soft_wrap=True))
        self._bar = bar
        self._task = bar.add_task("", total=None)

    def shown(self) -> None:
        """Move the bar."""
        self._bar.update(self._task, completed=self.lived_runs, total=self.todo, description=self.going())


@contextmanager
def watching() -> Iterator[Progress]:
    """Somebody to watch a study, on standard error."""
    if not sys.stderr.isatty():
        yield Progress(lambda line: print(line, file=sys.stderr, flush=True))
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    with Bars(
        BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
    ) as bar:
        yield Bar(bar)
