"""A thousand runs in one process (``make validate``): a study of a night must not grow its memory."""

from __future__ import annotations

import psutil
import pytest

from sim.studies.execution.run_specification import load
from sim.studies.execution.simulation import simulate
from tests.model import town

pytestmark = [pytest.mark.validate, pytest.mark.timeout(3600)]
RUNS = 1000


def test_a_thousand_runs_do_not_grow_memory() -> None:
    """The most held in a hundred runs at the start and in the last hundred: less than 30 MB apart."""
    me, scenario, seen = psutil.Process(), load("as_enacted", {"scale": 0.05}), []
    with town.registering(0.005):
        for replicate in range(RUNS):
            simulate(scenario, replicate, False)
            seen.append(me.memory_info().rss)
    start, end = max(seen[20:120]), max(seen[-100:])
    assert end - start < 30e6, [round(s / 1e6) for s in seen[::100]]
