"""Many jobs, in this process or in a local pool; the results do not depend on the number of workers.

At any time at most one job per worker is running, so that the memory of the parent process stays constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sim.studies.execution import executors
from sim.studies.execution.executors import cores

T = TypeVar("T")
Work = Callable[[int], T]
ProgressCallback = Callable[[int, int], None]
"""Called with the number of jobs done and the number of all jobs, first with 0 done."""

__all__ = ["ProgressCallback", "Work", "cores", "evaluate"]


def evaluate(
    work: Work[T],
    jobs: Sequence[int],
    *,
    workers: int = 1,
    progress: ProgressCallback | None = None,
    cluster: str | None = None,
) -> Iterator[tuple[int, T]]:
    """Run all jobs; yield (job, result) as each ends, in any order.

    Args:
        work: function of a job's number; pickled where it runs in another process.
        jobs: distinct numbers.
        workers: number of processes; with one worker, or one job, everything runs in this process.
        progress: called after every job.
        cluster: address of a Dask scheduler, instead of local processes.

    Raises:
        WorkerError: the process of a job died each time the job was tried.
        Exception: whatever ``work`` raised, with a note that names the job; the other jobs are cancelled.
    """
    if progress:
        progress(0, len(jobs))
    with executors.workers(min(workers, len(jobs)), cluster) as (executor, ahead):
        for count, (job, result) in enumerate(executors.finished(executor, ahead, work, jobs), 1):
            if progress:
                progress(count, len(jobs))
            yield job, result
