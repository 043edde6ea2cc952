"""Tracing a run changes nothing, and the bare passes repeat its rules at the same lengths."""

import simpy

from sim.engine.random_streams import RandomStreams
from sim.model import city, registry
from sim.model.firms import rules as firms_rules
from tests.bench import town
from tests.bench.bare import numpy_passes, simpy_loop
from tests.bench.trace import length, rules, tracing

SCALE = 0.005


def test_a_run_is_traced_and_nothing_stays_replaced():
    before = firms_rules.next_jobs, RandomStreams.uniform, city.City, simpy.Environment.step
    with tracing() as traced:
        output = town.run(SCALE)
    assert before == (firms_rules.next_jobs, RandomStreams.uniform, city.City, simpy.Environment.step)
    assert (output.outcomes["jobs"] == town.run(SCALE).outcomes["jobs"]).all()

    open_firms = output.outcomes["firms_universe"]
    for month in range(48):  # the rules see the open firms, and those that close in the month
        assert traced.rules["firms.rules.next_jobs", month] > 0.9 * open_firms[month] * SCALE
    assert traced.draws["normal", "luck", 47] == traced.rules["firms.rules.next_productivity", 47]
    assert min(month for _, month in traced.rules) == -60
    assert traced.events["Initialize"] > 1000
    assert "guarantees.rules.exposure" in {name for name, _ in traced.rules}, (
        "a rule that other modules import"
    )

    spent = numpy_passes(traced, kept=False)
    assert {"firms.rules.next_jobs", "firms.rules.vat", "firms.rules.closure_hazard", "uniform"} < set(spent)
    assert length(traced.samples["firms.rules.next_jobs"]) > 0
    assert simpy_loop(traced.events) > 0


def test_rules_are_the_pure_functions_of_all_submodels():
    names = set(rules())
    packages = {name.partition(".")[0] for name in names if name.split(".")[1] == "rules"}
    assert packages == {*registry.SUBMODELS, "environment"}
    assert "population.survival.product_limit" in names
    assert not {"banking.initial_loans.lend", "population.survival.record_survival", "registry.draw"} & names
