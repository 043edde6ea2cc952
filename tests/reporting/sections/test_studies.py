"""Tests of the sections on studies, and of reports on studies only."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from sim import texts
from sim.reporting import report
from sim.reporting.document import Document, Heading
from sim.reporting.report import save_charts
from sim.reporting.sections.studies.sensitivity import LEADING
from sim.reporting.sections.studies.variance_decomposition import COLUMNS
from sim.reporting.sources import ReportSources, classify
from sim.reporting.wording import Wording
from sim.studies.study import study as ask
from tests.reporting.paragraphs import paragraphs
from tests.studies import example_studies
from tests.studies.adapters import test_variance_decomposition
from tests.studies.toy_model import TOY

QUESTION = 'question: {zh: 费率高低差多少？, en: "What does the fee change?"}\nkind:'
ONE_SETTING = """
name: fees
title: {zh: 费率, en: fees}
kind: sweep
scenarios: [as_enacted, no_plan]
factors: {guarantee_fee.fee: {values: [0.5%, 1%, 2%]}}
outcomes: [jobs_universe, public_spending]
replicates: 4
scale: 0.5
"""
SEARCH = """
name: best
title: {zh: 寻优, en: best}
kind: search
scenario: as_enacted
reference: no_plan
factors:
  one_off_grant.amount: {low: 0元, high: 2万元}
  guarantee_fee.fee: {low: 0.5%, high: 2%}
