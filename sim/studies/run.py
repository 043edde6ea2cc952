"""Running scenarios, many times over.

Replicate k draws luck k and, unless ``uncertainty`` is ``luck``, one set k of everything that is uncertain.
"""

from __future__ import annotations

import dataclasses
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import xarray as xr

from sim.engine.errors import InputError
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import Outcome, RunOutput
from sim.studies.comparison import counterfactual_pair, paired_comparison
from sim.studies.execution import batch, panel, results
from sim.studies.execution.posterior import posterior
from sim.studies.execution.run_specification import Asked, differing, distinct, load, terms
from sim.texts import say

if TYPE_CHECKING:
    from sim.engine.event_log import EventLog
    from sim.policy.scenario.scenario import Scenario

Simulate = Callable[["Scenario", int, bool], RunOutput]
PLACEBOS: Final = 5
"""Enough to see the size of the noise; no conclusion rests on it, and each costs a run."""


class Runs(NamedTuple):
    """What :func:`run_many` hands back: results by scenario, comparisons by reference.

    And what became of panels that were there before, see :func:`sim.studies.execution.archive.make_way`.
    """

    datasets: dict[str, xr.Dataset]
    comparisons: dict[str, xr.Dataset]
    replaced: list[str]


@dataclass(frozen=True)
class Model:
    """What is run. There is one, the city; tests put a smaller one in its place.

    Attributes:
        simulate: the history of a scenario's replicate; if true is added, of its placebo: other
            tie-breaks and one phantom file a week.
        outcomes: the variables of the results.
        coordinates: labels by dimension.
        further: other labels of a dimension, by name: the dimension and the labels.
    """

    simulate: Simulate
    outcomes: Sequence[Outcome]
    coordinates: Mapping[str, results.Coordinate]
    further: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)


def simulate(
    scenario: Scenario,
    replicate: int,
    placebo: bool,
    diary: EventLog | None = None,
    *,
    stated: Mapping[str, float] | None = None,
    beliefs: int | None = None,
) -> RunOutput:
    """One history of the city of Zhongshan.

    Args:
        scenario: what is done.
        replicate: whose luck.
        placebo: see :class:`Model`.
        diary: keeps notes of the lives it watches.
        stated: what a study knows: ``parameter.ID`` its value, ``ratio.SETTING`` by how much a
            guessed setting differs from the catalogue. All else is drawn as ever.
        beliefs: the replicate whose set of what is uncertain it is; its own if not given.
    """
    from sim.model import city
    from sim.policy.scenario import resolution

    chance = RandomStreams(scenario.run.seed, replicate)
    beliefs_ = chance if beliefs is None else RandomStreams(scenario.run.seed, beliefs)
    uncertain = scenario.run.uncertainty != "random"
    known: dict[str, dict[str, float]] = {"parameter": {}, "ratio": {}}
    for name, value in (stated or {}).items():
        kind, _, id_ = name.partition(".")
        known[kind][id_] = value
    scene = scenario.world
    fitted: dict[str, float] = {}
    if scenario.run.uncertainty == "posterior":
        fitted, start = posterior().drawn(beliefs_)
        scene = dataclasses.replace(scene, initial={**start, **scene.initial})
    scene = dataclasses.replace(scene, parameters=fitted | known["parameter"])
    return city.simulate(
        resolution.settings(scenario, beliefs_ if uncertain else None, known["ratio"]),
        scene,
        chance,
        uncertain=uncertain,
        scale=scenario.run.scale,
        placebo=placebo,
        events=diary,
        parameter_streams=beliefs_,
    )


def the_city() -> Model:
    """The model that everybody runs; imported when it is run, since that takes a second."""
    with warnings.catch_warnings():  # Mesa's progress bar, in a notebook without its widgets
        warnings.filterwarnings("ignore", message="IProgress not found")
        from sim.model.registry import OUTCOMES
    from sim.model.coordinates import COORDS
    from sim.model.government.flows import FLOWS

    further = {
        "flow_from": ("flow", [flow.source for flow in FLOWS]),
        "flow_to": ("flow", [flow.target for flow in FLOWS]),
    }
    return Model(simulate, OUTCOMES, COORDS, further)


