"""Trials: comparison of the plan as enacted with the same plan without one instrument or measure.

The two runs form a counterfactual pair with the same random numbers, so that any difference is an effect of
the instrument. All trials of a replicate share the run of the plan as enacted. In the counterfactual run, the
instrument or measure is set back, i.e. its settings have their counterfactual values. An instrument whose
settings do not change when it is set back has no effect and is not run.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import xarray as xr

from sim.engine import clock
from sim.engine.errors import InputError
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.model.settings import Settings
from sim.policy.catalogue.catalogue import Instrument, Setting, Value, catalogue
from sim.policy.catalogue.listing import chosen
from sim.policy.scenario import resolution
from sim.policy.scenario.scenario import Scenario
from sim.studies.execution import batch
from sim.studies.execution.progress import progress_bar
from sim.studies.execution.run_specification import ScenarioSource, load
from sim.studies.execution.simulation import Model, Simulate, city_model
from sim.studies.trials import counterfactual, observational_estimate, quantities, results
from sim.studies.trials.quantities import Trial
from sim.studies.trials.results import Sums

Against = Literal["without", "off"]


@dataclass(frozen=True)
class BaseRun:
    """Run of the plan as enacted in one replicate.

    Attributes:
        simulate: see :class:`sim.studies.execution.simulation.Model`.
        digest: digest of the scenario, which identifies it in the cache.
        replicate: number of the replicate.
        scenario: the plan as enacted.
    """

    simulate: Simulate
    digest: str
    replicate: int
    scenario: Scenario = field(compare=False)


@lru_cache(maxsize=1)
def _run_base(run: BaseRun) -> RunOutput:
    """Return the cached run of the plan as enacted, shared by jobs of a replicate; must not be modified."""
    return run.simulate(run.scenario, run.replicate, False)


@dataclass(frozen=True)
class TrialTask:
    """Job that runs one trial in one replicate.

    Attributes:
        simulate: see :class:`sim.studies.execution.simulation.Model`.
        base: the plan as enacted.
        digest: digest of ``base``.
        trials: all trials.
        jobs: replicate and index of the trial, for each job.
        against: values to which settings are set back; with ``off``, the observational estimate is also
            computed.
    """

    simulate: Simulate
    base: Scenario
    digest: str
    trials: tuple[Trial, ...]
    jobs: tuple[tuple[int, int], ...]
    against: Against

    def __call__(self, job: int) -> Sums:
        """Run the counterfactual of a trial and compare it with the plan as enacted."""
        replicate, index = self.jobs[job]
        tried = self.trials[index]
        policy = _run_base(BaseRun(self.simulate, self.digest, replicate, self.base))
        counterfactual_run = self.simulate(
            counterfactual_scenario(self.base, tried.id, self.against), replicate, False
        )
        sums: Sums = dict(
            counterfactual.compare(
                counterfactual_run,
                policy,
                instruments=tried.pays,
                eligible=tried.eligible,
                first_order_outcomes=tried.first_order_outcomes,
            )
        )
        if self.against == "off":
            if tried.treated == "trained":
                treated = observational_estimate.trained(policy)
            else:
                treated = observational_estimate.first_paid(policy, tried.pays)
            if treated.row.size:
                estimates = observational_estimate.evaluate(policy, counterfactual_run, treated)
                sums |= {(results.OBSERVATIONAL, approach): e for approach, e in estimates.items()}
        return sums


def trial(
    *ids: str,
    against: Against = "without",
    scenario: ScenarioSource = "as_enacted",
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool = False,
    model: Model | None = None,
) -> xr.Dataset:
    """Estimate the individual effects of instruments or measures.

    Args:
        *ids: instruments and measures of the catalogue.
        against: counterfactual: ``without`` (this plan does not introduce the instrument) or ``off`` (there
            is no such support at all). With ``off``, the observational estimate of programmes that pay or
            train founders is also computed.
        scenario: the plan as enacted, or another policy that contains the instruments and measures.
        replicates: number of replicates, if other than the scenario's own.
        seed: seed, if other than the scenario's own.
        scale: scale, if other than the scenario's own.
        workers: number of processes, see :func:`sim.run`.
        progress: whether to show a progress bar on standard error.
        model: model to run instead of the city model; used in tests.

    Returns:
        the results of the trials, see :func:`sim.studies.trials.results.assemble`.

    Raises:
        InputError: an identifier or another argument is invalid.
    """
    started = time.perf_counter()
    model = model or city_model()
    base = load(scenario, {"replicates": replicates, "seed": seed, "scale": scale})
    trials = prepare(ids, base, against, model)
    numbers = range(base.run.replicates)
    jobs = [(k, i) for k in numbers for i, tried in enumerate(trials) if tried.status == "run"]
    runs = run_trials(base, trials, jobs, against, model, workers=workers, progress=progress)
    rows = {(trials[i].id, k): sums for (k, i), sums in runs}
    return results.assemble(trials, rows, base, against, time.perf_counter() - started)


def prepare(ids: Sequence[str], base: Scenario, against: Against, model: Model) -> tuple[Trial, ...]:
    """Prepare the trials of instruments and measures.

    Raises:
        InputError: an identifier is not in the catalogue.
    """
    faults: list[Any] = []
    trials = []
    own = _settings_by_draw(base)
    for id_ in dict.fromkeys(ids):
        try:
            trials.append(_prepared(id_, base, own, against, model))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(trials)


def run_trials(
    base: Scenario,
    trials: tuple[Trial, ...],
    jobs: Sequence[tuple[int, int]],
    against: Against,
    model: Model,
    *,
    workers: int = 1,
    progress: bool = False,
) -> Iterator[tuple[tuple[int, int], Sums]]:
    """Run jobs (replicate, index of the trial) and yield each with its sums in the order of completion."""
    task = TrialTask(model.simulate, base, base.sha256, trials, tuple(jobs), against)
    try:
        with progress_bar(progress) as update:
            for job, sums in batch.evaluate(task, range(len(jobs)), workers=workers, progress=update):
                yield jobs[job], sums
    finally:
        _run_base.cache_clear()


def counterfactual_scenario(base: Scenario, id_: str, against: Against) -> Scenario:
    """Return a policy with one instrument or measure set back to its counterfactual values."""
    name = f"{against}_{id_}".lower()
    return base.changed(name, without=[id_]) if against == "without" else base.changed(name, off=[id_])


def _prepared(id_: str, base: Scenario, own: list[Settings], against: Against, model: Model) -> Trial:
    plan = catalogue()
    chosen(id_)
    id_ = id_ if id_ in plan.instruments else id_.upper()
    tried: Any = plan.measures.get(id_) or plan.instruments[id_]
    parts: tuple[Instrument, ...] = getattr(tried, "instruments", (tried,))
    acting = [part for part in parts if part.acting]
    payers = list(model.coordinates["instrument"].values)
    others = _settings_by_draw(counterfactual_scenario(base, id_, against))
    pairs = list(zip(others, own, strict=True))
    moved = {
        lever: tuple(tuple(_yearly(settings.steps[lever])) for settings in pairs[0])
        for lever in others[0].steps
        if any(theirs.steps[lever] != ours.steps[lever] for theirs, ours in pairs)
    }
    not_modelled = any(
        not s.acting and _set_back(s, against) != s.enacted for part in parts for s in part.settings
    )
    status = "run" if moved else "not_acting" if not_modelled else "no_addition"
    outcomes = [quantities.first_order_outcome(i, model.outcomes, model.coordinates) for i in acting]
    groups = dict.fromkeys(quantities.entry(i)["eligible"] for i in acting)
    return Trial(
        id_,
        tried.zh,
        tried.en,
        status,
        tuple(payers.index(part.id) for part in parts if part.id in payers),
        tuple(quantities.group(name, model.coordinates) for name in groups),
        tuple({outcome.name: outcome for outcome in outcomes}.values()),
        next((quantities.entry(i).get("treated", "paid") for i in parts), "paid"),
        moved,  # type: ignore[arg-type]
    )


def _set_back(setting: Setting, against: Against) -> Value:
    """Return the value of a setting in the counterfactual."""
    return setting.without if against == "without" or setting.none is None else setting.none


def _settings_by_draw(scenario: Scenario) -> list[Settings]:
    """Return the settings at central values and, if settings are drawn, those of every replicate."""
    run = scenario.run
    draws = range(run.replicates) if run.uncertainty != "random" else ()
    streams = (None, *(RandomStreams(run.seed, k) for k in draws))
    return [resolution.settings(scenario, stream) for stream in streams]


def _yearly(steps: tuple[Sequence[int], Sequence[float]]) -> Iterator[float]:
    """Yield the mean of a lever over the days of each year."""
    days, values = steps
    by_day = np.asarray(values)[np.searchsorted(days, np.arange(clock.DAYS), side="right") - 1]
    for year in np.split(by_day, clock.MONTH_START[12:-1:12]):
        yield float(year.mean())


__all__ = ["Trial", "prepare", "run_trials", "trial"]
