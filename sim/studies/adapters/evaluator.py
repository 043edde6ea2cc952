"""Evaluator of the points of a study, which takes outcomes from stored runs and performs the missing runs.

Each run is simulated only once and reused wherever it is needed: at several points, as the reference of many
points, or in another study. Only the outcomes of the study are held in memory; the complete output of each
run is in the store.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from sim.policy.scenario.scenario import Scenario
from sim.studies.execution import executors
from sim.studies.execution.progress import Progress, SilentProgress
from sim.studies.execution.run_specification import Job
from sim.studies.execution.simulation import Model, Simulate
from sim.studies.execution.store import UNREADABLE, Store, Unpacked, packed
from sim.studies.methods.interface import Floats
from sim.studies.specification.designs import Variant
from sim.studies.specification.factors import applied
from sim.studies.specification.study_specification import StudySpecification
from sim.texts import say


class Draw(NamedTuple):
    """Replicate numbers that determine the random numbers and the parameter draw of a run."""

    replicate: int
    parameter_draw: int


def run_job(simulate: Simulate, job: Job) -> bytes:
    """Run a job and return its outcomes as the contents of a store file."""
    started = time.perf_counter()
    options: dict[str, Any] = {"stated": job.stated} if job.stated else {}
    if job.parameter_draw != job.replicate:
        options["parameter_draw"] = job.parameter_draw
    run = simulate(job.scenario, job.replicate, False, **options)
    about = {
        "scenario": job.scenario.name,
        "seconds": round(time.perf_counter() - started, 3),
        "notes": {name: float(value) for name, value in run.notes.items()},
    }
    return packed(run.outcomes, about)


@dataclass
class Evaluator:
    """Callable that evaluates the points of a study for the algorithms of :mod:`sim.studies.methods`.

    Attributes:
        study: the study; its scale, seed and uncertainty apply to every run.
        model: model to run.
        store: store of the runs.
        executor: executor that performs the runs.
        ahead: maximum number of jobs submitted at the same time.
        progress: listener that receives progress reports.
        values: outcomes of the runs evaluated so far, by key of the run.
    """

    study: StudySpecification
    model: Model
    store: Store
    executor: Executor
    ahead: int
    progress: Progress = field(default_factory=SilentProgress)
    values: dict[str, Floats] = field(default_factory=dict)

    @property
    def draws(self) -> list[Draw]:
        """Draws of the replicates of the study: replicate k uses random numbers k and parameter draw k."""
        return [Draw(k, k) for k in range(self.study.replicates or 1)]

    def __call__(self, points: Floats) -> Floats:
        """Return outcomes (point, replicate, outcome) of the first scenario at points (point, factor)."""
        return self.at(self.study.scenarios[0], points, self.draws)

    def at(
        self, scenario: Scenario, points: Floats, draws: Sequence[Draw], *, difference: bool = False
    ) -> Floats:
        """Return outcomes of a scenario at points of the study's factors; see :meth:`of`."""
        factors = self.study.factors if points.shape[1] else ()
        reference = self.study.reference
        variants = [applied(scenario, factors, point) for point in points]
        references: list[Variant] = []
        if reference is not None:
            references = [applied(reference, factors, point, policy=False) for point in points]
        return self.of(variants, draws, references, difference=difference)

    def of(
        self,
        variants: Sequence[Variant],
        draws: Sequence[Draw],
        references: Sequence[Variant] = (),
        *,
        difference: bool = False,
    ) -> Floats:
        """Return outcomes of scenario variants (variant, replicate, outcome); NaN where a run has no value.

        Args:
            variants: scenarios, with the values fixed in their runs.
            draws: random numbers and parameter draw of each replicate.
            references: reference of each variant; empty if there is no reference.
            difference: whether to return all outcomes as differences from the reference with the same random
                numbers; by default only paired outcomes are differences.
        """
        jobs, reference_jobs = self._jobs(variants, draws), self._jobs(references, draws)
        self._evaluate([*jobs, *reference_jobs])
        shape = (-1, len(draws), len(self.study.outcomes))
        values = np.array([self.values[key] for key, _ in jobs]).reshape(shape)
        if not reference_jobs:
            return values
        reference = np.array([self.values[key] for key, _ in reference_jobs]).reshape(shape)
        paired = np.array([difference or o.paired for o in self.study.outcomes])
        return np.where(paired, values - reference, values)

    def _jobs(self, variants: Sequence[Variant], draws: Sequence[Draw]) -> list[tuple[str, Job]]:
        study = self.study
        keyed = []
        for scenario, stated in variants:
            run = scenario.with_run(seed=study.seed, scale=study.scale, uncertainty=study.uncertainty)
            jobs = [Job(run, stated, *draw) for draw in draws]
            keyed += [(job.key, job) for job in jobs]
        return keyed

    def _evaluate(self, jobs: Sequence[tuple[str, Job]]) -> None:
        """Load the outcomes of the given runs from the store, and perform the runs that are missing."""
        needed = {key: job for key, job in jobs if key not in self.values}
        if not needed:
            return
        missing: dict[str, Job] = {}
        for key, job in needed.items():
            values = self._kept(key)
            if values is None:
                missing[key] = job
            else:
                self.values[key] = values
        self.progress.planned(len(needed), len(needed) - len(missing), self.store.elsewhere(missing))
        try:
            for key, content in self._run(missing):
                self.store.put(key, content)
                self.progress.finished()
                self.values[key] = self._read(content)
        except KeyboardInterrupt:  # may occur after a run is stored and before it is counted
            self.progress.stopped(self.store.holds(missing))
            raise

    def _run(self, missing: Mapping[str, Job]) -> Iterator[tuple[str, bytes]]:
        work: Callable[[Job], bytes] = partial(run_job, self.model.simulate)
        keys = {id(job): key for key, job in missing.items()}
        for job, content in executors.finished(self.executor, self.ahead, work, missing.values()):
            yield keys[id(job)], content

    def _kept(self, key: str) -> Floats | None:
        """Return the outcomes of a stored run, or None if it must be run; a damaged file is removed."""
        content = self.store.get(key)
        if content is None:
            return None
        try:
            return self._read(content)
        except UNREADABLE:
            self.progress.message(say("study.unreadable", path=self.store.path(key)))
            self.store.discard(key)
            return None

    def _read(self, content: bytes) -> Floats:
        arrays = Unpacked(content)
        return np.array([outcome.value(arrays) for outcome in self.study.outcomes], dtype=np.float64)
