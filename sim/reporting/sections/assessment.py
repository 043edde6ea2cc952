"""Assessment of the targets: attainment, dependence on the plan, and the breakdown of target T7.

T7 (jobs driven by startups) is the product of the number of founders and the jobs per founder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import xarray as xr

from sim.policy.catalogue.catalogue import Target, catalogue
from sim.reporting.charts.series import Floats
from sim.reporting.context import ReportContext
from sim.reporting.document import Cell, Number, Table, Text
from sim.reporting.sources import NO_PLAN, NO_SUPPORT
from sim.reporting.tables import run_tables
from sim.studies.methods import intervals

T7: Final = "T7"
STAFF: Final = "staff_only"
SOME: Final = 0.05
"""Minimum effect of the plan, as a share of a target's value, for the target to depend partly on the plan."""


def targets_by_likelihood(report: ReportContext) -> tuple[list[str], list[str], list[str]]:
    """Return the ids of the targets that are likely to be met, likely to be missed, and undecided."""
    likely: list[str] = []
    unlikely: list[str] = []
    unclear: list[str] = []
    for target in targets_in(report.result):
        low, high = _probability(report.result, target.id)
        robust = not _depends_on_job_count(report, target)
        (likely if robust and low > 0.5 else unlikely if high < 0.5 else unclear).append(target.id)
    return likely, unlikely, unclear


def targets_in(result: xr.Dataset) -> list[Target]:
    """Return the targets of the plan that a result contains."""
    return [target for target in catalogue().targets if target.id in result.target.values]


def target_name(report: ReportContext, target: Target) -> str:
    """Return the id and name of a target."""
    return f"{target.id} {target.zh if report.words.lang == 'zh' else target.en}"


def _probability(result: xr.Dataset, target: str) -> tuple[float, float]:
    """Return the 95% interval of the probability that a target is met."""
    return intervals.wilson(int(result.target_met.sel(target=target).sum()), result.sizes["replicate"])


def targets_table(report: ReportContext) -> Table:
    """Return the table of targets with value, probability of attainment, and dependence on the plan."""
    words, result = report.words, report.result
    compared = NO_PLAN in report.sources.comparisons
    without_plan = {
        target.id: _under_reference(report, NO_PLAN, "target_met", target.id) for target in targets_in(result)
    }
    known = any(met is not None for met in without_plan.values())
    keys = ["target", "value", "met", "likelihood", *(["without_plan"] if known else [])]
    keys += ["dependence"] if compared else []
    rows = []
    for target in targets_in(result):
        low, middle, high = (
            float(x) for x in np.quantile(result.target_value.sel(target=target.id).values, [0.05, 0.5, 0.95])
        )
        value = words.median_range(low, middle, high)
        row = [
            Cell(words.string("mark.target", name=target_name(report, target), aim=_aim(report, target))),
            Cell(value.text, value.numbers),
            _met(report, int(result.target_met.sel(target=target.id).sum()), result.sizes["replicate"]),
            Cell(
                words.string("likelihood.depends_on_job_count")
                if _depends_on_job_count(report, target)
                else words.likelihood(*_probability(result, target.id))
            ),
        ]
        if known:
            row.append(_times_met(report, without_plan[target.id]))
        rows.append((*row, *([Cell(_dependence(report, target.id))] if compared else [])))
    head = tuple(words.string(f"head.{key}") for key in keys)
    notes = [words.string("first.table_note")]
    if compared:
        reference = report.reference_title(report.sources.comparisons[NO_PLAN])
        notes.append(words.string("first.dependence_note", reference=reference))
    caption = words.string("first.table", scenario=report.title(result))
    return Table("first_page", caption, head, tuple(rows), tuple(notes))


def _aim(report: ReportContext, target: Target) -> str:
    """Format the value that a target requires; in English the target's name already contains the unit."""
    number = report.words.count(target.at_least).text
    if report.words.lang == "en" and target.unit != "m2":
        return number
    return report.words.string("mark.amount", amount=number, unit=report.words.unit_name(target.unit))


def _under_reference(report: ReportContext, reference: str, variable: str, target: str) -> Floats | None:
    """Return a target variable by replicate under a reference, or None if it is not available."""
    if (other := report.sources.references.get(reference)) is not None:
        return np.asarray(other[variable].sel(target=target), dtype=np.float64)
    comparison = report.sources.comparisons.get(reference)
    if comparison is None or f"{variable}_difference" not in comparison:
        return None
    own, difference = (
        array.sel(target=target) for array in (report.result[variable], comparison[f"{variable}_difference"])
    )
    if own.sizes["replicate"] != difference.sizes["replicate"]:
        return None
    return np.asarray(own.values - difference.values, dtype=np.float64)


