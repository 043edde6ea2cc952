"""Tables of a fit: parameters, recovery test, emulator, sources of variance and value of information."""

from __future__ import annotations

from typing import Final

import numpy as np
import xarray as xr

from calibration.analysis import predictions
from calibration.analysis.parameter_draws import parameter_draws
from calibration.analysis.value_of_information import (
    GRADES,
    RESIDUAL,
    InformationValue,
    value_of_information,
    variance_by_grade,
)
from calibration.figures.definitions import HEADLINES
from calibration.figures.published import targets
from calibration.fit import dataset, recovery
from calibration.fit.parameters import identified_below
from calibration.reports.labels import label, table
from sim.reporting.tables.data_table import DataTable, Row
from sim.texts import say

MAX_QUANTITIES: Final = 5
"""Maximum number of unknown quantities listed per headline."""


def fit_tables(fit: xr.Dataset) -> list[DataTable]:
    """Return all non-empty tables of a fit."""
    design = dataset.design_of(fit)
    values = design.values(fit.design.values.astype(np.float64))
    draws = parameter_draws(design.priors, values, design.seed)
    figures = dataset.figures_of(fit)
    tables = [
        parameter_table(fit),
        recovery_table(fit),
        emulator_table(fit),
        _variance_table(variance_by_grade(draws, figures)),
        _information_table(value_of_information(draws, figures, targets(), MAX_QUANTITIES)),
    ]
    return [each for each in tables if each.rows]


def parameter_table(fit: xr.Dataset) -> DataTable:
    """Return a table of the prior and posterior of each fitted parameter."""
    rows = []
    for prior in dataset.design_of(fit).priors:
        parameter = fit.sel(parameter=prior.id)
        low, median, high = np.percentile(parameter.draws.values, (5, 50, 95))
        numbers = {
            "prior_low": prior.low, "prior_mode": prior.mode, "prior_high": prior.high,
            "p5": low, "median": median, "p95": high, "sd_ratio": float(parameter.sd_ratio)}  # fmt: skip
        word = say("calibrate.identified" if bool(parameter.identified) else "calibrate.not_identified")
        rows.append(Row(prior.id, label(prior), prior.unit, numbers, word=word))
    columns = ("prior_low", "prior_mode", "prior_high", "p5", "median", "p95", "sd_ratio")
    number = int(fit.identified.sum())
    rule = say("calibrate.rule", below=f"{identified_below():g}", number=number, parameters=len(rows))
    return table("parameters", columns, rows, [rule])


def recovery_table(fit: xr.Dataset) -> DataTable:
    """Return a table of the coverage of known parameters in refits, compared with the nominal levels."""
    tests = fit.sizes["parameter"] * len(recovery.LEVELS)
    refits = fit.sizes["refit"]
    bands = {level: recovery.coverage_band(refits, level, tests) for level in recovery.LEVELS}
    rows = []
    for prior in dataset.design_of(fit).priors:
        parameter = fit.sel(parameter=prior.id)
        numbers = {"refit_sd_ratio": float(parameter.refit_sd_ratio.median())}
        in_band = True
        for level, (low, high) in bands.items():
            coverage = float(recovery.in_central_interval(parameter["rank"].values, level).mean())
            numbers[f"covered_{level * 100:.0f}"] = coverage
            in_band &= low <= coverage <= high
        word = say("calibrate.in_band" if in_band else "calibrate.out_of_band")
        rows.append(Row(prior.id, label(prior), "1", numbers, word=word))
    notes = [
        say("calibrate.band", level=f"{level:.0%}", low=f"{low:.0%}", high=f"{high:.0%}", refits=refits)
        for level, (low, high) in bands.items()
    ]
    return table("recovery", ("refit_sd_ratio", "covered_50", "covered_90"), rows, notes)


def emulator_table(fit: xr.Dataset) -> DataTable:
    """Return a table of the accuracy of the emulator for each fitted figure."""
    bias = predictions.emulator_bias(fit)
    rows = []
    for target in targets():
        figure = fit.sel(figure=target.id)
        mean, sd = bias[target.id]
        numbers = {
            "variance_explained": float(figure.variance_explained),
            "gaussian_process_error_ratio": float(figure.gaussian_process_error_ratio),
            "posterior_bias": mean,
            "posterior_sd": sd,
        }
        rows.append(Row(target.id, label(target.figure), "1", numbers))
    return table("emulator", list(rows[0].numbers), rows, [say("calibrate.emulator_note")])


def _variance_table(shares: dict[str, dict[str, float]]) -> DataTable:
    rows = [Row(name, label(HEADLINES[name]), "share", dict(parts)) for name, parts in shares.items()]
    return table("variance", (*GRADES, RESIDUAL), rows, [say("calibrate.variance_note")])


def _information_table(values: dict[str, list[InformationValue]]) -> DataTable:
    rows = [
        Row(
            f"{name}.{value.unknown.id}",
            f"{label(HEADLINES[name])} ← {label(value.unknown)}",
            "share",
            {"sd_reduction": value.sd_reduction},
            word=say(f"calibrate.kind_{value.unknown.kind}"),
        )
        for name, several in values.items()
        for value in several
    ]
    return table("information", ("sd_reduction",), rows, [say("calibrate.information_note")])


def fit_notes(fit: xr.Dataset) -> list[str]:
    """Return notes on the settings of the fit and the diagnostics of the sampler."""
    a = fit.attrs
    lines = [
        say("calibrate.made", runs=f"{a['runs']:,}", check=fit.sizes["validation_run"], scale=f"{a['scale']:g}", seed=a["seed"],
            model=a.get("made_by_model", a["model"]), refits=fit.sizes["refit"], seconds=f"{a['run_seconds']:,.0f}"),
        say("calibrate.sampler", steps=f"{a['steps']:,}", tau=f"{a['autocorrelation']:.0f}",
            independent=f"{a['effective_sample_size']:,.0f}", accepted=f"{a['acceptance_rate']:.0%}",
            rhat=f"{a['split_rhat']:.3f}"),
    ]  # fmt: skip
    if int(a["emulator_degree"]) < 2:
        lines.append(say("calibrate.quick"))
    return lines
