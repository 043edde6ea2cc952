"""The page on the fit says what the committed fit says."""

from pathlib import Path

import pytest

from calibration.fit import pipeline as posterior
from calibration.fit.pipeline import Size
from calibration.reports import readme
from sim.studies.adapters.evaluator import Silent
from sim.studies.execution.store import Store
from tests.calibration import plain


def test_the_page_is_fresh() -> None:
    assert readme.main(["--check"]) == 0


def test_the_page_follows_the_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = Size(runs=16, check=4, refits=2, draws=20, steps=200, refit_steps=100, process=8, scale=0.01)
    found = posterior.calibrate(
        size, Store(tmp_path, "plain"), Silent(), city=plain.city, command="zsim calibrate"
    )
    page = tmp_path / "README.md"
    page.write_text(readme.README.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(readme, "README", page)
    text = readme.written(page.read_text(encoding="utf-8"), found)
    told = text.split(readme.BEGIN)[1].split(readme.END)[0]
    assert "`zsim calibrate`" in told
    for prior in posterior.plan_of(found).priors:
        median = float(found.draws.sel(parameter=prior.id).median())
        row = next(line for line in told.splitlines() if line.startswith(f"| {prior.en} |"))
        assert f" {readme._told(median)} |" in row
    assert "- outstanding a borrower, end 2019: borrowers of all ages (CRED18)" in told, "misses are named"
    page.write_text(text, encoding="utf-8")
    assert readme.main(["--check"]) == 1, "another fit than the committed one"
