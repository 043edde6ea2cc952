"""A service desk: clerks work through a queue of files, day by day."""

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
"""A file without an applicant that only takes a clerk's time (placebo runs)."""

Decide = Callable[[int, Ints, Ints], None]
"""Called with the files that are finished: the day, the files, and the day on which each was handed in."""
Weigh = Callable[[Ints], Ints]
"""Files of the city that each file of the queue represents."""


def _one_each(files: Ints) -> Ints:
    return np.ones(len(files), dtype=np.int64)


class Clerk(Agent):
    """A clerk who works through files at a desk; removal reduces the capacity of the desk by a share."""

    def __init__(self, model: Model, desk: ServiceDesk) -> None:
        super().__init__(model)
        self.desk = desk

    def remove(self) -> None:
        """Leave the post for good: the files wait for the other clerks."""
        if self in self.desk.clerks:  # else it has left with its desk
            self.desk.clerks.remove(self)
            super().remove()


class ServiceDesk(Agent):
    """A service desk: clerks, a queue of files, and the decision on each file that they have worked on.

    Each working day the clerks take files in the order of the queue. A file that represents several (at a
    scale below 1) takes several times the work.

    Args:
        model: the city.
        name: under which its statistics are recorded.
        files_a_day: files that a clerk finishes in a working day.
        decided: called with the day, the files finished, and the day on which each was handed in.
        weigh: files of the city that each file of the queue represents; one by default.
        weekly: whether files are decided once a week, on Friday, with a week's work.

    Attributes:
        queue: files that wait.
        clerks: present clerks.
        handed_in: files handed in so far.
        counted: of these, recorded in months before.
        passed: files approved this month.
        decided_files: files decided this month.
        days_waited: days that these waited.
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
        """Close for good: its clerks leave, there are no more posts, files stay in the queue."""
        self.staff(0)
        self._closed = True
        super().remove()

    def staff(self, posts: float) -> None:
        """Set the number of posts; a clerk who was removed is not replaced."""
        if self._closed:
            return
        change, self._posts = round(posts) - self._posts, round(posts)
        for _ in range(change):
            self.clerks.append(Clerk(self.model, self))
        for clerk in self.clerks[max(0, len(self.clerks) + change) :] if change < 0 else ():
            clerk.remove()

    def _represented(self, files: Ints) -> int:
        """Files of the city that these represent."""
        return int(np.add.reduce(self._weigh(files))) if len(files) else 0

    def hand_in(self, days: npt.ArrayLike, ties: npt.NDArray[np.uint64], files: Ints) -> None:
        """Hand in files on these days."""
        work = self._weigh(files)
        self.handed_in += int(np.add.reduce(work))
        self.queue.join(days, ties, files, work)

    def work(self, env: simpy.Environment) -> ProcessGenerator:
        """SimPy process of the desk: every working day, as many files as the clerks can do."""
        step, days = (7, 5) if self.weekly else (1, 1)
        friday = (clock.first_friday() - int(env.now)) % 7  # a desk may open in the middle of a week
        yield env.timeout(friday + clock.MORNING if self.weekly else clock.MORNING)
        while True:
            day = int(env.now)
            if self.clerks and clock.is_working_day(day):
                self.serve(day, len(self.clerks) * self.files_a_day * days)
            yield env.timeout(step)

    def serve(self, day: int, work: float) -> None:
        """Work through the queue; files that are finished are decided."""
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
        """SimPy process of the placebo: one file a week without an applicant that takes a clerk's time."""
        if self.files_a_day < 1:  # a file takes days of work here: one more would matter
            return
        self._placebo = True
        while True:
            self.queue.join([int(env.now)], np.zeros(1, dtype=np.uint64), np.array([PLACEBO_FILE]), [1.0])
            yield env.timeout(7)

    def approve(self, files: Ints) -> None:
        """Count files as approved."""
        self.passed += self._represented(files)

    def settle(self, day: int) -> tuple[int, int, int, int, float]:
        """Close the month: files handed in, approved, waiting, decided, and days waited by those decided."""
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
