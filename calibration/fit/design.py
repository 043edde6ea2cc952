"""Runs behind a fit: a design over the priors of the fitted parameters, one run per point.

A run of the fit is ``as_enacted`` (the city did issue the plan) with the fitted parameters stated, random numbers of
its own, and everything else that is uncertain drawn anew; what random variation and unfitted parameters do to a
figure is thereby part of the fit's error. Only figures are kept, in the store that studies use.
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

from calibration.figures.definitions import FIGURES, compute_all
from calibration.fit.priors import Prior
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.studies.execution import executors
from sim.studies.execution.fingerprint import code_digest
from sim.studies.execution.posterior import INITIAL
from sim.studies.execution.progress import Progress
from sim.studies.execution.run_specification import Job
from sim.studies.execution.simulation import simulate
from sim.studies.execution.store import UNREADABLE, Store, Unpacked, packed
from sim.texts import say

Floats = npt.NDArray[np.float64]
SCENARIO: Final = "as_enacted"

Simulator = Callable[[Job], Mapping[str, float]]
"""Simulates a job and gives its figures."""


@dataclass(frozen=True)
class Design:
    """How the runs of a fit are made.

    Attributes:
        priors: of the fitted parameters, in order.
        seed: of the design and of all random numbers.
        scale: share of small firms that are simulated one by one.
    """

    priors: tuple[Prior, ...]
    seed: int
    scale: float

    @cached_property
    def scenario(self) -> Scenario:
        """Scenario of all runs."""
        return load_scenario(SCENARIO).with_run(seed=self.seed, scale=self.scale, uncertainty="all")

    def quantiles(self, runs: int) -> Floats:
        """Quantiles (run, parameter) of a scrambled Sobol' sequence (Owen 1998), in single precision as kept."""
        from scipy.stats import qmc

        sampler = qmc.Sobol(len(self.priors), scramble=True, rng=np.random.default_rng([self.seed, 1]))
        points: Floats = sampler.random_base2(max(1, int(np.ceil(np.log2(runs)))))[:runs]
        return np.asarray(np.clip(points, 1e-6, 1 - 1e-6).astype(np.float32), dtype=np.float64)

    def values(self, quantiles: Floats) -> Floats:
        """Parameter values (run, parameter) at quantiles."""
        return np.column_stack([prior.ppf(u) for prior, u in zip(self.priors, quantiles.T, strict=True)])

    def job(self, values: Sequence[float], replicate: int) -> Job:
        """Run with these values of the fitted parameters; the replicate decides all else that is drawn."""
        scenario = self.scenario
        named = {prior.id: float(value) for prior, value in zip(self.priors, values, strict=True)}
        initial = {id_.removeprefix(INITIAL): v for id_, v in named.items() if id_.startswith(INITIAL)}
        stated = {f"parameter.{id_}": v for id_, v in named.items() if not id_.startswith(INITIAL)}
        return Job(replace(scenario, initial={**scenario.initial, **initial}), stated, replicate, replicate)


def simulate_figures(
    jobs: Sequence[Job],
    simulator: Simulator,
    store: Store,
    executor: Executor,
    ahead: int,
    progress: Progress,
) -> Floats:
    """Figures (job, figure) in the order of :data:`calibration.figures.definitions.FIGURES`.

    Jobs whose figures are in the store are not simulated again.

    Raises:
        OutputError: the store does not accept a run.
        WorkerError: the process of a run died at every attempt.
    """
    figures: dict[str, Floats] = {}
    pending: dict[str, Job] = {}
    names = [_key(job) for job in jobs]
    for name, job in zip(names, jobs, strict=True):
        kept = _kept(store, name, progress)
        if kept is None:
            pending[name] = job
        else:
            figures[name] = kept
    progress.planned(len(jobs), len(jobs) - len(pending), store.elsewhere(pending))
    name_of = {id(job): name for name, job in pending.items()}
    try:
        for job, content in executors.finished(
            executor, ahead, partial(packed_figures, simulator), pending.values()
        ):
            store.put(name_of[id(job)], content)
            progress.finished()
            figures[name_of[id(job)]] = _row(Unpacked(content))
    except KeyboardInterrupt:  # it may come when a run is kept and not counted yet
        progress.stopped(store.holds(pending))
        raise
    return np.array([figures[name] for name in names])


def simulate_city(job: Job) -> Mapping[str, float]:
    """Figures of a run of the city."""
    return compute_all(simulate(job.scenario, job.replicate, False, stated=job.stated))


def packed_figures(simulator: Simulator, job: Job) -> bytes:
    """Simulate a job; its figures as the bytes of a file of the store."""
    figures = simulator(job)
    return packed({"figures": np.array([figures[name] for name in FIGURES])}, {"scenario": job.scenario.name})


def _key(job: Job) -> str:
    """Name in the store: the run, and how figures are computed from it."""
    return hashlib.sha256(f"{job.key} {_figures_digest()}".encode()).hexdigest()


@cache
def _figures_digest() -> str:
    return code_digest(
        "calibration.figures.summary_statistics", "calibration.figures.definitions", data=False
    )


def _row(arrays: Mapping[str, npt.NDArray[np.float64]]) -> Floats:
    row = np.asarray(arrays["figures"], dtype=np.float64)
    if row.shape != (len(FIGURES),):
        raise ValueError(f"{row.shape} instead of {len(FIGURES)} figures")
    return row


def _kept(store: Store, name: str, progress: Progress) -> Floats | None:
    content = store.get(name)
    if content is None:
        return None
    try:
        return _row(Unpacked(content))
    except UNREADABLE:
        progress.message(say("study.unreadable", path=store.path(name)))
        store.discard(name)
        return None
