"""Service desk at which clerks process a queue of files, day by day.

A file is an application or case that the desk handles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import simpy
from mesa import Agent, Model

from sim.engine import clock
from sim.engine.arrays import Ints
from sim.engine.file_queue import FileQueue

if TYPE_CHECKING:
    from simpy.events import ProcessGenerator

PLACEBO_FILE: Final = -1
"""Number of a file without an applicant, which only takes up a clerk's time (in placebo runs)."""

Decide = Callable[[int, Ints, Ints], None]
"""Callback for finished files: called with the day, the files and their submission days."""
Weigh = Callable[[Ints], Ints]
"""Function returning the number of the city's files that each file in the queue represents."""


def _one_each(files: Ints) -> Ints:
    return np.ones(len(files), dtype=np.int64)


class Clerk(Agent):
    """Clerk who processes files at a service desk; removing a clerk reduces the capacity of the desk."""

    def __init__(self, model: Model, desk: ServiceDesk) -> None:
        super().__init__(model)
        self.desk = desk

    def remove(self) -> None:
        """Leave the desk permanently; files wait for the remaining clerks."""
        if self in self.desk.clerks:  # false if the desk has already closed
            self.desk.clerks.remove(self)
            super().remove()


class ServiceDesk(Agent):
    """Service desk at which clerks process a queue of files; each processed file is then decided.

    On each working day, clerks process files in the order of the queue. A file that represents several files
    (at a scale below 1) takes proportionally more work.

    Args:
        model: the city model.
        name: name under which the statistics of the desk are recorded.
        files_a_day: number of files that a clerk processes per working day.
        decided: callback for finished files, called with the day, the files and their submission days.
        weigh: number of the city's files that each file in the queue represents; one by default.
        weekly: whether files are decided once a week, on Friday, using the capacity of a week.

    Attributes:
        queue: queue of waiting files.
        clerks: clerks currently working at the desk.
        handed_in: number of files submitted so far, including those with a later submission day.
        counted: number of submitted files recorded in previous months.
        passed: number of files approved this month.
        decided_files: number of files decided this month.
        days_waited: total waiting days of the files decided this month.
    """

    def __init__(
        self,
        model: Model,
        name: str,
        files_a_day: float,
        decided: Decide,
        weigh: Weigh | None = None,
        weekly: bool = False,
    ) -> None:
        super().__init__(model)
        self.name = name
        self.weekly = weekly
        self.files_a_day = files_a_day
        self.queue = FileQueue()
        self.clerks: list[Clerk] = []
        self._decided = decided
        self._posts = 0
        self._closed = self._placebo = False
        self._weigh = weigh or _one_each
        self.handed_in = self.counted = self.passed = self.decided_files = 0
        self.days_waited = 0.0

    def remove(self) -> None:
        """Close the desk permanently: clerks leave and are not replaced, and files stay in the queue."""
        self.staff(0)
        self._closed = True
        super().remove()

    def staff(self, posts: float) -> None:
        """Set the number of posts; individually removed clerks are not replaced."""
        if self._closed:
            return
        change, self._posts = round(posts) - self._posts, round(posts)
        for _ in range(change):
            self.clerks.append(Clerk(self.model, self))
        for clerk in self.clerks[max(0, len(self.clerks) + change) :] if change < 0 else ():
            clerk.remove()

    def _represented(self, files: Ints) -> int:
        """Return the number of the city's files that the given files represent."""
        return int(np.add.reduce(self._weigh(files))) if len(files) else 0

    def hand_in(self, days: npt.ArrayLike, ties: npt.NDArray[np.uint64], files: Ints) -> None:
        """Submit files on the given days, with keyed tie-breaks for files submitted on the same day."""
        work = self._weigh(files)
        self.handed_in += int(np.add.reduce(work))
        self.queue.join(days, ties, files, work)

    def work(self, env: simpy.Environment) -> ProcessGenerator:
        """SimPy process that serves the queue on every working day, or on Fridays if the desk is weekly."""
        step, days = (7, 5) if self.weekly else (1, 1)
        friday = (clock.first_friday() - int(env.now)) % 7  # a desk may open in the middle of a week
        yield env.timeout(friday + clock.MORNING if self.weekly else clock.MORNING)
        while True:
            day = int(env.now)
            if self.clerks and clock.is_working_day(day):
                self.serve(day, len(self.clerks) * self.files_a_day * days)
            yield env.timeout(step)

    def serve(self, day: int, work: float) -> None:
        """Process the queue up to a capacity of ``work`` files and decide the finished files."""
        files, arrivals = self.queue.serve(day, work)
        if self._placebo:
            real = files != PLACEBO_FILE
            files, arrivals = files[real], arrivals[real]
        if len(files):
            weight = self._weigh(files)
            self.decided_files += int(np.add.reduce(weight))
            self.days_waited += float((day - arrivals).dot(weight))
            self._decided(day, files, arrivals)

    def placebo_load(self, env: simpy.Environment) -> ProcessGenerator:
        """SimPy process that submits the placebo load: one file without an applicant per week."""
        if self.files_a_day < 1:  # one more file would noticeably delay the others
            return
        self._placebo = True
        while True:
            self.queue.join([int(env.now)], np.zeros(1, dtype=np.uint64), np.array([PLACEBO_FILE]), [1.0])
            yield env.timeout(7)

    def approve(self, files: Ints) -> None:
        """Count files as approved."""
        self.passed += self._represented(files)

    def settle(self, day: int) -> tuple[int, int, int, int, float]:
        """Close the month and return its statistics.

        Returns:
            Numbers of files submitted, approved, waiting and decided, and total waiting days of the files
            decided.
        """
        waiting = self.queue.waiting(day)
        if self._placebo:
            waiting = waiting[waiting != PLACEBO_FILE]
        arrived = self.handed_in - self._represented(self.queue.to_come(day))
        month = (
            arrived - self.counted, self.passed, self._represented(waiting), self.decided_files,
            self.days_waited)  # fmt: skip
        self.counted = arrived
        self.passed = self.decided_files = 0
        self.days_waited = 0.0
        return month
