"""The floor of a run: it is noted without a trace left behind, and replayed at the same lengths."""

import simpy

from sim.engine.random_streams import RandomStreams
from sim.model import city
from sim.model.firms import rules as firms_rules
from tests.bench import town
from tests.bench.bare import numpy_passes, simpy_loop
from tests.bench.trace import length, rules, tracing

SCALE = 0.005


def test_a_run_is_noted_and_nothing_is_left_behind():
    before = firms_rules.next_jobs, RandomStreams.uniform, city.City, simpy.Environment.step
    with tracing() as found:
        noted = town.run(SCALE)
    assert before == (firms_rules.next_jobs, RandomStreams.uniform, city.City, simpy.Environment.step)
    assert (noted.outcomes["jobs"] == town.run(SCALE).outcomes["jobs"]).all()

    open_firms = noted.outcomes["firms_universe"]
    for month in range(48):  # the rules see the open firms, and those that close in the month
        assert found.rules["firms.rules.next_jobs", month] > 0.9 * open_firms[month] * SCALE
    assert found.draws["normal", "luck", 47] == found.rules["firms.rules.next_productivity", 47]
    assert min(month for _, month in found.rules) == -60
    assert found.events["Initialize"] > 1000
    assert "claims.hassle" in {name for name, _ in found.rules}, "a rule that another file imports"

    spent = numpy_passes(found, kept=False)
    assert {"firms.rules.next_jobs", "firms.rules.vat", "firms.rules.closure_hazard", "uniform"} < set(spent)
    assert length(found.samples["firms.rules.next_jobs"]) > 0
    assert simpy_loop(found.events) > 0


def test_rules_are_the_pure_functions_of_all_rooms():
    names = {name.partition(".")[0] for name in rules()}
    assert {"growth", "cost", "exit", "entry", "registration", "claims"} <= names
    assert {"census", "founders", "debt", "orders", "support"} <= names, (
        "rooms without sockets have rules too"
    )
    assert "sales.settle" not in rules()
