"""Section on the conditions for meeting targets: scenario discovery, thresholds and robustness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import xarray as xr

from sim.reporting.charts import study_charts
from sim.reporting.charts.series import IntervalSeries, ThresholdPanel
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Figure
from sim.reporting.sections.studies import blocks


def target_conditions(report: ReportContext) -> Iterator[Block]:
    """Yield the document blocks of this section, or none if no such study is given."""
    studies = report.sources.studies
    if any(studies.get(kind) for kind in ("discovery", "threshold", "robustness")):
        yield report.heading(1, "discovery.heading")
    for number, study in enumerate(studies.get("discovery", ())):
        yield from blocks.introduction(report, study)
        if study.sizes.get("box"):
            yield from _boxes(report, study, f"discovery_{number + 1}")
    for number, study in enumerate(studies.get("threshold", ())):
        yield from blocks.introduction(report, study)
        yield _threshold(report, study, f"threshold_{number + 1}")
    for number, study in enumerate(studies.get("robustness", ())):
        yield from blocks.introduction(report, study)
        yield from _robustness(report, study, f"robustness_{number + 1}")


def _boxes(report: ReportContext, study: xr.Dataset, name: str) -> Iterator[Block]:
    """Yield a table and a figure on the conditions (boxes) under which the target is missed more often."""
    words = report.words
    labels = [words.string("discovery.box", number=i + 1) for i in range(study.sizes["box"])]
    variables = ("mass", "density", "density_low", "density_high", "coverage", "density_new")
    keys = ("box", "mass", "density", "low", "high", "coverage", "density_new")
    columns = [study[variable].values for variable in variables]
    caption = words.string("discovery.table")
    yield blocks.number_table(report, name, caption, keys, labels, columns, "share")
    yield _missed(report, study, labels, name)


def _missed(report: ReportContext, study: xr.Dataset, labels: Sequence[str], name: str) -> Figure:
    """Draw the share of samples in each box that miss the target, with a line at the overall share."""
    words = report.words
    densities = [study[variable].values for variable in ("density", "density_low", "density_high")]
    values, low, high = (100 * density for density in densities)
    base = float(study.attrs["base"])
    top = blocks.leading_three(report, labels, values / 100, "share")
    alt = words.text("alt.discovery", base=words.share(base), top=top)
    series = IntervalSeries("", values, low, high)
    draw = partial(study_charts.interval_plot, labels, [series], "%", base * 100)
    return Figure(name, words.string("figure.discovery"), alt, draw)


def _threshold(report: ReportContext, study: xr.Dataset, name: str) -> Figure:
    """Draw the share of replicates that meet the target as a function of each setting."""
    words = report.words
    panels = []
    for i in range(study.sizes["factor"]):
        factor = study.isel(factor=i)
        unit, divisor = report.factor_axis(str(factor.factor_unit.values))
        label = report.element_label(factor, "factor")
        panels.append(ThresholdPanel(label, unit, factor.setting.values / divisor, study.share.values))
    ends = {
        "first": words.share(float(study.share.values[0])),
        "last": words.share(float(study.share.values[-1])),
    }
    required = float(study.attrs["probability"])
    alt = words.text("alt.threshold", **ends)
    unit = words.string("axis.met")
    caption = words.string("figure.threshold")
    return Figure(name, caption, alt, lambda: study_charts.threshold_curves(panels, required, unit))


def _robustness(report: ReportContext, study: xr.Dataset, name: str) -> Iterator[Block]:
    """Yield a table and a figure on the share of parameter draws in which a policy meets all requirements."""
    words = report.words
    labels = [report.element_label(study.isel(policy=i), "policy") for i in range(study.sizes["policy"])]
    columns = [study[variable].values for variable in ("domain", "domain_low", "domain_high")]
    keys = ("scenario", "domain", "low", "high")
    caption = words.string("discovery.domain_table")
    yield blocks.number_table(report, name, caption, keys, labels, columns, "share")
    series = IntervalSeries("", *(column * 100 for column in columns))
    top = blocks.leading_three(report, labels, columns[0], "share")
    alt = words.text("alt.robustness", top=top)
    draw = partial(study_charts.interval_plot, labels, [series], "%")
    yield Figure(name, words.string("figure.robustness"), alt, draw)
