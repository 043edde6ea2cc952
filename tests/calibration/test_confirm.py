"""A fit is confirmed only if its runs and inputs agree with the current code."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from calibration.figures.published import targets
from calibration.fit import confirm, dataset
from calibration.fit.parameters import fitted
from sim.studies.execution import results
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.progress import SilentProgress
from sim.studies.execution.run_specification import Job
from tests.calibration import linear_simulator


@pytest.fixture
def path(fit: xr.Dataset, tmp_path: Path) -> Path:
    """Path of a fit made by another model."""
    file = tmp_path / "posterior.nc"
    results.write(fit.assign_attrs(model="0" * 16), file)
    return file


def run(
    path: Path, simulator: Callable[[Job], Mapping[str, float]] = linear_simulator.simulator
) -> list[str]:
    return confirm.confirm(path, 6, 3, SilentProgress(), simulator=simulator)


def slightly_different(job: Job) -> dict[str, float]:
    """Simulate figures, one of which differs by a millionth in one run."""
    figures = dict(linear_simulator.simulator(job))
    if job.replicate == 0:
        figures["T7"] *= 1 + 1e-6
    return figures


def test_equal_runs_renew_the_digest_and_nothing_else(path: Path, fit: xr.Dataset) -> None:
    assert run(path) == []
    read = dataset.read(path)
    assert dataset.is_current(read)
    assert read.attrs["made_by_model"] == "0" * 16
    assert "6 runs of the design and 3 validation runs simulated again" in read.attrs["confirmed"]
    assert fingerprint() in read.attrs["confirmed"]
    for name in fit.data_vars:
        assert np.array_equal(read[name].values, fit[name].values, equal_nan=fit[name].dtype.kind == "f"), (
            name
        )
    assert run(path) == []
    assert dataset.read(path).attrs["made_by_model"] == "0" * 16, (
        "the model of the fit, not of the last confirmation"
    )


def test_the_smallest_difference_of_a_run_is_found(path: Path) -> None:
    before = path.read_bytes()
    (line,) = run(path, slightly_different)
    assert line.startswith("run 0: T7 ")
    assert path.read_bytes() == before


def test_the_whole_range_of_runs_is_sampled(fit: xr.Dataset) -> None:
    sample = confirm.Sample(fit, 6, 3)
    assert sample.runs.tolist() == [0, 51, 102, 153, 204, 255]
    assert sample.validation_runs.tolist() == [0, 24, 47]
    assert [job.replicate for job in sample.jobs[:6]] == sample.runs.tolist()
    assert sample.jobs[-1].replicate == dataset.FIRST_VALIDATION_REPLICATE + 47


def refuse_to_run(job: Job) -> dict[str, float]:
    raise AssertionError("the inputs differ, so there is nothing to simulate")


def test_other_published_figures_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = targets()
    moved = (replace(first, tolerance=2 * first.tolerance), *rest)
    monkeypatch.setattr(confirm, "targets", lambda: moved)
    assert run(path, refuse_to_run) == [f"published value or tolerance of {first.id} differs"]
    monkeypatch.setattr(confirm, "targets", lambda: tuple(rest))
    assert run(path, refuse_to_run) == ["figures with the role target differ"]


def test_other_priors_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = fitted()
    monkeypatch.setattr(confirm, "fitted", lambda: (replace(first, high=first.high + 0.1), *rest))
    assert run(path, refuse_to_run) == [f"prior of {first.id} differs"]
    monkeypatch.setattr(confirm, "fitted", lambda: tuple(rest))
    assert run(path, refuse_to_run) == ["fitted parameters differ"]


def test_another_design_is_refused(fit: xr.Dataset, tmp_path: Path) -> None:
    file = tmp_path / "posterior.nc"
    moved = fit.assign(design=fit.design.copy(data=fit.design.values[::-1]))
    results.write(results.sealed(moved), file)
    assert run(file, refuse_to_run) == ["design differs"]


def test_the_command_reports_what_differs(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(confirm, "targets", lambda: targets()[1:])
    assert confirm.main(["--fit", str(path)]) == 1
    assert "nothing written" in capsys.readouterr().err
