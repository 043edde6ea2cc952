"""A line of files before a window: first come, first served; ties by a keyed hash, never by code order."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEVER: Final = 1 << 62
"""A day that does not come."""


class FileQueue:
    """Files sorted by the day they come and a keyed tie-break, served up to a capacity of work a day.

    A file that comes later never overtakes, so who is next is known and a day's service is two binary
    searches, however long the line.
    """

    def __init__(self) -> None:
        self._days: Ints = np.zeros(0, dtype=np.int64)
        self._ties = np.zeros(0, dtype=np.uint64)
        self._files: Ints = np.zeros(0, dtype=np.int64)
        self._done_by = np.zeros(0)  # work up to and with each file
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
        """Files that come on these days (today or later), with the work that each takes."""
        if len(ties):
            came, each = np.empty(len(ties), dtype=np.int64), np.empty(len(ties))
            came[:], each[:] = days, work
            self._new.append((came, ties, np.asarray(files, dtype=np.int64), each))
            self._first_new = min(self._first_new, int(np.minimum.reduce(came)))

    def _merge(self) -> None:
        """Put the new files in their places, on the first day on which one of them is in line."""
        left = slice(self._next, None)
        parts = [(self._days[left], self._ties[left], self._files[left], self._work_left()), *self._new]
        days, ties, files, work = map(np.concatenate, zip(*parts, strict=True))
        # A file under way stays first: nothing that comes today is older than it.
        by_tie = ties.argsort(kind="stable")
        order = by_tie[days[by_tie].argsort(kind="stable")]
        self._days, self._ties, self._files = days[order], ties[order], files[order]
        self._done_by = work[order].cumsum()
        self._next, self._spent = 0, 0.0
        self._new.clear()
        self._first_new = NEVER

    def _work_left(self) -> Floats:
        """Work that each file still takes, the one under way less what is done."""
        work = self._done_by[self._next :].copy()
        work[1:] -= self._done_by[self._next : -1]
        work[:1] -= self._spent
        return work

    def serve(self, day: int, capacity: float) -> tuple[Ints, Ints]:
        """Work ``capacity`` on the files that have come by ``day``: those finished, and the day each came.

        Work begun on a file is kept for the next day; idle capacity is lost.
        """
        if self._first_new <= day:
            self._merge()
        if self._next == len(self._days) or self._days[self._next] > day or capacity <= 0:
            return self._files[:0], self._days[:0]
        come = int(self._days.searchsorted(day, side="right"))
        reach = self._spent + capacity
        until = min(come, int(self._done_by.searchsorted(reach + 1e-9, side="right")))
        done = slice(self._next, until)
        self._spent = min(reach, float(self._done_by[come - 1]))
        self._next = until
        return self._files[done], self._days[done]

    def waiting(self, day: int) -> Ints:
        """Files that have come by a day and are not finished."""
        if self._first_new <= day:
            self._merge()
        come = int(self._days.searchsorted(day, side="right"))
        return self._files[self._next : max(come, self._next)]

    def to_come(self, day: int) -> Ints:
        """Files that are announced and have not come by a day."""
        if self._new:
            self._merge()
        return self._files[int(self._days.searchsorted(day, side="right")) :]

    def withdraw(self, files: npt.NDArray[np.bool_]) -> None:
        """Take out files (a mask over :meth:`waiting`) that have been given up."""
        keep = np.ones(len(self._files), dtype=bool)
        keep[self._next : self._next + len(files)] = ~files
        keep[: self._next] = False
        work, rest = self._work_left(), keep[self._next :]
        self._days, self._ties = self._days[keep], self._ties[keep]
        self._files = self._files[keep]
        self._done_by = np.cumsum(work[rest])
        self._next, self._spent = 0, 0.0
