"""What is asked for: scenarios by name, path or object, and the terms that runs share to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from sim.engine.errors import InputError
from sim.studies.execution.posterior import posterior
from sim.texts import say

if TYPE_CHECKING:
    from sim.policy.scenario.scenario import Scenario

Asked: TypeAlias = "Scenario | str | Path"


class Terms(NamedTuple):
    """What runs must share to be compared."""

    replicates: int
    seed: int
    scale: float
    uncertainty: str


def terms(scenario: Scenario) -> Terms:
    """Replicates, seed, scale and uncertainty of a scenario."""
    run = scenario.run
    return Terms(run.replicates, run.seed, run.scale, run.uncertainty)


def load(scenario: Asked, changes: Mapping[str, Any]) -> Scenario:
    """The scenario of a path or a name, with other run settings where they are not None."""
    if isinstance(scenario, (str, Path)):
        from sim.policy.scenario.scenario import load_scenario

        scenario = load_scenario(scenario)
    wanted = {name: value for name, value in changes.items() if value is not None}
    scenario = scenario.with_run(**wanted) if wanted else scenario
    if scenario.run.uncertainty == "posterior":
        posterior()  # that there is none is said before anything runs
    return scenario


def distinct(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Each scenario once. Raises InputError for two different ones of one name."""
    seen: dict[str, Scenario] = {}
    for scenario in scenarios:
        if seen.setdefault(scenario.name, scenario).resolved != scenario.resolved:
            raise InputError([say("error.same_name", name=scenario.name)])
    return tuple(seen.values())


def differing(those: Iterable[tuple[str, Mapping[str, Any]]]) -> str:
    """One line that says in what runs differ that should be paired."""
    (first, ours), *others = those
    what, second, other = next(
        (what, name, theirs[what]) for name, theirs in others for what in ours if ours[what] != theirs[what]
    )
    fields = {"what": what, "first": first, "second": second}
    return say("error.unpaired", **fields, one=ours[what], other=other)