@dataclass(frozen=True)
class Findings:
    """What one replicate leaves.

    Attributes:
        outcomes: arrays by scenario.
        pairs: sums by (reference, scenario), see :func:`sim.studies.comparison.counterfactual_pair.compare`.
        noise: sums by scenario, see :func:`sim.studies.comparison.counterfactual_pair.placebo`.
    """

    outcomes: dict[str, dict[str, Any]]
    pairs: dict[tuple[str, str], dict[str, Any]]
    noise: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Replicate:
    """The work of one job: one replicate of all scenarios, so that pairs meet where they lived.

    Attributes:
        simulate: see :class:`Model`.
        scenarios: none twice, references first: these are kept until the last scenario is lived.
        references: how many of them are references.
        pairs: names (reference, scenario).
        instruments: number of instruments.
        placebos: replicates in which each scenario of a pair is lived once more as its own placebo.
        panels: folder for a file a panel, if panels are wanted.
    """

    simulate: Simulate
    scenarios: tuple[Scenario, ...]
    references: int
    pairs: tuple[tuple[str, str], ...]
    instruments: int
    placebos: int
    panels: Path | None

    def __call__(self, replicate: int) -> Findings:
        """Live one replicate of all scenarios."""
        found = Findings({}, {}, {})
        lived: dict[str, RunOutput] = {}
        for number, scenario in enumerate(self.scenarios):
            history = lived[scenario.name] = self.simulate(scenario, replicate, False)
            found.outcomes[scenario.name] = history.outcomes
            if self.panels:
                panel.write_part(history, replicate, self.panels, scenario.name)
            for names in self.pairs:
                if scenario.name in names and lived.keys() >= set(names):
                    reference, policy = (lived[name] for name in names)
                    found.pairs[names] = counterfactual_pair.compare(reference, policy, self.instruments)
            if any(scenario.name == policy for _, policy in self.pairs):
                again = self.simulate(scenario, replicate, True) if replicate < self.placebos else None
                found.noise[scenario.name] = counterfactual_pair.placebo(history, again)
            if number >= self.references:
                del lived[scenario.name]
        return found


