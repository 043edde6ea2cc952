"""Thresholds: known values, coverage of intervals, and ranges without a threshold."""

import numpy as np
import pytest

from sim.studies.methods.interface import Evaluate, Factor, Floats, Label
from sim.studies.methods.threshold import threshold
from sim.studies.specification.units import displayed_unit

TARGET = Label("T7", "创业带动就业", "jobs driven by startups")
FUND = Factor("guarantee_fund.capital", 1e8, 9e8, "担保基金", "guarantee fund", displayed_unit("yuan"))
FEE = Factor("guarantee_fee.fee", 0.0, 0.04, "担保费率", "guarantee fee", displayed_unit("share a year"))


def normal(seed: int, replicates: int, sd: float = 0.5, slope: float = 1.0) -> Evaluate:
    """Return margins, fund in 亿元 - 4 + noise common to all points; the probability is 50% at 4亿元."""
    noise = sd * np.random.default_rng(seed).standard_normal(replicates)

    def evaluate(points: Floats) -> Floats:
        return (slope * (points[:, 0] / 1e8 - 4)[:, None] + noise)[:, :, None]

    return evaluate


def test_exact_threshold_without_noise() -> None:
    result = threshold(normal(1, 10, sd=0.0), [FUND], tolerance=1e-4, most=60)
    assert result.state == "reached"
    assert result.at[0] == pytest.approx(4e8, rel=1e-3)
    assert result.at_low[0] <= result.at[0] <= result.at_high[0]
    assert result.at_high[0] - result.at_low[0] < 1e6


def test_threshold_is_the_median_over_replicates() -> None:
    result = threshold(normal(3, 41), [FUND], tolerance=1e-3, most=200)
    own = 4e8 - 0.5e8 * np.random.default_rng(3).standard_normal(41)
    assert result.at[0] == pytest.approx(np.median(own), abs=1.2e6)
    assert result.at_low[0] == pytest.approx(np.sort(own)[13], abs=1.2e6)  # 14th and 28th of 41
    assert result.at_high[0] == pytest.approx(np.sort(own)[27], abs=1.2e6)


def test_coverage_of_intervals() -> None:
    held = [
        result.at_low[0] <= 4e8 <= result.at_high[0]
        for seed in range(200)
        for result in [threshold(normal(seed, 20, 1.0), [FUND])]
    ]
    assert np.mean(held) >= 0.93


def test_other_required_probability() -> None:
    result = threshold(normal(5, 400), [FUND], probability=0.9, tolerance=1e-3, most=100)
    assert result.at[0] == pytest.approx(4.64e8, abs=0.1e8)  # 4 + 1.2816 x 0.5
    assert result.at_low[0] < 4.64e8 < result.at_high[0]


def test_decreasing_probability_reverses_the_path() -> None:
    result = threshold(normal(7, 60, slope=-1.0), [FUND])
    assert not result.rising
    assert result.at[0] == pytest.approx(4e8, rel=0.05)
    assert result.at_low[0] < result.at[0] < result.at_high[0]
    assert (np.diff(result.points[:, 0]) < 0).all()
    assert (np.diff(result.fitted) >= 0).all()


def test_two_settings_change_together() -> None:
    def evaluate(points: Floats) -> Floats:
        margin = points[:, 0] / 1e8 - 100 * points[:, 1] - 4
        return np.repeat(margin[:, None, None], 5, axis=1)

    result = threshold(evaluate, [FUND, FEE], tolerance=1e-3, most=60)
    assert result.way == pytest.approx(0.75, abs=0.01)  # 1 + 8 w - 4 w = 4
    np.testing.assert_allclose(result.at, [7e8, 0.03], rtol=0.01)
    assert "担保基金7亿元、担保费率3%/年" in result.sentences("zh", TARGET)[0]


@pytest.mark.parametrize(
    ("shift", "replicates", "state", "zh"),
    [
        (-20, 10, "not_reached", "达标概率不到50%"),
        (20, 10, "already", "已超过50%"),
        (-20, 2, "unclear", "不足以判断"),
        (20, 2, "unclear", "不足以判断"),
    ],
)
def test_range_without_a_threshold(shift: float, replicates: int, state: str, zh: str) -> None:
    def evaluate(points: Floats) -> Floats:
        return np.repeat((points[:, 0] / 1e8 - 4 + shift)[:, None, None], replicates, axis=1)

    result = threshold(evaluate, [FUND])
    assert result.state == state
    assert np.isnan(result.at).all()
    assert zh in result.sentences("zh", TARGET)[0]
    assert result.sentences("en", TARGET)
    assert len(result.ways) == 5  # no threshold in between


def test_interval_may_extend_beyond_the_range() -> None:
    narrow = Factor(
        "guarantee_fund.capital", 1e8, 4.05e8, "担保基金", "guarantee fund", displayed_unit("yuan")
    )
    result = threshold(normal(2, 30), [narrow])
    assert result.state == "reached"
    assert result.at_high[0] == np.inf
    assert "至超出范围" in result.sentences("zh", TARGET)[0]


