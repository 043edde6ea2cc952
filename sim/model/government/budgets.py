"""Government: yearly budgets by programme, and the windows where its clerks work through a line of files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import simpy
from mesa import Agent, Model

from sim.engine import clock
from sim.engine.file_queue import FileQueue
from sim.model.government.parameters import APPLICATIONS, APPROVALS, DESKS, PHANTOM, QUEUE, WAITING

if TYPE_CHECKING:
    from sim.engine.recorder import Recorder


def _one_each(files: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.ones(len(files), dtype=np.int64)


class Clerk(Agent):
    """Somebody who works through files at a window; takes a share of the line away when removed."""

    def __init__(self, model: Model, window: ServiceDesk) -> None:
        super().__init__(model)
        self.window = window

    def remove(self) -> None:
        """Leave the post for good: the files wait for the others."""
        if self in self.window.officers:  # else it has gone with its office
            self.window.officers.remove(self)
            super().remove()


class ServiceDesk(Agent):
    """A service window: officers, a line, and what happens to a file once somebody has worked on it.

    Each working day the officers take files in the order of the line. A file that stands for several
    (at a scale below 1) takes several times the work.

    Args:
        model: the city.
        name: one of :data:`WINDOWS`.
        files_a_day: files that an officer finishes in a working day.
        decided: called with the day, the files finished, and the day each was handed in.
        weigh: how many files of the city each file of the line stands for; one by default.
        weekly: files are decided once a week, on Friday, with a week's work.
    """

    def __init__(
        self,
        model: Model,
        name: str,
        files_a_day: float,
        decided: Callable[[int, npt.NDArray[np.int64], npt.NDArray[np.int64]], None],
        weigh: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]] | None = None,
        weekly: bool = False,
    ) -> None:
        super().__init__(model)
        self.name = name
        self.weekly = weekly
        self.files_a_day = files_a_day
        self.line = FileQueue()
        self.officers: list[Clerk] = []
        self._decided = decided
        self._posts = 0
        self._closed = self._haunted = False
        self._weigh = weigh or _one_each
        self.handed_in = self.counted = self.passed = self.decided_files = 0
        self.days_waited = 0.0

    def remove(self) -> None:
        """Close for good: its officers go, nobody is posted here any more, files stay where they are."""
        self.staff(0)
        self._closed = True
        super().remove()

    def staff(self, posts: float) -> None:
        """Set the number of posts; an officer who was removed is not replaced by this."""
        if self._closed:
            return
        change, self._posts = round(posts) - self._posts, round(posts)
        for _ in range(change):
            self.officers.append(Clerk(self.model, self))
        for officer in self.officers[max(0, len(self.officers) + change) :] if change < 0 else ():
            officer.remove()

    def _stand_for(self, files: npt.NDArray[np.int64]) -> int:
        """Files of the city that these stand for."""
        return int(np.add.reduce(self._weigh(files))) if len(files) else 0

    def hand_in(
        self, days: npt.ArrayLike, ties: npt.NDArray[np.uint64], files: npt.NDArray[np.int64]
    ) -> None:
        """Files that come on these days."""
        work = self._weigh(files)
        self.handed_in += int(np.add.reduce(work))
        self.line.join(days, ties, files, work)

    def work(self, env: simpy.Environment) -> Any:
        """The SimPy process of the window: every working day, as many files as the officers can do."""
        step, days = (7, 5) if self.weekly else (1, 1)
        friday = (clock.first_friday() - int(env.now)) % 7  # an office may open in the middle of a week
        yield env.timeout(friday + clock.MORNING if self.weekly else clock.MORNING)
        while True:
            day = int(env.now)
            if self.officers and clock.is_working_day(day):
                self.serve(day, len(self.officers) * self.files_a_day * days)
            yield env.timeout(step)

    def serve(self, day: int, work: float) -> None:
        """Work through the line; what is finished is decided."""
        files, came = self.line.serve(day, work)
        if self._haunted:
            real = files != PHANTOM
            files, came = files[real], came[real]
        if len(files):
            weight = self._weigh(files)
            self.decided_files += int(np.add.reduce(weight))
            self.days_waited += float((day - came).dot(weight))
            self._decided(day, files, came)

    def phantoms(self, env: simpy.Environment) -> Any:
        """The placebo's process: one file a week that is nobody's and takes an officer's time."""
        if self.files_a_day < 1:  # a file here is weeks of work: a phantom would be a policy
            return
        self._haunted = True
        while True:
            self.line.join([int(env.now)], np.zeros(1, dtype=np.uint64), np.array([PHANTOM]), [1.0])
            yield env.timeout(7)

    def approve(self, files: npt.NDArray[np.int64]) -> None:
        """Count files that were decided well."""
        self.passed += self._stand_for(files)

    def settle(self, day: int) -> tuple[int, int, int, int, float]:
        """The month: files come, approved, in line, decided, and the days that these waited; counting starts anew."""
        waiting = self.line.waiting(day)
        if self._haunted:
            waiting = waiting[waiting != PHANTOM]
        come = self.handed_in - self._stand_for(self.line.to_come(day))
        month = (
            come - self.counted, self.passed, self._stand_for(waiting), self.decided_files, self.days_waited
        )  # fmt: skip
        self.counted = come
        self.passed = self.decided_files = 0
        self.days_waited = 0.0
        return month


