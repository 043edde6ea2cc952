"""Queue of files before a service desk: first come, first served; ties are broken by a keyed hash."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from sim.engine.arrays import Ints

Floats = npt.NDArray[np.float64]

NEVER: Final = 1 << 62
"""A day after every run."""


class FileQueue:
    """Queue of files in the order of their day and a keyed tie-break, served up to a capacity of work a day.

    A later file never overtakes, so the order is fixed and a day's service is two binary searches, however
    long the queue.
    """

    def __init__(self) -> None:
        self._days: Ints = np.zeros(0, dtype=np.int64)
        self._ties = np.zeros(0, dtype=np.uint64)
        self._files: Ints = np.zeros(0, dtype=np.int64)
        self._done_by = np.zeros(0)  # cumulative work, that of each file included
        self._next = 0
        self._spent = 0.0  # work done, on the same scale
        self._new: Final[list[tuple[Ints, npt.NDArray[np.uint64], Ints, Floats]]] = []
        self._first_new = NEVER

    def join(
        self,
        days: npt.ArrayLike,
        ties: npt.NDArray[np.uint64],
        files: npt.ArrayLike,
        work: npt.ArrayLike,
    ) -> None:
        """Add files that are handed in on these days (today or later), with the work that each takes."""
        if len(ties):
            arrivals, each = np.empty(len(ties), dtype=np.int64), np.empty(len(ties))
            arrivals[:], each[:] = days, work
            self._new.append((arrivals, ties, np.asarray(files, dtype=np.int64), each))
            self._first_new = min(self._first_new, int(np.minimum.reduce(arrivals)))

    def _merge(self) -> None:
        """Sort new files into the queue, on the first day on which one of them waits."""
        left = slice(self._next, None)
        parts = [(self._days[left], self._ties[left], self._files[left], self._work_left()), *self._new]
        days, ties, files, work = map(np.concatenate, zip(*parts, strict=True))
        # A file under way stays first: no file of today is older than it.
        by_tie = ties.argsort(kind="stable")
        order = by_tie[days[by_tie].argsort(kind="stable")]
        self._days, self._ties, self._files = days[order], ties[order], files[order]
        self._done_by = work[order].cumsum()
        self._next, self._spent = 0, 0.0
        self._new.clear()
        self._first_new = NEVER

    def _work_left(self) -> Floats:
        """Work that each file still takes, less what is done on the one under way."""
        work = self._done_by[self._next :].copy()
        work[1:] -= self._done_by[self._next : -1]
        work[:1] -= self._spent
        return work

    def serve(self, day: int, capacity: float) -> tuple[Ints, Ints]:
        """Work on the files handed in by ``day``, up to a capacity; return files finished and their days.

        Work begun on a file is kept for the next day; idle capacity is lost.
        """
        if self._first_new <= day:
            self._merge()
        if self._next == len(self._days) or self._days[self._next] > day or capacity <= 0:
            return self._files[:0], self._days[:0]
        arrived = int(self._days.searchsorted(day, side="right"))
        reach = self._spent + capacity
        until = min(arrived, int(self._done_by.searchsorted(reach + 1e-9, side="right")))
        done = slice(self._next, until)
        self._spent = min(reach, float(self._done_by[arrived - 1]))
        self._next = until
        return self._files[done], self._days[done]

    def waiting(self, day: int) -> Ints:
        """Files handed in by a day and not finished."""
        if self._first_new <= day:
            self._merge()
        arrived = int(self._days.searchsorted(day, side="right"))
        return self._files[self._next : max(arrived, self._next)]

    def to_come(self, day: int) -> Ints:
        """Files that will be handed in after a day."""
        if self._new:
            self._merge()
        return self._files[int(self._days.searchsorted(day, side="right")) :]

    def withdraw(self, files: npt.NDArray[np.bool_]) -> None:
        """Remove files that are withdrawn, a mask over :meth:`waiting`."""
        keep = np.ones(len(self._files), dtype=bool)
        keep[self._next : self._next + len(files)] = ~files
        keep[: self._next] = False
        work, rest = self._work_left(), keep[self._next :]
        self._days, self._ties = self._days[keep], self._ties[keep]
        self._files = self._files[keep]
        self._done_by = np.cumsum(work[rest])
        self._next, self._spent = 0, 0.0
