"""Confirmation that a committed fit holds for the present code.

The digest of the model, which a fit records, changes with every change of the model's code, also where no result moves.
``python -m calibration.fit.confirm`` simulates a sample of the fit's runs again. Only if every figure equals the one
kept, bit for bit, and if priors and published figures are those of the fit, it writes the present digest into the file,
with a record of what was compared. Otherwise nothing is written, and a new fit is needed (``zsim calibrate``).
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
"""Runs of the design that are simulated again."""
VALIDATION_RUNS: Final = 8
"""Validation runs that are simulated again."""


class Sample:
    """Runs of a fit that are simulated again, evenly spaced over all.

    Args:
        fit: the fit.
        runs: number of runs of the design.
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
        self.kept = np.vstack(
            [dataset.figures_of(fit)[self.runs], dataset.validation_figures_of(fit)[self.validation_runs]]
        )
        self.names = [f"run {k}" for k in self.runs] + [f"validation run {k}" for k in self.validation_runs]

    def differences(self, figures: Floats) -> Iterator[str]:
        """Figures (run, figure) that differ from those kept, in single precision as they are kept."""
        single = figures.astype(np.float32).astype(np.float64)
        for name, present, kept in zip(self.names, single, self.kept, strict=True):
            differ = ~((present == kept) | (np.isnan(present) & np.isnan(kept)))
            for k in np.flatnonzero(differ):
                yield f"{name}: {list(FIGURES)[k]} {present[k]:.9g}, kept {kept[k]:.9g}"


def input_differences(fit: xr.Dataset) -> Iterator[str]:
    """Differences between the inputs of a fit and the present ones: parameters, priors, design, published figures."""
    if fit.parameter.values.tolist() != [prior.id for prior in fitted()]:
        yield "other parameters"
        return
    for prior in fitted():
        parameter = fit.sel(parameter=prior.id)
        kept = tuple(float(parameter[f"prior_{end}"]) for end in ("low", "mode", "high"))
        if kept != (prior.low, prior.mode, prior.high):
            yield f"other prior of {prior.id}"
    if fit.figure.values.tolist() != list(FIGURES):
        yield "other figures"
        return
    design = dataset.design_of(fit)
    if not np.array_equal(design.quantiles(fit.sizes["run"]), fit.design.values.astype(np.float64)):
        yield "other design"
    for role, several in (("target", targets()), ("holdout", holdout())):
        kept_ids = set(fit.figure.values[fit.role.values == role].tolist())
        if kept_ids != {published.id for published in several}:
            yield f"other figures in the role of {role}"
        for published in several:
            figure = fit.sel(figure=published.id)
            if (float(figure.published), float(figure.tolerance)) != (published.value, published.tolerance):
                yield f"other published value of {published.id}"


def confirmed(fit: xr.Dataset, sample: Sample) -> xr.Dataset:
    """The fit with present digests and labels, the digest of the model that made it, and what was compared."""
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
    """Confirm the fit in a file and renew its digest.

    Args:
        path: of the fit.
        runs: runs of the design to simulate.
        validation_runs: validation runs to simulate.
        progress: where the progress is reported.
        workers: processes.
        simulator: gives the figures of a run.

    Returns:
        differences; if there are any, the file is left as it is.
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
    with results.whole(path) as aside:  # so that the fit is replaced, not archived as another result
        results.write(confirmed(fit, sample), aside)
    return []


def main(argv: Sequence[str] | None = None) -> int:
    """Confirm a fit. Returns the exit status: 1 if it does not hold for the present code."""
    parser = argparse.ArgumentParser(prog="python -m calibration.fit.confirm", description=__doc__)
    parser.add_argument("--fit", type=Path, default=FOLDER / dataset.NAME)
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of the design to simulate again")
    parser.add_argument(
        "--validation-runs", type=int, default=VALIDATION_RUNS, help="validation runs to simulate again"
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
        print(f"{arguments.fit}: does not hold for the present code; nothing written", file=sys.stderr)
        return 1
    print(f"{arguments.fit}: confirmed in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
