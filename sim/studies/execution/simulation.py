"""Simulation of a single run, and the interface of models that studies can run.

Replicate k uses random numbers k and, unless ``uncertainty`` is ``random``, draw k of all uncertain
quantities. The fingerprint of the model (:mod:`sim.studies.execution.fingerprint`) covers this module and
everything that it imports.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sim.engine.event_log import EventLog
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import Outcome, RunOutput
from sim.policy.scenario.scenario import Scenario
from sim.studies.execution.posterior import posterior
from sim.studies.execution.results import Coordinate

Simulate = Callable[[Scenario, int, bool], RunOutput]


@dataclass(frozen=True)
class Model:
    """Model that studies can run: the city model, or a smaller model in tests.

    Attributes:
        simulate: function that runs a scenario (first argument) with the random numbers of a replicate
            (second argument). If the third argument is true, the run is a placebo, with different
            tie-breaking and one additional case per week in every queue.
        outcomes: variables of the results.
        coordinates: labels by dimension.
        further: additional coordinates by name, each with its dimension and its labels.
    """

    simulate: Simulate
    outcomes: Sequence[Outcome]
    coordinates: Mapping[str, Coordinate]
    further: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)


def simulate(
    scenario: Scenario,
    replicate: int,
    placebo: bool,
    event_log: EventLog | None = None,
    *,
    stated: Mapping[str, float] | None = None,
    parameter_draw: int | None = None,
) -> RunOutput:
    """Simulate the city of Zhongshan once.

    Args:
        scenario: policy, environment, seed and scale.
        replicate: number of the replicate, which determines its random numbers.
        placebo: see :class:`Model`.
        event_log: log that records the events of the firms and facilities that it watches.
        stated: values that a study fixes: ``parameter.ID`` is the value of a parameter, ``ratio.SETTING`` the
            ratio of an uncertain setting to its value in the catalogue. All other quantities are drawn as
            usual.
        parameter_draw: number of the draw of all uncertain quantities; by default that of the replicate.

    Returns:
        the outcomes, the panel of firms and the payments of the run.
    """
    with warnings.catch_warnings():  # from Mesa's progress bar in notebooks without widgets
        warnings.filterwarnings("ignore", message="IProgress not found")
        from sim.model import city
    from sim.policy.scenario import resolution

    streams = RandomStreams(scenario.run.seed, replicate)
    draws = streams if parameter_draw is None else RandomStreams(scenario.run.seed, parameter_draw)
    uncertain = scenario.run.uncertainty != "random"
    fixed: dict[str, dict[str, float]] = {"parameter": {}, "ratio": {}}
    for name, value in (stated or {}).items():
        kind, _, id_ = name.partition(".")
        fixed[kind][id_] = value
    world = scenario.world
    fitted: dict[str, float] = {}
    if scenario.run.uncertainty == "posterior":
        fitted, initial = posterior().drawn(draws)
        world = dataclasses.replace(world, initial={**initial, **world.initial})
    world = dataclasses.replace(world, parameters=fitted | fixed["parameter"])
    return city.simulate(
        resolution.settings(scenario, draws if uncertain else None, fixed["ratio"]),
        world,
        streams,
        uncertain=uncertain,
        scale=scenario.run.scale,
        placebo=placebo,
        events=event_log,
        parameter_streams=draws,
    )


def city_model() -> Model:
    """Return the city model, whose modules are imported on demand because importing takes a second."""
    from sim.model.coordinates import COORDS
    from sim.model.government.flows import FLOWS
    from sim.model.registry import OUTCOMES

    further = {
        "flow_from": ("flow", [flow.source for flow in FLOWS]),
        "flow_to": ("flow", [flow.target for flow in FLOWS]),
    }
    return Model(simulate, OUTCOMES, COORDS, further)
