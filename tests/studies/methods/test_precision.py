"""Required replicates: worked examples, simulation, and gain from pairing."""

import numpy as np
import pytest

from sim.studies.methods import intervals
from sim.studies.methods.precision import MOST, half_width, pairing_gain, replicates_for, replicates_for_share


def test_half_width_agrees_with_the_interval() -> None:
    x = np.array([1.0, 4.0, 2.0, 8.0])
    assert half_width(float(x.std(ddof=1)), 4) == pytest.approx(intervals.mean(x).high - x.mean())
    assert half_width(1.0, 1) == np.inf


def test_smallest_sufficient_number_of_replicates() -> None:
    pilot = [10.0, 14.0, 9.0, 15.0, 12.0]
    sd = float(np.std(pilot, ddof=1))
    result = replicates_for(pilot, 0.8)
    assert half_width(sd, result) <= 0.8 < half_width(sd, result - 1)


def test_limits_of_the_number_of_replicates() -> None:
    assert replicates_for([3.0, 3.0, 3.0], 0.1) == 2
    assert replicates_for([1.0, 2.0], 1e6) == 2
    assert replicates_for([1.0, 2.0], 1e-6) == MOST


def test_assurance_of_the_width() -> None:
    draws = np.random.default_rng(4)
    kept = {0.5: 0, 0.9: 0}
    for _ in range(400):
        pilot = draws.standard_normal(8)
        for assurance in kept:
            n = replicates_for(pilot, 0.5, assurance=assurance)
            kept[assurance] += half_width(float(draws.standard_normal(n).std(ddof=1)), n) <= 0.5
    assert kept[0.9] / 400 > 0.85
    assert kept[0.5] / 400 < 0.75


@pytest.mark.parametrize(("share", "half"), [(0.5, 0.1), (0.05, 0.05), (0.0, 0.02)])
def test_replicates_for_a_share(share: float, half: float) -> None:
    n = replicates_for_share(share, half)
    widths = [np.subtract(*intervals.wilson(share * k, k)[::-1]) / 2 for k in (n, n - 1)]
    assert widths[0] <= half < widths[1]


def test_pairing_removes_common_variance() -> None:
    draws = np.random.default_rng(1)
    common = 10 * draws.standard_normal(4000)
    policy, reference = common + draws.standard_normal(4000), common + draws.standard_normal(4000)
    assert pairing_gain(policy, reference) == pytest.approx(101, rel=0.1)
    assert pairing_gain(policy, draws.permutation(reference)) == pytest.approx(1, rel=0.1)


def test_invalid_arguments() -> None:
    with pytest.raises(ValueError, match="two replicates"):
        replicates_for([1.0], 1)
    with pytest.raises(ValueError, match="above 0"):
        replicates_for([1.0, 2.0], 0)
    with pytest.raises(ValueError, match="assurance"):
        replicates_for([1.0, 2.0], 1, assurance=1.0)
