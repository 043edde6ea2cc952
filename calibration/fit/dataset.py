"""Dataset of a fit (``posterior.nc``), which is small enough to be committed.

It contains the design and the figures of its runs, so that the city's own figures can be fitted within a minute without
new runs, and the posterior draws, which runs and studies use under ``uncertainty: posterior``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration.figures.definitions import FIGURES
from calibration.figures.published import PublishedFigure, holdout, targets
from calibration.fit import sampling
from calibration.fit.design import Design
from calibration.fit.emulator import fit_emulator
from calibration.fit.parameters import fitted, identified_below
from calibration.fit.priors import Prior
from calibration.fit.recovery import Recovery
from calibration.fit.sampling import Likelihood
from sim import shipped
from sim.studies.execution import results
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.run_specification import Job
from sim.studies.methods.interface import Label, labelled, variable

Floats = npt.NDArray[np.float64]
NAME: Final = "posterior.nc"
FIRST_VALIDATION_REPLICATE: Final = 1_000_000
"""Number of the first validation replicate, beyond all replicates of the design."""


class Parts(NamedTuple):
    """Results of the steps of a fit.

    Attributes:
        priors: priors of the fitted parameters.
        quantiles: design points as quantiles of the priors (run, parameter).
        figures: figures of the design runs (run, figure).
        posterior: likelihood of the published figures.
        draws: posterior draws of the parameters (draw, parameter).
        validation_figures: figures of the validation runs (validation run, figure).
        recovery: results of the recovery test.
        gaussian_process: error ratio of a Gaussian process, by fitted figure.
    """

    priors: tuple[Prior, ...]
    quantiles: Floats
    figures: Floats
    posterior: Likelihood
    draws: Floats
    validation_figures: Floats
    recovery: Recovery
    gaussian_process: Floats


def assemble(parts: Parts) -> xr.Dataset:
    """Assemble the dataset of a fit, without the attributes that describe its provenance."""
    priors, recovery = parts.priors, parts.recovery
    sd_ratio = parts.draws.std(axis=0) / np.array([p.sd for p in priors])
    value, tolerance, roles, ratio = _published(parts.posterior, parts.gaussian_process)
    validation_draw = validation_draws(len(parts.draws), len(parts.validation_figures))
    explained = parts.posterior.emulator.variance_explained
    data: Mapping[str, Any] = {
        "draws": variable(("draw", "parameter"), parts.draws, "", "后验抽样", "draws of the posterior"),
        "design": variable(("run", "parameter"), parts.quantiles.astype(np.float32), "1", "设计点（先验分位数）", "design, quantiles of the prior"),
        "figures": variable(("run", "figure"), parts.figures.astype(np.float32), "", "设计点运行得出的指标", "figures of the design's runs"),
        "validation_figures": variable(("validation_run", "figure"), parts.validation_figures.astype(np.float32), "", "后验检验运行的指标", "figures of the validation runs"),
        "validation_draw": variable(("validation_run",), validation_draw, "1", "检验运行所用的后验抽样", "draw behind a validation run"),
        "prior_low": variable(("parameter",), [p.low for p in priors], "", "先验下限", "low end of the prior"),
        "prior_mode": variable(("parameter",), [p.mode for p in priors], "", "先验众数", "mode of the prior"),
        "prior_high": variable(("parameter",), [p.high for p in priors], "", "先验上限", "high end of the prior"),
        "sd_ratio": variable(("parameter",), sd_ratio, "1", "后验与先验标准差之比", "posterior over prior standard deviation"),
        "identified": variable(("parameter",), sd_ratio < identified_below(), "bool", "能否由公开数据识别", "identified by the figures"),
        "published": variable(("figure",), value, "", "公开数据", "published value"),
        "tolerance": variable(("figure",), tolerance, "", "容差（一个标准差）", "tolerance, one standard deviation"),
        "role": variable(("figure",), np.array(roles, dtype=np.str_), "", "在拟合中的用途", "role in the fit"),
        "variance_explained": variable(("figure",), explained, "1", "仿真器解释的方差比例", "share of variance that the emulator explains"),
        "gaussian_process_error_ratio": variable(("figure",), ratio, "1", "高斯过程与二次式的预测误差之比", "prediction error of a Gaussian process over the quadratic's"),
        "rank": variable(("refit", "parameter"), recovery.rank, "count", "真值在99次抽样中的秩次", "rank of the truth among 99 draws"),
        "refit_sd_ratio": variable(("refit", "parameter"), recovery.sd_ratio, "1", "重新拟合所得后验与先验标准差之比", "posterior over prior standard deviation in refits"),
    }  # fmt: skip
    return results.sealed(xr.Dataset(data, coordinates(priors)))


def coordinates(priors: Sequence[Prior]) -> dict[str, Any]:
    """Return the coordinates of a fit: parameters and figures with their labels."""
    parameters = labelled("parameter", [Label(p.id, p.zh, p.en) for p in priors])
    return parameters | labelled("figure", [Label(f.id, f.zh, f.en) for f in FIGURES.values()])


def _published(posterior: Likelihood, gaussian_process: Floats) -> tuple[Floats, Floats, list[str], Floats]:
    """Return the value, tolerance, role and Gaussian process error ratio of each figure; NaN where not available."""
    value, tolerance, ratio = np.full((3, len(FIGURES)), np.nan)
    roles = [""] * len(FIGURES)
    names = list(FIGURES)
    for role, published in (("target", targets()), ("holdout", holdout())):
        for figure in published:
            k = names.index(figure.id)
            value[k], tolerance[k], roles[k] = figure.value, figure.tolerance, role
    ratio[list(posterior.columns)] = gaussian_process
    return value, tolerance, roles, ratio


# --- validation runs -------------------------------------------------------------------
def validation_draws(draws: int, number: int) -> npt.NDArray[np.int64]:
    """Return evenly spaced positions of the draws used in validation runs."""
    return np.linspace(0, draws - 1, number).round().astype(np.int64)


def validation_jobs(design: Design, draws: Floats, number: int) -> list[Job]:
    """Return jobs for evenly spaced draws, with replicate numbers that the design does not use."""
    positions = validation_draws(len(draws), number)
    return [design.job(draws[k], FIRST_VALIDATION_REPLICATE + i) for i, k in enumerate(positions)]


# --- reading a fit -----------------------------------------------------------------------------------
def read(path: Path | None = None) -> xr.Dataset:
    """Read a fit, by default the shipped one.

    Raises:
        InputError: the file does not exist or is damaged.
    """
    return results.read(path or shipped.calibration() / NAME)


def design_of(fit: xr.Dataset) -> Design:
    """Return the design of a fit, with the priors recorded in the fit."""
    known = {prior.id: prior for prior in fitted()}
    priors = tuple(
        Prior(id_, low, mode, high, 1.0, *(_about(known.get(id_))))
        for id_, low, mode, high in zip(
            fit.parameter.values.tolist(), fit.prior_low.values.tolist(),
            fit.prior_mode.values.tolist(), fit.prior_high.values.tolist(), strict=True)
    )  # fmt: skip
    return Design(priors, int(fit.attrs["seed"]), float(fit.attrs["scale"]))


def _about(prior: Prior | None) -> tuple[str, str, str, str, str]:
    return (prior.unit, prior.zh, prior.en, prior.source, prior.grade) if prior else ("", "", "", "", "D")


def figures_of(fit: xr.Dataset) -> Floats:
    """Return the figures (run, figure) of the design runs, in the order of :data:`FIGURES`."""
    return np.asarray(fit.figures.sel(figure=list(FIGURES)).values.astype(np.float64))


def validation_figures_of(fit: xr.Dataset) -> Floats:
    """Return the figures (validation run, figure) of the validation runs, in the order of :data:`FIGURES`."""
    return np.asarray(fit.validation_figures.sel(figure=list(FIGURES)).values.astype(np.float64))


def likelihood_of(fit: xr.Dataset, published: Sequence[PublishedFigure]) -> Likelihood:
    """Return the likelihood of published figures under an emulator of the fit's design runs.

    Raises:
        KeyError: the fit does not contain one of :data:`FIGURES`.
    """
    quantiles = fit.design.values.astype(np.float64)
    emulator = fit_emulator(design_of(fit).priors, quantiles, figures_of(fit))
    return sampling.likelihood(emulator, published)


def is_current(fit: xr.Dataset) -> bool:
    """Whether a fit is valid for the current model, i.e. records the digest of this model."""
    return bool(fit.attrs["model"] == fingerprint())


def files_sha256() -> str:
    """Return a digest of ``targets.yaml`` and ``holdout.yaml``, which define the fitted and held-out figures."""
    total = hashlib.sha256()
    for name in ("targets.yaml", "holdout.yaml"):
        total.update((shipped.calibration() / name).read_bytes())
    return total.hexdigest()
