"""Scenario discovery: a planted box is recovered, and none is reported for random misses."""

import numpy as np
import pytest
from scipy.stats import binom, qmc

from sim.studies.methods import prim
from sim.studies.methods.discovery import Discovery, discover, on_halves
from sim.studies.methods.interface import Factor, Label
from sim.studies.specification.units import displayed_unit

TARGET = Label("T7", "创业带动就业", "jobs driven by startups")
FACTORS: tuple[Factor, ...] = (
    Factor("guarantee_fee.fee", 0.0, 0.04, "担保费率", "guarantee fee", displayed_unit("share a year")),
    Factor("guarantee_fund.capital", 1e8, 1e9, "担保基金", "guarantee fund", displayed_unit("yuan")),
    Factor("parameter.SLUMP", 0, 1, "衰退", "slump"),
    Factor("claims.clerks", 0, 20, "经办人员", "clerks", displayed_unit("clerks"), whole=True),
    Factor("world.macro", zh="宏观", en="economy", categories=("observed", "no_shocks", "bad")),
    *(Factor(f"idle_{i}") for i in range(5)),
)


def drawn(number: int, seed: int) -> np.ndarray:
    unit = qmc.LatinHypercube(len(FACTORS), rng=seed).random(number)
    return np.column_stack([factor.at(unit[:, j]) for j, factor in enumerate(FACTORS)])


def planted(x: np.ndarray) -> np.ndarray:
    """Return misses at high fees and small funds, in 0.5 x 0.4 of the volume."""
    return (x[:, 0] > 0.02) & (x[:, 1] < 4.6e8)


def noisy(hit: np.ndarray, seed: int, inside: float = 0.9, outside: float = 0.1) -> np.ndarray:
    return np.random.default_rng(seed).random(len(hit)) < np.where(hit, inside, outside)


@pytest.fixture(scope="module")
def result() -> Discovery:
    x = drawn(800, 1)
    return discover(x, noisy(planted(x), 2), FACTORS, seed=1)


def test_planted_box_is_recovered(result: Discovery) -> None:
    assert len(result.boxes) == 1
    box = result.boxes[0]
    assert box.limits.restricted == [0, 1]
    assert box.limits.ends[0, 0] == pytest.approx(0.02, rel=0.05)
    assert box.limits.ends[1, 1] == pytest.approx(4.6e8, rel=0.05)
    assert np.isinf(box.limits.ends[0, 1])
    assert np.isinf(box.limits.ends[1, 0])
    assert box.density == pytest.approx(0.9, abs=0.06)
    assert box.coverage == pytest.approx(0.18 / 0.26, abs=0.08)
    assert box.mass == pytest.approx(0.2, abs=0.03)
    assert box.p_value == pytest.approx(0.01)
    assert (box.stability[[0, 1]] == 1).all()
    assert (box.quasi_p[[0, 1]] < 1e-6).all()
    assert np.isnan(box.quasi_p[2:]).all()


def test_density_in_new_samples_lies_between_half_and_full_sample(result: Discovery) -> None:
    x = drawn(4000, 11)
    y = noisy(planted(x), 12)
    inside = result.boxes[0].limits.contains(x)
    assert (
        result.boxes[0].density_new < result.boxes[0].density
    )  # selection on a half is optimistic on that half
    assert result.boxes[0].density_new - 0.03 < y[inside].mean() < result.boxes[0].density + 0.03


def test_conclusions_in_both_languages(result: Discovery) -> None:
    (zh,) = result.sentences("zh", TARGET)
    assert "担保费率高于1.9" in zh or "担保费率高于2" in zh
    assert "%/年" in zh
    assert "担保基金低于4." in zh
    assert "亿元" in zh
    assert "创业带动就业" in zh
    (en,) = result.sentences("en", TARGET)
    assert "guarantee fund is below 4" in en
    assert "million yuan" in en


@pytest.mark.parametrize("seed", range(6))
def test_no_box_if_misses_are_random(seed: int) -> None:
    x = drawn(300, seed)
    result = discover(x, noisy(np.zeros(300, bool), seed, outside=0.3), FACTORS, seed=seed)
    if result.boxes:  # expected in one of twenty cases
        assert result.boxes[0].p_value > 0.01
    else:
        assert result.rejected > 0.05
        assert "未发现" in result.sentences("zh", TARGET)[0]


def test_false_alarm_rate() -> None:
    draws = np.random.default_rng(3)
    alarms = 0
    for seed in range(60):
        x = draws.random((120, 4))
        y = draws.random(120) < 0.4
        alarms += bool(discover(x, y, FACTORS[5:9], seed=seed, halves=2, shuffles=39).boxes)
    assert alarms <= binom.ppf(0.999, 60, 0.05)


def test_box_of_random_misses_fails_on_the_other_half() -> None:
    """A box selected from random misses is dense only in the half from which it was selected."""
    draws = np.random.default_rng(3)
    noise = prim.sample(draws.random((200, 20)), (draws.random(200) < 0.4).astype(float), {})
    limits, _ = prim.box(noise, 0.05)
    step = noise.step(limits)
    restricted, density_new, _ = on_halves(noise, 0.05, 0.0, draws, 40)
    base = float(noise.y.mean())
    assert step.hits / step.points > base + 0.05
    assert density_new == pytest.approx(base, abs=0.04)
    assert restricted.max() < 0.8


