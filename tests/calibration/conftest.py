"""Fit to the linear simulator, for which the correct result is known."""

import pytest
import xarray as xr

from calibration.fit import pipeline
from calibration.fit.pipeline import Size
from sim.studies.execution.progress import SilentProgress
from sim.studies.execution.store import Store
from tests.calibration import linear_simulator

SIZE = Size(
    runs=256,
    validation_runs=48,
    refits=20,
    draws=400,
    steps=2000,
    refit_steps=500,
    training_runs=16,
    scale=0.01,
)


@pytest.fixture(scope="session")
def fit(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    store = Store(tmp_path_factory.mktemp("store"), "linear")
    return pipeline.calibrate(
        SIZE, store, SilentProgress(), simulator=linear_simulator.simulator, command="test"
    )
