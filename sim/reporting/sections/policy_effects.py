"""Section on policy effects relative to each reference: headline indicators, jobs, targets, deadweight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import xarray as xr

from sim.reporting.charts import row_charts, time_charts
from sim.reporting.charts.series import Estimate, Panel, Series
from sim.reporting.context import ReportContext, find_table
from sim.reporting.document import Block, Figure, Paragraph
from sim.reporting.sections import assessment, first_page
from sim.reporting.sources import NO_PLAN, NO_SUPPORT
from sim.reporting.tables import comparison_tables


def policy_effects(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, with one part per reference."""
    yield report.heading(1, "policy_effects.heading")
    yield _targets(report)
    if not report.sources.comparisons:
        return
    yield report.paragraph("policy_effects.paired")
    if {NO_PLAN, NO_SUPPORT} <= report.sources.comparisons.keys():
        yield report.paragraph("policy_effects.two_references")
    for reference, comparison in report.sources.comparisons.items():
        key = reference if reference in (NO_PLAN, NO_SUPPORT) else "other"
        title = report.reference_title(comparison)
        yield report.heading(2, f"policy_effects.against_{key}", reference=title)
        yield from _against(report, comparison)


def _targets(report: ReportContext) -> Figure:
    """Draw the value of each target under each scenario, as a share of the required value."""
    words = report.words
    runs = [report.result, *report.sources.references.values()]
    targets = assessment.targets_in(report.result)
    aims = np.array([t.at_least for t in targets])
    several = [
        Series(report.title(run), run.target_value.sel(target=[t.id for t in targets]).values / aims)
        for run in runs
    ]
    likely, unlikely, unclear = assessment.targets_by_likelihood(report)
    none = words.string("mark.nothing")
    lists = {
        key: words.string("mark.list").join(ids) or none
        for key, ids in (("likely", likely), ("unlikely", unlikely), ("unclear", unclear))
    }
    labels = [assessment.target_name(report, target) for target in targets]
    unit = words.string("axis.of_target")
    alt = words.text("alt.targets", **lists)
    return report.figure("targets", lambda: row_charts.target_attainment(labels, several, unit), alt)


def _against(report: ReportContext, comparison: xr.Dataset) -> Iterator[Block]:
    words = report.words
    yield Paragraph(first_page.net_jobs(report, comparison))
    if (text := first_page.firms(report, comparison)).text:
        yield Paragraph(text)
    if np.isfinite(float(comparison.deadweight_money)):
        fields = {
            "share": words.share(float(comparison.deadweight_money)),
            "judged": words.share(float(comparison.deadweight_judged)),
        }
        yield report.paragraph("policy_effects.deadweight", **fields)
    if "jobs_universe_difference" in comparison:
        yield _net_jobs_by_month(report, comparison)
    if np.isfinite(float(comparison.job_years_recipients)):
        yield _gains(report, comparison)
    tables = comparison_tables.tables(comparison.expand_dims("scenario"))
    for name in ("headlines", "target_changes", "credit_changes", "deadweight"):
        if (table := find_table(tables, name)) is not None:
            key = f"policy_effects.{name}" if name != "deadweight" else "policy_effects.deadweight_table"
            arms = {
                "scenario": report.title(report.result),
                "reference": report.reference_title(comparison),
            }
            yield from report.page_tables(replace(table, title=words.string(key, **arms)))


def _net_jobs_by_month(report: ReportContext, comparison: xr.Dataset) -> Figure:
    words = report.words
    net = (
        (comparison.jobs_universe_difference - comparison.jobs_displaced_difference)
        .transpose("replicate", "month")
        .values
    )
    low, middle, high = (
        words.quantity(float(x), "persons") for x in np.quantile(net[:, -1], [0.05, 0.5, 0.95])
    )
    reference = report.reference_title(comparison)
    alt = words.text("alt.net_jobs", reference=reference, low=low, middle=middle, high=high)
    panel = Panel(words.string("axis.net_jobs"), words.unit_name("persons"), [Series(reference, net)])
    return report.figure(
        "net_jobs", lambda: time_charts.fan_chart([panel], zero=True), alt, reference=reference
    )


def _gains(report: ReportContext, comparison: xr.Dataset) -> Figure:
    """Draw net job-years as the gains of recipients and of other firms, less displaced jobs."""
    words = report.words

    def estimate(name: str, sign: int = 1) -> Estimate:
        value, low, high = (sign * float(comparison[f"{name}{end}"]) for end in ("", "_low", "_high"))
        return Estimate(words.string(f"headline.{name}"), value, *sorted((low, high)))

    parts = [
        estimate("job_years_recipients"),
        estimate("job_years_others"),
        estimate("job_years_displaced", -1),
    ]
    total = estimate("job_years_net")
    fields = {
        name: words.quantity(float(comparison[f"job_years_{name}"]), "job-years")
        for name in ("recipients", "others", "displaced", "net")
    }
    alt = words.text("alt.who_gains", **fields)
    unit = words.unit_name("job-years")
    return report.figure(
        "who_gains",
        lambda: row_charts.waterfall(parts, total, unit),
        alt,
        reference=report.reference_title(comparison),
    )