def test_two_boxes() -> None:
    x = drawn(1200, 5)
    first, second = x[:, 2] > 0.7, (x[:, 5] < 0.3) & (x[:, 6] < 0.6)
    result = discover(x, noisy(first | second, 6), FACTORS, seed=5, halves=10, shuffles=39)
    assert [box.limits.restricted for box in result.boxes] == [[2], [5, 6]]
    assert not np.isnan(result.rejected)
    assert sum(box.coverage for box in result.boxes) > 0.7


def test_integers_and_categories() -> None:
    x = drawn(600, 8)
    hit = (x[:, 3] <= 6) & (x[:, 4] != 1)
    result = discover(x, noisy(hit, 9), FACTORS, seed=8, halves=10, shuffles=39)
    box = result.boxes[0]
    assert box.limits.restricted == [3, 4]
    assert box.limits.ends[3, 1] == 6.5
    assert box.limits.allowed[4].tolist() == [True, False, True]
    (zh,) = result.sentences("zh", TARGET)
    assert "经办人员不超过6人，且宏观为observed或bad" in zh
    assert result.dataset()["allowed_4"].values.tolist() == [[True, False, True]]


def test_shares_of_replicates_are_fractional_misses() -> None:
    x = drawn(400, 3)
    noise = np.random.default_rng(4).random((400, 8))
    result = discover(
        x, noise < np.where(planted(x), 0.9, 0.1)[:, None], FACTORS, seed=3, halves=6, shuffles=39
    )
    assert result.boxes[0].limits.restricted == [0, 1]
    assert result.boxes[0].density == pytest.approx(0.9, abs=0.05)


def test_higher_required_density_gives_a_smaller_denser_box() -> None:
    x = np.random.default_rng(1).random((2000, 3))
    y = np.random.default_rng(2).random(2000) < x[:, 0] * x[:, 1]
    wide, pure = (
        discover(x, y, FACTORS[5:8], seed=1, most=1, halves=4, shuffles=19, density=d).boxes for d in (0, 0.7)
    )
    assert pure[0].density > 0.65 > wide[0].density
    assert pure[0].coverage < wide[0].coverage


def test_trade_off_of_coverage_and_density_is_recorded(result: Discovery) -> None:
    path = result.boxes[0].path
    assert path[0].tolist() == [1, pytest.approx(result.base), 1]
    assert (np.diff(path[:, 0]) < 0).all()
    assert (np.diff(path[:, 2]) <= 0).all()
    assert path[:, 1].max() > 0.85


def test_quasi_p_value_is_binomial() -> None:
    """Worked example: 12 hits in 30 points without the limit on x, and 9 hits in 10 points within it."""
    x = np.column_stack([np.arange(30.0), np.zeros(30)])
    y = np.r_[np.ones(9), 0, np.ones(3), np.zeros(17)]
    sample = prim.sample(x, y, {})
    limits = sample.everything().moved(0, 1, 9.5)
    assert prim.quasi_p(sample, limits)[0] == pytest.approx(binom.sf(8, 10, 12 / 30))


def test_restriction_without_effect_is_dropped() -> None:
    x = np.random.default_rng(1).random((200, 2))
    sample = prim.sample(x, (x[:, 0] > 0.5).astype(float), {})
    limits = sample.everything().moved(0, 0, 0.5).moved(1, 1, 0.9)
    assert prim.dropped(sample, limits).restricted == [0]


def test_pasting_restores_excessive_peeling() -> None:
    x = np.random.default_rng(1).random((500, 2))
    sample = prim.sample(x, (x[:, 0] > 0.5).astype(float), {})
    wider = prim.paste(sample, sample.everything().moved(0, 0, 0.7))
    assert wider.ends[0, 0] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("missed", "reason"),
    [(np.zeros(50), "never"), (np.ones(50), "always"), (np.r_[np.ones(3), np.zeros(47)], "too_few")],
)
def test_reasons_for_no_boxes(missed: np.ndarray, reason: str) -> None:
    result = discover(drawn(50, 1), missed, FACTORS, seed=1)
    assert (result.reason, result.boxes) == (reason, ())
    for language in ("zh", "en"):
        assert "50" in result.sentences(language, TARGET)[0]
    assert result.dataset().sizes["box"] == 0


def test_reproducible_without_global_random_state() -> None:
    x = drawn(200, 2)
    y = noisy(planted(x), 3)
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    one, two = (discover(x, y, FACTORS, seed=4, halves=4, shuffles=19).dataset() for _ in range(2))
    assert one.identical(two)
    assert str(np.random.get_state(legacy=False)) == str(before)  # noqa: NPY002


def test_invalid_arguments() -> None:
    with pytest.raises(ValueError, match="fit together"):
        discover(np.zeros((5, 2)), np.zeros(5), FACTORS, seed=1)
    with pytest.raises(ValueError, match="NaN"):
        discover(np.full((5, 1), np.nan), np.zeros(5), FACTORS[:1], seed=1)
