"""Who does the work: this process, a pool of processes here, or a Dask cluster.

All three are executors in the sense of ``concurrent.futures``; what comes out depends on none of them.
In the pool each worker is a pool of one process. A process that dies (killed, out of memory) therefore
costs only the job it had, and the blame is certain: that job is tried again in a fresh process, at
most :data:`TRIES` times.

No library does that: one process killed breaks a whole pool of ``concurrent.futures`` or loky and fails every
job that is out. Pebble keeps the others at work, but restarts processes from a thread of its own, where
neither their environment (one thread each) nor their signal mask (Ctrl-C) can be set, and without a limit
where a process dies before it takes a job, as in a script without its ``__main__`` guard.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from typing import Any, Final, TypeVar

from sim.engine.errors import InputError, WorkerError, one_line
from sim.texts import say

TRIES: Final = 3
PATIENCE: Final = 3.0
"""Seconds that a scheduler has to answer."""
_THREADS: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)

J = TypeVar("J")
T = TypeVar("T")


class DiedError(Exception):
    """A job's process died :data:`TRIES` times; ``status`` is how, a signal as a negative number."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def workers(number: int = 1, cluster: str | None = None) -> Iterator[tuple[Executor, int]]:
    """An executor and how many jobs it can do at a time; whatever is still out at the end is given up.

    Args:
        number: processes; one is this process.
        cluster: address of a Dask scheduler, in place of processes here.

    Raises:
        InputError: there is no scheduler at that address, or Dask is not installed.
    """
    if cluster is not None:
        with _dask(cluster) as found:
            yield found
    elif number > 1:
        with Pool(number) as pool:
            yield pool, number
    else:
        yield Serial(), 1


def finished(
    executor: Executor, ahead: int, work: Callable[[J], T], jobs: Iterable[J]
) -> Iterator[tuple[J, T]]:
    """Do all jobs; yields (job, result) as they end, at most ``ahead`` of them out at any time.

    Raises:
        WorkerError: a job's process died every time it was tried.
        Exception: whatever ``work`` raised, with a note that names the job; the rest is given up.
    """
    todo = iter(jobs)
    out: dict[Future[T], J] = {}
    try:
        while True:
            for job in itertools.islice(todo, ahead - len(out)):
                out[executor.submit(work, job)] = job
            if not out:
                return
            for future in wait(out, return_when=FIRST_COMPLETED).done:
                job = out.pop(future)
                try:
                    result = future.result()
                except DiedError as error:
                    raise WorkerError(_died(job, error.status)) from None
                except Exception as error:
                    if type(error).__name__ == "KilledWorker":  # Dask's own, which is not imported here
                        raise WorkerError(say("error.cluster_killed", job=job)) from None
                    error.add_note(f"in replicate {job}")
                    raise
                yield job, result
                del result
    finally:
        for future in out:
            future.cancel()


def _died(job: object, status: int) -> str:
    key = "error.worker_killed" if status < 0 else "error.worker_ended"
    return say(key, job=job, tries=TRIES, code=abs(status))


class Serial(Executor):
    """Does a job when it is handed in, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        """Do it at once."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class Pool(Executor):
    """Processes here; a thread sees each job through, in fresh processes if it must.

    Args:
        number: processes.
    """

    def __init__(self, number: int) -> None:
        self._slots = [_Slot() for _ in range(number)]
        self._idle: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._idle.put(slot)
        self._threads = ThreadPoolExecutor(number, initializer=_leave_ctrl_c_to_others)
        self._over = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        """Hand a job in."""
        return self._threads.submit(self._see_through, fn, args, named)

    def _see_through(self, fn: Callable[..., T], args: tuple[Any, ...], named: dict[str, Any]) -> T:
        slot = self._idle.get()
        try:
            for tries in range(1, TRIES + 1):
                try:
                    result: T = slot.submit(fn, *args, **named).result()
                except BrokenProcessPool:
                    if self._over:
                        raise
                    status = slot.exit_status()
                    slot.rebuild()
                    if tries == TRIES:
                        raise DiedError(status) from None
                else:
                    return result
            raise AssertionError("the last try returns or raises")
        finally:
            self._idle.put(slot)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Stop at once, also in the middle of a job (Ctrl-C, an error elsewhere)."""
        del cancel_futures
        self._over = True
        for slot in self._slots:
            slot.kill()
        self._threads.shutdown(wait=wait, cancel_futures=True)


class _Slot:
    """A pool of one process, rebuilt when its process dies."""

    _starting = threading.Lock()
    """The environment is set while a process is started: one at a time."""

    def __init__(self) -> None:
        self._processes: list[BaseProcess] = []
        self._over = False
        self.rebuild()

    def rebuild(self) -> None:
        # an explicit context: neither ours nor a user's global start method is touched or trusted
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_begin)

    def submit(self, fn: Callable[..., T], /, *args: Any, **named: Any) -> Future[T]:
        with self._starting, _one_thread():  # a process is started by the first submission
            if self._over:
                raise BrokenProcessPool
            try:
                future = self._pool.submit(fn, *args, **named)
            except RuntimeError as error:  # it is being shut down
                raise BrokenProcessPool from error
            self._processes = list((self._pool._processes or {}).values()) or self._processes
        return future

    def exit_status(self) -> int:
        """How its process ended: a signal as a negative number."""
        self._pool.shutdown(wait=True)
        codes = [process.exitcode for process in self._processes]
        return next((code for code in codes if code), 0)

    def kill(self) -> None:
        """End its process."""
        with self._starting:
            self._over = True
        for process in self._processes:
            if process.is_alive():
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _leave_ctrl_c_to_others() -> None:
    """Processes that this thread starts never see Ctrl-C, not even while they import. POSIX only."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _begin() -> None:
    """In a fresh worker: leave Ctrl-C to the parent, and leave with the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


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


def _asked_for_its_name(address: str) -> None:
    """See that a scheduler answers; a client of Dask waits for ever where something else does.

    Raises:
        InputError: none does within :data:`PATIENCE` seconds, or the address is none.
    """
    from distributed.core import rpc

    make: Any = rpc

    async def name() -> str:
        there: Any = make(address, timeout=PATIENCE)
        try:
            return str((await asyncio.wait_for(there.identity(), PATIENCE + 1))["type"])
        finally:
            await there.close_rpc()

    try:
        with ThreadPoolExecutor(1) as aside:  # a notebook has a loop of its own in this thread
            kind = aside.submit(lambda: asyncio.run(name())).result()
    except Exception as error:  # whatever an address that is none, or a stranger behind it, leads to
        why = str(error).partition("\n")[0] or type(error).__name__
    else:
        if kind == "Scheduler":
            return
        why = kind
    words = {"address": one_line(address, 80), "why": one_line(why, 120)}
    raise InputError([say("error.no_cluster", **words)])


@contextmanager
def _dask(address: str) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client as _Client
    except ImportError:
        raise InputError([say("error.no_dask")]) from None
    from sim.studies.execution.fingerprint import fingerprint

    _asked_for_its_name(address)
    make: Any = _Client
    client: Any = make(address, timeout=10, set_as_default=False)
    try:
        threads = sum(client.nthreads().values())
        models = client.run(fingerprint)
        if not threads:
            raise InputError([say("error.no_workers", address=address)])
        others = sorted(worker for worker, model in models.items() if model != fingerprint())
        if others:
            raise InputError([say("error.other_model", worker=others[0])])
        with client.get_executor(pure=False) as executor:
            yield executor, 2 * threads
    finally:
        client.close()