def run(
    scenario: Asked,
    *,
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool = False,
) -> xr.Dataset:
    """Run one scenario.

    Args:
        scenario: a scenario, a path, or the name of one that ships.
        replicates: in place of the scenario's own.
        seed: the same.
        scale: the same.
        workers: processes; with more than one, a script needs its ``if __name__ == "__main__"``.
        progress: whether to draw a bar on standard error.

    Returns:
        the dataset that the contract describes; the same for any number of workers.

    Raises:
        InputError: the scenario or a number is wrong.
        WorkerError: a worker died every time a replicate was tried.
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
    scenarios: Sequence[Asked],
    against: Sequence[Asked] = (),
    *,
    replicates: int | None = None,
    seed: int | None = None,
    scale: float | None = None,
    workers: int = 1,
    progress: bool | batch.Progress = False,
    placebos: int = PLACEBOS,
    panels: Path | None = None,
    model: Model | None = None,
    cluster: str | None = None,
) -> Runs:
    """Run several scenarios in one pass, and compare them with references lived with the same luck.

    Args:
        scenarios: scenarios, paths or names.
        against: references; each is run too, and every other scenario compared with it.
        replicates: see :func:`run`.
        seed: see :func:`run`.
        scale: see :func:`run`.
        workers: see :func:`run`.
        progress: see :func:`run`; or what is to be called with replicates done and replicates in all.
        placebos: replicates in which a comparison measures the noise of queues: one more run each.
        panels: a folder that gets ``NAME_firms.parquet`` for each scenario.
        model: in place of the city, in tests.
        cluster: address of a Dask scheduler, in place of processes here; it writes no panels.

    Raises:
        InputError: as :func:`run`; panels were asked of a cluster; two scenarios of one name;
            references and scenarios differ in seed, scale, replicates or uncertainty.
    """
    if cluster is not None and panels is not None:
        raise InputError([say("error.panel_of_cluster")])
    changes = {"replicates": replicates, "seed": seed, "scale": scale}
    references = distinct(load(s, changes) for s in against)
    asked = distinct(load(s, changes) for s in scenarios)
    everyone = distinct((*references, *asked))
    if references and len({terms(s) for s in everyone}) > 1:
        raise InputError([differing((s.name, terms(s)._asdict()) for s in everyone)])
    pairs = tuple((r.name, s.name) for r in references for s in asked if s.name != r.name)
    if references and not pairs:
        raise InputError([say("error.nothing_to_compare")])
    model = model or the_city()
    done = Runs({}, {}, [])
    for term in dict.fromkeys(terms(s) for s in everyone):
        group = tuple(s for s in everyone if terms(s) == term)
        instruments = len(model.coordinates["instrument"].values)
        with panel.parts(panels) as folder:
            work = Replicate(model.simulate, group, len(references), pairs, instruments, placebos, folder)
            _collect(work, model, term.replicates, workers, cluster, progress, done)
            if panels and folder:
                for scenario in group:
                    panel.merge(folder, scenario.name, panels, done.replaced)
    return done


def attributes(scenario: Scenario, seconds: float) -> dict[str, Any]:
    """What a result says of its scenario, its run and its making."""
    run = scenario.run
    return {
        "name": scenario.name,
        "title_zh": scenario.title["zh"],
        "title_en": scenario.title["en"],
        "scenario": scenario.resolved,
        "scenario_sha256": scenario.sha256,
        "seed": run.seed,
        "scale": run.scale,
        "uncertainty": run.uncertainty,
        **({"posterior": posterior().digest} if run.uncertainty == "posterior" else {}),
        **results.provenance(seconds),
    }


def _collect(
    work: Replicate,
    model: Model,
    count: int,
    workers: int,
    cluster: str | None,
    progress: bool | batch.Progress,
    done: Runs,
) -> None:
    """Do the work for ``count`` replicates; add its datasets and comparisons to ``done``."""
    began = time.perf_counter()
    outcomes = {s.name: results.Stack(count) for s in work.scenarios}
    sums = {names: results.Stack(count) for names in work.pairs}
    with bar(progress) as shown:
        lived = batch.evaluate(work, range(count), workers=workers, progress=shown, cluster=cluster)
        for k, found in lived:
            for name, recorded in found.outcomes.items():
                outcomes[name].put(k, recorded)
            for names, amounts in found.pairs.items():
                sums[names].put(k, amounts | found.noise.get(names[1], {}))
    seconds = time.perf_counter() - began
    for s in work.scenarios:
        done.datasets[s.name] = results.assemble(
            outcomes[s.name].arrays,
            model.outcomes,
            model.coordinates,
            attributes(s, seconds),
            model.further,
        )
    for reference in work.scenarios[: work.references]:
        policies = [names[1] for names in work.pairs if names[0] == reference.name]
        if policies:
            done.comparisons[reference.name] = paired_comparison.assemble(
                done.datasets[reference.name],
                [done.datasets[name] for name in policies],
                [sums[reference.name, name].arrays for name in policies],
                seconds,
            )


@contextmanager
def bar(wanted: bool | batch.Progress) -> Iterator[batch.Progress | None]:
    """A progress bar on standard error, if it is wanted and that is a terminal; or the caller's own."""
    if callable(wanted):
        yield wanted
        return
    if not (wanted and sys.stderr.isatty()):
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    parts = (
        TextColumn(say("run.progress")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*parts, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
