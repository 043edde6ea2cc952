"""Runs started from the dashboard: queue, one process per run, progress and cancellation."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final, Literal

from sim import texts
from sim.dashboard import view
from sim.dashboard.form import RunRequest
from sim.engine.errors import SimError
from sim.reporting.charts.style import to_svg
from sim.studies.execution import executors, results
from sim.studies.run import run_many

CONCURRENT: Final = 2
"""Maximum number of concurrent runs, so that two users need not wait for each other. The runs share the
processors."""
PROGRESS: Final = "progress"
"""Name of the file that records the progress of a run."""
POLL_INTERVAL: Final = 0.1
"""Interval between checks for cancellation, in seconds."""
KILLED: Final = "died"
"""Value of ``Run.fault`` if the process of the run was killed at every attempt."""
MAX_FAULT_LENGTH: Final = 300

State = Literal["waiting", "running", "done", "stopped", "failed"]


@dataclass(frozen=True)
class RunTask:
    """Task that the process of a run executes: simulate, write the files, and prepare the views.

    Attributes:
        request: scenario and reference.
        folder: output folder for ``NAME.nc``, ``comparison.nc``, the figures and the progress file.
        workers: number of processes.
    """

    request: RunRequest
    folder: Path
    workers: int

    def __call__(self, _job: int) -> dict[str, view.View]:
        """Simulate the scenarios, write the files and return the views by language."""
        scenario, reference = self.request.scenario, self.request.reference
        runs = run_many([scenario], [reference], workers=self.workers, progress=self._write_progress)
        for dataset in runs.datasets.values():
            results.write(dataset, self.folder / f"{dataset.attrs['name']}.nc")
        results.write(runs.comparisons[reference.name], self.folder / "comparison.nc")
        views = {}
        for lang in texts.LANGUAGES:
            texts.use(lang)
            views[lang] = view.view(runs, scenario.name, reference.name)
            svg = to_svg(view.fund_figure(runs, scenario.name, reference.name))
            (self.folder / f"fund_{lang}.svg").write_text(svg, encoding="utf-8")
        return views

    def _write_progress(self, done: int, total: int) -> None:
        temporary = self.folder / f"{PROGRESS}.part"
        temporary.write_text(f"{done} {total}", encoding="ascii")
        os.replace(temporary, self.folder / PROGRESS)


class Run:
    """A run whose state is set by a thread of the queue and read by the web application.

    Args:
        request: scenario and reference.
        folder: folder for the files of the run.
        workers: number of processes.
    """

    def __init__(self, request: RunRequest, folder: Path, workers: int) -> None:
        self.id = token_hex(8)
        self.request, self.folder, self.workers = request, folder, workers
        self.state: State = "waiting"
        self.fault = ""
        self.views: dict[str, view.View] = {}
        self._lock, self._cancelled = threading.Lock(), threading.Event()

    @property
    def active(self) -> bool:
        """Whether the run is waiting or running."""
        return self.state in ("waiting", "running")

    @property
    def progress(self) -> tuple[int, int]:
        """Number of completed replicates and total number of replicates."""
        try:
            done, total = (self.folder / PROGRESS).read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return 0, self.request.scenario.run.replicates
        return int(done), int(total)

    def execute(self) -> None:
        """Execute the run in a separate process until it finishes or is cancelled."""
        with self._lock:
            if self.state != "waiting":
                return
            self.state = "running"
        with executors.Pool(1) as pool:  # leaving the block kills the process
            future = pool.submit(RunTask(self.request, self.folder, self.workers), 0)
            while not self._cancelled.is_set() and not wait([future], timeout=POLL_INTERVAL).done:
                pass
            if not self._cancelled.is_set():
                self._collect(future)
        if self._cancelled.is_set():
            shutil.rmtree(self.folder, ignore_errors=True)

    def _collect(self, future: Future[dict[str, view.View]]) -> None:
        try:
            self.views = future.result()
        except executors.DiedError:
            self._end("failed", KILLED)
        except Exception as error:  # shown on the page, which remains usable
            expected = isinstance(error, (SimError, OSError))
            self._end("failed", str(error) if expected else f"{type(error).__name__}: {error}")
        else:
            self._end("done")

    def stop(self) -> None:
        """Cancel the run if it is waiting or running; a running process ends within :data:`POLL_INTERVAL`."""
        with self._lock:
            if self.active:
                self.state = "stopped"
                self._cancelled.set()

    def _end(self, state: State, fault: str = "") -> None:
        with self._lock:
            if self.state == "running":
                self.state, self.fault = state, fault.partition("\n")[0][:MAX_FAULT_LENGTH]


class RunQueue:
    """Queue of runs, executed in order of submission, up to :data:`CONCURRENT` at a time."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zsim-dashboard-"))
        self._threads = ThreadPoolExecutor(CONCURRENT, thread_name_prefix="run")
        self._runs: list[Run] = []
        self._workers = max(1, executors.cores() // CONCURRENT)

    def submit(self, request: RunRequest) -> Run:
        """Add a run to the queue."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        run = Run(request, folder, self._workers)
        self._runs = [other for other in self._runs if other.active] + [run]
        self._threads.submit(run.execute)
        return run

    def number_ahead(self, run: Run) -> int:
        """Return the number of waiting or running runs that were submitted before the given run."""
        return sum(other.active for other in self._runs[: self._runs.index(run)]) if run in self._runs else 0

    def discard(self, run: Run) -> None:
        """Cancel a run and delete its files."""
        run.stop()
        shutil.rmtree(run.folder, ignore_errors=True)

    def close(self) -> None:
        """Cancel all runs and delete all files."""
        for run in self._runs:
            run.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(self.folder, ignore_errors=True)
