"""The whole report: sections, figures, wording and units."""

from __future__ import annotations

import re
from dataclasses import replace

from sim import texts
from sim.reporting import report
from sim.reporting.document import Document, Heading, Paragraph
from sim.reporting.sources import STUDY_KINDS, ReportSources
from sim.reporting.tables import run_tables
from tests.reporting.paragraphs import paragraphs


def test_all_sections_and_figures_are_present(document: Document) -> None:
    assert len([b for b in document.blocks if isinstance(b, Heading) and b.level == 1]) == 16
    names = {figure.name for figure in document.figures()}
    expected = {
        "targets",
        "net_jobs",
        "who_gains",
        "survival",
        "jobs",
        "districts",
        "incubation",
        "fund",
        "equity",
    }
    expected |= {
        "spending",
        "money_flows",
        "sobol_1_1",
        "morris_2_1",
        "attribution_1_1",
        "threshold_1",
        "calibration",
    }
    assert expected <= names
    assert all(figure.alt.text for figure in document.figures())


def test_missing_sources_have_no_section_and_are_named_once(sources: ReportSources) -> None:
    alone = report.build_document(ReportSources(sources.result), "zh")
    text = paragraphs(alone)
    assert "未提供与参照情景的比较" in text
    (line,) = [line for line in text.splitlines() if "因未提供" in line]
    for name in (
        "与“没有本方案”的比较",
        "与“没有市和省的扶持”的比较",
        "敏感性分析",
        "归因分析",
        "未达标情形分析",
        "达标所需力度分析",
        "稳健性分析",
        "方差分解",
    ):
        assert name in line
    headings = [b for b in alone.blocks if isinstance(b, Heading) and b.level == 1]
    parts = [alone.blocks[alone.blocks.index(b) + 1 : alone.blocks.index(b) + 2] for b in headings]
    assert len(headings) == 11
    assert not any(isinstance(part[0], Heading) for part in parts), "a heading without content"
    assert "headlines" not in {t.name for t in alone.tables()}
    assert "不实施本方案时达标次数" not in alone.tables()[0].head


def test_one_missing_comparison_is_named(sources: ReportSources) -> None:
    comparisons = {"no_plan": sources.comparisons["no_plan"]}
    text = paragraphs(report.build_document(replace(sources, comparisons=comparisons), "en"))
    assert "Not provided and therefore not included: a comparison with no_support." in text
    assert "The comparisons are paired" in text
    assert "The two must not be confused" not in text


def test_every_kind_of_study_has_a_section(document: Document, sources: ReportSources) -> None:
    assert set(sources.studies) == {*STUDY_KINDS, "ensemble"}
    names = " ".join(table.name for table in document.tables())
    for kind in ("sobol", "morris", "attribution", "discovery", "robustness", "other_1"):
        assert kind in names
    assert "因未提供" not in paragraphs(document)


def test_a_small_scale_warns_about_the_risk_of_funds(sources: ReportSources) -> None:
    """At a scale below 1 a borrower represents several: worst cases and suspensions are overestimated."""
    texts.use("zh")

    def notes(scale: float) -> str:
        found = run_tables.tables(sources.result.assign_attrs(scale=scale))
        return " ".join(next(t for t in found if t.name == "funds").notes)

    assert "抽样比例为0.1" in notes(0.1)
    assert "偏高" not in notes(1.0)


def test_no_note_is_printed_twice(document: Document) -> None:
    notes = [note for table in document.tables() for note in table.notes]
    long = [note for note in notes if len(note) > 12]
    assert len(long) == len(set(long))
    headlines = [t for t in document.tables() if t.name == "headlines"]
    number = document.tables().index(headlines[0]) + 1
    assert f"注同表{number}。" in headlines[1].notes
    table = next(t for t in document.tables() if t.name.startswith("other_1_1"))
    assert table.head[-1] == "随机因素占单次运行方差"
    assert not any("方差中" in note for note in notes)


def test_no_informal_terms(document: Document) -> None:
    """Labels and notes of results, which reports repeat, use the terms of official documents."""
    text = "\n".join(document.texts())
    informal = (
        "运气",
        "安慰剂",
        "挖人",
        "夏普利值",
        "嫌担保",
        "挽救",
        "发出去",
        "略增",
        " 比 ",
        "-0.0%",
        "0%–",
    )
    assert [word for word in informal if word in text] == []
    assert "（没有补贴也会发生的部分）" in paragraphs(document)


def test_english_is_capitalised_and_prints_square_metres(sources: ReportSources) -> None:
    document = report.build_document(sources, "en")
    names = [b.text for b in document.blocks if isinstance(b, Heading)]
    names += [f.caption for f in document.figures()]
    for table in document.tables():
        names += [table.caption, *table.head, *(row[0].text for row in table.rows)]
    assert [name for name in names if name[:1].islower()] == []
    assert not any(re.search(r"\bm2\b", text) for text in document.texts())
    assert "m²" in "".join(document.texts())
    assert {"Assessment", "Depends on the plan"} <= set(document.tables()[0].head)


def test_counts_are_whole_and_have_their_own_unit(document: Document) -> None:
    by_name = {table.name: table for table in document.tables()}
    facilities = by_name["incubation"]
    for row in facilities.rows:
        if row[1].text != "平方米" and row[1].text:
            assert not any("." in cell.text for cell in row[2:]), row
    assert {row[1].text for row in by_name["bound"].rows} == {"笔"}
    assert {row[1].text for row in by_name["credit"].rows if "笔数" in row[0].text} == {"笔"}
    assert {row[1].text for row in facilities.rows if "工位" in row[0].text} == {"个"}


def test_the_record_and_the_commands_of_the_run(document: Document, sources: ReportSources) -> None:
    codes = [b.content.text for b in document.blocks if isinstance(b, Paragraph) and b.role == "code"]
    run = "zsim run as_enacted -n 5 --seed 7 --scale 0.02 --against no_plan --against no_support"
    assert codes[0] == f"{run} --out results"
    cells = {row[1].text for row in document.tables()[-1].rows}
    assert {str(d.attrs["content_sha256"]) for d in sources.datasets()} <= cells


def test_every_figure_has_a_caption_and_a_text_alternative(document: Document) -> None:
    captions = [figure.caption for figure in document.figures()]
    assert len(set(captions)) == len(captions)
    assert all(len(figure.alt.text) > 8 for figure in document.figures())
