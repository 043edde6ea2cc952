"""Complete fit: design runs, emulator, posterior, recovery test and validation runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

import xarray as xr

from calibration.figures.published import targets
from calibration.fit import dataset, emulator, recovery, sampling
from calibration.fit.design import Design, Floats, Simulator, simulate_city, simulate_figures
from calibration.fit.emulator import fit_emulator, gaussian_process_error_ratio
from calibration.fit.parameters import fitted
from sim.studies.execution import executors, results
from sim.studies.execution.progress import Progress
from sim.studies.execution.store import Store
from sim.texts import say

SEED: Final = 20170609


@dataclass(frozen=True)
class Size:
    """Size of a fit.

    Attributes:
        runs: number of design runs.
        validation_runs: number of validation runs, which simulate draws from the posterior.
        refits: number of refits in the recovery test.
        draws: number of posterior draws to store.
        steps: number of steps of the sampler.
        refit_steps: number of steps of the sampler in each refit.
        training_runs: maximum number of runs for training the Gaussian process that checks the emulator.
        scale: share of small firms that are simulated individually.
    """

    runs: int = 1024
    validation_runs: int = 128
    refits: int = 200
    draws: int = 1000
    steps: int = sampling.STEPS
    refit_steps: int = recovery.STEPS
    training_runs: int = emulator.TRAINING_RUNS
    scale: float = 0.1


QUICK: Final = Size(runs=32, validation_runs=8, refits=10, draws=200, steps=1000, refit_steps=400, scale=0.01)
"""Size for testing that a fit works; the results are not informative about the city."""


def calibrate(
    size: Size, store: Store, progress: Progress, *, workers: int = 1, seed: int = SEED, command: str = "",
    simulator: Simulator = simulate_city,
) -> xr.Dataset:  # fmt: skip
    """Fit the parameters of ``targets.yaml`` to its figures.

    Args:
        size: size of the fit.
        store: store of runs; runs that it contains are not simulated again.
        progress: listener that receives progress reports.
        workers: number of worker processes, which does not affect the result.
        seed: seed of all random numbers.
        command: command line to record in the fit.
        simulator: function that returns the figures of a run.

    Raises:
        OutputError: the store does not accept a run.
        WorkerError: the process of a run died in every attempt.
    """
    began = time.perf_counter()
    design = Design(fitted(), seed, size.scale)
    quantiles = design.quantiles(size.runs)
    with executors.workers(workers) as (executor, ahead):
        jobs = [design.job(values, k) for k, values in enumerate(design.values(quantiles))]
        figures = _single(simulate_figures(jobs, simulator, store, executor, ahead, progress))
        posterior = sampling.likelihood(fit_emulator(design.priors, quantiles, figures), targets())
        progress.message(say("calibrate.sampling", figures=len(targets()), parameters=len(design.priors)))
        sample = sampling.sample(posterior, seed, size.draws, size.steps)
        draws = design.values(sample.quantiles)
        progress.message(say("calibrate.checking", runs=size.validation_runs))
        jobs = dataset.validation_jobs(design, draws, size.validation_runs)
        validation_figures = _single(simulate_figures(jobs, simulator, store, executor, ahead, progress))
        progress.message(say("calibrate.recovering", refits=size.refits))
        recovered = recovery.recover(
            posterior, size.refits, seed, executor, ahead, progress, size.refit_steps
        )
    gaussian_process = gaussian_process_error_ratio(
        design.priors, quantiles, figures[:, list(posterior.columns)], size.training_runs
    )
    parts = dataset.Parts(
        design.priors, quantiles, figures, posterior, draws, validation_figures, recovered, gaussian_process
    )
    return dataset.assemble(parts).assign_attrs(
        {
            "command": command,
            "model": store.model,
            "figures_sha256": dataset.files_sha256(),
            "runs": size.runs,
            "seed": seed,
            "scale": size.scale,
            "steps": size.steps,
            "autocorrelation": sample.autocorrelation,
            "effective_sample_size": sample.effective_sample_size,
            "acceptance_rate": sample.acceptance_rate,
            "split_rhat": sample.split_rhat,
            "recovery_split_rhat": recovered.split_rhat,
            "emulator_degree": posterior.emulator.degree,
            **results.provenance(time.perf_counter() - began),
        }
    )


def _single(values: Floats) -> Floats:
    """Round values to single precision, in which they are stored."""
    return values.astype("float32").astype("float64")
