"""Comparison with published ranges: sources, statistics, assessment rule, committed table and report."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration import FOLDER, csv_table
from calibration.analysis import against_evidence
from calibration.analysis.against_evidence import (
    OTHER_STATISTICS,
    STATISTICS,
    PublishedRange,
    assess,
    published_ranges,
)
from calibration.figures import evidence
from sim import shipped
from sim.reporting import evidence as report


def test_every_published_range_is_complete() -> None:
    ranges = published_ranges()
    assert len({published.id for published in ranges}) == len(ranges) > 50
    for published in ranges:
        assert published.low <= published.high, published.id
        assert published.role in ("input", "check", "order"), published.id
        assert published.zh, published.id
        assert published.en, published.id
        assert bool(published.note_zh) == bool(published.note_en), published.id
        assert evidence.cited(published.evidence) <= evidence.rows().keys(), published.id
        assert published.evidence or published.note_en, published.id


def test_every_published_range_has_a_statistic_and_none_is_unused() -> None:
    ids = {published.id for published in published_ranges()}
    assert ids <= set(STATISTICS)
    assert set(OTHER_STATISTICS) <= ids


@pytest.mark.parametrize(
    ("role", "quantiles", "assessment"),
    [
        ("check", (0.0, 1.5, 3.0), "inside"),
        ("check", (0.0, 1.0, 3.0), "inside"),
        ("check", (0.0, 0.9, 1.0), "overlaps"),
        ("check", (1.9, 2.5, 3.0), "overlaps"),
        ("check", (0.0, 0.5, 0.9), "misfit"),
        ("check", (2.1, 2.5, 3.0), "misfit"),
        ("order", (0.0, 1.5, 3.0), "order"),
        ("order", (0.0, 0.9, 3.0), "order_outside"),
        ("input", (5.0, 6.0, 7.0), "input"),
    ],
)
def test_the_assessment_follows_the_rule(
    role: Any, quantiles: tuple[float, float, float], assessment: str
) -> None:
    published = PublishedRange("x", "甲", "x", "1", 1.0, 2.0, "", role, "", "")
    assert assess(published, *quantiles) == assessment


def test_the_table_repeats_the_ranges_and_their_assessment() -> None:
    table = csv_table.read(against_evidence.TABLE)
    columns = csv_table.read(against_evidence.RANGES)
    assert [{name: row[name] for name in columns[0]} for row in table] == columns
    for row, published in zip(table, published_ranges(), strict=True):
        low, median, high = (float(row[key]) for key in ("p5", "median", "p95"))
        assert low <= median <= high
        assert row["assessment"] == assess(published, low, median, high), row["id"]
    assert {(row["replicates"], row["scale"]) for row in table} == {("10", "0.3")}


def test_runs_become_rows(tmp_path: Path) -> None:
    figures = np.tile(np.arange(21.0)[:, None], len(published_ranges()))
    path = tmp_path / "table.csv"
    csv_table.write(path, list(against_evidence.rows(figures, 0.05)))
    row = csv_table.read(path)[0]
    assert (row["p5"], row["median"], row["p95"]) == ("1", "10", "19")
    assert (row["replicates"], row["scale"], row["scenario"]) == ("21", "0.05", "as_enacted")


@pytest.fixture
def without_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use a folder of the calibration as in an installation without documents."""
    for file in FOLDER.glob("*.csv"):
        shutil.copy(file, tmp_path)
    cached = (report.figures, report._comparison)
    for each in cached:
        each.cache_clear()
    monkeypatch.setattr(shipped, "calibration", lambda: tmp_path)
    yield
    for each in cached:
        each.cache_clear()


@pytest.mark.usefixtures("without_documents")
def test_a_report_takes_the_table_from_the_csv_alone() -> None:
    rows = report.figures()
    assert [(row.name_zh, row.name) for row in rows] == [(each.zh, each.en) for each in published_ranges()]
    assert {row.assessment for row in rows} == {
        "input",
        "inside",
        "overlaps",
        "order",
        "order_outside",
        "misfit",
    }
    assert report.run_settings() == {"replicates": 10, "scale": 0.3}
