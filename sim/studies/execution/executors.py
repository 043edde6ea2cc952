"""Executors: this process, a pool of local processes, or a Dask cluster.

All three implement the executor interface of ``concurrent.futures``, and results do not depend on the choice.
Each worker of the pool is itself a pool of one process. If a process dies (killed or out of memory), only its
own job is lost. Since the lost job is known, it is retried in a new process, with at most :data:`TRIES`
attempts in total.

No available library provides this. In ``concurrent.futures`` and loky, one killed process breaks the whole
pool, and all submitted jobs fail. Pebble keeps the other processes, but it restarts processes from an
internal thread, where neither their environment (one thread each) nor their signal mask (Ctrl-C) can be set.
It also restarts them without limit if they die before taking a job, as in a script without a ``__main__``
guard.
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
"""Maximum number of attempts at a job whose process dies."""
PATIENCE: Final = 3.0
"""Maximum time in seconds to wait for the answer of a scheduler."""
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
    """Death of a job's process in all :data:`TRIES` attempts; ``status`` is negative for a signal."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def cores() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def workers(number: int = 1, cluster: str | None = None) -> Iterator[tuple[Executor, int]]:
    """Provide an executor and the number of jobs to submit at a time; cancel unfinished jobs on exit.

    Args:
        number: number of processes; with 1, jobs run in this process.
        cluster: address of a Dask scheduler to use instead of local processes.

    Raises:
        InputError: there is no scheduler at that address, or Dask is not installed.
    """
    if cluster is not None:
        with _dask(cluster) as executor:
            yield executor
    elif number > 1:
        with Pool(number) as pool:
            yield pool, number
    else:
        yield Serial(), 1


def finished(
    executor: Executor, ahead: int, work: Callable[[J], T], jobs: Iterable[J]
) -> Iterator[tuple[J, T]]:
    """Run all jobs and yield (job, result) in the order of completion.

    Args:
        executor: executor that runs the jobs.
        ahead: maximum number of jobs submitted at any time.
        work: function that carries out a job.
        jobs: the jobs.

    Raises:
        WorkerError: the process of a job died in every attempt.
        Exception: any exception raised by ``work``, with a note that names the job; all other jobs are
            cancelled.
    """
    remaining = iter(jobs)
    submitted: dict[Future[T], J] = {}
    try:
        while True:
            for job in itertools.islice(remaining, ahead - len(submitted)):
                submitted[executor.submit(work, job)] = job
            if not submitted:
                return
            for future in wait(submitted, return_when=FIRST_COMPLETED).done:
                job = submitted.pop(future)
                try:
                    result = future.result()
                except DiedError as error:
                    raise WorkerError(_died(job, error.status)) from None
                except Exception as error:
                    if type(error).__name__ == "KilledWorker":  # raised by Dask, which is not imported here
                        raise WorkerError(say("error.cluster_killed", job=job)) from None
                    error.add_note(f"in replicate {job}")
                    raise
                yield job, result
                del result
    finally:
        for future in submitted:
            future.cancel()


def _died(job: object, status: int) -> str:
    key = "error.worker_killed" if status < 0 else "error.worker_ended"
    return say(key, job=job, tries=TRIES, code=abs(status))


class Serial(Executor):
    """Executor that runs each job immediately in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run the job and return a completed future."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Pool(Executor):
    """Executor with local processes; a thread supervises each job and replaces processes that die.

    Args:
        number: number of processes.
    """

    def __init__(self, number: int) -> None:
        self._slots = [_Slot() for _ in range(number)]
        self._idle: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._idle.put(slot)
        self._threads = ThreadPoolExecutor(number, initializer=_block_ctrl_c)
        self._stopped = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Submit a job."""
        return self._threads.submit(self._supervise, fn, args, kwargs)

    def _supervise(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        """Run a job, with up to :data:`TRIES` attempts if its process dies."""
        slot = self._idle.get()
        try:
            for tries in range(1, TRIES + 1):
                try:
                    result: T = slot.submit(fn, *args, **kwargs).result()
                except BrokenProcessPool:
                    if self._stopped:
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
        """Stop immediately, even while jobs are running (after Ctrl-C or an error in another job)."""
        del cancel_futures
        self._stopped = True
        for slot in self._slots:
            slot.kill()
        self._threads.shutdown(wait=wait, cancel_futures=True)


class _Slot:
    """Pool of one process, rebuilt when the process dies."""

    _starting = threading.Lock()
    """Lock for starting processes one at a time, since the environment is changed during the start."""

    def __init__(self) -> None:
        self._processes: list[BaseProcess] = []
        self._stopped = False
        self.rebuild()

    def rebuild(self) -> None:
        """Replace the pool with a new one."""
        # an explicit context, so that a global start method is neither changed nor relied on
        self._pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_start_worker)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Submit a job; the first job starts the process."""
        with self._starting, _one_thread():
            if self._stopped:
                raise BrokenProcessPool
            try:
                future = self._pool.submit(fn, *args, **kwargs)
            except RuntimeError as error:  # the pool is being shut down
                raise BrokenProcessPool from error
            self._processes = list((self._pool._processes or {}).values()) or self._processes
        return future

    def exit_status(self) -> int:
        """Return the exit status of the process, negative for a signal."""
        self._pool.shutdown(wait=True)
        codes = [process.exitcode for process in self._processes]
        return next((code for code in codes if code), 0)

    def kill(self) -> None:
        """Kill the process and shut down its pool."""
        with self._starting:
            self._stopped = True
        for process in self._processes:
            if process.is_alive():
                process.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _block_ctrl_c() -> None:
    """Block Ctrl-C in processes that this thread starts, even while they import modules. POSIX only."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _start_worker() -> None:
    """Initialise a worker process, which ignores Ctrl-C and exits when its parent exits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Limit numerical libraries to one thread in processes that are started within this context."""
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


def _check_scheduler(address: str) -> None:
    """Check that a scheduler answers; a Dask client would wait forever for any other service at the address.

    Raises:
        InputError: no scheduler answers within :data:`PATIENCE` seconds, or the address is invalid.
    """
    from distributed.core import rpc

    connect: Any = rpc

    async def node_type() -> str:
        node: Any = connect(address, timeout=PATIENCE)
        try:
            return str((await asyncio.wait_for(node.identity(), PATIENCE + 1))["type"])
        finally:
            await node.close_rpc()

    try:
        with ThreadPoolExecutor(1) as thread:  # in a notebook, this thread already runs an event loop
            kind = thread.submit(lambda: asyncio.run(node_type())).result()
    except Exception as error:  # an invalid address, or another service behind it, raises various errors
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

    _check_scheduler(address)
    connect: Any = _Client
    client: Any = connect(address, timeout=10, set_as_default=False)
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
