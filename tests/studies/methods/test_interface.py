"""Factors of a method: ranges, scales and formatted values."""

import numpy as np
import pytest

from sim.studies.methods.interface import Factor, Label, evaluated, generator
from sim.studies.specification.units import displayed_unit


@pytest.mark.parametrize(
    ("factor", "start", "middle", "end"),
    [
        (Factor("a", 2, 6), 2, 4, 6),
        (Factor("a", 1, 100, log=True), 1, 10, 100),
        (Factor("a", 0, 9, whole=True), 0, 4, 9),
        (Factor("a", values=(1.0, 5.0, 7.0)), 1, 5, 7),
        (Factor("a", categories=("x", "y", "z")), 0, 1, 2),
    ],
)
def test_unit_coordinates_and_values(factor: Factor, start: float, middle: float, end: float) -> None:
    assert factor.at([0, 0.5, 1]).tolist() == pytest.approx([start, middle, end])
    values = factor.at(np.linspace(0, 1, 50))
    np.testing.assert_allclose(factor.at(factor.share(values)), values)


@pytest.mark.parametrize(
    ("unit", "value", "zh", "en"),
    [
        ("yuan", 4.6e8, "4.6亿元", "460 million yuan"),
        ("yuan", 3e9, "30亿元", "3 billion yuan"),
        ("yuan", 50000, "5万元", "50,000 yuan"),
        ("share a year", 0.0125, "1.25%/年", "1.25% a year"),
        ("share", 0.3, "30%", "30%"),
        ("workdays", 20, "20工作日", "20 working days"),
        ("ratio", 1.5, "1.5", "1.5"),
        ("switch", 1, "是", "yes"),
        ("", 0.123456, "0.123", "0.123"),
    ],
)
def test_formatted_values(unit: str, value: float, zh: str, en: str) -> None:
    factor = Factor("a", 0, 1, unit=displayed_unit(unit))
    assert (factor.format(value, "zh"), factor.format(value, "en")) == (zh, en)


def test_identifier_replaces_a_missing_label() -> None:
    assert Label("jobs", zh="岗位").title("en") == "jobs"
    assert Factor("a.b", zh="甲").title("zh") == "甲"


def test_invalid_ranges() -> None:
    with pytest.raises(ValueError, match="below"):
        Factor("a", 2, 1)
    with pytest.raises(ValueError, match="above 0"):
        Factor("a", 0, 1, log=True)


def test_evaluation_of_wrong_shape_is_an_error() -> None:
    points = np.zeros((3, 2))
    assert evaluated(lambda p: np.zeros((3, 4, 1)), points).shape == (3, 4, 1)
    for shape in ((3, 4), (2, 4, 1), (3, 0, 1)):
        with pytest.raises(ValueError, match="point, replicate, outcome"):
            evaluated(lambda p, shape=shape: np.zeros(shape), points)  # type: ignore[misc]


def test_draws_depend_on_seed_and_purpose() -> None:
    one, again, other = (generator(*key).random() for key in ((1, "a"), (1, "a"), (1, "b")))
    assert one == again != other
