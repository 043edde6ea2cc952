"""Runs that the page asked for: a queue, a process for each, how far it is, and how it is stopped."""

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
from sim.dashboard.form import Question
from sim.engine.errors import SimError
from sim.studies.execution import executors, results
from sim.studies.run import run_many

AT_ONCE: Final = 2
"""Runs at a time, so that two people need not wait for each other; they share the processors."""
PROGRESS: Final = "progress"
SOON: Final = 0.1
"""Seconds between two looks at whether a run was stopped."""
DIED: Final = "died"
"""In place of a fault's text: its process was killed every time."""

State = Literal["waiting", "running", "done", "stopped", "failed"]


@dataclass(frozen=True)
class Work:
    """What a run's process does: the run, its files and its views in both languages.

    Args:
        question: what is run against what.
        folder: gets ``NAME.nc``, ``comparison.nc``, figures, and how far it is.
        workers: processes.
    """

    question: Question
    folder: Path
    workers: int

    def __call__(self, _job: int) -> dict[str, view.View]:
        """Run, write and describe; the views by language."""
        from sim.reporting.charts.style import to_svg

        ours, theirs = self.question.scenario, self.question.reference
        done = run_many([ours], [theirs], workers=self.workers, progress=self._tell)
        for dataset in done.datasets.values():
            results.write(dataset, self.folder / f"{dataset.attrs['name']}.nc")
        results.write(done.comparisons[theirs.name], self.folder / "comparison.nc")
        views = {}
        for lang in texts.LANGUAGES:
            texts.use(lang)
            views[lang] = view.view(done, ours.name, theirs.name)
            drawn = to_svg(view.draw(done, ours.name, theirs.name))
            (self.folder / f"fund_{lang}.svg").write_text(drawn, encoding="utf-8")
        return views

    def _tell(self, done: int, total: int) -> None:
        aside = self.folder / f"{PROGRESS}.part"
        aside.write_text(f"{done} {total}", encoding="ascii")
        os.replace(aside, self.folder / PROGRESS)


class Run:
    """One run; its state is written by its own thread and read by the page's.

    Args:
        question: what is run against what.
        folder: for its files.
        workers: processes.
    """

    def __init__(self, question: Question, folder: Path, workers: int) -> None:
        self.id = token_hex(8)
        self.question, self.folder, self.workers = question, folder, workers
        self.state: State = "waiting"
        self.fault = ""
        self.views: dict[str, view.View] = {}
        self._lock, self._stop = threading.Lock(), threading.Event()

    @property
    def live(self) -> bool:
        """Whether there is something to wait for, or to stop."""
        return self.state in ("waiting", "running")

    @property
    def progress(self) -> tuple[int, int]:
        """Replicates done, and replicates in all."""
        try:
            done, total = (self.folder / PROGRESS).read_text(encoding="ascii").split()
        except (OSError, ValueError):
            return 0, self.question.scenario.run.replicates
        return int(done), int(total)

    def see_through(self) -> None:
        """Live it, in a process of its own."""
        with self._lock:
            if self.state != "waiting":
                return
            self.state = "running"
        with executors.Pool(1) as pool:  # whose end, here and nowhere else, kills its process
            future = pool.submit(Work(self.question, self.folder, self.workers), 0)
            while not self._stop.is_set() and not wait([future], timeout=SOON).done:
                pass
            if not self._stop.is_set():
                self._finish(future)
        if self._stop.is_set():
            shutil.rmtree(self.folder, ignore_errors=True)

    def _finish(self, future: Future[dict[str, view.View]]) -> None:
        try:
            self.views = future.result()
        except executors.DiedError:
            self._end("failed", DIED)
        except Exception as error:  # whatever it was, the page goes on and says so
            told = (
                str(error) if isinstance(error, (SimError, OSError)) else f"{type(error).__name__}: {error}"
            )
            self._end("failed", told)
        else:
            self._end("done")

    def stop(self) -> None:
        """End it, wherever it is, within :data:`SOON`."""
        with self._lock:
            if self.live:
                self.state = "stopped"
                self._stop.set()

    def _end(self, state: State, fault: str = "") -> None:
        with self._lock:
            if self.state == "running":
                self.state, self.fault = state, fault.partition("\n")[0][:300]


class Runs:
    """The queue: :data:`AT_ONCE` runs at a time, first come first served."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zsim-dashboard-"))
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="run")
        self._all: list[Run] = []
        self._workers = max(1, executors.cores() // AT_ONCE)

    def ask(self, question: Question) -> Run:
        """Hand a run in."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        run = Run(question, folder, self._workers)
        self._all = [other for other in self._all if other.live] + [run]
        self._threads.submit(run.see_through)
        return run

    def ahead(self, run: Run) -> int:
        """How many others wait or run before it."""
        return sum(other.live for other in self._all[: self._all.index(run)]) if run in self._all else 0

    def forget(self, run: Run) -> None:
        """Stop it and take its files away."""
        run.stop()
        shutil.rmtree(run.folder, ignore_errors=True)

    def close(self) -> None:
        """Stop all of them and leave nothing."""
        for run in self._all:
            run.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(self.folder, ignore_errors=True)