outcomes: [job_years_net, spending_additional]
wanted: {job_years_net: {more: true}, spending_additional: {more: false}}
samples: 40
replicates: 2
scale: 0.5
"""
STUDIES = {
    "sweep": example_studies.SWEEP,
    "along one setting": ONE_SETTING,
    "ensemble": example_studies.ENSEMBLE,
    "sobol": example_studies.SOBOL,
    "morris": example_studies.MORRIS,
    "search": SEARCH,
    "variance decomposition": test_variance_decomposition.SPLIT,
}


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, xr.Dataset]:
    folder = tmp_path_factory.mktemp("studies")
    datasets = {}
    for name, text in STUDIES.items():
        file = folder / f"{text.split()[1].strip()}.yaml"
        file.write_text(text.replace("kind:", QUESTION, 1), encoding="utf-8")
        datasets[name] = ask(file, store=folder / "store", model=TOY)
    return datasets


@pytest.mark.parametrize("kind", STUDIES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_of_one_study(studies, kind: str, lang: str) -> None:
    study = studies[kind]
    document = report.build_document(classify([("study.nc", study)]), lang)
    text = paragraphs(document)
    assert json.loads(study.attrs["study"])["question"][lang] in text
    assert "从略" not in text
    assert "not included" not in text
    assert f"zsim study {study.attrs['name']}.yaml" in text
    assert document.figures()
    assert len(document.tables()) > 1
    assert str(study.attrs["content_sha256"]) in {row[1].text for row in document.tables()[-1].rows}
    headings = [b.text for b in document.blocks if isinstance(b, Heading) and b.level == 1]
    assert len(headings) == 3  # question, answer, reproduction


@pytest.mark.parametrize("kind", ["sweep", "along one setting", "ensemble", "search"])
def test_every_number_of_a_table_is_in_the_study(studies, kind: str) -> None:
    study = studies[kind]
    known = np.concatenate([
        np.ravel(v.values).astype(float) for v in study.data_vars.values() if v.dtype.kind in "bif"
    ])  # fmt: skip
    document = report.build_document(classify([("study.nc", study)]), "zh")
    numbers = [
        n.value
        for table in document.tables()
        for row in table.rows
        for cell in row
        for n in cell.numbers
        if np.isfinite(n.value)
    ]
    assert numbers
    assert np.isin(numbers, known).all()


@pytest.mark.parametrize("kind", STUDIES)
def test_charts_are_written_as_png(studies, kind: str, tmp_path: Path) -> None:
    texts.use("zh")
    paths = save_charts(studies[kind], tmp_path)
    assert paths
    for path in paths:
        assert path.name.startswith(str(studies[kind].attrs["name"]))
        assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(set(paths)) == len(paths) == len(list(tmp_path.iterdir()))


def test_few_runs_are_shown_from_lowest_to_highest(studies) -> None:
    """With 80 runs, quantiles are shown; with 20, the caption states that the full range is shown."""
    texts.use("zh")
    many = report.build_document(classify([("study.nc", studies["ensemble"])]), "zh").figures()[0]
    assert "线为5%至95%分位区间" in many.caption
    few = studies["ensemble"].isel(replicate=slice(20))
    few = few.assign(p5=few.p5 * np.nan)
    assert "最小值至最大值" in report.build_document(classify([("study.nc", few)]), "zh").figures()[0].caption


def test_missing_estimates_are_not_called_zero(studies) -> None:
    """With one replicate the noise is unknown; intervals are shown, and the text must not say "no effect"."""
    morris = studies["morris"]

    def without_estimates(reason: str) -> Document:
        changed = morris.assign(effect=morris.effect * np.nan, effect_mean=morris.effect_mean * np.nan)
        changed["effect_spread"] = morris.effect_spread * np.nan
        changed["floor"] = morris.floor * np.nan
        changed["reason"] = morris.reason.copy(data=np.full(morris.reason.shape, reason, dtype="<U32"))
        return report.build_document(classify([("study.nc", changed)]), "zh")

    document = without_estimates("noise_unknown")
    assert all("虚线" not in f.caption and "点" not in f.caption for f in document.figures()), (
        "neither is drawn"
    )
    assert all("无" not in f.alt.text for f in document.figures())
    table = document.tables()[0]
    assert [any(row[i].numbers for row in table.rows) for i in range(1, len(table.head))] == [True, True]
    assert "不等于没有影响" in paragraphs(document)
    assert "没有一个因素的影响显著" in paragraphs(without_estimates("within_noise"))
    assert "不等于没有影响" not in paragraphs(report.build_document(classify([("study.nc", morris)]), "zh"))


def test_a_long_table_is_shortened_except_in_the_workbook(studies) -> None:
    morris = studies["morris"]
    many = morris.isel(factor=[i % morris.sizes["factor"] for i in range(23)])
    document = report.build_document(classify([("study.nc", many)]), "zh")
    table = document.tables()[0]
    assert len(table.rows) == LEADING
    assert any(f"{23 - LEADING}个" in note for note in table.notes)
    assert len(document.with_all_rows().tables()[0].rows) == 23


def test_the_settings_of_a_study_are_stated(studies) -> None:
    """Scale, replicates and uncertainty differ between studies and are therefore stated."""
    study = studies["sobol"]
    document = report.build_document(classify([("study.nc", study)]), "zh")
    (line,) = [text for text in paragraphs(document).splitlines() if text.startswith("研究“")]
    assert f"抽样比例{100 * study.attrs['scale']:g}%" in line
    assert f"重复{study.attrs['replicates']}次" in line
    assert f"样本{study.attrs['samples']}组" in line
    assert "随机因素" in line


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_of_a_variance_decomposition(sources: ReportSources, lang: str) -> None:
    (study,) = sources.studies["variance_decomposition"]
    document = report.build_document(sources, lang)
    table = next(t for t in document.tables() if t.name == "variance_decomposition_1")
    words = Wording(lang)
    assert list(table.head[1:5]) == [words.string(f"head.{column}") for column in COLUMNS]
    jobs, met, spent = (row[1:] for row in table.rows)
    for cell, part in zip((jobs[0], jobs[1], jobs[3]), study.part.values, strict=True):
        one = study.sel(part=part, outcome="jobs_universe")
        ends = [float(one[f"share{end}"]) for end in ("", "_low", "_high")]
        assert [n.value for n in cell.numbers] == ends
        assert all(f"{end:.0%}" in cell.text for end in ends)
    assert met[0].numbers[2].value == 1, "in the toy T7 is random, whatever the parameters"
    assert not any(cell.numbers for cell in spent), (
        "spending does not vary in the toy: there is no variance to decompose"
    )
    assert "variance_decomposition.heading" not in paragraphs(document)
