"""Founder traits depend only on the founder's random numbers, and sampling by scale preserves means."""

import numpy as np
import pytest

from sim.engine.random_streams import RandomStreams
from sim.model.entry import parameters as entry_parameters
from sim.model.entry import rules as entry_rules
from sim.model.environment import geography
from sim.model.population.firm_table import E, G, T

SCALES = [1.0, 0.5, 0.3, 0.07, 0.01, 0.003]


def test_shares_are_shares() -> None:
    assert sum(entry_parameters.KIND_SHARE.values()) < 1  # the rest are others
    for segment, shares in entry_parameters.SECTOR_SHARE.items():
        assert sum(shares.values()) == pytest.approx(1), segment
        assert list(shares) == [s.slug for s in geography.sectors()]
    assert list(entry_parameters.KIND_SHARE) == [k.slug for k in geography.founder_kinds()][:-1]


@pytest.mark.parametrize("scale", SCALES)
def test_a_smaller_city_stands_for_the_whole(scale: float) -> None:
    """Technology firms and founders seeking a place are retained; other weights are correct on average."""
    n = 400_000
    u = RandomStreams(1, 0).uniform(np.arange(n), "scale")
    segment = np.repeat([T, E, G, G], n // 4).astype(np.int8)
    seeks = np.zeros(n, dtype=bool)
    seeks[::50] = True
    keep, weight = entry_rules.thin(segment, u, scale, seeks)
    bound = (segment == T) | seeks
    assert keep[bound].all()
    assert (weight[bound] == 1).all()
    rest = ~bound
    kept = int((keep & rest).sum())
    total = int(weight[keep & rest].sum(dtype=np.int64))
    assert total == pytest.approx(rest.sum(), rel=6 / np.sqrt(kept))
    assert set(weight[keep & rest].tolist()) <= {int(1 / scale), int(1 / scale) + 1}


def test_weights_hold_at_the_smallest_scale_a_user_may_ask_for() -> None:
    """Weights do not overflow to negative numbers at very small scales."""
    _, weight = entry_rules.thin(
        np.array([G, E, T], dtype=np.int8), np.array([1e-9, 0.5, 0.5]), 2e-6, np.zeros(3, dtype=bool)
    )
    assert weight.tolist()[0] == 500_000


def test_a_firm_kept_in_a_small_city_is_kept_in_a_larger_one() -> None:
    u = RandomStreams(1, 0).uniform(np.arange(10_000), "scale")
    segment = np.full(10_000, E, dtype=np.int8)
    small, large = (entry_rules.thin(segment, u, s, segment == T)[0] for s in (0.01, 0.1))
    assert small.sum() > 50
    assert large[small].all()
