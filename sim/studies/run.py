"""Runs of scenarios with many replicates, and comparisons with reference scenarios."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import xarray as xr

from sim.engine.errors import InputError
from sim.engine.recorder import RunOutput
from sim.policy.scenario.scenario import Scenario
from sim.studies.comparison import counterfactual_pair, paired_comparison
from sim.studies.execution import batch, panel, results
from sim.studies.execution.progress import progress_bar
from sim.studies.execution.run_specification import (
    ScenarioSource,
    distinct,
    load,
    mismatch,
    run_attributes,
    terms,
)
from sim.studies.execution.simulation import Model, Simulate, city_model
from sim.texts import say

PLACEBOS: Final = 5
"""Default number of replicates with a placebo run, enough to show the size of the noise."""


class Runs(NamedTuple):
    """Output of :func:`run_many`.

    Attributes:
        datasets: results by name of the scenario.
        comparisons: paired comparisons by name of the reference.
        replaced: messages about replaced panel files, see
            :func:`sim.studies.execution.archive.archive_replaced`.
    """

    datasets: dict[str, xr.Dataset]
    comparisons: dict[str, xr.Dataset]
    replaced: list[str]


@dataclass(frozen=True)
class ReplicateOutput:
    """Output of one replicate of several scenarios.

    Attributes:
        outcomes: outcome arrays by scenario.
        pairs: sums by (reference, scenario), see :func:`sim.studies.comparison.counterfactual_pair.compare`.
        noise: sums by scenario, see :func:`sim.studies.comparison.counterfactual_pair.placebo`.
    """

    outcomes: dict[str, dict[str, Any]]
    pairs: dict[tuple[str, str], dict[str, Any]]
    noise: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class ReplicateTask:
    """Job that runs one replicate of all scenarios, so that both runs of a pair are compared in one process.

    Attributes:
        simulate: see :class:`sim.studies.execution.simulation.Model`.
        scenarios: distinct scenarios, references first; outputs of references are held in memory until the
            last scenario has run.
        references: number of references.
        pairs: names (reference, scenario) of each pair to compare.
        instruments: number of instruments.
        placebos: number of replicates in which each compared scenario is also run as a placebo.
        panels: folder of the panel files, one per scenario and replicate; None for no panels.
    """

    simulate: Simulate
    scenarios: tuple[Scenario, ...]
    references: int
    pairs: tuple[tuple[str, str], ...]
    instruments: int
    placebos: int
    panels: Path | None

    def __call__(self, replicate: int) -> ReplicateOutput:
        """Run one replicate of all scenarios."""
        output = ReplicateOutput({}, {}, {})
        runs: dict[str, RunOutput] = {}
        for number, scenario in enumerate(self.scenarios):
            run = runs[scenario.name] = self.simulate(scenario, replicate, False)
            output.outcomes[scenario.name] = run.outcomes
            if self.panels:
                panel.write_part(run, replicate, self.panels, scenario.name)
            for names in self.pairs:
                if scenario.name in names and runs.keys() >= set(names):
                    reference, policy = (runs[name] for name in names)
                    output.pairs[names] = counterfactual_pair.compare(reference, policy, self.instruments)
            if any(scenario.name == policy for _, policy in self.pairs):
                placebo = self.simulate(scenario, replicate, True) if replicate < self.placebos else None
                output.noise[scenario.name] = counterfactual_pair.placebo(run, placebo)
            if number >= self.references:
                del runs[scenario.name]
        return output


def run(
    scenario: ScenarioSource,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool = False,
) -> xr.Dataset:
    """Run one scenario.

    Args:
        scenario: a scenario, a path, or the name of a shipped scenario.
        replicates: number of replicates, if other than the scenario's own.
        seed: seed, if other than the scenario's own.
        scale: scale, if other than the scenario's own.
        workers: number of processes; with more than one, a script needs an ``if __name__ == "__main__"``
            guard.
        progress: whether to show a progress bar on standard error.

    Returns:
        the result, with one entry per replicate; it does not depend on the number of workers.

    Raises:
        InputError: the scenario or another argument is invalid.
        WorkerError: a worker process died in every attempt to run a replicate.
    """
    runs = run_many(
        [scenario],
        replicates=replicates,
        seed=seed,
        scale=scale,
        workers=workers,
        progress=progress,
    )
    return next(iter(runs.datasets.values()))


def run_many(
    scenarios: Sequence[ScenarioSource],
    against: Sequence[ScenarioSource] = (),
    *,
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool | batch.ProgressCallback = False,
    placebos: int = PLACEBOS,
    panels: Path | None = None,
    model: Model | None = None,
    cluster: str | None = None,
) -> Runs:
    """Run several scenarios in one pass and compare them with references that use the same random numbers.

    Args:
        scenarios: scenarios, their paths, or names of shipped scenarios.
        against: references; each is also run, and every other scenario is compared with it.
        replicates: see :func:`run`.
        seed: see :func:`run`.
        scale: see :func:`run`.
        workers: see :func:`run`.
        progress: see :func:`run`; or a function that is called with the number of completed replicates and
            their total number.
        placebos: number of replicates with an additional placebo run, which measures the noise that queues
            cause.
        panels: folder for the file ``NAME_firms.parquet`` of each scenario; None for no panels.
        model: model to run instead of the city model; used in tests.
        cluster: address of a Dask scheduler to use instead of local processes; panels are not available then.

    Raises:
        InputError: an argument is invalid, see :func:`run`; panels are requested from a cluster; two
            scenarios have the same name; references and scenarios differ in seed, scale, replicates or
            uncertainty.
    """
    if cluster is not None and panels is not None:
        raise InputError([say("error.panel_of_cluster")])
    changes = {"replicates": replicates, "seed": seed, "scale": scale}
    references = distinct(load(s, changes) for s in against)
    policies = distinct(load(s, changes) for s in scenarios)
    everyone = distinct((*references, *policies))
    if references and len({terms(s) for s in everyone}) > 1:
        raise InputError([mismatch((s.name, terms(s)._asdict()) for s in everyone)])
    pairs = tuple((r.name, s.name) for r in references for s in policies if s.name != r.name)
    if references and not pairs:
        raise InputError([say("error.nothing_to_compare")])
    model = model or city_model()
    runs = Runs({}, {}, [])
    for term in dict.fromkeys(terms(s) for s in everyone):
        group = tuple(s for s in everyone if terms(s) == term)
        instruments = len(model.coordinates["instrument"].values)
        with panel.parts(panels) as folder:
            task = ReplicateTask(model.simulate, group, len(references), pairs, instruments, placebos, folder)
            _collect(task, model, term.replicates, workers, cluster, progress, runs)
            if panels and folder:
                for scenario in group:
                    panel.merge(folder, scenario.name, panels, runs.replaced)
    return runs


def _collect(
    task: ReplicateTask,
    model: Model,
    replicates: int,
    workers: int,
    cluster: str | None,
    progress: bool | batch.ProgressCallback,
    runs: Runs,
) -> None:
    """Run the task for all replicates and add its datasets and comparisons to ``runs``."""
    started = time.perf_counter()
    outcomes = {s.name: results.Stack(replicates) for s in task.scenarios}
    sums = {names: results.Stack(replicates) for names in task.pairs}
    with progress_bar(progress) as update:
        outputs = batch.evaluate(task, range(replicates), workers=workers, progress=update, cluster=cluster)
        for k, output in outputs:
            for name, recorded in output.outcomes.items():
                outcomes[name].put(k, recorded)
            for names, amounts in output.pairs.items():
                sums[names].put(k, amounts | output.noise.get(names[1], {}))
    seconds = time.perf_counter() - started
    for s in task.scenarios:
        runs.datasets[s.name] = results.assemble(
            outcomes[s.name].arrays,
            model.outcomes,
            model.coordinates,
            run_attributes(s, seconds),
            model.further,
        )
    for reference in task.scenarios[: task.references]:
        policies = [names[1] for names in task.pairs if names[0] == reference.name]
        if policies:
            runs.comparisons[reference.name] = paired_comparison.assemble(
                runs.datasets[reference.name],
                [runs.datasets[name] for name in policies],
                [sums[reference.name, name].arrays for name in policies],
                seconds,
            )
