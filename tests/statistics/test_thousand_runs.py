"""A thousand runs in one process (``make validate``): the memory of a long study does not grow."""

from __future__ import annotations

import psutil
import pytest

from sim.studies.execution.run_specification import load
from sim.studies.execution.simulation import simulate
from tests.model import town

pytestmark = [pytest.mark.validate, pytest.mark.timeout(3600)]
RUNS = 1000


def test_a_thousand_runs_do_not_grow_memory() -> None:
    """Peak memory of a hundred early runs and of the last hundred differs by less than 30 MB."""
    process, scenario, memory = psutil.Process(), load("as_enacted", {"scale": 0.05}), []
    with town.registering(0.005):
        for replicate in range(RUNS):
            simulate(scenario, replicate, False)
            memory.append(process.memory_info().rss)
    start, end = max(memory[20:120]), max(memory[-100:])
    assert end - start < 30e6, [round(used / 1e6) for used in memory[::100]]
