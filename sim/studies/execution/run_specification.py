"""Specification of runs: loaded scenarios, single runs, and settings that must agree for comparisons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sim.engine.errors import InputError
from sim.policy.scenario import text
from sim.policy.scenario.scenario import Scenario, load_scenario
from sim.studies.execution import results
from sim.studies.execution.posterior import posterior
from sim.texts import say

ScenarioSource: TypeAlias = Scenario | str | Path
"""A scenario, the path of its file, or the name of a shipped scenario."""


class Terms(NamedTuple):
    """Settings that must agree for runs to be compared."""

    replicates: int
    seed: int
    scale: float
    uncertainty: str


def terms(scenario: Scenario) -> Terms:
    """Return the number of replicates, seed, scale and uncertainty of a scenario."""
    run = scenario.run
    return Terms(run.replicates, run.seed, run.scale, run.uncertainty)


@dataclass(frozen=True)
class Job:
    """Specification of one run: everything except the model that determines its results.

    Attributes:
        scenario: policy, environment, seed and scale.
        stated: values that a study fixes, see :func:`sim.studies.execution.simulation.simulate`.
        replicate: number of the replicate, which determines the random numbers.
        parameter_draw: number of the draw of all uncertain quantities.
    """

    scenario: Scenario
    stated: Mapping[str, float]
    replicate: int
    parameter_draw: int

    def __str__(self) -> str:
        stated = "".join(f", {name} = {value:.6g}" for name, value in list(self.stated.items())[:4])
        return f"{self.replicate} ({self.scenario.name}{stated})"

    @property
    def key(self) -> str:
        """Key of the run in the store: a digest of everything that determines its results."""
        run = self.scenario.run
        identity = {
            "scenario": text.substance(self.scenario),
            "stated": {name: float(value).hex() for name, value in sorted(self.stated.items())},
            "seed": run.seed,
            "scale": float(run.scale).hex(),
            "replicate": self.replicate,
            "parameter_draw": self.parameter_draw if run.uncertainty != "random" else None,
        }
        if run.uncertainty == "posterior":
            identity["posterior"] = posterior().digest
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def load(scenario: ScenarioSource, changes: Mapping[str, Any]) -> Scenario:
    """Load a scenario and override its run settings with the entries of ``changes`` that are not None.

    Raises:
        InputError: the scenario or a setting is invalid, or the scenario needs a posterior that is not
            available.
    """
    if isinstance(scenario, (str, Path)):
        scenario = load_scenario(scenario)
    given = {name: value for name, value in changes.items() if value is not None}
    scenario = scenario.with_run(**given) if given else scenario
    if scenario.run.uncertainty == "posterior":
        posterior()  # reports a missing posterior before the first run
    return scenario


def distinct(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Return the scenarios without duplicates.

    Raises:
        InputError: two different scenarios have the same name.
    """
    seen: dict[str, Scenario] = {}
    for scenario in scenarios:
        if seen.setdefault(scenario.name, scenario).resolved != scenario.resolved:
            raise InputError([say("error.same_name", name=scenario.name)])
    return tuple(seen.values())


def mismatch(runs: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """Return a one-line message about the first setting in which runs to be paired differ.

    Args:
        runs: name of each run, with the settings in which all runs must agree.
    """
    (first, ours), *others = runs
    setting, second, other = next(
        (setting, name, theirs[setting])
        for name, theirs in others
        for setting in ours
        if ours[setting] != theirs[setting]
    )
    fields = {"what": setting, "first": first, "second": second}
    return say("error.unpaired", **fields, one=ours[setting], other=other)


def run_attributes(scenario: Scenario, seconds: float) -> dict[str, Any]:
    """Return the attributes of a result, which describe its scenario, run settings and provenance.

    Args:
        scenario: the scenario that was run.
        seconds: duration of the run in seconds.
    """
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
