"""The generated parts of the README are those of the committed files."""

from pathlib import Path

import pytest

from calibration.fit import dataset, pipeline
from calibration.fit.pipeline import Size
from calibration.reports import readme
from sim.studies.execution.progress import SilentProgress
from sim.studies.execution.store import Store
from tests.calibration import linear_simulator


def test_the_page_is_fresh() -> None:
    assert readme.main(["--check"]) == 0


def test_a_stale_part_is_found_and_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page, text = tmp_path / "README.md", readme.README.read_text(encoding="utf-8")
    text = text.replace("generated: fit", "not generated: fit")  # that part takes ten seconds
    stale = text.replace("| ZS206 | 0.32 to 0.35 |", "| ZS206 | 0.32 to 0.36 |")
    assert stale != text
    page.write_text(stale, encoding="utf-8")
    monkeypatch.setattr(readme, "README", page)
    assert readme.main(["--check"]) == 1
    printed = capsys.readouterr().err
    assert "model against evidence: stale" in printed
    assert "fit: missing" in printed
    assert readme.main([]) == 0
    assert page.read_text(encoding="utf-8") == text


def test_the_page_follows_the_fit(tmp_path: Path) -> None:
    size = Size(
        runs=16,
        validation_runs=4,
        refits=2,
        draws=20,
        steps=200,
        refit_steps=100,
        training_runs=8,
        scale=0.01,
    )
    fit = pipeline.calibrate(
        size,
        Store(tmp_path, "plain"),
        SilentProgress(),
        simulator=linear_simulator.simulator,
        command="zsim calibrate",
    )
    text = readme.fit_markdown(fit)
    assert "`zsim calibrate`" in text
    for prior in dataset.design_of(fit).priors:
        median = float(fit.draws.sel(parameter=prior.id).median())
        row = next(line for line in text.splitlines() if line.startswith(f"| {prior.en} |"))
        assert f" {readme.number(median)} |" in row
    assert "- loans outstanding per borrower, end 2019: borrowers of all ages (CRED18)" in text, (
        "misses are named"
    )
    assert text not in readme.README.read_text(encoding="utf-8"), "another fit than the committed one"