def _met(report: ReportContext, met: int, of: int) -> Cell:
    """Format the number of replicates that meet a target and the interval of the probability."""
    words = report.words
    low, high = (words.share(end, 0) for end in intervals.wilson(met, of))
    text = words.text("mark.probability", met=words.count(met), of=words.count(of), low=low, high=high)
    return Cell(text.text, text.numbers)


def _times_met(report: ReportContext, met: Floats | None) -> Cell:
    """Format the number of replicates that meet a target, or a dash if it is unknown."""
    if met is None:
        return Cell("–")
    text = _times(report, met)
    return Cell(text.text, text.numbers)


def _times(report: ReportContext, met: Floats) -> Text:
    """Format the number of replicates that meet a target, out of all replicates."""
    return report.words.text(
        "mark.times_met", met=report.words.count(float(met.sum())), of=report.words.count(float(len(met)))
    )


def _dependence(report: ReportContext, target: str) -> str:
    """Describe how strongly a target's value depends on the plan."""
    comparison = report.sources.comparisons.get(NO_PLAN)
    if comparison is None or "target_value_difference" not in comparison:
        return report.words.string("dependence.unknown")
    values = comparison.target_value_difference.sel(target=target).values
    estimate = intervals.mean(values)
    if estimate.reason:
        return report.words.string("dependence.unknown")
    if estimate.holds_zero:
        return report.words.string("dependence.not_visible")
    middle = float(report.result.target_value.sel(target=target).mean())
    share = abs(estimate.value / middle) if middle else 1.0
    return report.words.string(
        "dependence.mainly" if share >= 0.5 else "dependence.partly" if share >= SOME else "dependence.hardly"
    )


def founders_times_jobs(report: ReportContext) -> Text:
    """Describe T7 as founders times jobs per founder, and state the share reached without the plan.

    The text is empty if the run does not contain the number of founders.
    """
    words = report.words
    if "founders_served" not in report.result:
        return Text("")
    founders, jobs = (_mean_at_end(report.result, v) for v in ("founders_served", "jobs_driven_by_startups"))
    if not founders:
        return Text("")
    fields = {"founders": words.count(founders), "jobs": words.count(jobs)}
    each = jobs / founders
    fields["each"] = words.count(each)._replace(text=f"{each:.2f}")
    parts = [words.text("first.t7", **fields), *_published_jobs(report, founders)]
    without = [
        words.text(
            "first.t7_without",
            share=words.share(float(values.mean()) / jobs), reference=_reference_title(report, reference),
        )
        for reference in (NO_PLAN, NO_SUPPORT)
        if (values := _under_reference(report, reference, "target_value", T7)) is not None
    ]  # fmt: skip
    if without:
        parts.append(words.text("first.t7_of_these", shares=words.join(without, "mark.comma")))
    return words.join([*parts, words.text("first.t7_count")], "mark.none")


def _published_jobs(report: ReportContext, founders: float) -> Iterator[Text]:
    """Yield sentences on the jobs per founder required for T7, and on T7 at published jobs per founder."""
    words = report.words
    target = next((t for t in targets_in(report.result) if t.id == T7), None)
    if target is None:
        return
    needed = target.at_least / founders
    least, each, most = (Number(v, f"{v:g}") for v in run_tables.PUBLISHED_JOBS_EACH)
    fields = {
        "needed": Number(needed, f"{needed:.2f}"), "each": each, "least": least, "most": most,
        "jobs": words.count(each.value * founders),
    }  # fmt: skip
    key = "dependent" if _depends_on_job_count(report, target) else "robust"
    yield words.text(f"first.t7_{key}", **fields)
    counted = report.result.jobs_driven_by_startups.isel(month=-1)
    if STAFF in counted.definition.values:
        staff = counted.sel(definition=STAFF).values
        met = _times(report, np.asarray(staff >= target.at_least))
        yield words.text("first.t7_staff", jobs=words.count(float(staff.mean())), met=met)


def _depends_on_job_count(report: ReportContext, target: Target) -> bool:
    """Whether T7 is met at the simulated number of jobs per founder but not at the published number."""
    if target.id != T7 or "founders_served" not in report.result:
        return False
    founders, jobs = (_mean_at_end(report.result, v) for v in ("founders_served", "jobs_driven_by_startups"))
    return run_tables.depends_on_job_count(founders, jobs, target.at_least)


def _reference_title(report: ReportContext, reference: str) -> str:
    if (other := report.sources.references.get(reference)) is not None:
        return report.title(other)
    return report.reference_title(report.sources.comparisons[reference])


def _mean_at_end(dataset: xr.Dataset, variable: str) -> float:
    """Return the mean of a variable over replicates at the end of 2020, under its primary definition."""
    return float(dataset[variable].isel(month=-1).sel(definition="primary").mean())