def test_integer_settings_have_integer_thresholds() -> None:
    clerks = Factor("claims.clerks", 1, 40, "经办人员", "clerks", displayed_unit("clerks"), whole=True)

    def evaluate(points: Floats) -> Floats:
        assert (points == np.rint(points)).all()
        return np.repeat((points[:, 0] - 6.5)[:, None, None], 8, axis=1)

    result = threshold(evaluate, [clerks], tolerance=1e-6)
    assert result.at[0] == 7
    assert (result.at_low[0], result.at_high[0]) == (6, 7)
    assert len(result.ways) <= 5 + 3 * 6
    assert "需要经办人员7人" in result.sentences("zh", TARGET)[0]


def test_non_monotone_response_is_reported() -> None:
    def evaluate(points: Floats) -> Floats:
        inside = np.abs(points[:, 0] / 1e8 - 5) < 2.5
        return np.repeat(inside[:, None, None].astype(float), 9, axis=1)

    result = threshold(evaluate, [FUND], required=0.5, rising=True)
    assert result.reversed_share == 1
    assert "未必随取值单调" in result.sentences("zh", TARGET)[-1]


def test_independent_noise_at_points_is_smoothed_and_reported() -> None:
    def evaluate(points: Floats) -> Floats:
        noise = [np.random.default_rng(list(p.view(np.uint64))).standard_normal(30) for p in points]
        return ((points / 1e8 - 4) / 3 + np.array(noise))[:, :, None]

    result = threshold(evaluate, [FUND], tolerance=0.02, rising=True)
    assert (np.diff(result.share) < 0).any()
    assert (np.diff(result.fitted) >= 0).all()
    assert result.at[0] == pytest.approx(4e8, abs=1e8)
    assert result.at_low[0] < result.at[0] < result.at_high[0]
    assert result.reversed_share > 0.2


def test_number_of_points_is_limited() -> None:
    sizes = []

    def evaluate(points: Floats) -> Floats:
        sizes.append(len(points))
        return normal(1, 20)(points)

    threshold(evaluate, [FUND])
    assert sum(sizes) <= 20
    sizes.clear()
    threshold(evaluate, [FUND], tolerance=1e-9, most=12)
    assert sum(sizes) == 12


def counted(counts: list[int], replicates: int) -> Evaluate:
    """Return an evaluator with given numbers of successes at evenly spaced points of the path."""

    def evaluate(points: Floats) -> Floats:
        at = np.rint((points[:, 0] - FUND.low) / (FUND.high - FUND.low) * (len(counts) - 1)).astype(int)
        met = np.arange(replicates) < np.array(counts)[at][:, None]
        return np.asarray(met, dtype=np.float64)[:, :, None]

    return evaluate


@pytest.mark.parametrize(
    ("counts", "pooled"),
    [
        ([1, 3, 2, 4, 4], [1, 2.5, 2.5, 4, 4]),
        ([0, 3, 0, 6, 5], [0, 1.5, 1.5, 5.5, 5.5]),
        ([6, 5, 1, 0, 7], [3, 3, 3, 3, 7]),
        ([2, 4, 3, 2, 8], [2, 3, 3, 3, 8]),
    ],
)
def test_isotonic_fit_pools_adjacent_violators(counts: list[int], pooled: list[float]) -> None:
    result = threshold(counted(counts, 8), [FUND], required=0.5, rising=True, most=5)
    np.testing.assert_allclose(result.fitted * 8, pooled, rtol=0, atol=1e-12)


def test_isotonic_fit_is_the_nearest_monotone_sequence() -> None:
    """The fit meets the optimality conditions of projection onto the cone of non-decreasing sequences."""
    counts = np.random.default_rng(1).integers(0, 20, 33)
    result = threshold(
        counted(counts.tolist(), 20), [FUND], required=0.5, rising=True, tolerance=1e-9, most=33
    )
    share = result.share - result.fitted
    assert (np.diff(result.fitted) >= 0).all()
    assert share @ result.fitted == pytest.approx(0, abs=1e-12)
    assert (np.cumsum(share[::-1]) <= 1e-12).all()


def test_pooled_mean_equal_to_the_required_probability_meets_it() -> None:
    """The pooled mean of 11.2 of 14 replicates is 80%, although 0.8 * 14 > 11.2 in floating point."""
    counts = [8, 2, 10, 9, 2, 14, 14, 8, 14, 8, 6, 4, 4, 10, 10, 13, 14]
    result = threshold(
        counted(counts, 14), [FUND], required=0.5, probability=0.8, rising=True, tolerance=1 / 16
    )
    np.testing.assert_allclose(result.fitted * 14, [5, 5, *[11.2] * 5, 13, 14], rtol=0, atol=1e-12)
    assert result.way == pytest.approx(0.3125)


def test_dataset_is_complete() -> None:
    result = threshold(normal(1, 20), [FUND])
    data = result.dataset()
    assert float(data["at"].sel(factor="guarantee_fund.capital")) == result.at[0]
    assert data.attrs["state"] == "reached"
    assert data["share"].sizes["point"] == len(result.ways)


def test_invalid_arguments() -> None:
    with pytest.raises(ValueError, match="numbers"):
        threshold(normal(1, 2), [Factor("x", categories=("a", "b"))])
    with pytest.raises(ValueError, match="between 0 and 1"):
        threshold(normal(1, 2), [FUND], probability=1.0)
    with pytest.raises(ValueError, match="NaN"):
        threshold(lambda points: np.full((len(points), 2, 1), np.nan), [FUND])
