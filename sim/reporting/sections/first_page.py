"""First page of a report: targets, effects and costs of the plan, drivers of the effects, and limitations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting import evidence
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, FirstPageEnd, Number, Paragraph, Text
from sim.reporting.sections import assessment
from sim.reporting.sources import NO_PLAN, NO_SUPPORT

ATTRIBUTED: Final = ("job_years_net", "jobs_driven_by_startups")
"""Outcomes whose attribution is reported on the first page."""
INCUBATOR_GROWTH: Final = "INC03"
"""Id of the evidence on incubator growth. If growth in the model is slower, targets T1 (incubators) and T2
(incubation area) are underestimated."""
FULL_REPLICATES: Final = 20
"""Number of replicates below which a run is described as a trial run."""


def first_page(report: ReportContext) -> Iterator[Block]:
    """Yield the blocks of the first page."""
    yield report.heading(1, "first.heading")
    yield Paragraph(_run_size(report), "note")
    if report.sources.unused:
        yield report.note("first.unused", names=report.words.string("mark.list").join(report.sources.unused))
    yield assessment.targets_table(report)
    for text in (
        assessment.founders_times_jobs(report),
        *_additions(report),
        _cost(report),
        _drivers(report),
        _limitations(report),
    ):
        if text.text:
            yield Paragraph(text, "point")
    yield FirstPageEnd()


def _additions(report: ReportContext) -> Iterator[Text]:
    """Describe the effects of the scenario relative to each reference."""
    words = report.words
    for reference, comparison in report.sources.comparisons.items():
        key = reference if reference in (NO_PLAN, NO_SUPPORT) else "other"
        lead = words.text(f"first.adds_{key}", reference=report.reference_title(comparison))
        parts = [lead, net_jobs(report, comparison)]
        if reference != NO_SUPPORT:
            parts.append(firms(report, comparison))
        elif (fields := _cost_per_job_year(report, comparison)) is not None:
            spent = words.yuan(float(comparison.spending_additional))
            parts.append(words.text("first.cost_brief", spent=spent, **fields))
        yield words.join(parts, "mark.none")
    if not report.sources.comparisons:
        yield words.text("missing.no_comparison")


def net_jobs(report: ReportContext, comparison: xr.Dataset) -> Text:
    """Describe the effect on net job-years, relative to all job-years of young firms."""
    base = (
        float(report.result.jobs_universe.mean("replicate").sum()) / 12
        if "jobs_universe" in report.result
        else np.nan
    )
    return headline(report, comparison, "job_years_net", base)


def firms(report: ReportContext, comparison: xr.Dataset) -> Text:
    """Describe the effects of the policy on the creation and the survival of firms."""
    parts = [
        headline(report, comparison, name)
        for name in ("firms_induced", "firms_saved_minus_lost")
        if np.isfinite(float(comparison[name]))
    ]
    if float(comparison.firms_saved_minus_lost_high) < 0:
        parts.append(report.words.text("first.longer_exposed"))
    return report.words.join(parts, "mark.none") if parts else Text("")


def headline(report: ReportContext, comparison: xr.Dataset, name: str, base: float = np.nan) -> Text:
    """Describe a headline indicator of a comparison in one sentence, or state why it is missing."""
    value, low, high = (float(comparison[f"{name}{end}"]) for end in ("", "_low", "_high"))
    label, unit = report.words.string(f"headline.{name}"), str(comparison[name].attrs["units"])
    if np.isnan(value):
        reason = str(comparison.reason.sel(headline=name).values)
        return report.words.text("effect.missing", name=label, reason=report.words.string(f"reason.{reason}"))
    return report.words.effect(label, value, low, high, unit, base)


def _cost(report: ReportContext) -> Text:
    """Describe the cost of the plan, consisting of public spending and forgone taxes."""
    words = report.words
    spent = float(report.result.public_spending.sum(("month", "instrument")).mean())
    parts = [words.text("first.spent", amount=words.yuan(spent))]
    if (comparison := report.sources.comparisons.get(NO_PLAN)) is None:
        return parts[0]
    parts.append(words.text("first.costs_against", reference=report.reference_title(comparison)))
    parts += [headline(report, comparison, f"{item}_additional") for item in ("spending", "tax")]
    if (fields := _cost_per_job_year(report, comparison)) is None:
        if np.isnan(float(comparison.cost_per_net_job_year)):
            parts.append(headline(report, comparison, "cost_per_net_job_year"))
        return words.join(parts, "mark.none")
    ends = [float(comparison[f"cost_per_net_job_year_{end}"]) for end in ("low", "high")]
    if np.isfinite(ends).all():
        low, high = map(words.count, ends)
        parts.append(words.text("first.cost", interval=words.interval(low, high), **fields))
    else:
        parts.append(words.text("first.cost_no_interval", **fields))
    return words.join([*parts, words.text("first.no_price")], "mark.none")


def _cost_per_job_year(report: ReportContext, comparison: xr.Dataset) -> dict[str, Number] | None:
    """Return the cost per net job-year without and with forgone taxes, or None if it is not meaningful.

    It is meaningful only if additional spending and net job-years are both positive.
    """
    cost, words = float(comparison.cost_per_net_job_year), report.words
    spent, gained = float(comparison.spending_additional), float(comparison.job_years_net)
    if not (np.isfinite(cost) and spent > 0 and gained > 0):
        return None
    with_tax = (spent - float(comparison.tax_additional)) / gained
    return {"cost": words.count(cost), "with_tax": words.count(with_tax)}


def _drivers(report: ReportContext) -> Text:
    """Describe net job-years by group of firms, deadweight and, if available, contributions of measures."""
    words = report.words
    parts: list[Text] = []
    comparison = report.sources.comparisons.get(NO_PLAN)
    if comparison is not None and np.isfinite(float(comparison.job_years_recipients)):
        parts += _gains(report, comparison)
    studies = report.sources.studies.get("attribution")
    if not studies:
        parts.append(words.text("first.no_attribution"))
    else:
        study = studies[0]
        outcomes = [study.isel(outcome=i) for i in range(study.sizes["outcome"])]
        random_only = str(study.attrs.get("uncertainty", "")) == "random"
        parts.append(words.text("first.attribution_random" if random_only else "first.attribution_own"))
        reported = [
            selected for selected in outcomes if str(selected.outcome.values) in ATTRIBUTED
        ] or outcomes[:1]
        parts += [_attributed(report, selected, 1 if k else 3) for k, selected in enumerate(reported)]
    return words.join(parts, "mark.none")


def _gains(report: ReportContext, comparison: xr.Dataset) -> Iterator[Text]:
    """Yield sentences on net job-years by group of firms, and on the deadweight of payments to firms."""
    words = report.words
    paid, others, displaced = (
        words.quantity(float(comparison[f"job_years_{group}"]), "job-years")
        for group in ("recipients", "others", "displaced")
    )
    yield words.text("first.gains", paid=paid, others=others, displaced=displaced)
    deadweight = float(comparison.deadweight_money)
    if np.isfinite(deadweight) and float(comparison.spending_additional) > 0:
        fields = {
            "share": words.share(deadweight),
            "judged": words.share(float(comparison.deadweight_judged)),
            "by_jobs": words.share(float(comparison.deadweight_jobs)),
        }
        yield words.text("first.deadweight", reference=report.reference_title(comparison), **fields)


def _attributed(report: ReportContext, selected: xr.Dataset, most: int) -> Text:
    """Describe the largest significant contributions to an outcome, at most ``most`` of them."""
    words = report.words
    significant = [
        i
        for i in np.argsort(-np.abs(selected.value.values))
        if str(selected.state.values[i]) in ("above", "below")
    ][:most]
    fields: dict[str, str | Number] = {"outcome": str(selected[f"outcome_{words.lang}"].values)}
    if not significant:
        return words.text("first.none_attributed", **fields)
    unit = report.outcome_unit(selected)
    players = (
        report.labelled(
            str(selected[f"player_{words.lang}"].values[i]),
            words.quantity(float(selected.value.values[i]), unit),
        )
        for i in significant
    )
    fields["total"] = words.quantity(float(selected.total), unit)
    return words.text("first.attributed", players=words.join(players), **fields)


def _limitations(report: ReportContext) -> Text:
    """Describe limitations, such as parameters without direct evidence and figures that the model misses."""
    words = report.words
    grades = evidence.grades()
    total, guesses = sum(grades.values()), grades["D"]
    figures = evidence.figures()
    misses = [figure for figure in figures if figure.assessment in evidence.MISSES]
    parts = [
        words.text(
            "first.limitations",
            total=words.count(total), guesses=words.count(guesses), share=words.share(guesses / total, 0),
            rows=words.count(len(figures)), misses=words.count(len(misses)),
        )
    ]  # fmt: skip
    if (effects := evidence.published_effects()).total():
        counts = {key: words.count(effects[key]) for key in ("agrees", "disagrees", "unclear")}
        parts.append(words.text("first.effects", **counts))
    slow = next((figure for figure in misses if INCUBATOR_GROWTH in figure.ids), None)
    if slow is not None:
        parts.append(
            words.text(
                "first.incubator_growth",
                model=words.share(slow.model), low=words.share(slow.low, 0), high=words.share(slow.high, 0),
            )
        )  # fmt: skip
    parts.append(words.text("first.not_net"))
    return words.join(parts, "mark.none")


def _run_size(report: ReportContext) -> Text:
    """State the number of replicates and the scale of the run, and whether its results may be quoted."""
    scale = float(report.result.attrs["scale"])
    trial = report.sources.replicates < FULL_REPLICATES or scale < 1
    fields = {"n": report.words.count(report.sources.replicates), "scale": report.words.sampling(scale)}
    return report.words.text("first.trial" if trial else "first.full", **fields)
