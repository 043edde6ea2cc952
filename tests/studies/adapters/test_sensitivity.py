"""Sensitivity adapters on functions with known indices: Ishigami, Sobol's g, and a function with noise."""

from functools import partial

import numpy as np
import pytest

from sim.policy.catalogue.catalogue import Unit
from sim.studies.adapters.sensitivity import morris, sobol
from sim.studies.methods.noise import noise
from sim.studies.specification.factors import Factor, FactorDefinition
from sim.studies.specification.outcomes import StudyOutcome

PLAIN = Unit("ratio", "", "", "ratio")


def factors(*ends: tuple[float, float]) -> list[Factor]:
    return [
        Factor(
            FactorDefinition(f"x{i}", f"x{i}", f"x{i}", PLAIN, "1", low, high, None, "parameter"), low, high
        )
        for i, (low, high) in enumerate(ends)
    ]


Y = [StudyOutcome("y", "persons", "y", "y", "y", (), True, "last", 47)]


def test_ishigami_indices_within_their_intervals():
    a, b = 7.0, 0.1

    def evaluate(points):
        x1, x2, x3 = points.T
        return (np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1))[:, None, None]

    result = sobol(evaluate, factors(*[(-np.pi, np.pi)] * 3), Y, 1024, 1).sel(outcome="y")
    v1 = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    v2, v13 = a**2 / 8, b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    for name, right in (("first", [v1, v2, 0]), ("total", [v1 + v13, v2, v13])):
        share = np.array(right) / v
        assert result[name].values == pytest.approx(share, abs=0.05)
        assert (result[f"{name}_low"].values <= share).all()
        assert (share <= result[f"{name}_high"].values).all()
    assert (result.reason == "").all()


def test_sobol_g_indices_within_their_intervals():
    a = np.array([0.0, 1.0, 4.5, 9.0])

    def evaluate(points):
        return np.prod((np.abs(4 * points - 2) + a) / (1 + a), axis=1)[:, None, None]

    result = sobol(evaluate, factors(*[(0, 1)] * 4), Y, 2048, 2).sel(outcome="y")
    one = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + one) - 1
    total = np.array([one[i] * np.prod(1 + np.delete(one, i)) for i in range(4)])
    for name, right in (("first", one / whole), ("total", total / whole)):
        assert result[name].values == pytest.approx(right, abs=0.03)
        assert (result[f"{name}_low"].values <= right).all()
        assert (right <= result[f"{name}_high"].values).all()


def test_too_few_samples_give_reasons_instead_of_numbers():
    result = sobol(lambda p: np.sin(7 * p).prod(axis=1)[:, None, None], factors((0, 3), (0, 3)), Y, 4, 1)
    assert "too_few_samples" in result.reason.values
    assert np.isnan(result.first.values[result.reason.values != ""]).all()
    assert np.isfinite(result.first_low.values).all()


def with_noise(size, replicates=4):
    """Return the sum of two factors, noise common to all points, and independent noise of each run."""

    def evaluate(points):
        draws = np.random.default_rng(5)
        own = size * draws.normal(size=(len(points), replicates))
        common = 30 * draws.normal(size=replicates)
        return ((10 * points[:, 0] + points[:, 1])[:, None] + common + own)[:, :, None]

    return evaluate


def test_common_random_numbers_are_not_counted_as_noise():
    points = np.random.default_rng(1).uniform(size=(400, 2))
    values = with_noise(2.0)(points)[:, :, 0]
    heard = noise(values)
    assert heard.rest == pytest.approx(4.0, rel=0.15)
    assert heard.between == pytest.approx((10 * points[:, 0] + points[:, 1]).var(), rel=0.1)
    assert heard.share == pytest.approx(1 / (1 + heard.between), rel=0.1)


def test_morris_ranks_factors_and_reports_the_noise_floor():
    ends = factors((0, 1), (0, 1), (0, 1))
    result = morris(with_noise(0.4), ends, Y, 40, 3).sel(outcome="y")
    assert result.effect.values[0] == pytest.approx(10, rel=0.05)
    assert result.reason.values[2] == "within_noise", "the third factor has no effect"
    assert np.isnan(result.effect.values[2])
    nothing = morris(lambda p: with_noise(3.0)(0 * p), ends, Y, 40, 3).sel(outcome="y")
    assert (nothing.effect_low <= nothing.floor).all()
    size = (nothing.effect_low + nothing.effect_high) / 2
    assert size.values == pytest.approx(float(nothing.floor), rel=0.25), (
        "the floor is the effect of noise alone"
    )


def test_noise_is_unknown_with_one_replicate():
    result = morris(with_noise(1.0, replicates=1), factors((0, 1), (0, 1)), Y, 10, 3)
    assert (result.reason == "noise_unknown").all()


def test_no_index_from_noise_alone():
    result = sobol(with_noise(30.0), factors((0, 1), (0, 1)), Y, 64, 3)
    assert (result.reason == "mostly_noise").all()
    assert result.first.isnull().all()


def test_constant_or_missing_outcomes_have_no_index():
    for value, why in ((1.0, "does_not_move"), (np.nan, "no_number")):
        for method in (sobol, morris):
            result = method(partial(everywhere, value), factors((0, 1), (0, 1)), Y, 4, 1)
            assert (result.reason == why).all()


def everywhere(value, points):
    return np.full((len(points), 2, 1), value)
