"""Queue of files at a service desk: first come, first served, with ties broken by a keyed hash.

A file is an application or case that a service desk handles.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from sim.engine.arrays import Ints

Floats = npt.NDArray[np.float64]

NEVER: Final = 1 << 62
"""Day number that lies after the end of any run."""


class FileQueue:
    """Queue of files ordered by arrival day and a keyed tie-break, served up to a daily work capacity.

    No file overtakes an earlier one. The order is therefore fixed, and serving a day takes two binary
    searches regardless of the length of the queue.
    """

    def __init__(self) -> None:
        self._days: Ints = np.zeros(0, dtype=np.int64)
        self._ties = np.zeros(0, dtype=np.uint64)
        self._files: Ints = np.zeros(0, dtype=np.int64)
        self._done_by = np.zeros(0)  # cumulative work, including that of the file itself
        self._next = 0
        self._spent = 0.0  # cumulative work done, on the same scale
        self._new: Final[list[tuple[Ints, npt.NDArray[np.uint64], Ints, Floats]]] = []
        self._first_new = NEVER

    def join(
        self,
        days: npt.ArrayLike,
        ties: npt.NDArray[np.uint64],
        files: npt.ArrayLike,
        work: npt.ArrayLike,
    ) -> None:
        """Add files to the queue.

        Args:
            days: day on which each file is submitted, today or later.
            ties: keyed random bits that order the files of the same day.
            files: file numbers.
            work: work that each file requires, in the unit of the daily capacity.
        """
        if len(ties):
            arrivals, each = np.empty(len(ties), dtype=np.int64), np.empty(len(ties))
            arrivals[:], each[:] = days, work
            self._new.append((arrivals, ties, np.asarray(files, dtype=np.int64), each))
            self._first_new = min(self._first_new, int(np.minimum.reduce(arrivals)))

    def _merge(self) -> None:
        """Merge new files into the queue in sorted order."""
        left = slice(self._next, None)
        parts = [(self._days[left], self._ties[left], self._files[left], self._work_left()), *self._new]
        days, ties, files, work = map(np.concatenate, zip(*parts, strict=True))
        # A file in progress stays first because no new file arrived earlier.
        by_tie = ties.argsort(kind="stable")
        order = by_tie[days[by_tie].argsort(kind="stable")]
        self._days, self._ties, self._files = days[order], ties[order], files[order]
        self._done_by = work[order].cumsum()
        self._next, self._spent = 0, 0.0
        self._new.clear()
        self._first_new = NEVER

    def _work_left(self) -> Floats:
        """Return the remaining work of each file, net of the work already done on the file in progress."""
        work = self._done_by[self._next :].copy()
        work[1:] -= self._done_by[self._next : -1]
        work[:1] -= self._spent
        return work

    def serve(self, day: int, capacity: float) -> tuple[Ints, Ints]:
        """Process files submitted by ``day`` and return the finished files and their submission days.

        Args:
            day: current day.
            capacity: work that can be done on that day. Partial work on a file carries over to the next day;
                idle capacity does not.
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
        """Return the unfinished files submitted by the given day."""
        if self._first_new <= day:
            self._merge()
        arrived = int(self._days.searchsorted(day, side="right"))
        return self._files[self._next : max(arrived, self._next)]

    def to_come(self, day: int) -> Ints:
        """Return the files that will be submitted after the given day."""
        if self._new:
            self._merge()
        return self._files[int(self._days.searchsorted(day, side="right")) :]

    def withdraw(self, files: npt.NDArray[np.bool_]) -> None:
        """Remove withdrawn files, selected by a boolean mask over the files that :meth:`waiting` returns."""
        keep = np.ones(len(self._files), dtype=bool)
        keep[self._next : self._next + len(files)] = ~files
        keep[: self._next] = False
        work, rest = self._work_left(), keep[self._next :]
        self._days, self._ties = self._days[keep], self._ties[keep]
        self._files = self._files[keep]
        self._done_by = np.cumsum(work[rest])
        self._next, self._spent = 0, 0.0
