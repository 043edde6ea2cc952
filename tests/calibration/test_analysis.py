"""Predictions, update with the city's figures, sources of variance and value of information."""

import numpy as np
import pytest
import xarray as xr

from calibration.analysis import city_update
from calibration.analysis.parameter_draws import ParameterDraws, parameter_draws
from calibration.analysis.predictions import emulator_bias, predictions
from calibration.analysis.value_of_information import RESIDUAL, value_of_information, variance_by_grade
from calibration.figures.definitions import FIGURES, UNPUBLISHED
from calibration.figures.published import PublishedFigure, holdout, targets
from calibration.fit import sampling
from calibration.fit.design import Design
from calibration.fit.emulator import fit_emulator
from calibration.fit.parameters import fitted
from sim.studies.execution.simulation import simulate

NAMES = list(FIGURES)


def test_predictions_tell_fitted_from_held_out_figures_and_hits_from_misses(fit: xr.Dataset) -> None:
    rows = predictions(fit)
    assert [row.published.id for row in rows if row.fitted] == [each.id for each in targets()]
    assert [row.published.id for row in rows if not row.fitted] == [each.id for each in holdout()]
    assert all(row.assessment != "miss" for row in rows if row.fitted)
    by_id = {row.published.id: row for row in rows}
    assert by_id["loan_per_borrower"].assessment == "miss", "540 published, about 0 in the linear simulator"
    for row in rows:
        assert row.model[0] <= row.model[1] <= row.model[2] <= row.model[3] <= row.model[4]
        assert row.with_tolerance[4] - row.with_tolerance[0] >= row.model[4] - row.model[0]


def test_the_emulator_is_checked_at_the_posterior(fit: xr.Dataset) -> None:
    bias = emulator_bias(fit)
    assert set(bias) == {each.id for each in targets()}
    assert all(abs(mean) < 1 and 0.5 < sd < 1.6 for mean, sd in bias.values())


def test_a_figure_of_the_city_moves_its_parameter_and_no_other(fit: xr.Dataset) -> None:
    target = targets()[0]
    city = PublishedFigure(target.figure, target.value + 3 * target.tolerance, target.tolerance / 10)
    update = city_update.update(fit, [city], steps=1500)
    assert len(city_update.merged([city])) == len(targets()), "it replaces the published one"
    half_range = np.array([(prior.high - prior.low) / 2 for prior in fitted()])
    shift = (update.after.mean(axis=0) - update.before.mean(axis=0)) / half_range
    assert shift[0] == pytest.approx(0.5, abs=0.12)
    assert np.abs(shift[1:]).max() < 0.12
    assert update.after[:, 0].std() < update.before[:, 0].std()
    assert update.expected[0, 0] == pytest.approx(target.value, abs=target.tolerance)


def test_a_count_unrelated_to_fitted_parameters_narrows_its_headline() -> None:
    """The number of incubators in 2018 is informative about 2020, but not about any fitted parameter."""
    rng = np.random.default_rng(5)
    priors = fitted()
    quantiles = rng.uniform(size=(400, len(priors)))
    figures = rng.normal(size=(400, len(FIGURES)))
    count, headline = NAMES.index("tech_incubators_2018"), NAMES.index("T1")
    figures[:, headline] = 2 * figures[:, count] + 0.5 * rng.normal(size=400)
    emulator = fit_emulator(priors, quantiles, figures)
    known = [PublishedFigure(each.figure, 0.0, 0.3) for each in targets()[:3]]
    city = PublishedFigure(UNPUBLISHED["tech_incubators_2018"], 1.5, 0.1)
    without = sampling.likelihood(emulator, known)
    with_count = sampling.likelihood(emulator, (*known, city))
    for likelihood, mean, sd in ((without, 0.0, 2.06), (with_count, 3.0, 0.54)):
        means, variances = city_update.predictive_moments(likelihood, quantiles[:100], [headline])
        assert means[0] == pytest.approx(mean, abs=0.5)
        assert np.sqrt(variances[0]) == pytest.approx(sd, rel=0.15)


def test_the_value_of_a_figure_is_the_reduction_in_standard_deviation() -> None:
    rng = np.random.default_rng(6)
    n = 600
    figures = rng.normal(size=(n, len(FIGURES)))
    figures[:, NAMES.index("T1")] = figures[:, NAMES.index("tech_incubators_2018")] + 0.5 * rng.normal(size=n)
    draws = ParameterDraws(
        ("a.b", "c.d"), ("甲", "乙"), ("a", "c"), ("D", "B"), rng.normal(size=(n, 2)), (True, False)
    )
    values = value_of_information(draws, figures, targets())
    best = values["T1"][0]
    assert best.unknown.id == "tech_incubators_2018"
    assert best.sd_reduction == pytest.approx(1 - np.sqrt(0.2), abs=0.05), "four fifths of the variance"
    assert sum(len(several) for several in values.values()) < 5, "chance correlations are left out"


def test_variance_is_decomposed_by_grade() -> None:
    rng = np.random.default_rng(7)
    n = 800
    values = rng.normal(size=(n, 3))
    figures = rng.normal(size=(n, len(FIGURES)))
    figures[:, NAMES.index("T7")] = 2 * values[:, 0] + values[:, 1] + rng.normal(size=n)
    draws = ParameterDraws(("a", "b", "c"), ("",) * 3, ("",) * 3, ("D", "A", "C"), values, (True,) * 3)
    shares = variance_by_grade(draws, figures)["T7"]
    assert sum(shares.values()) == pytest.approx(1)
    for grade, share in (("D", 4 / 6), ("A", 1 / 6), ("C", 0.0), (RESIDUAL, 1 / 6)):
        assert shares[grade] == pytest.approx(share, abs=0.04)


def test_draws_of_a_run_are_recomputed_from_the_seed() -> None:
    """Draws of parameters that are not fitted are not stored in the fit."""
    design = Design(fitted(), 11, 0.01)
    values = np.repeat(design.values(np.full((1, len(design.priors)), 0.8)), 6, axis=0)
    job = design.job(values[5].tolist(), 5)
    run = simulate(job.scenario, job.replicate, False, stated=job.stated)
    draws = parameter_draws(design.priors, values, design.seed)
    drawn = dict(zip(draws.names, draws.values[5].tolist(), strict=True))
    same = [id_ for id_ in drawn if id_ in run.notes and id_ != "initial.incubation_area"]
    assert len(same) > 100
    assert [drawn[id_] for id_ in same] == pytest.approx([run.notes[id_] for id_ in same])
