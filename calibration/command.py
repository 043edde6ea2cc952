"""The commands ``zsim calibrate`` and ``zsim validate``; what they need is imported when they run."""

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
    """Fit to the evidence, or see what the city's own figures change."""
    from sim.reporting.tables import printing

    if list_figures:
        from calibration.reports import tables as telling

        click.echo(printing.FORMATS[format](telling.known_figures(), ()))
        return
    _libraries()
    if evidence is not None:
        _own(evidence, format)
        return
    from dataclasses import replace

    from calibration.fit import pipeline as posterior
    from calibration.reports import tables as telling
    from sim.policy.scenario.scenario import checked
    from sim.studies.execution import executors, files, results
    from sim.studies.execution.progress import watching

    given = {"scale": design_scale, "seed": design_seed}
    checked({name: value for name, value in given.items() if value is not None}, "--")
    files.writable(out)
    size = posterior.QUICK if quick else posterior.Size()
    size = replace(size, runs=design_runs or size.runs, scale=design_scale or size.scale)
    store = _store(out)
    with watching() as watch:
        try:
            found = posterior.calibrate(
                size, store, watch, workers=workers or executors.cores(),
                seed=posterior.SEED if design_seed is None else design_seed, command=_said())  # fmt: skip
        except KeyboardInterrupt:
            _stopped(watch.lived_runs, store)
    out.mkdir(parents=True, exist_ok=True)
    path = out / posterior.NAME
    try:
        note = results.write(found, path)
    finally:
        click.echo(printing.FORMATS[format](telling.fit_tables(found), telling.fit_notes(found)))
    if note:
        click.echo(note, err=True)
    click.echo(f"wrote {path}", err=True)


@click.argument("fit", type=click.Path(path_type=Path), required=False)
@click.option("--fresh", is_flag=True)
@click.option("--workers", type=WholeNumber(min=1))
@click.option("--out", type=click.Path(path_type=Path), default=Path("results"))
@click.option("--format", type=OneOf(["text", "csv", "json"]), default="text")
def validate(fit: Path | None, fresh: bool, workers: int | None, out: Path, format: str) -> None:
    """Published figures beside the fitted model."""
    from calibration.analysis import predictions as validation
    from calibration.fit import pipeline as posterior
    from calibration.reports import tables as telling
    from sim.reporting.tables import printing
    from sim.studies.execution import executors, files
    from sim.studies.execution.progress import watching

    found = _fit(fit)
    _same_figures(found)
    seen = None
    if fresh or not posterior.current(found):
        files.writable(out)
        store = _store(out)
        if not posterior.current(found):
            click.echo(say("calibrate.other_model", runs=found.sizes["check"]), err=True)
        with watching() as watch:
            try:
                seen = validation.checked_anew(found, store, watch, workers or executors.cores())
            except KeyboardInterrupt:
                _stopped(watch.lived_runs, store)
    rows = validation.beside(found, seen)
    click.echo(
        printing.FORMATS[format](telling.validation_tables(rows), telling.validation_notes(found, rows))
    )


def _own(evidence: Path, format: str) -> None:
    from calibration.analysis import city_update as own
    from calibration.figures import published
    from calibration.fit import pipeline as posterior
    from calibration.reports import tables as telling
    from sim.reporting.tables import printing

    figures = published.own(evidence)
    found = _fit(None)
    _same_figures(found)
    if not posterior.current(found):
        click.echo(say("calibrate.old_fit"), err=True)
    changed = own.changed(found, figures)
    click.echo(printing.FORMATS[format](telling.own_tables(found, changed), telling.own_notes()))


def _fit(path: Path | None) -> Any:
    """A fit: the one named, that of ``ZSIM_POSTERIOR``, or the one that ships."""
    from calibration.fit import pipeline as posterior
    from sim import shipped

    chosen = os.environ.get("ZSIM_POSTERIOR")
    path = path or (Path(chosen) if chosen else shipped.calibration() / posterior.NAME)
    if not path.is_file():
        raise InputError([say("calibrate.no_fit", path=path)])
    found = posterior.read(path)
    if "design" not in found:
        raise InputError([say("calibrate.no_fit", path=path)])
    return found


def _same_figures(found: Any) -> None:
    """See that a fit holds the figures that are read today.

    Raises:
        InputError: it does not.
    """
    from calibration.figures.definitions import FIGURES
    from calibration.fit.parameters import fitted

    if not set(FIGURES) <= set(found.figure.values.tolist()) or {p.id for p in fitted()} != set(
        found.parameter.values.tolist()
    ):
        raise InputError([say("calibrate.other_figures")])


def _libraries() -> None:
    """See that the libraries are there.

    Raises:
        InputError: they are not; one line says what to install.
    """
    from importlib.util import find_spec

    if not (find_spec("emcee") and find_spec("sklearn")):
        raise InputError([say("calibrate.no_libraries")])


def _store(out: Path) -> Store:
    from sim.studies.execution import store as stores
    from sim.studies.execution.fingerprint import fingerprint

    kept = stores.Store(stores.place(out), fingerprint())
    kept.check()
    return kept


def _said() -> str:
    """The command as it was given."""
    return shlex.join(["zsim", *sys.argv[1:]])


def _stopped(lived: int, store: Store) -> None:
    click.echo(say("study.stopped", lived=lived, path=store.folder), err=True)
    exec("")  # see `sim.cli.group.report_interrupt`
    sys.exit(3)


def register(main: Group) -> None:
    """Add the commands."""
    main.command()(calibrate)
    main.command()(validate)
