"""Commands ``zsim calibrate`` and ``zsim validate``; libraries are imported only when a command runs."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.group import Group, Number, OneOf, WholeNumber
from sim.engine.errors import InputError
from sim.texts import say

if TYPE_CHECKING:
    import xarray as xr

    from sim.studies.execution.store import Store


@click.option("--quick", is_flag=True)
@click.option("--runs", "design_runs", type=WholeNumber(min=16, max=100_000))
@click.option("--scale", "design_scale", type=Number())
@click.option("--seed", "design_seed", type=WholeNumber())
@click.option("--evidence", type=click.Path(path_type=Path))
@click.option("--figures", "list_figures", is_flag=True)
@click.option("--workers", type=WholeNumber(min=1))
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
@click.option("--format", type=OneOf(["text", "csv", "json"]), default="text")
def calibrate(
    quick: bool, design_runs: int | None, design_scale: float | None, design_seed: int | None, evidence: Path | None,
    list_figures: bool, workers: int | None, out: Path, format: str,
) -> None:  # fmt: skip
    """Fit parameters to published figures, or update the fit with the city's own figures."""
    if list_figures:
        from calibration.reports.city_tables import accepted_figures

        _print(accepted_figures(), (), format)
        return
    _check_libraries()
    if evidence is not None:
        _update_with_city_figures(evidence, format)
        return
    from dataclasses import replace

    from calibration.fit import pipeline
    from sim.policy.scenario.scenario import checked

    given = {"scale": design_scale, "seed": design_seed}
    checked({name: value for name, value in given.items() if value is not None}, "--")
    size = pipeline.QUICK if quick else pipeline.Size()
    size = replace(size, runs=design_runs or size.runs, scale=design_scale or size.scale)
    seed = pipeline.SEED if design_seed is None else design_seed
    _fit(size, seed, workers, out, format)


@click.argument("fit", type=click.Path(path_type=Path), required=False)
@click.option("--fresh", is_flag=True)
@click.option("--workers", type=WholeNumber(min=1))
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
@click.option("--format", type=OneOf(["text", "csv", "json"]), default="text")
def validate(fit: Path | None, fresh: bool, workers: int | None, out: Path, format: str) -> None:
    """Compare the predictions of the fitted model with published figures."""
    from calibration.analysis import predictions
    from calibration.fit import dataset
    from calibration.reports.prediction_tables import prediction_notes, prediction_tables
    from sim.studies.execution import executors, files
    from sim.studies.execution.progress import study_progress

    read = _read_fit(fit)
    _check_figures(read)
    validation_figures = None
    if fresh or not dataset.is_current(read):
        files.writable(out)
        store = _store(out)
        if not dataset.is_current(read):
            click.echo(say("calibrate.other_model", runs=read.sizes["validation_run"]), err=True)
        with study_progress() as progress:
            try:
                validation_figures = predictions.simulate_validation_runs(
                    read, store, progress, workers or executors.cores()
                )
            except KeyboardInterrupt:
                _interrupted(progress.runs_done, store)
    rows = predictions.predictions(read, validation_figures)
    _print(prediction_tables(rows), prediction_notes(read, rows), format)


def _fit(size: Any, seed: int, workers: int | None, out: Path, format: str) -> None:
    from calibration.fit import dataset, pipeline
    from calibration.reports.fit_tables import fit_notes, fit_tables
    from sim.studies.execution import executors, files, results
    from sim.studies.execution.progress import study_progress

    files.writable(out)
    store = _store(out)
    command = shlex.join(["zsim", *sys.argv[1:]])
    with study_progress() as progress:
        try:
            fit = pipeline.calibrate(
                size, store, progress, workers=workers or executors.cores(), seed=seed, command=command
            )
        except KeyboardInterrupt:
            _interrupted(progress.runs_done, store)
    out.mkdir(parents=True, exist_ok=True)
    path = out / dataset.NAME
    try:
        note = results.write(fit, path)
    finally:
        _print(fit_tables(fit), fit_notes(fit), format)
    if note:
        click.echo(note, err=True)
    click.echo(f"wrote {path}", err=True)


def _update_with_city_figures(evidence: Path, format: str) -> None:
    from calibration.analysis import city_update
    from calibration.figures import city_figures
    from calibration.fit import dataset
    from calibration.reports.city_tables import update_notes, update_tables

    figures = city_figures.read(evidence)
    fit = _read_fit(None)
    _check_figures(fit)
    if not dataset.is_current(fit):
        click.echo(say("calibrate.old_fit"), err=True)
    _print(update_tables(fit, city_update.update(fit, figures)), update_notes(), format)


def _print(tables: Any, notes: Any, format: str) -> None:
    from sim.reporting.tables import printing

    click.echo(printing.FORMATS[format](tables, notes))


def _read_fit(path: Path | None) -> xr.Dataset:
    """Read the fit at a path, by default the one at ``ZSIM_POSTERIOR`` or, if it is not set, the shipped one.

    Raises:
        InputError: the file does not exist or contains no fit.
    """
    from calibration.fit import dataset
    from sim import shipped

    chosen = os.environ.get("ZSIM_POSTERIOR")
    path = path or (Path(chosen) if chosen else shipped.calibration() / dataset.NAME)
    if not path.is_file():
        raise InputError([say("calibrate.no_fit", path=path)])
    fit = dataset.read(path)
    if "design" not in fit:
        raise InputError([say("calibrate.no_fit", path=path)])
    return fit


def _check_figures(fit: xr.Dataset) -> None:
    """Check that a fit contains the current figures and parameters.

    Raises:
        InputError: the fit lacks a figure, or its parameters differ from the current ones.
    """
    from calibration.figures.definitions import FIGURES
    from calibration.fit.parameters import fitted

    same_parameters = {p.id for p in fitted()} == set(fit.parameter.values.tolist())
    if not set(FIGURES) <= set(fit.figure.values.tolist()) or not same_parameters:
        raise InputError([say("calibrate.other_figures")])


def _check_libraries() -> None:
    """Check that the optional libraries are installed.

    Raises:
        InputError: a library is missing; the message says what to install.
    """
    from importlib.util import find_spec

    if not (find_spec("emcee") and find_spec("sklearn")):
        raise InputError([say("calibrate.no_libraries")])


def _store(out: Path) -> Store:
    from sim.studies.execution import store as stores
    from sim.studies.execution.fingerprint import fingerprint

    store = stores.Store(stores.place(out), fingerprint())
    store.check()
    return store


def _interrupted(runs: int, store: Store) -> None:
    click.echo(say("study.stopped", completed=runs, path=store.folder), err=True)
    exec("")  # see `sim.cli.group.report_interrupt`
    sys.exit(3)


def register(main: Group) -> None:
    """Add the commands to the command-line interface."""
    main.command()(calibrate)
    main.command()(validate)
