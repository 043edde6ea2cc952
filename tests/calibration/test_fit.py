"""Fit: recovery of known parameters, unidentified parameters, and independence of the number of workers."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from calibration.figures.definitions import FIGURES, HEADLINES
from calibration.figures.published import PublishedFigure, holdout, targets
from calibration.fit import dataset, pipeline, recovery, sampling
from calibration.fit.design import Design, simulate_city
from calibration.fit.emulator import fit_emulator, scaled
from calibration.fit.parameters import fitted
from calibration.fit.pipeline import Size
from sim.studies.execution import posterior, results
from sim.studies.execution.executors import Serial
from sim.studies.execution.progress import SilentProgress
from sim.studies.execution.run_specification import Job
from sim.studies.execution.store import Store
from tests.calibration import linear_simulator

INERT = linear_simulator.PARAMETERS.index(linear_simulator.INERT)
SMALL = Size(
    runs=16, validation_runs=2, refits=2, draws=20, steps=200, refit_steps=100, training_runs=8, scale=0.01
)


def half_ranges() -> np.ndarray:
    return np.array([(prior.high - prior.low) / 2 for prior in fitted()])


def calibrate(store: Store, **options: object) -> xr.Dataset:
    given = {"simulator": linear_simulator.simulator, **options}
    return pipeline.calibrate(SMALL, store, SilentProgress(), **given)  # type: ignore[arg-type]


# --- the fit to the linear simulator -----------------------------------------------------------------
def test_the_posterior_lies_where_the_figures_imply(fit: xr.Dataset) -> None:
    """With a slope of six tolerances and an error of 1.1, the posterior sd is 0.19 of the half-range."""
    draws = fit.draws.values
    error = np.abs(draws.mean(axis=0) - linear_simulator.midpoints()) / half_ranges()
    informed = np.arange(len(error)) != INERT
    assert (error[informed] < 0.2).all()
    sd = (draws.std(axis=0) / half_ranges())[informed]
    assert sd == pytest.approx(np.full(informed.sum(), 0.18), abs=0.05)


def test_a_parameter_without_a_figure_keeps_its_prior(fit: xr.Dataset) -> None:
    assert not bool(fit.identified[INERT])
    assert float(fit.sd_ratio[INERT]) == pytest.approx(1.0, abs=0.15)
    assert float(np.delete(fit.sd_ratio.values, INERT).max()) < 0.7
    assert int(fit.identified.sum()) == len(linear_simulator.PARAMETERS) - 1


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    one, two = (calibrate(Store(tmp_path / str(n), "linear"), workers=n) for n in (1, 2))
    assert one.content_sha256 == two.content_sha256


def test_an_interrupted_fit_resumes(tmp_path: Path) -> None:
    left, simulated = [9], []

    def interrupting(job: Job) -> dict[str, float]:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return dict(linear_simulator.simulator(job))

    def counting(job: Job) -> dict[str, float]:
        simulated.append(job.replicate)
        return dict(linear_simulator.simulator(job))

    kept = Store(tmp_path / "s", "linear")
    with pytest.raises(KeyboardInterrupt):
        calibrate(kept, simulator=interrupting)
    resumed = calibrate(kept, simulator=counting)
    assert len(simulated) == SMALL.runs + SMALL.validation_runs - 9
    repeated = calibrate(kept, simulator=interrupting)
    assert not left[0], "a stored run was simulated again"
    whole = calibrate(Store(tmp_path / "w", "linear"))
    assert resumed.content_sha256 == repeated.content_sha256 == whole.content_sha256


def test_it_is_written_read_and_drawn_from(
    fit: xr.Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "fit.nc"
    results.write(fit, path)
    assert path.stat().st_size < 2_000_000
    read = dataset.read(path)
    assert read.content_sha256 == fit.content_sha256
    monkeypatch.setenv("ZSIM_POSTERIOR", str(path))
    drawn = posterior.posterior()
    assert drawn.draws == pytest.approx(fit.draws.values)
    assert set(drawn.parameters) == set(linear_simulator.PARAMETERS)
    for name in ("model", "seed", "scale", "runs", "command", "figures_sha256", "commit", "packages"):
        assert name in read.attrs


def test_the_fit_records_which_figures_were_fitted_and_held_out(fit: xr.Dataset) -> None:
    assert fit.attrs["figures_sha256"] == dataset.files_sha256()
    roles = dict(zip(fit.figure.values.tolist(), fit.role.values.tolist(), strict=True))
    assert {id_ for id_, role in roles.items() if role == "target"} == {each.id for each in targets()}
    assert {id_ for id_, role in roles.items() if role == "holdout"} == {each.id for each in holdout()}


# --- recovery ----------------------------------------------------------------------------------------
def test_known_parameters_are_recovered(fit: xr.Dataset) -> None:
    """Apply the acceptance rule of the project to a simulator for which it must hold."""
    tests = 2 * int(fit.identified.sum())
    for level in recovery.LEVELS:
        low, high = recovery.coverage_band(fit.sizes["refit"], level, tests)
        assert low < level < high
        coverage = recovery.in_central_interval(fit["rank"].values, level).mean(axis=0)
        assert ((coverage >= low) & (coverage <= high))[fit.identified.values].all()


def test_an_overconfident_fit_fails_the_recovery_test(fit: xr.Dataset) -> None:
    """The simulated data have a larger covariance than the fit assumes."""
    good = dataset.likelihood_of(fit, targets())
    rng = np.random.default_rng(1)
    ranks = []
    for k in range(12):
        truth = rng.uniform(size=len(linear_simulator.PARAMETERS))
        expected = good.emulator(truth[None])[0, list(good.columns)]
        data = rng.multivariate_normal(expected, good.covariance)
        overconfident = sampling.Likelihood(good.emulator, good.columns, data, good.covariance / 9)
        draws = sampling.sample(overconfident, k, recovery.RANKS, 300)
        ranks.append((draws.quantiles < truth).sum(axis=0))
    coverage = recovery.in_central_interval(np.array(ranks), 0.9).mean(axis=0)
    low, _ = recovery.coverage_band(12, 0.9, 26)
    assert (np.delete(coverage, INERT) < low).sum() >= 5


def test_refits_do_not_depend_on_the_executor(fit: xr.Dataset) -> None:
    likelihood = dataset.likelihood_of(fit, targets())
    first, second = (recovery.recover(likelihood, 2, 9, Serial(), 1, SilentProgress()) for _ in range(2))
    assert (first.rank == second.rank).all()


@pytest.mark.parametrize(
    ("rank", "in_50", "in_90"), [(0, 0, 0), (5, 0, 1), (25, 1, 1), (74, 1, 1), (75, 0, 1), (95, 0, 0)]
)
def test_ranks_fall_into_intervals(rank: int, in_50: int, in_90: int) -> None:
    ranks = np.array([rank])
    assert recovery.in_central_interval(ranks, 0.5)[0] == bool(in_50)
    assert recovery.in_central_interval(ranks, 0.9)[0] == bool(in_90)


def test_intervals_hold_their_share_of_ranks() -> None:
    ranks = np.arange(recovery.RANKS + 1)
    for level in recovery.LEVELS:
        assert recovery.in_central_interval(ranks, level).mean() == pytest.approx(level)


# --- design, emulator, sampler -----------------------------------------------------------------------
def test_the_design_fills_the_priors() -> None:
    design = Design(fitted(), 3, 0.1)
    quantiles = design.quantiles(256)
    assert np.abs(quantiles.mean(axis=0) - 0.5).max() < 0.01
    values = design.values(quantiles)
    for prior, column in zip(design.priors, values.T, strict=True):
        assert prior.low <= column.min() < column.max() <= prior.high
        assert column.std() == pytest.approx(prior.sd, rel=0.05)
    assert (design.quantiles(64) == quantiles[:64]).all(), "a larger design continues a smaller one"


def test_the_emulator_estimates_its_own_error() -> None:
    """Squares and products are fitted, and the residuals have the variance of the noise."""
    priors = fitted()[:4]
    rng = np.random.default_rng(2)
    quantiles = rng.uniform(size=(400, 4))
    x = scaled(priors, quantiles)
    truth = np.column_stack([x[:, 0] * x[:, 1] + x[:, 2] ** 2, x[:, 3], np.zeros(400)])
    noise = rng.normal(scale=(0.1, 0.3, 1.0), size=truth.shape)
    emulator = fit_emulator(priors, quantiles, truth + noise)
    assert emulator.degree == 2
    assert np.sqrt(np.diag(emulator.residual_covariance)) == pytest.approx([0.1, 0.3, 1.0], rel=0.1)
    fresh = rng.uniform(size=(200, 4))
    y = scaled(priors, fresh)
    assert emulator(fresh)[:, 0] == pytest.approx(y[:, 0] * y[:, 1] + y[:, 2] ** 2, abs=0.12)
    assert emulator.variance_explained[2] < 0.05 < 0.5 < emulator.variance_explained[0]


def test_the_sampler_agrees_with_algebra() -> None:
    """A linear model with normal error far from the bounds of the cube has a known posterior."""
    priors = tuple(p for p in fitted() if p.id in ("exit.level_enterprise", "exit.level_individual"))
    rng = np.random.default_rng(3)
    quantiles = rng.uniform(size=(300, 2))
    figures = np.zeros((300, len(FIGURES)))
    figures[:, :2] = scaled(priors, quantiles) @ np.array([[1.0, 0.5], [0.0, 1.0]])
    emulator = fit_emulator(priors, quantiles, figures + rng.normal(scale=1e-3, size=figures.shape))
    published = [PublishedFigure(FIGURES[name], 0.1 * k, 0.02) for k, name in enumerate(list(FIGURES)[:2])]
    drawn = sampling.sample(sampling.likelihood(emulator, published), 1, 2000, 4000)
    x = scaled(priors, drawn.quantiles)
    inverse = np.linalg.inv(np.array([[1.0, 0.0], [0.5, 1.0]]))
    assert x.mean(axis=0) == pytest.approx(inverse @ np.array([0.0, 0.1]), abs=0.004)
    assert np.cov(x.T) == pytest.approx(0.02**2 * inverse @ inverse.T, abs=1e-4)
    assert drawn.split_rhat < 1.02
    assert drawn.effective_sample_size > 500


# --- the city ----------------------------------------------------------------------------------------
def test_the_city_gives_every_figure_a_number() -> None:
    design = Design(fitted(), 11, 0.01)
    values = design.values(np.full((1, len(design.priors)), 0.8))[0]
    figures = dict(simulate_city(design.job(values.tolist(), 5)))
    assert list(figures) == list(FIGURES)
    assert all(np.isfinite(list(figures.values())))
    assert figures["T7"] == pytest.approx(
        figures["founders_served_2020"] * figures["jobs_per_promoted_founder"]
    )
    assert 0.3 < figures["open_at_once"] < figures["open_12_months"] < 0.9
    survival = [figures[f"registered_{months}_months"] for months in (12, 24, 36, 48, 59)]
    assert survival == sorted(survival, reverse=True)
    assert set(HEADLINES) <= set(figures)
