"""The golden run gives the numbers that were recorded; subsidies stay in range."""

import numpy as np
import pytest
import yaml

from tests.golden import refresh
from tests.model import town

KEPT = yaml.safe_load(refresh.FILE.read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def output():
    return refresh.run()


@pytest.fixture(scope="module")
def headlines(output):
    return {name: value for name, (value, _) in refresh.headlines(output).items()}


def test_the_file_holds_every_headline_and_no_other(headlines) -> None:
    assert list(KEPT) == list(headlines), "run: python -m tests.golden.refresh"


@pytest.mark.parametrize("name", KEPT)
def test_headline(headlines, name: str) -> None:
    """A number moved: if intended, refresh the file and state in the changelog which moved and why."""
    assert headlines[name] == pytest.approx(KEPT[name]["value"], rel=KEPT[name]["tolerance"], abs=1e-9)


def test_what_refresh_prints_can_be_read_back(output, headlines) -> None:
    again = yaml.safe_load(refresh.text(output))["values"]
    assert {name: entry["value"] for name, entry in again.items()} == headlines


def test_subsidies_of_a_year_stay_in_the_range_of_the_equations() -> None:
    """35 to 70 million yuan at full scale (ZS138 and match); 25 to 80 allows for sampling."""
    yearly = town.by_year(town.run(scale=0.05).outcomes["public_spending"].sum(axis=1))
    assert ((yearly > 25e6) & (yearly < 80e6)).all(), np.round(yearly / 1e6, 1)
