"""The golden run says what it said when its numbers were written down; subsidies stay in range."""

import numpy as np
import pytest
import yaml

from tests.golden import refresh
from tests.model import town

KEPT = yaml.safe_load(refresh.FILE.read_text(encoding="utf-8"))["values"]


@pytest.fixture(scope="module")
def history():
    return refresh.run()


@pytest.fixture(scope="module")
def found(history):
    return {name: value for name, (value, _) in refresh.headlines(history).items()}


def test_the_file_holds_every_headline_and_no_other(found) -> None:
    assert list(KEPT) == list(found), "run: python -m tests.golden.refresh"


@pytest.mark.parametrize("name", KEPT)
def test_headline(found, name: str) -> None:
    """A number moved: if it was meant to, refresh the file and say so, and why, in the changelog."""
    assert found[name] == pytest.approx(KEPT[name]["value"], rel=KEPT[name]["tolerance"], abs=1e-9)


def test_what_refresh_prints_can_be_read_back(history, found) -> None:
    again = yaml.safe_load(refresh.text(history))["values"]
    assert {name: entry["value"] for name, entry in again.items()} == found


def test_subsidies_of_a_year_stay_in_the_range_of_the_equations() -> None:
    """35 to 70 million yuan at full scale (ZS138 and match); 25 to 80 leaves room for sampling."""
    yearly = town.by_year(town.run(scale=0.05).outcomes["public_spending"].sum(axis=1))
    assert ((yearly > 25e6) & (yearly < 80e6)).all(), np.round(yearly / 1e6, 1)
