"""The runs behind a fit: parameters spread over their priors, one run each, kept in the store that studies use.

A run of the fit is ``as_enacted`` (the city did issue the plan) with the fitted parameters stated, luck of its
own, and everything else that is uncertain drawn anew: what luck and unfitted numbers do to a figure is then
part of the fit's error. Only figures are kept, not whole results.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Final

import numpy as np
import numpy.typing as npt

from calibration import FOLDER
from calibration.figures.definitions import FIGURES, read_all
from calibration.fit.priors import Prior
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.studies.adapters.evaluator import Job, Watch
from sim.studies.execution import executors
from sim.studies.execution.fingerprint import acts
from sim.studies.execution.store import UNREADABLE, Store, Unpacked, packed
from sim.studies.run import simulate
from sim.texts import say

Floats = npt.NDArray[np.float64]
SCENARIO: Final = "as_enacted"
START: Final = "initial."

City = Callable[[Job], Mapping[str, float]]
"""Lives a job and reads its figures."""


@dataclass(frozen=True)
class Plan:
    """How the runs of a fit are lived.

    Attributes:
        priors: of the fitted parameters, in order.
        seed: of the design and of all luck.
        scale: share of small firms that are lived one by one.
    """

    priors: tuple[Prior, ...]
    seed: int
    scale: float

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario of all runs."""
        return load_scenario(SCENARIO).with_run(seed=self.seed, scale=self.scale, uncertainty="all")

    def design(self, runs: int) -> Floats:
        """Quantiles (run, parameter): a scrambled Sobol' sequence (Owen 1998), in single precision as it is kept."""
        from scipy.stats import qmc

        sampler = qmc.Sobol(len(self.priors), scramble=True, rng=np.random.default_rng([self.seed, 1]))
        points: Floats = sampler.random_base2(max(1, int(np.ceil(np.log2(runs)))))[:runs]
        return np.asarray(np.clip(points, 1e-6, 1 - 1e-6).astype(np.float32), dtype=np.float64)

    def values(self, quantiles: Floats) -> Floats:
        """Values (run, parameter) at quantiles."""
        return np.column_stack([prior.at(u) for prior, u in zip(self.priors, quantiles.T, strict=True)])

    def job(self, values: Sequence[float], luck: int) -> Job:
        """The run with these values of the fitted parameters and this luck, which also draws all else."""
        scenario = self.scenario
        named = {prior.id: float(value) for prior, value in zip(self.priors, values, strict=True)}
        start = {id_.removeprefix(START): v for id_, v in named.items() if id_.startswith(START)}
        stated = {f"parameter.{id_}": v for id_, v in named.items() if not id_.startswith(START)}
        return Job(replace(scenario, initial={**scenario.initial, **start}), stated, luck, luck)


def figures(
    jobs: Sequence[Job], city: City, store: Store, executor: Executor, ahead: int, watch: Watch
) -> Floats:
    """Figures (job, figure) in the order of :data:`calibration.figures.FIGURES`; runs that are kept are not lived.

    Raises:
        OutputError: the store does not take a run.
        WorkerError: a run's process died every time it was tried.
    """
    found: dict[str, Floats] = {}
    todo: dict[str, Job] = {}
    names = [_key(job) for job in jobs]
    for name, job in zip(names, jobs, strict=True):
        kept = _kept(store, name, watch)
        if kept is None:
            todo[name] = job
        else:
            found[name] = kept
    watch.planned(len(jobs), len(jobs) - len(todo), store.elsewhere(todo))
    back = {id(job): name for name, job in todo.items()}
    try:
        for job, content in executors.finished(executor, ahead, partial(live, city), todo.values()):
            store.put(back[id(job)], content)
            watch.lived()
            found[back[id(job)]] = _row(Unpacked(content))
    except KeyboardInterrupt:  # it may come when a run is kept and not counted yet
        watch.stopped(store.holds(todo))
        raise
    return np.array([found[name] for name in names])


def the_city(job: Job) -> Mapping[str, float]:
    """What the city's run comes to."""
    return read_all(simulate(job.scenario, job.replicate, False, stated=job.stated))


def live(city: City, job: Job) -> bytes:
    """Live a run; its figures as the bytes of a file of the store."""
    found = city(job)
    return packed({"figures": np.array([found[name] for name in FIGURES])}, {"scenario": job.scenario.name})


def _key(job: Job) -> str:
    """Name in the store: the run, and how figures are read off it."""
    return hashlib.sha256(f"{job.key} {_readers()}".encode()).hexdigest()


@cache
def _readers() -> str:
    total = hashlib.sha256()
    for name in ("summary_statistics.py", "definitions.py"):
        total.update(acts((FOLDER / "figures" / name).read_text(encoding="utf-8")).encode())
    return total.hexdigest()


def _row(arrays: Mapping[str, npt.NDArray[np.float64]]) -> Floats:
    row = np.asarray(arrays["figures"], dtype=np.float64)
    if row.shape != (len(FIGURES),):
        raise ValueError(f"{row.shape} in place of {len(FIGURES)} figures")
    return row


def _kept(store: Store, name: str, watch: Watch) -> Floats | None:
    content = store.get(name)
    if content is None:
        return None
    try:
        return _row(Unpacked(content))
    except UNREADABLE:
        watch.say(say("study.unreadable", path=store.path(name)))
        store.discard(name)
        return None
