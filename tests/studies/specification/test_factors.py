"""Factors of a study: definitions, and their effect on a scenario."""

import numpy as np
import pytest

from sim.policy.scenario.scenario import load_scenario
from sim.studies.execution.simulation import simulate
from sim.studies.specification import factors
from tests.model import town


def test_allowed_values_follow_from_the_definition():
    known = factors.definitions()
    potent = next(k for k in known.values() if k.prior and k.prior[3] < 1)
    low, _, high, potency = potent.prior or (0.0, 0.0, 0.0, 0.0)
    factor = factors.Factor(potent, low, high, prior=True)
    assert factor.at(1.0) == factor.at(potency) == 0.0
    definition = known["parameter.growth.hiring_speed"]
    low, _, high, _ = definition.prior or (0.0, 0.0, 0.0, 0.0)
    factor = factors.Factor(definition, low, high, prior=True)
    assert (factor.at(0.0), factor.at(1.0)) == (low, high)
    assert factor.at(0.3) < factor.at(0.6)
    log = factors.Factor(definition, 1.0, 100.0, log=True)
    assert log.levels(3) == pytest.approx((1.0, 10.0, 100.0))


def test_factor_values_reach_the_model():
    """A parameter and a ratio affect the city model, and their default values do not change the run."""
    with town.registering(0.05):
        check_stated_value_is_simulated()


def check_stated_value_is_simulated():
    scenario = load_scenario("as_enacted").with_run(scale=0.01, uncertainty="random")
    base = simulate(scenario, 0, False)
    value = base.notes["growth.hiring_speed"]
    same = simulate(
        scenario, 0, False, stated={"parameter.growth.hiring_speed": value, "ratio.plan.delivery": 1.0}
    )
    other = simulate(scenario, 0, False, stated={"parameter.growth.hiring_speed": 2 * value})
    assert all(
        np.array_equal(same.outcomes[n], a, equal_nan=a.dtype.kind == "f") for n, a in base.outcomes.items()
    )
    assert other.notes["growth.hiring_speed"] == 2 * value
    assert not np.array_equal(other.outcomes["jobs"], base.outcomes["jobs"])
    every = scenario.with_run(uncertainty="all")
    central, drawn = (simulate(every, 0, False, parameter_draw=k).notes for k in (None, 3))
    assert central == simulate(every, 0, False, parameter_draw=0).notes
    assert drawn == simulate(every, 3, False).notes != central
