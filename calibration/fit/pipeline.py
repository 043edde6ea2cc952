"""A whole fit: runs, emulator, posterior, recovery, check; as one dataset, small enough to commit.

``posterior.nc`` keeps the design and its figures, so that the city's own figures can be fitted anew in a
minute without a run, and the draws of the posterior, which runs and studies take under
``uncertainty: posterior``.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from calibration.figures.definitions import FIGURES
from calibration.figures.published import Published, holdout, targets
from calibration.fit import emulator as emulators
from calibration.fit import recovery
from calibration.fit import sampling as fit
from calibration.fit.design import City, Plan, figures, the_city
from calibration.fit.parameters import fitted, identified_below
from calibration.fit.priors import Prior
from calibration.fit.recovery import Recovered
from calibration.fit.sampling import Likelihood
from sim import shipped
from sim.studies.adapters.evaluator import Watch
from sim.studies.execution import executors, results
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.store import Store
from sim.studies.methods.interface import Label, labelled, variable
from sim.texts import say

Floats = npt.NDArray[np.float64]
NAME: Final = "posterior.nc"
CHECK_LUCK: Final = 1_000_000
"""First luck of the runs that check a posterior: none of the design's."""
SEED: Final = 20170609


@dataclass(frozen=True)
class Size:
    """How much a fit does.

    Attributes:
        runs: of the design.
        check: runs of draws from the posterior.
        refits: of recovery.
        draws: that are kept.
        steps: of the sampler.
        refit_steps: of the sampler in a refit.
        process: runs that the Gaussian process, which is only a check on the emulator, learns from at most.
        scale: share of small firms lived one by one.
    """

    runs: int = 1024
    check: int = 128
    refits: int = 200
    draws: int = 1000
    steps: int = fit.STEPS
    refit_steps: int = recovery.STEPS
    process: int = emulators.LEARNT
    scale: float = 0.1


QUICK: Final = Size(runs=32, check=8, refits=10, draws=200, steps=1000, refit_steps=400, scale=0.01)
"""Shows that everything works; says nothing about the city."""


def calibrate(
    size: Size, store: Store, watch: Watch, *, workers: int = 1, seed: int = SEED, command: str = "",
    city: City = the_city,
) -> xr.Dataset:  # fmt: skip
    """Fit the parameters of ``targets.yaml`` to its figures.

    Args:
        size: how much is done.
        store: where runs are kept: those in it are not lived again.
        watch: who is told how it goes.
        workers: processes; what comes out does not depend on it.
        seed: of everything.
        command: that this was, for the record.
        city: lives a run and reads its figures.

    Raises:
        OutputError: the store does not take a run.
        WorkerError: a run's process died every time it was tried.
    """
    began = time.perf_counter()
    plan = Plan(fitted(), seed, size.scale)
    quantiles = plan.design(size.runs)
    with executors.workers(workers) as (executor, ahead):
        jobs = [plan.job(values, k) for k, values in enumerate(plan.values(quantiles))]
        came = _single(figures(jobs, city, store, executor, ahead, watch))
        emulator = emulators.emulator(plan.priors, quantiles, came)
        posterior = fit.likelihood(emulator, targets())
        watch.say(say("calibrate.sampling", figures=len(targets()), parameters=len(plan.priors)))
        sampled = fit.sample(posterior, seed, size.draws, size.steps)
        draws = plan.values(sampled.quantiles)
        watch.say(say("calibrate.checking", runs=size.check))
        checks = check_jobs(plan, draws, size.check)
        seen = _single(figures(checks, city, store, executor, ahead, watch))
        watch.say(say("calibrate.recovering", refits=size.refits))
        recovered = recovery.recover(posterior, size.refits, seed, executor, ahead, watch, size.refit_steps)
    process = emulators.against_gaussian_process(
        plan.priors, quantiles, came[:, list(posterior.columns)], size.process
    )
    return _dataset(plan, size, quantiles, came, posterior, draws, seen, recovered, process).assign_attrs(
        {
            "command": command,
            "model": store.model,
            "figures_sha256": files_sha256(),
            "runs": size.runs,
            "seed": seed,
            "scale": size.scale,
            "steps": size.steps,
            "autocorrelation": sampled.autocorrelation,
            "independent_draws": sampled.independent,
            "accepted": sampled.accepted,
            "split": sampled.split,
            "recovery_split": recovered.split,
            "degree": emulator.degree,
            **results.provenance(time.perf_counter() - began),
        }
    )


def check_jobs(plan: Plan, draws: Floats, number: int) -> list[Any]:
    """Runs of draws spread evenly over all, each with luck that no run of the design had."""
    at = checked(len(draws), number)
    return [plan.job(draws[k], CHECK_LUCK + i) for i, k in enumerate(at)]


def checked(draws: int, number: int) -> npt.NDArray[np.int64]:
    """Which draws are checked."""
    return np.linspace(0, draws - 1, number).round().astype(np.int64)


def files_sha256() -> str:
    """Digest of ``targets.yaml`` and ``holdout.yaml``: what was fitted, and what was kept away."""
    total = hashlib.sha256()
    for name in ("targets.yaml", "holdout.yaml"):
        total.update((shipped.calibration() / name).read_bytes())
    return total.hexdigest()


