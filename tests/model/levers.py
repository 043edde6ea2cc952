"""A lever moved from one end to the other on 1 January 2019, in a small city at 1:1 with all programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.engine import clock
from sim.engine.recorder import RunOutput
from tests.model import town

MONTH = 24
DAY = int(clock.MONTH_START[MONTH])
EARLIER = ("registrations", "trainees", "mentor_visits")
"""Outcomes of submodels that come earlier in the month, which no change of this month may move."""


def moved(
    lever: str,
    low: float,
    high: float,
    outcomes: Sequence[str],
    around: Mapping[str, town.Value] | None = None,
) -> tuple[RunOutput, RunOutput]:
    """Both outputs: the outcomes named differ; none differs before that day, nor earlier in its month."""
    before = (around or {}).get(lever, 0.0)
    assert isinstance(before, int | float)
    with town.registering(0.03):
        ours, theirs = (
            town.run({**(around or {}), lever: [(0, before), (DAY, value)]}, scale=1.0)
            for value in (low, high)
        )
    for name, array in ours.outcomes.items():
        if len(array) == clock.MONTHS:
            assert np.array_equal(
                array[:MONTH], theirs.outcomes[name][:MONTH], equal_nan=array.dtype.kind == "f"
            ), name
    for name in EARLIER:
        assert np.array_equal(ours.outcomes[name][MONTH], theirs.outcomes[name][MONTH]), name
    for name in outcomes:
        assert not np.array_equal(ours.outcomes[name], theirs.outcomes[name]), name
    return ours, theirs
