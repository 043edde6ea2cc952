"""Confirmation that a committed fit is valid for the current code.

A fit records the digest of the model, which changes with the model's code even if no result changes.
``python -m calibration.fit.confirm`` simulates a sample of the fit's runs again. If every figure equals the recorded
one bit for bit, and priors, design and published figures are unchanged, the command writes the current digest into
the file, with a record of the comparison. Otherwise it writes nothing, and a new fit is required (``zsim calibrate``).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration import FOLDER
from calibration.figures.definitions import FIGURES
from calibration.figures.published import holdout, targets
from calibration.fit import dataset
from calibration.fit.design import Simulator, simulate_city, simulate_figures
from calibration.fit.parameters import fitted
from sim.studies.execution import executors, results
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.progress import Progress, study_progress
from sim.studies.execution.store import Store

Floats = npt.NDArray[np.float64]
RUNS: Final = 32
"""Number of design runs to simulate again."""
VALIDATION_RUNS: Final = 8
"""Number of validation runs to simulate again."""


class Sample:
    """Evenly spaced sample of the runs of a fit, to be simulated again.

    Args:
        fit: dataset of the fit.
        runs: number of design runs.
        validation_runs: number of validation runs.
    """

    def __init__(self, fit: xr.Dataset, runs: int, validation_runs: int) -> None:
        self.runs = dataset.validation_draws(fit.sizes["run"], min(runs, fit.sizes["run"]))
        self.validation_runs = dataset.validation_draws(
            fit.sizes["validation_run"], min(validation_runs, fit.sizes["validation_run"])
        )
        design = dataset.design_of(fit)
        values = design.values(fit.design.values.astype(np.float64))
        validation_jobs = dataset.validation_jobs(design, fit.draws.values, fit.sizes["validation_run"])
        self.jobs = [design.job(values[k], int(k)) for k in self.runs] + [
            validation_jobs[k] for k in self.validation_runs
        ]
        self.recorded = np.vstack(
            [dataset.figures_of(fit)[self.runs], dataset.validation_figures_of(fit)[self.validation_runs]]
        )
        self.names = [f"run {k}" for k in self.runs] + [f"validation run {k}" for k in self.validation_runs]

    def differences(self, figures: Floats) -> Iterator[str]:
        """Yield a message for each figure (run, figure) that differs from the recorded one in single precision."""
        single = figures.astype(np.float32).astype(np.float64)
        for name, current, recorded in zip(self.names, single, self.recorded, strict=True):
            differ = ~((current == recorded) | (np.isnan(current) & np.isnan(recorded)))
            for k in np.flatnonzero(differ):
                yield f"{name}: {list(FIGURES)[k]} is {current[k]:.9g}, recorded {recorded[k]:.9g}"


def input_differences(fit: xr.Dataset) -> Iterator[str]:
    """Yield messages about recorded inputs (parameters, priors, design, published figures) that have changed."""
    if fit.parameter.values.tolist() != [prior.id for prior in fitted()]:
        yield "fitted parameters differ"
        return
    for prior in fitted():
        parameter = fit.sel(parameter=prior.id)
        recorded = tuple(float(parameter[f"prior_{end}"]) for end in ("low", "mode", "high"))
        if recorded != (prior.low, prior.mode, prior.high):
            yield f"prior of {prior.id} differs"
    if fit.figure.values.tolist() != list(FIGURES):
        yield "list of figures differs"
        return
    design = dataset.design_of(fit)
    if not np.array_equal(design.quantiles(fit.sizes["run"]), fit.design.values.astype(np.float64)):
        yield "design differs"
    for role, several in (("target", targets()), ("holdout", holdout())):
        recorded_ids = set(fit.figure.values[fit.role.values == role].tolist())
        if recorded_ids != {published.id for published in several}:
            yield f"figures with the role {role} differ"
        for published in several:
            figure = fit.sel(figure=published.id)
            if (float(figure.published), float(figure.tolerance)) != (published.value, published.tolerance):
                yield f"published value or tolerance of {published.id} differs"


def confirmed(fit: xr.Dataset, sample: Sample) -> xr.Dataset:
    """Return the fit with current digests and labels, its original digest, and a record of the comparison."""
    made_by = fit.attrs.get("made_by_model", fit.attrs["model"])
    record = (
        f"on {str(results.provenance(0)['date'])[:10]} for model {fingerprint()}: {len(sample.runs)} runs of the design and "
        f"{len(sample.validation_runs)} validation runs simulated again, all {len(FIGURES)} figures of each equal to the last bit; "
        "parameters, priors, design and published figures equal."
    )
    labelled = fit.assign_coords(dataset.coordinates(dataset.design_of(fit).priors))
    return results.sealed(
        labelled.assign_attrs(
            model=fingerprint(),
            made_by_model=made_by,
            figures_sha256=dataset.files_sha256(),
            confirmed=record,
        )
    )


def confirm(
    path: Path,
    runs: int,
    validation_runs: int,
    progress: Progress,
    workers: int = 1,
    simulator: Simulator = simulate_city,
) -> list[str]:
    """Confirm the fit in a file and update its digest.

    Args:
        path: path of the file.
        runs: number of design runs to simulate.
        validation_runs: number of validation runs to simulate.
        progress: listener that receives progress reports.
        workers: number of worker processes.
        simulator: function that returns the figures of a run.

    Returns:
        messages about differences; if there are any, the file remains unchanged.
    """
    fit = dataset.read(path)
    if differences := list(input_differences(fit)):
        return differences
    sample = Sample(fit, runs, validation_runs)
    with tempfile.TemporaryDirectory() as folder, executors.workers(workers) as (executor, ahead):
        store = Store(Path(folder), fingerprint())
        figures = simulate_figures(sample.jobs, simulator, store, executor, ahead, progress)
    if differences := list(sample.differences(figures)):
        return differences
    with results.whole(path) as aside:  # replaces the fit without archiving it
        results.write(confirmed(fit, sample), aside)
    return []


def main(argv: Sequence[str] | None = None) -> int:
    """Confirm a fit and return the exit status, which is 1 if the fit is not valid for the current code."""
    parser = argparse.ArgumentParser(prog="python -m calibration.fit.confirm", description=__doc__)
    parser.add_argument("--fit", type=Path, default=FOLDER / dataset.NAME)
    parser.add_argument("--runs", type=int, default=RUNS, help="number of design runs to simulate again")
    parser.add_argument(
        "--validation-runs",
        type=int,
        default=VALIDATION_RUNS,
        help="number of validation runs to simulate again",
    )
    parser.add_argument("--workers", type=int, default=executors.cores())
    arguments = parser.parse_args(argv)
    if min(arguments.runs, arguments.validation_runs, arguments.workers) < 1:
        parser.error("--runs, --validation-runs, --workers: must be at least 1")
    began = time.perf_counter()
    with study_progress() as progress:
        differences = confirm(
            arguments.fit, arguments.runs, arguments.validation_runs, progress, arguments.workers
        )
    for line in differences:
        print(line, file=sys.stderr)
    if differences:
        print(f"{arguments.fit}: not valid for the current code; nothing written", file=sys.stderr)
        return 1
    print(f"{arguments.fit}: confirmed in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
