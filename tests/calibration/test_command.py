"""Tests of the commands ``zsim calibrate`` and ``zsim validate``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calibration.figures.city_figures import ACCEPTED
from calibration.figures.published import holdout, targets
from calibration.fit import pipeline
from calibration.fit.pipeline import Size
from sim import texts
from sim.cli.main import main
from sim.reporting.tables.printing import unit_name
from sim.studies.execution import results
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.execution.progress import SilentProgress
from sim.studies.execution.store import Store
from tests.calibration import linear_simulator

Call = Callable[..., Result]
SIZE = Size(
    runs=32, validation_runs=1, refits=2, draws=40, steps=300, refit_steps=100, training_runs=8, scale=0.005
)


@pytest.fixture(scope="module")
def fits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Paths of two copies of a fit, recorded as made by the current model and by another model."""
    folder = tmp_path_factory.mktemp("fits")
    paths = {}
    for name, model in (("present", fingerprint()), ("other", "0" * 16)):
        paths[name] = folder / f"{name}.nc"
        store = Store(folder / "store", model)
        fit = pipeline.calibrate(
            SIZE, store, SilentProgress(), simulator=linear_simulator.simulator, command="zsim"
        )
        results.write(fit, paths[name])
    return paths


@pytest.fixture
def zsim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fits: dict[str, Path]) -> Call:
    monkeypatch.delenv("ZSIM_STORE", raising=False)
    monkeypatch.setenv("ZSIM_POSTERIOR", str(fits["present"]))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(main, [*words, "--lang", "en"])


def test_predictions_of_the_present_model_need_no_run(zsim: Call, tmp_path: Path) -> None:
    done = zsim("validate", "--format", "json")
    assert done.exit_code == 0, done.output
    output = json.loads(done.stdout)
    fitted, held_out = output["tables"]
    assert [row["name"] for row in fitted["rows"]] == [each.id for each in targets()]
    assert [row["name"] for row in held_out["rows"]] == [each.id for each in holdout()]
    assert {"published", "tolerance", "p5", "p25", "median", "p75", "p95", "word"} <= set(fitted["rows"][0])
    assert f"Of {len(holdout())} held-out figures" in "\n".join(output["notes"])
    assert list(tmp_path.iterdir()) == [], "nothing is written"


def test_a_fit_of_another_model_is_checked_by_new_runs(zsim: Call, fits: dict[str, Path]) -> None:
    done = zsim("validate", str(fits["other"]), "--workers", "1", "--format", "json")
    assert done.exit_code == 0, done.output
    assert "the model has changed since the fit" in done.stderr
    rows = {row["name"]: row for table in json.loads(done.stdout)["tables"] for row in table["rows"]}
    assert 0.2 < rows["open_at_once"]["median"] < 0.7, "of the city, not of the linear simulator"
    assert 300 < rows["loan_per_borrower"]["median"] < 800
    assert (Path("results") / "store").is_dir()


def test_the_citys_own_figures(zsim: Call, tmp_path: Path) -> None:
    Path("my.csv").write_text(
        "figure,value,tolerance\npromoted_founders_2018,9600,50\nT1_2018,3,1\n", "utf-8"
    )
    done = zsim("calibrate", "--evidence", "my.csv")
    assert done.exit_code == 2
    line = done.stderr.splitlines()[0]
    assert line.startswith("my.csv:3: ")
    assert "'T1_2018'" in line
    Path("my.csv").write_text("figure,value,tolerance\npromoted_founders_2018,9600,50\n", "utf-8")
    done = zsim("calibrate", "--evidence", "my.csv", "--format", "json")
    assert done.exit_code == 0, done.output
    city, parameters, headlines = json.loads(done.stdout)["tables"]
    assert city["rows"][0]["value"] == 9600
    assert {row["name"] for row in parameters["rows"]} == set(linear_simulator.PARAMETERS)
    assert "T7" in {row["name"] for row in headlines["rows"]}
    assert [path.name for path in tmp_path.iterdir()] == ["my.csv"], "nothing is written"


def test_accepted_figures_are_listed(zsim: Call) -> None:
    done = zsim("calibrate", "--figures", "--format", "csv")
    assert done.exit_code == 0
    for name in ("promoted_founders_2018", "paid_rent_2018", "tech_incubators_2018"):
        assert name in done.stdout
    assert "T7" not in done.stdout, "headlines are not evidence"
    assert "finding" not in zsim("calibrate", "--figures").stdout, "the words are descriptions"


def test_units_of_accepted_figures_have_chinese_names() -> None:
    texts.use("zh")
    names = {unit_name(figure.unit) for figure in ACCEPTED.values()}
    assert [name for name in names if name and name.isascii()] == []


@pytest.mark.parametrize("words", [("validate",), ("calibrate", "--evidence", "my.csv")])
def test_without_a_fit_one_line_says_so(
    zsim: Call, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("ZSIM_POSTERIOR", "none.nc")
    Path("my.csv").write_text("figure,value,tolerance\npaid_rent_2018,5,1\n", "utf-8")
    done = zsim(*words)
    assert done.exit_code == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("none.nc: ")
    assert "zsim calibrate --out calibration" in line


def test_an_impossible_number_is_reported_before_anything_runs(zsim: Call, tmp_path: Path) -> None:
    for words in (("--runs", "3"), ("--scale", "0"), ("--scale", "2"), ("--seed", "-1")):
        assert zsim("calibrate", *words).exit_code == 2
    assert list(tmp_path.iterdir()) == []
