"""Runs of a fit: a design over the priors of the fitted parameters, with one run per design point.

Each run simulates ``as_enacted``, since the published figures were observed under the plan. Its fitted parameters
have the values of the design point; random numbers and all other uncertain parameters are drawn anew. The error of the
fit therefore includes the effects of random variation and unfitted parameters on a figure. Only the figures of each
run are stored, in the same store as the runs of studies.
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
"""Function that simulates a job and returns its figures."""


@dataclass(frozen=True)
class Design:
    """Specification of the runs of a fit.

    Attributes:
        priors: priors of the fitted parameters, in order.
        seed: seed of the design and of all random numbers.
        scale: share of small firms that are simulated individually.
    """

    priors: tuple[Prior, ...]
    seed: int
    scale: float

    @cached_property
    def scenario(self) -> Scenario:
        """Scenario common to all runs."""
        return load_scenario(SCENARIO).with_run(seed=self.seed, scale=self.scale, uncertainty="all")

    def quantiles(self, runs: int) -> Floats:
        """Return quantiles (run, parameter) of a scrambled Sobol' sequence (Owen 1998), in single precision."""
        from scipy.stats import qmc

        sampler = qmc.Sobol(len(self.priors), scramble=True, rng=np.random.default_rng([self.seed, 1]))
        points: Floats = sampler.random_base2(max(1, int(np.ceil(np.log2(runs)))))[:runs]
        return np.asarray(np.clip(points, 1e-6, 1 - 1e-6).astype(np.float32), dtype=np.float64)

    def values(self, quantiles: Floats) -> Floats:
        """Return parameter values (run, parameter) at quantiles of the priors."""
        return np.column_stack([prior.ppf(u) for prior, u in zip(self.priors, quantiles.T, strict=True)])

    def job(self, values: Sequence[float], replicate: int) -> Job:
        """Return the job with given values of the fitted parameters; the replicate determines all other draws."""
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
    """Simulate jobs and return figures (job, figure) in the order of :data:`calibration.figures.definitions.FIGURES`.

    Jobs whose figures are in the store are not simulated again.

    Raises:
        OutputError: the store does not accept a run.
        WorkerError: the process of a run died in every attempt.
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
    except KeyboardInterrupt:  # may occur after a run is stored and before it is counted
        progress.stopped(store.holds(pending))
        raise
    return np.array([figures[name] for name in names])


def simulate_city(job: Job) -> Mapping[str, float]:
    """Run one job with the city model and return its figures."""
    return compute_all(simulate(job.scenario, job.replicate, False, stated=job.stated))


def packed_figures(simulator: Simulator, job: Job) -> bytes:
    """Simulate a job and return its figures as the contents of a store file."""
    figures = simulator(job)
    return packed({"figures": np.array([figures[name] for name in FIGURES])}, {"scenario": job.scenario.name})


def _key(job: Job) -> str:
    """Return the name of the job's figures in the store: a digest of the job and of the code for the figures."""
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
