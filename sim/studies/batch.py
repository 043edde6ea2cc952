"""Many jobs, here or in a local pool; what comes out does not depend on the number of workers.

Each worker is a pool of one process. A process that dies (killed, out of memory) therefore costs
only the job it had, and the blame is certain: that job is tried again in a fresh process, at most
:data:`TRIES` times. At most one job a worker is out at any time: the parent's memory stays flat.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any, Final, TypeVar

from sim.engine.errors import WorkerError
from sim.words import say

TRIES: Final = 3
_THREADS: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)

T = TypeVar("T")
Work = Callable[[int], T]
Progress = Callable[[int, int], None]
"""Called with jobs done and jobs in all, first with 0 done."""


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def evaluate(
    work: Work[T], jobs: Sequence[int], *, workers: int = 1, progress: Progress | None = None
) -> Iterator[tuple[int, T]]:
    """Do all jobs; yields (job, result) as they end, in whatever order.

    Args:
        work: what to do with a job's number. With several workers it is pickled once for each.
        jobs: numbers, each different.
        workers: processes; one, or a single job, works in this process.
        progress: called after every job.

    Raises:
        WorkerError: a job's process died :data:`TRIES` times.
        Exception: whatever ``work`` raised, with a note that names the job; the rest is given up.
    """
    if progress:
        progress(0, len(jobs))
    workers = min(workers, len(jobs))
    done = _pool(work, jobs, workers) if workers > 1 else _serial(work, jobs)
    for count, (job, result) in enumerate(done, 1):
        if progress:
            progress(count, len(jobs))
        yield job, result


def _serial(work: Work[T], jobs: Sequence[int]) -> Iterator[tuple[int, T]]:
    for job in jobs:
        with _named(job):
            result = work(job)
        yield job, result


def _pool(work: Work[T], jobs: Sequence[int], workers: int) -> Iterator[tuple[int, T]]:
    slots = [_Slot(work) for _ in range(workers)]
    todo, tries = deque(jobs), Counter[int]()
    out: dict[Future[Any], tuple[int, _Slot]] = {}
    try:
        while todo or out:
            busy = {slot for _, slot in out.values()}
            for slot in [s for s in slots if s not in busy][: len(todo)]:
                job = todo.popleft()
                out[slot.submit(job)] = job, slot
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                job, slot = out.pop(future)
                try:
                    with _named(job):
                        result = future.result()
                except BrokenProcessPool:
                    tries[job] += 1
                    if tries[job] == TRIES:
                        raise WorkerError(_died(job, slot.exit_status())) from None
                    slot.rebuild()
                    todo.appendleft(job)
                else:
                    yield job, result
    finally:
        for slot in slots:
            slot.kill()


class _Slot:
    """A pool of one process, rebuilt when its process dies."""

    def __init__(self, work: Work[Any]) -> None:
        self._work = work
        self._processes: list[BaseProcess] = []
        self.rebuild()

    def rebuild(self) -> None:
        # an explicit context: neither ours nor a user's global start method is touched or trusted
        self._pool = ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), initializer=_begin, initargs=(self._work,)
        )

    def submit(self, job: int) -> Future[Any]:
        with _ctrl_c_waits(), _one_thread():  # a process is started by the first submission
            future = self._pool.submit(_do, job)
            self._processes = list((self._pool._processes or {}).values()) or self._processes
        return future

    def exit_status(self) -> int:
        """How its process ended: a signal as a negative number."""
        self._pool.shutdown(wait=True)
        codes = [process.exitcode for process in self._processes]
        return next((code for code in codes if code), 0)

    def kill(self) -> None:
        """Stop at once, also in the middle of a job (Ctrl-C, an error elsewhere)."""
        for process in self._processes:
            if process.is_alive():
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _died(job: int, status: int) -> str:
    key = "error.worker_killed" if status < 0 else "error.worker_ended"
    return say(key, job=job, tries=TRIES, code=abs(status))


_work: Work[Any]


def _begin(work: Work[Any]) -> None:
    """In a fresh worker: take the work, leave Ctrl-C to the parent, and leave with the parent."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(job: int) -> Any:
    return _work(job)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Hold Ctrl-C back until the end; processes started inside never see it. POSIX only."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let the numerical libraries of processes started inside use one thread each."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _named(job: int) -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool:
        raise
    except Exception as error:
        error.add_note(f"in replicate {job}")
        raise
