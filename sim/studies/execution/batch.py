"""Many jobs, here or in a local pool; what comes out does not depend on the number of workers.

At most one job a worker is out at any time: the parent's memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from sim.studies.execution import executors
from sim.studies.execution.executors import cores

T = TypeVar("T")
Work = Callable[[int], T]
Progress = Callable[[int, int], None]
"""Called with jobs done and jobs in all, first with 0 done."""

__all__ = ["Progress", "Work", "cores", "evaluate"]


def evaluate(
    work: Work[T],
    jobs: Sequence[int],
    *,
    workers: int = 1,
    progress: Progress | None = None,
    cluster: str | None = None,
) -> Iterator[tuple[int, T]]:
    """Do all jobs; yields (job, result) as they end, in whatever order.

    Args:
        work: what to do with a job's number; pickled where it is done elsewhere.
        jobs: numbers, each different.
        workers: processes; one, or a single job, works in this process.
        progress: called after every job.
        cluster: address of a Dask scheduler, in place of processes here.

    Raises:
        WorkerError: a job's process died every time it was tried.
        Exception: whatever ``work`` raised, with a note that names the job; the rest is given up.
    """
    if progress:
        progress(0, len(jobs))
    with executors.workers(min(workers, len(jobs)), cluster) as (executor, ahead):
        for count, (job, result) in enumerate(executors.finished(executor, ahead, work, jobs), 1):
            if progress:
                progress(count, len(jobs))
            yield job, result
