"""A report of studies alone: the question, the answer, its figures, and how to do it again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from sim import texts
from sim.engine.errors import InputError
from sim.reporting import report
from sim.reporting.document import Document, Heading, Paragraph
from sim.reporting.report import charts_of
from sim.reporting.sections import studies
from sim.reporting.sources import sorted_out
from sim.studies.study import study as ask
from tests.studies import asking
from tests.studies.adapters import test_variance_decomposition as test_split
from tests.studies.toy import TOY

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
ASKED = {
    "sweep": asking.SWEEP, "along one setting": ONE_SETTING, "ensemble": asking.ENSEMBLE,
    "sobol": asking.SOBOL, "morris": asking.MORRIS, "search": SEARCH, "split": test_split.SPLIT}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, xr.Dataset]:
    folder = tmp_path_factory.mktemp("studies")
    datasets = {}
    for name, text in ASKED.items():
        file = folder / f"{text.split()[1].strip()}.yaml"
        file.write_text(text.replace("kind:", QUESTION, 1), encoding="utf-8")
        datasets[name] = ask(file, store=folder / "store", model=TOY)
    return datasets


def told(document: Document) -> str:
    return "\n".join(b.said.text for b in document.blocks if isinstance(b, Paragraph))


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_study_alone_is_told_with_its_question_figures_and_tables(found, kind: str, lang: str) -> None:
    study = found[kind]
    made = report.document(sorted_out([("study.nc", study)]), lang)
    said = told(made)
    assert json.loads(study.attrs["study"])["question"][lang] in said
    assert "从略" not in said
    assert "not included" not in said
    assert f"zsim study {study.attrs['name']}.yaml" in said
    assert made.figures()
    assert len(made.tables()) > 1
    assert str(study.attrs["content_sha256"]) in {row[1].text for row in made.tables()[-1].rows}
    headings = [b.text for b in made.blocks if isinstance(b, Heading) and b.level == 1]
    assert len(headings) == 3  # the question, the answer, how to do it again


@pytest.mark.parametrize("kind", ["sweep", "along one setting", "ensemble", "search"])
def test_every_number_of_a_table_is_in_the_study(found, kind: str) -> None:
    study = found[kind]
    known = np.concatenate([
        np.ravel(v.values).astype(float) for v in study.data_vars.values() if v.dtype.kind in "bif"
    ])  # fmt: skip
    made = report.document(sorted_out([("study.nc", study)]), "zh")
    numbers = [
        n.value
        for table in made.tables()
        for row in table.rows
        for cell in row
        for n in cell.numbers
        if np.isfinite(n.value)
    ]
    assert numbers
    assert np.isin(numbers, known).all()


@pytest.mark.parametrize("kind", ASKED)
def test_its_charts_are_pictures(found, kind: str, tmp_path: Path) -> None:
    texts.use("zh")
    paths = charts_of(found[kind], tmp_path)
    assert paths
    for path in paths:
        assert path.name.startswith(str(found[kind].attrs["name"]))
        assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(set(paths)) == len(paths) == len(list(tmp_path.iterdir()))


def test_a_figure_of_few_runs_does_not_claim_a_twentieth(found) -> None:
    """80 runs have a 5%; of 20 the least and the most are shown, and the caption says which."""
    texts.use("zh")
    many = report.document(sorted_out([("study.nc", found["ensemble"])]), "zh").figures()[0]
    assert "线为5%至95%" in many.caption
    few = found["ensemble"].isel(replicate=slice(20))
    few = few.assign(p5=few.p5 * np.nan)
    assert "最小值至最大值" in report.document(sorted_out([("study.nc", few)]), "zh").figures()[0].caption


def test_effects_that_are_refused_are_not_called_nothing(found) -> None:
    """One draw of luck leaves the noise unknown: the intervals stay, and nobody may read "no effect"."""
    morris = found["morris"]

    def refused(reason: str) -> Document:
        none = morris.assign(effect=morris.effect * np.nan, effect_mean=morris.effect_mean * np.nan)
        none["effect_spread"] = morris.effect_spread * np.nan
        none["floor"] = morris.floor * np.nan
        none["reason"] = morris.reason.copy(data=np.full(morris.reason.shape, reason, dtype="<U32"))
        return report.document(sorted_out([("study.nc", none)]), "zh")

    def why(reason: str) -> str:
        return told(refused(reason))

    made = refused("noise_unknown")
    assert all("虚线" not in f.caption and "点" not in f.caption for f in made.figures()), "none is drawn"
    assert all("无" not in f.alt.text for f in made.figures())
    table = made.tables()[0]
    assert [any(row[i].numbers for row in table.rows) for i in range(1, len(table.head))] == [True, True]
    assert "不等于没有影响" in why("noise_unknown")
    assert "没有一个因素的影响显著" in why("within_noise")
    assert "不等于没有影响" not in told(report.document(sorted_out([("study.nc", morris)]), "zh"))


def test_a_long_table_shows_its_head_and_the_workbook_all(found) -> None:
    morris = found["morris"]
    many = morris.isel(factor=[i % morris.sizes["factor"] for i in range(23)])
    made = report.document(sorted_out([("study.nc", many)]), "zh")
    table = made.tables()[0]
    assert len(table.rows) == studies.LEADING
    assert any(f"{23 - studies.LEADING}个" in note for note in table.notes)
    assert len(made.unfolded().tables()[0].rows) == 23


def test_a_study_says_what_it_was(found) -> None:
    """Scale, replicates and uncertainty stand in the report: the numbers of two studies are not alike."""
    study = found["sobol"]
    made = report.document(sorted_out([("study.nc", study)]), "zh")
    (line,) = [text for text in told(made).splitlines() if text.startswith("研究“")]
    assert f"抽样比例{100 * study.attrs['scale']:g}%" in line
    assert f"重复{study.attrs['replicates']}次" in line
    assert f"样本{study.attrs['samples']}组" in line
    assert "随机因素" in line


def test_a_comparison_without_its_run_is_still_no_report() -> None:
    with pytest.raises(InputError):
        sorted_out(
            [
                (
                    "comparison.nc",
                    xr.Dataset(
                        coords={"headline": ["jobs"], "scenario": ["a"]}, attrs={"reference": "no_plan"}
                    ),
                )
            ]
        )
