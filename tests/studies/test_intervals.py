"""Wilson's interval: published examples, and the score equation."""

import math

import pytest

from sim.studies.methods.intervals import wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_published_examples(hits: int, of: int, low: float, high: float) -> None:
    """Examples of Newcombe (1998), table I, method 3; the last is the complement of 0 of 29."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("hits", "of"), [(3, 7), (2.5, 10), (0.25, 4), (9.99, 10)])
def test_wilson_bounds_solve_the_score_equation(hits: float, of: int) -> None:
    """At each bound p, the observed share is 1.96 standard errors of p away from p."""
    for p in wilson(hits, of):
        assert abs(hits / of - p) == pytest.approx(1.959963984540054 * math.sqrt(p * (1 - p) / of), rel=1e-9)


@pytest.mark.parametrize(("hits", "of"), [(-1, 3), (4, 3), (3.2, 3), (0, 0)])
def test_invalid_counts(hits: float, of: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        wilson(hits, of)
