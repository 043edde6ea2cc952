"""Runs that draw fitted parameters from a posterior."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from sim.engine.errors import InputError
from sim.engine.random_streams import RandomStreams
from sim.policy.scenario.scenario import as_enacted, read_scenario
from sim.studies.execution import posterior, results
from sim.studies.execution.run_specification import Job, load
from sim.studies.execution.simulation import simulate
from tests.model import town

BETA, FOUNDERS = "exit.beta", "initial.promoted_founders"


def write(path: Path, parameters: list[str], draws: Any) -> Path:
    data = {"draws": (("draw", "parameter"), np.asarray(draws, dtype=np.float64))}
    results.write(results.sealed(xr.Dataset(data, {"parameter": np.array(parameters, dtype=np.str_)})), path)
    return path


@pytest.fixture
def fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Provide a fit of two parameters; the second is 1/10,000 of the first, which identifies pairs."""
    first = np.linspace(0.21, 0.79, 50)
    path = write(tmp_path / "fit.nc", [BETA, FOUNDERS], np.column_stack([first, first * 10_000]))
    monkeypatch.setenv("ZSIM_POSTERIOR", str(path))
    return path


@pytest.fixture
def small_city() -> Iterator[None]:
    with town.registering(0.02):
        yield


def test_fitted_parameters_are_drawn_jointly_and_others_from_priors(fit: Path, small_city: None) -> None:
    scenario = as_enacted().with_run(scale=0.005, seed=4)
    every = simulate(scenario, 1, False).notes
    fitted = simulate(scenario.with_run(uncertainty="posterior"), 1, False).notes
    moved = {name for name in every if every[name] != fitted[name]}
    assert moved == {BETA, FOUNDERS}
    assert fitted[FOUNDERS] == pytest.approx(fitted[BETA] * 10_000)
    assert fitted[BETA] == posterior.posterior().drawn(RandomStreams(4, 1))[0][BETA]


def test_stated_values_are_not_drawn(fit: Path, small_city: None) -> None:
    text = "extends: as_enacted\nname: known\nworld: {initial: {promoted_founders: 9000}}\n"
    scenario = read_scenario(text).with_run(scale=0.005, uncertainty="posterior")
    notes = simulate(scenario, 0, False, stated={f"parameter.{BETA}": 0.3}).notes
    assert (notes[BETA], notes[FOUNDERS]) == (0.3, 9000)


def test_replicates_use_all_posterior_draws(fit: Path) -> None:
    drawn = [posterior.posterior().drawn(RandomStreams(1, k))[0][BETA] for k in range(200)]
    assert len(set(drawn)) > 40
    assert abs(np.mean(drawn) - 0.5) < 0.05


def test_runs_depend_on_the_fit(fit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def key(uncertainty: str) -> str:
        return Job(as_enacted().with_run(uncertainty=uncertainty), {}, 0, 0).key

    before, every = key("posterior"), key("all")
    monkeypatch.setenv("ZSIM_POSTERIOR", str(write(tmp_path / "b.nc", [BETA], [[0.3], [0.4]])))
    assert key("posterior") not in (before, every)
    assert key("all") == every


def test_scenario_with_uncertainty_posterior(fit: Path) -> None:
    scenario = read_scenario("extends: as_enacted\nname: fitted\nrun: {uncertainty: posterior}\n")
    assert load(scenario, {"replicates": 2}).run.uncertainty == "posterior"
    assert read_scenario(scenario.resolved).run == scenario.run


@pytest.mark.parametrize("parameters", [["exit.nothing"], []])
def test_fit_of_another_model_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parameters: list[str]
) -> None:
    path = write(tmp_path / "x.nc", parameters, np.zeros((2, len(parameters))))
    monkeypatch.setenv("ZSIM_POSTERIOR", str(path))
    with pytest.raises(InputError):
        load(as_enacted().with_run(uncertainty="posterior"), {})


def test_missing_fit_is_a_one_line_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZSIM_POSTERIOR", str(tmp_path / "none.nc"))
    with pytest.raises(InputError, match=r"none\.nc"):
        load(as_enacted().with_run(uncertainty="posterior"), {})
