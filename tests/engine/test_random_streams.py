"""Random numbers are keyed, independent of other draws, and statistically sound.

Statistical checks run on fixed numbers, so they pass or fail for good. Bounds are at five standard
errors of the null (p about 6e-7 each, some dozens of checks): a fault of the size stated beside each
is found with near certainty, chance alone never is.
"""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.engine.random_streams import RandomStreams, key

N = 200_000
IDS = np.arange(N, dtype=np.int64)
SIGMAS = 5.0
quick = settings(derandomize=True, deadline=None, max_examples=40)


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(a, b)[0, 1])


@quick
@given(
    st.integers(0, 2**63 - 1),
    st.integers(0, 1000),
    st.lists(st.integers(0, 10**12), min_size=1, max_size=50),
    st.randoms(use_true_random=False),
)
def test_a_draw_is_the_same_whatever_else_is_drawn(seed, replicate, ids, random) -> None:
    alone = [RandomStreams(seed, replicate).uniform([i], "close", 7)[0] for i in ids]
    busy = RandomStreams(seed, replicate)
    busy.uniform(range(17), "close", 6)
    busy.normal(range(5), "luck", 7)
    busy.bits([3], "tie")
    order = list(range(len(ids)))
    random.shuffle(order)
    shuffled = busy.uniform([ids[k] for k in order], "close", 7)
    assert [float(shuffled[order.index(k)]) for k in range(len(ids))] == alone


def test_long_arrays_give_each_id_what_it_gets_alone() -> None:
    """Hashing ids in blocks does not change the draws."""
    ids = np.arange(100_000, dtype=np.int64) * 7919 + 3
    together = RandomStreams(1, 0).bits(ids, "x")
    for at in (0, 1, 32767, 32768, 32769, 65535, 65536, 99_999):
        assert RandomStreams(1, 0).bits(ids[at : at + 1], "x")[0] == together[at]


def test_a_slice_and_a_reversed_view_get_the_draws_of_their_ids() -> None:
    chance = RandomStreams(1, 0)
    whole = chance.uniform(IDS[:1000], "x")
    assert np.array_equal(chance.uniform(IDS[:1000][::-3], "x"), whole[::-3])


def test_the_same_in_another_process() -> None:
    """Keys do not depend on Python's string hashing, which differs between processes."""
    code = (
        "from sim.engine.random_streams import RandomStreams; "
        "print(RandomStreams(5, 3).uniform([1, 2], 'a', 4).tolist())"
    )
    out = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": h},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for h in ("1", "2")
    }
    assert out == {str(RandomStreams(5, 3).uniform([1, 2], "a", 4).tolist())}


def test_keys_know_their_parts_apart() -> None:
    keys = [key("ab", "c"), key("a", "bc"), key("abc"), key("c", "ab"), key("abc", 1), key("abc1"), key()]
    assert len(set(keys)) == len(keys)
    assert all(0 <= k < 2**64 for k in keys)


def test_no_ids_no_draws() -> None:
    assert RandomStreams(1, 0).uniform(np.zeros(0, dtype=np.int64), "x").shape == (0,)


def test_a_few_are_hashed_as_many_are() -> None:
    """Scalar and array implementations return the same bits for any id."""
    ids = np.array([0, 5, -3, 7_000_123, 2**62, -(2**63), 99, 1])
    c = RandomStreams(5, 3)
    for draw in (c.bits, c.uniform, c.normal):
        assert np.array_equal(
            draw(ids, "x", 1), np.concatenate([draw(ids[k : k + 1], "x", 1) for k in range(8)])
        )
    assert c.scalar("x") == c.uniform(np.zeros(9, dtype=np.int64), "x")[0]


def test_never_zero_never_one() -> None:
    u = RandomStreams(2, 0).uniform(IDS, "x")
    assert u.min() > 0
    assert u.max() < 1


