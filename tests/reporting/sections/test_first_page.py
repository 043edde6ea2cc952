"""Tests of the first page and of the section on policy effects."""

from __future__ import annotations

from dataclasses import replace

from sim.reporting import report
from sim.reporting.document import Document, FirstPageEnd, Paragraph
from sim.reporting.sources import ReportSources
from sim.reporting.tables import run_tables
from tests.reporting.paragraphs import paragraphs


def test_the_first_page_is_complete(document: Document) -> None:
    first = document.blocks[: document.blocks.index(FirstPageEnd())]
    table = document.tables()[0]
    assert [row[0].text[:2] for row in table.rows] == [f"T{i}" for i in range(1, 8)]
    text = paragraphs(replace(document, blocks=first))
    for word in (
        "名创业者×每人",
        "情景下同样会实现",
        "方案本身的作用",
        "整个扶持体系的作用",
        "财政支出",
        "归因分析",
        "局限：",
        "各级税收",
        "公开数据为3.2个（2.5—4.2，JOB12，外省数据）",
        "T1、T2因此偏向不达标",
        "数值不得引用",
    ):
        assert word in text


def test_a_comparison_alone_gives_the_values_without_the_plan(sources: ReportSources) -> None:
    """A comparison contains the paired differences, so the run of the reference is not needed."""
    whole, less = (report.build_document(given, "zh") for given in (sources, replace(sources, references={})))
    met = [[row[4].text for row in document.tables()[0].rows] for document in (whole, less)]
    assert met[0] == met[1]
    assert all("/" in each for each in met[0])
    assert "情景下同样会实现" in paragraphs(less)


def test_there_is_no_cost_per_job_year_where_money_is_saved(sources: ReportSources) -> None:
    def first_page(spent: float) -> str:
        given = sources.comparisons["no_plan"]
        numbers = {"spending_additional": spent, "job_years_net": 900.0, "cost_per_net_job_year": spent / 900}
        known = {f"{n}{end}": v + 0 * given[n] for n, v in numbers.items() for end in ("", "_low", "_high")}
        comparisons = {**sources.comparisons, "no_plan": given.assign(known)}
        document = report.build_document(replace(sources, comparisons=comparisons), "en")
        return paragraphs(replace(document, blocks=document.blocks[: document.blocks.index(FirstPageEnd())]))

    assert "per net job-year" in first_page(4.5e7)
    assert "per net job-year" not in first_page(-4.5e7)


def test_only_some_values_of_t7_depend_on_the_job_count() -> None:
    """40,000 founders reach 150,000 at four jobs each but not at the published 3.2; 47,000 reach both."""
    assert run_tables.depends_on_job_count(40_000, 160_000, 150_000)
    assert not run_tables.depends_on_job_count(47_000, 190_000, 150_000)
    assert not run_tables.depends_on_job_count(30_000, 120_000, 150_000)


def test_effects_of_the_plan_and_of_all_support_are_kept_apart(
    document: Document, sources: ReportSources
) -> None:
    plan = float(sources.comparisons["no_plan"].job_years_net)
    support = float(sources.comparisons["no_support"].job_years_net)
    points = [b.content for b in document.blocks if isinstance(b, Paragraph) and b.role == "point"]
    for text, value in ((points[1], plan), (points[2], support)):
        assert abs(value) in [abs(n.value) for n in text.numbers]
    assert points[1].text.startswith("方案本身的作用（与“没有本方案”相比）")
