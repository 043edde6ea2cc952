"""Combination of contributions to levers and draws from priors, compared with hand calculations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.engine.levers import Parameter, PolicyLever, triangle

quick = settings(derandomize=True, deadline=None, max_examples=60)
shares = st.floats(0, 1)


def lever(combiner, base=0.0, low=-100.0, high=100.0) -> PolicyLever:
    return PolicyLever("submodel.name", "yuan", base, low, high, combiner, "名", "name")


@pytest.mark.parametrize(
    ("combiner", "base", "parts", "value"),
    [
        ("value", 7.0, [], 7.0),
        ("value", 7.0, [3.0], 3.0),
        ("value", 7.0, [0.0], 0.0),
        ("sum", 3000.0, [-1500.0, 20.0], 1520.0),
        ("sum", 3.0, [], 3.0),
        ("product", 2.0, [0.5, 3.0], 3.0),
        ("product", 2.0, [], 2.0),
        ("max", 5.0, [2.0, 9.0], 9.0),
        ("max", 5.0, [2.0], 5.0),
        ("share", 0.0, [0.5, 0.5], 0.75),
        ("share", 0.2, [0.5], 0.6),
        ("share", 0.2, [], 0.2),
    ],
)
def test_combiners(combiner, base: float, parts: list[float], value: float) -> None:
    assert lever(combiner, base, high=10_000).combine(parts) == pytest.approx(value, abs=1e-12)


def test_two_settings_cannot_both_be_the_value() -> None:
    with pytest.raises(ValueError, match=r"submodel\.name"):
        lever("value").combine([1.0, 2.0])


@pytest.mark.parametrize("combiner", ["value", "sum", "product", "max"])
def test_cut_at_its_bounds(combiner) -> None:
    assert lever(combiner, base=1.0, low=0.5, high=2.0).combine([50.0]) == 2.0
    assert lever(combiner, base=1.0, low=0.5, high=2.0).combine([]) == 1.0
    if combiner != "max":
        assert lever(combiner, base=1.0, low=0.5, high=2.0).combine([-50.0]) == 0.5


@quick
@given(st.lists(shares, max_size=6), shares, st.randoms(use_true_random=False))
def test_a_union_of_shares_knows_no_order_and_only_grows(parts, more, random) -> None:
    union = lever("share", low=0, high=1)
    shuffled = list(parts)
    random.shuffle(shuffled)
    assert union.combine(parts) == pytest.approx(union.combine(shuffled), abs=1e-12)
    assert union.combine([*parts, more]) >= union.combine(parts) - 1e-12
    assert max([0.0, *parts]) - 1e-12 <= union.combine(parts) <= 1


def test_the_submodel_is_the_prefix() -> None:
    assert PolicyLever("claims.rent.years", "", 0, 0, 1, "value", "", "").submodel == "claims"


@pytest.mark.parametrize(
    ("quantile", "value"),
    # over 0 to 4 with the mode at 1: F(x) = x^2/4 up to 1, then 1 - (4 - x)^2/12
    [(0.0, 0.0), (0.0625, 0.5), (0.25, 1.0), (2 / 3, 2.0), (11 / 12, 3.0), (1.0, 4.0)],
)
def test_triangle_by_hand(quantile: float, value: float) -> None:
    assert triangle(quantile, 0, 1, 4) == pytest.approx(value, abs=1e-12)


def test_triangle_is_the_triangular_distribution() -> None:
    q = np.linspace(0.001, 0.999, 500)
    ours = [triangle(x, 20, 30, 42) for x in q]
    assert ours == pytest.approx(stats.triang.ppf(q, (30 - 20) / 22, 20, 22).tolist())


@quick
@given(
    shares, shares, st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted)
)
def test_a_draw_stays_in_its_range_and_rises_with_the_quantile(a, b, corners) -> None:
    low, mode, high = corners
    at = [triangle(q, low, mode, high) for q in sorted((a, b))]
    slack = 1e-9 * (1 + abs(low) + abs(high))
    assert low - slack <= at[0] <= at[1] + slack
    assert at[1] <= high + slack


def parameter(value, low, high, potency=1.0) -> Parameter:
    return Parameter("submodel.p", value, low, high, "share", "guess", "D", "名", "name", potency)


def test_what_is_known_is_not_drawn() -> None:
    assert {parameter(0.6, 0.6, 0.6).draw(q) for q in (0.0, 0.3, 1.0)} == {0.6}


def test_potency_is_the_chance_that_there_is_an_effect_at_all() -> None:
    effect = parameter(0.004, 0.002, 0.008, potency=0.5)
    drawn = np.array(
        [effect.draw(q, e) for q in np.linspace(0, 1, 21) for e in np.linspace(0.025, 0.975, 20)]
    )
    assert (drawn == 0).mean() == 0.5
    assert drawn[drawn > 0].min() == pytest.approx(0.002)
    assert drawn.max() == pytest.approx(0.008)
    assert parameter(0.004, 0.002, 0.008).draw(0.0, 0.999) > 0


@pytest.mark.parametrize(("value", "low", "high"), [(5, 6, 7), (8, 6, 7), (6.5, 7, 6)])
def test_a_prior_that_does_not_hold_its_value_is_refused(value, low, high) -> None:
    with pytest.raises(ValueError, match=r"submodel\.p"):
        parameter(value, low, high)