def test_the_highest_word_there_is_gives_less_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Uniform numbers lie strictly within (0, 1), since 0 or 1 would imply infinite waiting times."""

    def words(ids, stream):
        return np.array([0, 2**64 - 1] * 4, dtype=np.uint64)

    monkeypatch.setattr("sim.engine.random_streams._hashed", words)
    low, high = RandomStreams(2, 0).uniform(range(8), "x")[:2]
    assert 0 < low < high < 1


# Repeated draws in the model: monthly draws of firms, candidates of successive months, replicates.
STREAMS = {
    "consecutive ids": lambda: RandomStreams(1, 0).uniform(IDS, "close", 3),
    "ids a hundred thousand apart": lambda: RandomStreams(1, 0).uniform(IDS * 100_000, "found"),
    "one id over purposes": lambda: np.array([RandomStreams(1, 0).scalar("x", k) for k in range(6000)]),
    "one id over replicates": lambda: np.array([RandomStreams(1, k).scalar("x") for k in range(6000)]),
    "one id over seeds": lambda: np.array([RandomStreams(k, 0).scalar("x") for k in range(6000)]),
}


@pytest.mark.parametrize("name", STREAMS)
def test_draws_are_uniform(name: str) -> None:
    """With 2e5 draws, the Kolmogorov-Smirnov test detects a deviation of 1 point with power over 0.99."""
    u = STREAMS[name]()
    n = len(u)
    distance = stats.kstest(u, "uniform").statistic
    assert distance * np.sqrt(n) < 2.7  # p about 1e-6
    counts = np.bincount((u * 100).astype(int), minlength=100)
    chi2 = float(((counts - n / 100) ** 2 / (n / 100)).sum())
    assert abs(chi2 - 99) < SIGMAS * np.sqrt(2 * 99) + 5
    # successive draws are uncorrelated
    assert abs(correlation(u[:-1], u[1:])) < SIGMAS / np.sqrt(n)


PAIRS = {
    "two purposes": (("close", 3), 0, ("hire", 3), 0),
    "two months": (("luck", 3), 0, ("luck", 4), 0),
    "two months a year apart": (("luck", 3), 0, ("luck", 15), 0),
    "two replicates": (("luck", 3), 0, ("luck", 3), 1),
    "far replicates": (("luck", 3), 0, ("luck", 3), 999),
}


@pytest.mark.parametrize("name", PAIRS)
def test_streams_are_independent(name: str) -> None:
    """A correlation of 0.02 in values, extremes or adjacent ids is detected with power over 0.99."""
    first, k, second, m = PAIRS[name]
    a, b = RandomStreams(9, k).uniform(IDS, *first), RandomStreams(9, m).uniform(IDS, *second)
    bound = SIGMAS / np.sqrt(N)
    assert abs(correlation(a, b)) < bound
    assert abs(correlation(a[1:], b[:-1])) < bound
    assert abs(correlation((a - 0.5) ** 2, (b - 0.5) ** 2)) < bound
    cells = np.bincount((a * 16).astype(int) * 16 + (b * 16).astype(int), minlength=256)
    chi2 = float(((cells - N / 256) ** 2 / (N / 256)).sum())
    assert abs(chi2 - 255) < SIGMAS * np.sqrt(2 * 255)


def test_every_bit_is_fair_and_alone() -> None:
    """All 64 bits have mean 0.5 within five standard errors, as tie-breaks compare whole words."""
    words = RandomStreams(3, 0).bits(IDS, "tie", "registry")
    words = words[:20_000]
    bits = (words[:, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    share = bits.mean(axis=0)
    assert np.abs(share - 0.5).max() < SIGMAS * 0.5 / np.sqrt(len(words))
    together = np.corrcoef(bits.T) - np.eye(64)
    assert np.abs(together).max() < 6 / np.sqrt(20_000)


def test_a_neighbouring_id_flips_half_of_the_bits() -> None:
    words = RandomStreams(3, 0).bits(IDS, "x")
    flipped = np.bitwise_count(words[1:] ^ words[:-1])
    assert abs(flipped.mean() - 32) < SIGMAS * 4 / np.sqrt(N)
    assert flipped.min() > 5


def test_no_two_of_a_million_ids_tie() -> None:
    words = RandomStreams(3, 0).bits(np.arange(1_000_000), "tie")
    assert len(np.unique(words)) == len(words)


def test_the_normal_is_normal() -> None:
    g = RandomStreams(4, 0).normal(IDS, "size").astype(np.float64)
    assert np.isfinite(g).all()
    assert stats.kstest(g, "norm").statistic * np.sqrt(N) < 2.7
    assert abs(g.mean()) < SIGMAS / np.sqrt(N)
    assert abs(g.std() - 1) < SIGMAS / np.sqrt(2 * N)
    assert abs(stats.kurtosis(g)) < SIGMAS * np.sqrt(24 / N)
    assert abs(correlation(g[1:], g[:-1])) < SIGMAS / np.sqrt(N)
    again = RandomStreams(4, 0).normal(IDS[::-1], "size")[::-1]
    assert np.array_equal(again, g.astype(again.dtype))


def test_the_tails_of_the_normal_are_there() -> None:
    """The probability beyond four standard deviations is 3.17e-5 on each side."""
    g = RandomStreams(4, 0).normal(np.arange(2_000_000), "luck", 7)
    for far in (int((g > 4).sum()), int((g < -4).sum())):
        assert abs(far - 63.3) < SIGMAS * np.sqrt(63.3)


def test_replicates_and_seeds_differ_and_do_not_meet() -> None:
    """Nearby combinations of seed and replicate have different roots."""
    roots = {RandomStreams(seed, k).root for seed in range(50) for k in range(50)}
    assert len(roots) == 2500


def test_one_is_the_draw_of_entity_zero() -> None:
    assert RandomStreams(1, 2).scalar("titles", 2018) == RandomStreams(1, 2).uniform([0], "titles", 2018)[0]
