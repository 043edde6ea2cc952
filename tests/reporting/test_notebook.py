"""Tests of the display in Jupyter: tables, figures of the report, scenarios and studies."""

from __future__ import annotations

import html
import re
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import sim
from sim.engine.errors import InputError
from sim.reporting.tables import comparison_tables, printing, run_tables
from sim.studies.execution import results
from sim.studies.specification.study_file import load_study
from sim.studies.specification.study_specification import KINDS
from sim.texts import known
from tests.studies import example_studies
from tests.studies.toy_model import TOY


def read(folder: Path, *names: str) -> list[xr.Dataset]:
    return [results.read(folder / f"{name}.nc") for name in names]


def visible(markup: str) -> list[str]:
    """Return the texts of an HTML page without its tags."""
    return [html.unescape(text) for text in re.findall(r">([^<>]+)<", markup)]


def test_tables_are_those_of_the_commands(folder: Path) -> None:
    run, comparison = read(folder, "as_enacted", "comparison")
    shown = sim.show(run, comparison)
    assert str(shown) == printing.as_text(
        [*run_tables.tables(run), *comparison_tables.tables(comparison)], shown.notes
    )
    cells = visible(shown._repr_html_())
    median = f"{np.median(run.target_value.sel(target='T7')):,.0f}"
    assert median in cells
    targets = shown["targets"]
    assert targets.names == ["targets"]
    assert median in visible(targets._repr_html_())


def test_studies_and_trials_are_shown(folder: Path) -> None:
    (ensemble,) = read(folder, "toy_ensemble")
    assert "按方案实施" in visible(sim.show(ensemble)._repr_html_())
    with pytest.raises(InputError, match="xarray"):
        sim.show(xr.Dataset())


def test_figures_have_a_text_alternative(folder: Path) -> None:
    pages = sim.pages(*read(folder, "as_enacted", "no_plan", "comparison"))
    assert {"targets", "survival", "net_jobs", "calibration"} <= pages.figures.keys()
    data, metadata = pages.figure("targets")._repr_mimebundle_()
    assert data["image/png"].startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == pages.figure("targets").figure.alt.text
    assert "T7" in data["text/plain"] + metadata["image/png"]["alt"]
    with pytest.raises(InputError, match="targets"):
        pages.figure("target")
    misses = visible(pages.table("misses")._repr_html_())
    assert any("JOB04" in text for text in misses)
    for name in pages.figures:
        assert name in pages._repr_html_()


def test_a_second_figure_of_a_name_has_a_suffix(folder: Path) -> None:
    pages = sim.pages(*read(folder, "as_enacted", "comparison", "comparison_no_support"))
    captions = {pages.figure(name).figure.caption for name in ("net_jobs", "net_jobs_2")}
    assert len(captions) == 2


def test_pages_are_saved_like_the_report(folder: Path, tmp_path: Path) -> None:
    pages = sim.pages(*read(folder, "as_enacted", "comparison"))
    saved = pages.save(tmp_path / "report.html", tmp_path / "tables.xlsx")
    assert all(path.stat().st_size > 10_000 for path in saved)
    with pytest.raises(InputError, match="odt"):
        pages.save(tmp_path / "report.odt")
    assert not (tmp_path / "report.odt").exists()
    sim.report(read(folder, "as_enacted", "comparison"), tmp_path / "again.html")
    first, again = ((tmp_path / name).read_text("utf-8") for name in ("report.html", "again.html"))
    assert first == again


def test_a_scenario_shows_its_changes_by_name_and_id() -> None:
    cells = visible(sim.load_scenario("guarantee_fee_halved")._repr_html_())
    assert "降低担保费率：年担保费率" in cells
    assert "guarantee_fee.fee" in cells
    assert any("0.75%" in cell for cell in cells)
    text = sim.read_scenario("name: x\ntitle: {zh: <b>甲, en: x}\n")._repr_html_()
    assert "<b>甲" not in text
    assert "各项政策参数均与按方案实施相同。" in visible(text)


def test_a_study_shows_its_factors(tmp_path: Path) -> None:
    cells = visible(load_study(example_studies.write(tmp_path, example_studies.SWEEP), TOY)._repr_html_())
    assert "降低担保费率：年担保费率" in cells
    assert "parameter.growth.hiring_speed" in cells
    assert any("次运行" in cell for cell in cells)


def test_every_kind_of_study_has_a_name() -> None:
    assert [kind for kind in KINDS if not known(f"study.kind_{kind}")] == []


def test_errors_have_no_traceback() -> None:
    """IPython calls a method of the exception to print it."""
    with pytest.raises(InputError) as caught:
        sim.load_scenario("as_enactde")
    assert caught.value._render_traceback_() == str(caught.value).splitlines()


def test_points_of_a_study_have_the_names_of_settings(tmp_path: Path) -> None:
    sweep = sim.study(
        example_studies.write(tmp_path, example_studies.SWEEP), store=tmp_path / "store", model=TOY
    )
    table = sim.show(sweep).tables[0]
    assert table.rows[0].label.startswith("降低担保费率：年担保费率 = 0.5%；招聘调整速度 = ")
    assert "年担保费率 (guarantee_fee.fee)" in table.notes[0]
    sim.use("en")
    assert sim.show(sweep).tables[0].rows[0].label.startswith("Lower guarantee fees: fee = 0.5%; ")
