"""One simulation: the model that studies run, and one run of it.

Replicate k uses the random numbers with number k and, unless ``uncertainty`` is ``random``, parameter draw k
of everything that is uncertain. The fingerprint of the model (:mod:`sim.studies.execution.fingerprint`)
covers this module and everything that it imports.
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
    """A model that can be run: the city, or a smaller one in tests.

    Attributes:
        simulate: runs a scenario (first argument) with the random numbers of a replicate (second); if the
            third is true, as a placebo: other tie-breaks and one additional file a week in every queue.
        outcomes: variables of the results.
        coordinates: labels by dimension.
        further: additional labels of a dimension, by name: the dimension and the labels.
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
        replicate: number of the replicate, which keys its random numbers.
        placebo: see :class:`Model`.
        event_log: records the events of the firms and facilities that it watches.
        stated: values that a study fixes: ``parameter.ID`` a parameter's value, ``ratio.SETTING`` the ratio
            of an uncertain setting to its value in the catalogue. Everything else is drawn as usual.
        parameter_draw: number of the draw of everything that is uncertain; by default the replicate's own.

    Returns:
        the outcomes, the panel of firms and the payments of the run.
    """
    with warnings.catch_warnings():  # Mesa's progress bar, in a notebook without its widgets
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
    """Return the model of the city; imported on demand, since that takes a second."""
    from sim.model.coordinates import COORDS
    from sim.model.government.flows import FLOWS
    from sim.model.registry import OUTCOMES

    further = {
        "flow_from": ("flow", [flow.source for flow in FLOWS]),
        "flow_to": ("flow", [flow.target for flow in FLOWS]),
    }
    return Model(simulate, OUTCOMES, COORDS, further)
