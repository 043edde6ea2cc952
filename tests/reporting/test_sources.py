"""Tests of how the files of a report are classified and checked against one another."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

from sim import texts
from sim.engine.errors import InputError
from sim.reporting import report
from sim.reporting.sources import ReportSources, classify, read_sources
from sim.studies.execution import results
from tests.reporting.paragraphs import paragraphs


def test_two_runs_are_compared_where_no_comparison_is_given(runs: Path) -> None:
    found = read_sources([runs / "as_enacted.nc", runs / "no_plan.nc"])
    assert list(found.comparisons) == ["no_plan"]
    text = paragraphs(report.build_document(found, "zh"))
    assert "两种情景下均设立" not in text, "that needs the firms of both arms"


def test_an_unused_file_is_named(sources: ReportSources) -> None:
    found = classify([("results/as_enacted.nc", sources.result), ("results/trial.nc", xr.Dataset())])
    assert found.unused == ["trial.nc"]
    assert "trial.nc" in paragraphs(report.build_document(found, "zh"))


def test_runs_with_different_seeds_are_refused(runs: Path) -> None:
    one, other = results.read(runs / "as_enacted.nc"), results.read(runs / "no_plan.nc")
    with pytest.raises(InputError, match="seed"):
        classify([("a.nc", one), ("b.nc", other.assign_attrs(seed=8))])


def test_a_report_needs_a_run(runs: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="zsim run"):
        read_sources([runs / "comparison.nc"])
    texts.use("en")
    with pytest.raises(InputError, match="no result"):
        read_sources([tmp_path])


def test_a_comparison_without_its_run_is_refused() -> None:
    labels = {"headline": ["jobs"], "scenario": ["a"]}
    comparison = xr.Dataset(coords=labels, attrs={"reference": "no_plan"})
    with pytest.raises(InputError):
        classify([("comparison.nc", comparison)])
