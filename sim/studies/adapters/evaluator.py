"""From points of a study to numbers: which runs they need, which are kept, who lives the rest.

A run is lived once whatever asks for it: two points, the reference of many points, another study. Only
numbers stay in memory; what a run left is in the store.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeAlias

import numpy as np

from sim.policy.scenario import text
from sim.policy.scenario.scenario import Scenario
from sim.studies.execution import executors
from sim.studies.execution.posterior import posterior
from sim.studies.execution.store import UNREADABLE, Store, Unpacked, packed
from sim.studies.run import Model, Simulate
from sim.studies.specification.factors import Floats, applied
from sim.studies.specification.study_file import Study
from sim.texts import say

Variant: TypeAlias = tuple[Scenario, Mapping[str, float]]
"""A scenario, and what a run is told beside it."""
Luck: TypeAlias = tuple[int, int]
"""Whose luck and whose set of what is uncertain a run has, as numbers of replicates."""


@dataclass(frozen=True)
class Job:
    """One run, and all that decides it beside the model.

    Attributes:
        scenario: what is done, in which world, with which seed and scale.
        stated: see :func:`sim.studies.run.simulate`.
        replicate: whose luck.
        beliefs: whose set of what is uncertain.
    """

    scenario: Scenario
    stated: Mapping[str, float]
    replicate: int
    beliefs: int

    def __str__(self) -> str:
        stated = "".join(f", {name} = {value:.6g}" for name, value in list(self.stated.items())[:4])
        return f"{self.replicate} ({self.scenario.name}{stated})"

    @property
    def key(self) -> str:
        """Its name in the store."""
        run = self.scenario.run
        identity = {
            "scenario": text.substance(self.scenario),
            "stated": {name: float(value).hex() for name, value in sorted(self.stated.items())},
            "seed": run.seed,
            "scale": float(run.scale).hex(),
            "luck": self.replicate,
            "beliefs": self.beliefs if run.uncertainty != "random" else None,
        }
        if run.uncertainty == "posterior":
            identity["posterior"] = posterior().digest
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def live(simulate: Simulate, job: Job) -> bytes:
    """Live a run; what it leaves, as the bytes of a file of the store."""
    began = time.perf_counter()
    told: dict[str, Any] = {"stated": job.stated} if job.stated else {}
    if job.beliefs != job.replicate:
        told["beliefs"] = job.beliefs
    history = simulate(job.scenario, job.replicate, False, **told)
    about = {
        "scenario": job.scenario.name,
        "seconds": round(time.perf_counter() - began, 3),
        "notes": {name: float(value) for name, value in history.notes.items()},
    }
    return packed(history.outcomes, about)


class Watch(Protocol):
    """Who is told how it goes."""

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        """A round begins: runs it needs, how many are kept, how many are kept under another model."""

    def lived(self) -> None:
        """A run more is lived and kept."""

    def stopped(self, kept: int) -> None:
        """The round is stopped; so many of the runs that it was to live are kept."""

    def say(self, line: str) -> None:
        """One line for people."""


class Silent:
    """Nobody watches."""

    def planned(self, runs: int, kept: int, outdated: int) -> None:
        """Nothing."""

    def lived(self) -> None:
        """Nothing."""

    def stopped(self, kept: int) -> None:
        """Nothing."""

    def say(self, line: str) -> None:
        """Nothing."""


@dataclass
class Evaluator:
    """The seam between algorithms and the city.

    Attributes:
        study: what is asked; its scale, seed and uncertainty hold for every run.
        model: what is run.
        store: where runs are kept.
        executor: who does the work.
        ahead: jobs out at a time.
        watch: who is told.
        numbers: outcomes of the runs asked for so far, by key.
    """

    study: Study
    model: Model
    store: Store
    executor: Executor
    ahead: int
    watch: Watch = field(default_factory=Silent)
    numbers: dict[str, Floats] = field(default_factory=dict)

    @property
    def luck(self) -> list[tuple[int, int]]:
        """Luck and beliefs of the study's replicates: replicate k has luck k and set k."""
        return [(k, k) for k in range(self.study.replicates or 1)]

    def __call__(self, points: Floats) -> Floats:
        """Outcomes (point, replicate, outcome) of the first scenario at points (point, factor)."""
        return self.at(self.study.scenarios[0], points, self.luck)

    def at(
        self, scenario: Scenario, points: Floats, luck: Sequence[Luck], *, difference: bool = False
    ) -> Floats:
        """Outcomes of a scenario at points of the study's factors; see :meth:`of`."""
        factors = self.study.varied if points.shape[1] else ()
        reference = self.study.reference
        variants = [applied(scenario, factors, point) for point in points]
        against: list[Variant] = []
        if reference is not None:
            against = [applied(reference, factors, point, policy=False) for point in points]
        return self.of(variants, luck, against, difference=difference)

    def of(
        self,
        variants: Sequence[Variant],
        luck: Sequence[Luck],
        against: Sequence[Variant] = (),
        *,
        difference: bool = False,
    ) -> Floats:
        """Outcomes (variant, replicate, outcome); NaN where a run has no number.

        Args:
            variants: scenarios, and what is stated beside them.
            luck: for each replicate whose luck and whose set of what is uncertain.
            against: for each variant its reference.
            difference: less the reference under the same luck; else only what can be nothing else.
        """
        jobs, base = self._jobs(variants, luck), self._jobs(against, luck)
        self._look([*jobs, *base])
        shape = (-1, len(luck), len(self.study.outcomes))
        values = np.array([self.numbers[key] for key, _ in jobs]).reshape(shape)
        if not base:
            return values
        less = np.array([self.numbers[key] for key, _ in base]).reshape(shape)
        paired = np.array([difference or o.paired for o in self.study.outcomes])
        return np.where(paired, values - less, values)

    def _jobs(self, variants: Sequence[Variant], luck: Sequence[Luck]) -> list[tuple[str, Job]]:
        study = self.study
        found = []
        for scenario, stated in variants:
            run = scenario.with_run(seed=study.seed, scale=study.scale, uncertainty=study.uncertainty)
            jobs = [Job(run, stated, replicate, beliefs) for replicate, beliefs in luck]
            found += [(job.key, job) for job in jobs]
        return found

    def _look(self, jobs: Sequence[tuple[str, Job]]) -> None:
        """See to it that the outcomes of these runs are known: from the store, or lived now."""
        asked = {key: job for key, job in jobs if key not in self.numbers}
        if not asked:
            return
        todo: dict[str, Job] = {}
        for key, job in asked.items():
            numbers = self._kept(key)
            if numbers is None:
                todo[key] = job
            else:
                self.numbers[key] = numbers
        self.watch.planned(len(asked), len(asked) - len(todo), self.store.elsewhere(todo))
        try:
            for key, content in self._live(todo):
                self.store.put(key, content)
                self.watch.lived()
                self.numbers[key] = self._read(content)
        except KeyboardInterrupt:  # it may come when a run is kept and not counted yet
            self.watch.stopped(self.store.holds(todo))
            raise

    def _live(self, todo: Mapping[str, Job]) -> Iterator[tuple[str, bytes]]:
        work: Callable[[Job], bytes] = partial(live, self.model.simulate)
        names = {id(job): key for key, job in todo.items()}
        for job, content in executors.finished(self.executor, self.ahead, work, todo.values()):
            yield names[id(job)], content

    def _kept(self, key: str) -> Floats | None:
        content = self.store.get(key)
        if content is None:
            return None
        try:
            return self._read(content)
        except UNREADABLE:
            self.watch.say(say("study.unreadable", path=self.store.path(key)))
            self.store.discard(key)
            return None

    def _read(self, content: bytes) -> Floats:
        arrays = Unpacked(content)
        return np.array([outcome.of(arrays) for outcome in self.study.outcomes], dtype=np.float64)