def settle(windows: Iterable[ServiceDesk], record: Recorder, month: int, day: int) -> None:
    """Record the month of all windows; those of one name (a bank each) are added up."""
    sums: dict[str, list[float]] = {}
    for window in windows:
        total = sums.setdefault(window.name, [0, 0, 0, 0, 0.0])
        for k, amount in enumerate(window.settle(day)):
            total[k] += amount
    for name, (come, passed, waiting, decided, days) in sums.items():
        at = (month, DESKS.index(name))
        record.put(APPLICATIONS, at, come)
        record.put(APPROVALS, at, passed)
        record.put(QUEUE, at, waiting)
        if decided:
            record.put(WAITING, at, days / decided)


class Budget:
    """A programme's money of the year: who is decided first is paid first, while what remains covers it.

    A claim that the rest does not cover joins a waiting list, opened again on 1 January in the order of
    first decision. What is left on 31 December lapses.
    """

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self.yearly = 0  # fen appropriated for this year
        self.remaining = 0  # fen, free
        self.committed = 0  # fen, set aside for approved claims and not paid yet
        self.waiting: list[tuple[int, simpy.Event]] = []

    def covers(self, fen: int) -> bool:
        """Set the money aside if what remains covers it."""
        if fen > self.remaining:
            return False
        self.remaining -= fen
        self.committed += fen
        return True

    def paid(self, fen: int) -> None:
        """Money that was set aside has left."""
        self.committed -= fen

    def returned(self, fen: int) -> None:
        """Money that was set aside is not needed after all."""
        self.committed -= fen
        self.remaining += fen

    def wait(self, fen: int) -> simpy.Event:
        """Join the waiting list: an event that happens once the money is set aside, in a later year or never."""
        event = self._env.event()
        self.waiting.append((fen, event))
        return event

    def new_year(self, fen: int) -> int:
        """Open the year with this much; returns what lapses of the old one."""
        lapsed, self.remaining, self.yearly = self.remaining, fen, fen
        self._reopen()
        return lapsed

    def amend(self, fen: int) -> int:
        """Set the year's money anew within the year; returns what was added, or (negative) taken back while free."""
        change = max(fen - self.yearly, -self.remaining)
        self.yearly += change
        self.remaining += change
        if change > 0:
            self._reopen()
        return change

    def _reopen(self) -> None:
        still = []
        for amount, event in self.waiting:
            if self.covers(amount):
                event.succeed()
            else:
                still.append((amount, event))
        self.waiting = still
