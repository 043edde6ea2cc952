"""Evaluation of many jobs in this process, in a local pool or on a cluster.

Results do not depend on the number of workers. At most one job per local worker is submitted at any time, so
that the memory use of the parent process stays constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sim.studies.execution import executors
from sim.studies.execution.executors import cores

T = TypeVar("T")
Work = Callable[[int], T]
ProgressCallback = Callable[[int, int], None]
"""Function called with the number of completed jobs (initially 0) and the total number of jobs."""

__all__ = ["ProgressCallback", "Work", "cores", "evaluate"]


def evaluate(
    work: Work[T],
    jobs: Sequence[int],
    *,
    workers: int = 1,
    progress: ProgressCallback | None = None,
    cluster: str | None = None,
) -> Iterator[tuple[int, T]]:
    """Run all jobs and yield (job, result) in the order of completion.

    Args:
        work: function that carries out the job with a given number; pickled if it runs in another process.
        jobs: distinct job numbers.
        workers: number of processes; with one worker, or one job, everything runs in this process.
        progress: function called after every job.
        cluster: address of a Dask scheduler to use instead of local processes.

    Raises:
        WorkerError: the process of a job died in every attempt.
        Exception: any exception raised by ``work``, with a note that names the job; all other jobs are
            cancelled.
    """
    if progress:
        progress(0, len(jobs))
    with executors.workers(min(workers, len(jobs)), cluster) as (executor, ahead):
        for count, (job, result) in enumerate(executors.finished(executor, ahead, work, jobs), 1):
            if progress:
                progress(count, len(jobs))
            yield job, result