def read(path: Path | None = None) -> xr.Dataset:
    """A fit; without a path the one that ships.

    Raises:
        InputError: there is none, or it is not as it was written.
    """
    return results.read(path or shipped.calibration() / NAME)


def plan_of(found: xr.Dataset) -> Plan:
    """How the runs of a fit were lived, with the priors as they were."""
    known = {prior.id: prior for prior in fitted()}
    priors = tuple(
        Prior(id_, low, mode, high, 1.0, *(_about(known.get(id_))))
        for id_, low, mode, high in zip(
            found.parameter.values.tolist(), found.prior_low.values.tolist(),
            found.prior_mode.values.tolist(), found.prior_high.values.tolist(), strict=True)
    )  # fmt: skip
    return Plan(priors, int(found.attrs["seed"]), float(found.attrs["scale"]))


def _about(prior: Prior | None) -> tuple[str, str, str, str, str]:
    return (prior.unit, prior.zh, prior.en, prior.source, prior.grade) if prior else ("", "", "", "", "D")


def likelihood_of(found: xr.Dataset, published: Sequence[Published]) -> Likelihood:
    """The emulator of a fit's runs, asked about other figures.

    Raises:
        KeyError: a figure that the runs of the fit did not keep.
    """
    plan = plan_of(found)
    came = found.figures.sel(figure=list(FIGURES)).values.astype(np.float64)
    quantiles = found.design.values.astype(np.float64)
    return fit.likelihood(emulators.emulator(plan.priors, quantiles, came), published)


def current(found: xr.Dataset) -> bool:
    """Whether a fit's runs are those of this model."""
    return bool(found.attrs["model"] == fingerprint())


def _single(values: Floats) -> Floats:
    """As they are kept: in single precision."""
    return values.astype(np.float32).astype(np.float64)


def _dataset(
    plan: Plan, size: Size, quantiles: Floats, came: Floats, posterior: Likelihood, draws: Floats,
    seen: Floats, recovered: Recovered, process: Floats,
) -> xr.Dataset:  # fmt: skip
    priors = plan.priors
    prior_sd = np.array([p.sd for p in priors])
    narrowed = draws.std(axis=0) / prior_sd
    value, tolerance, roles, ratio = _published(posterior, process)
    data: Mapping[str, Any] = {
        "draws": variable(("draw", "parameter"), draws, "", "后验抽样", "draws of the posterior"),
        "design": variable(("run", "parameter"), quantiles.astype(np.float32), "1", "设计点（先验分位数）", "design, quantiles of the prior"),
        "figures": variable(("run", "figure"), came.astype(np.float32), "", "设计运行的指标", "figures of the design's runs"),
        "check_figures": variable(("check", "figure"), seen.astype(np.float32), "", "后验检验运行的指标", "figures of the runs that check the posterior"),
        "check_draw": variable(("check",), checked(len(draws), size.check), "1", "检验运行所用抽样", "draw of a run that checks"),
        "prior_low": variable(("parameter",), [p.low for p in priors], "", "先验下限", "low end of the prior"),
        "prior_mode": variable(("parameter",), [p.mode for p in priors], "", "先验众数", "mode of the prior"),
        "prior_high": variable(("parameter",), [p.high for p in priors], "", "先验上限", "high end of the prior"),
        "narrowed": variable(("parameter",), narrowed, "1", "后验与先验标准差之比", "posterior over prior standard deviation"),
        "identified": variable(("parameter",), narrowed < identified_below(), "bool", "可识别", "identified by the figures"),
        "published": variable(("figure",), value, "", "公开数据", "as published"),
        "tolerance": variable(("figure",), tolerance, "", "容差（一个标准差）", "tolerance, one standard deviation"),
        "role": variable(("figure",), np.array(roles, dtype=np.str_), "", "用途", "role"),
        "explained": variable(("figure",), posterior.emulator.explained, "1", "仿真器解释的方差比例", "variance that the emulator explains"),
        "process_error": variable(("figure",), ratio, "1", "高斯过程误差与二次式之比", "error of a Gaussian process over the quadratic's"),
        "rank": variable(("refit", "parameter"), recovered.rank, "count", "真值的秩", "rank of the truth among 99 draws"),
        "refit_narrowed": variable(("refit", "parameter"), recovered.narrowed, "1", "重拟合后验与先验标准差之比", "posterior over prior standard deviation in refits"),
    }  # fmt: skip
    coords = labelled("parameter", [Label(p.id, p.zh, p.en, p.unit) for p in priors])
    coords |= labelled("figure", [Label(f.id, f.zh, f.en, f.unit) for f in FIGURES.values()])
    return results.sealed(xr.Dataset(data, coords))


def _published(posterior: Likelihood, process: Floats) -> tuple[Floats, Floats, list[str], Floats]:
    """By figure: value, tolerance, role, and the Gaussian process's error where it was tried."""
    value, tolerance, ratio = np.full((3, len(FIGURES)), np.nan)
    roles = [""] * len(FIGURES)
    names = list(FIGURES)
    for role, rows in (("target", targets()), ("holdout", holdout())):
        for one in rows:
            k = names.index(one.id)
            value[k], tolerance[k], roles[k] = one.value, one.tolerance, role
    ratio[list(posterior.columns)] = process
    return value, tolerance, roles, ratio
