"""Studies that ship with results: each result is complete, belongs to its file, and has a page."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from sim import shipped, texts
from sim.docs import study_pages
from sim.reporting.tables import printing, study_tables
from sim.studies.execution import results
from sim.studies.execution.simulation import city_model
from sim.studies.specification import sizing
from sim.studies.specification.factors import factor_coordinates
from sim.studies.specification.outcomes import outcome_coordinates
from sim.studies.specification.study_file import load_study
from sim.studies.study import as_json

PAGES = study_pages.pages()
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_shipped_results_belong_to_their_study_files(page: Path) -> None:
    """Results contain the hash of their study's specification, so that changed studies must be re-run."""
    file = shipped.scenarios() / "studies" / f"{page.stem}.yaml"
    result = results.read(page.with_suffix(".nc"))
    specification = as_json(sizing.sized(load_study(file, city_model())))
    assert result.attrs["study_sha256"] == hashlib.sha256(specification.encode()).hexdigest()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_labels_of_shipped_results_are_current(page: Path) -> None:
    """Labels of shipped results match those in the code after labels are reworded."""
    study = load_study(shipped.scenarios() / "studies" / f"{page.stem}.yaml", city_model())
    result = results.read(page.with_suffix(".nc"))
    present = factor_coordinates(study.factors) | outcome_coordinates(study.outcomes)
    compared = [name for name in present if name in result.coords and name.endswith(("_zh", "_en", "_unit"))]
    for name in compared:
        assert result[name].values.tolist() == present[name][1].tolist(), name
    assert compared


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_tables_are_those_of_the_result(page: Path) -> None:
    texts.use("zh")
    tables = study_tables.tables(results.read(page.with_suffix(".nc")))
    assert page.with_suffix(".csv").read_text(encoding="utf-8-sig") == printing.as_csv(tables) + "\n"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_have_existing_figures_and_both_languages(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    pictures = PICTURE.findall(text)
    assert pictures
    assert all((page.parent / picture).is_file() for picture in pictures)
    assert "**读法。**" in text
    assert "**Reading.**" in text


def test_shipped_results_are_small() -> None:
    kept = (shipped.scenarios() / "studies" / "results").iterdir()
    assert sum(file.stat().st_size for file in kept) < 4e6
