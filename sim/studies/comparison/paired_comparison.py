"""Paired comparison of policies with a reference: the difference of every variable, and headline numbers.

Headlines that need only the two datasets (jobs, displacement, spending) are computed from them. Headlines
that need firm-level data of both scenarios are computed from the sums of
:mod:`sim.studies.comparison.counterfactual_pair`, or are missing with a reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xarray as xr
import yaml

from sim.studies.execution.results import provenance, sealed
from sim.studies.methods import intervals
from sim.studies.methods.intervals import Estimate

Array = npt.NDArray[Any]
Sums = Mapping[str, Array]
Draws = Mapping[str, Array]

LEVEL: Final = (
    "95% of the mean over replicates, paired: Student's t for means; for ratios of means a paired "
    "bootstrap with percentiles widened for few replicates (Hesterberg 2015), from 5 replicates on"
)


class Headline(NamedTuple):
    """Headline number of a comparison, reported for each scenario with its interval."""

    name: str
    unit: str
    zh: str
    en: str


def _headlines() -> dict[str, tuple[Headline, ...]]:
    text = Path(__file__).with_name("headlines.yaml").read_text(encoding="utf-8")
    return {
        kind: tuple(Headline(name, **words) for name, words in entries.items())
        for kind, entries in yaml.safe_load(text).items()
    }


MEANS, RATIOS, BY_INSTRUMENT = _headlines().values()
HEADLINES: Final = (*MEANS, *RATIOS)


def assemble(
    reference: xr.Dataset,
    policies: Sequence[xr.Dataset],
    sums: Sequence[Sums] | None,
    seconds: float = 0,
) -> xr.Dataset:
    """Assemble the comparison of policies with a reference that uses the same random numbers.

    Args:
        reference: result of the reference.
        policies: results of the policies, with the same seed, scale, version and replicates.
        sums: for each policy, the sums of :func:`sim.studies.comparison.counterfactual_pair.compare` by name,
            with replicates along the first dimension; None if firm-level data of both scenarios are not
            available.
        seconds: duration in seconds.

    Returns:
        a dataset with ``X_difference`` (scenario, replicate, ...) for every variable X; every headline with
        the limits ``_low`` and ``_high`` of its interval (scenario); means also ``_by_replicate`` (scenario,
        replicate) if every replicate has a value; and ``reason`` (scenario, headline), which states why a
        headline or its interval is NaN and is empty otherwise.
    """
    seed = int(reference.attrs["seed"])
    numbers = [
        by_replicate(reference, policy, None if sums is None else sums[i])
        for i, policy in enumerate(policies)
    ]
    estimates = [headlines(own, seed) for own in numbers]
    data: dict[str, Any] = {}
    for headline in HEADLINES:
        row = [own[headline.name] for own in estimates]
        data |= _with_interval(headline, ("scenario",), [e[:3] for e in row])
        if reasons := {e.reason for e in row} - {""}:
            data[headline.name][2]["reason"] = ", ".join(sorted(reasons))
    data["reason"] = (
        ("scenario", "headline"),
        np.array([[own[h.name].reason for h in HEADLINES] for own in estimates], dtype=np.str_),
        _names("1", "数值或区间缺失的原因", "why a headline or its interval is missing"),
    )
    for headline in MEANS:
        draws = np.array([own[headline.name] for own in numbers])
        if not np.isnan(draws).any():
            names = _names(headline.unit, f"{headline.zh}（逐次）", f"{headline.en}, by replicate")
            data[f"{headline.name}_by_replicate"] = (("scenario", "replicate"), draws, names)
    for headline in BY_INSTRUMENT:
        rows = [_by_instrument(headline.name, own, reference.sizes["instrument"], seed) for own in numbers]
        data |= _with_interval(headline, ("scenario", "instrument"), [[e[:3] for e in row] for row in rows])
    if all("judged" in own for own in numbers):
        recipients = np.array([own["judged"].sum(axis=0) for own in numbers])
        zh, en = (
            "可判断无谓损失的受助企业（各次重复合计）",
            "recipients whose deadweight can be assessed, over all replicates",
        )
        variable = (("scenario", "instrument"), recipients, _names("count", zh, en))
        data["deadweight_recipients_by_instrument"] = variable
    data |= _differences(reference, policies)
    return sealed(
        xr.Dataset(data, _coordinates(reference, policies), _attributes(reference, policies, seconds))
    )


def by_replicate(reference: xr.Dataset, policy: xr.Dataset, sums: Sums | None) -> Draws:
    """Return the quantities from which headlines are computed, by replicate; NaN where sums are missing.

    Net jobs cover the universe (all firms founded since January 2012, of any age) and incumbents: net =
    change in the jobs of the universe - displaced jobs = recipients + others - displaced jobs.
    """
    universe, displaced, spending = (
        (policy[name] - reference[name]).transpose("replicate", "month", ...).values
        for name in ("jobs_universe", "jobs_displaced", "public_spending")
    )
    if "public_returns" in policy:
        returned = policy["public_returns"] - reference["public_returns"]
        spending = spending - returned.transpose("replicate", "month", ...).values
    net = universe - displaced
    draws: dict[str, Array] = {
        "jobs_additional": net[:, -1],
        "job_years_net": net.sum(axis=1) / 12,
        "job_years_displaced": displaced.sum(axis=1) / 12,
        "jobs_displaced": displaced[:, -1],
        "spending_additional": spending.reshape(len(spending), -1).sum(axis=1),
    }
    if "tax_receipts" in policy:
        tax = policy["tax_receipts"] - reference["tax_receipts"]
        draws["tax_additional"] = tax.sum("month").values
    draws |= sums or {}
    if sums:
        draws["firms_saved_minus_lost"] = draws["firms_saved"] - draws["firms_lost"]
    for headline in MEANS:
        draws.setdefault(headline.name, np.full(len(net), np.nan))
    return {name: np.asarray(values, dtype=np.float64) for name, values in draws.items()}


def headlines(draws: Draws, seed: int) -> dict[str, Estimate]:
    """Return every headline with its interval, or the reason why it is missing."""
    estimates = {}
    for headline in MEANS:
        values = draws[headline.name]
        values = values[~np.isnan(values)]  # placebos are run in the first replicates only
        reason = "no_placebo" if "paid" in draws else "needs_paired_run"
        estimates[headline.name] = intervals.mean(values) if values.size else intervals.missing(reason)

    def ratio(numerator: str, denominator: str, factor: float = 1) -> Estimate:
        if numerator not in draws:
            return intervals.missing("needs_paired_run")
        above, below = (
            draws[name].reshape(len(draws[name]), -1).sum(axis=1) for name in (numerator, denominator)
        )
        return intervals.ratio(above * factor, below, seed)

    net, spending = estimates["job_years_net"], estimates["spending_additional"]
    estimates["deadweight_judged"] = ratio("paid", "added")
    estimates["deadweight_money"] = ratio("dead", "paid")
    estimates["deadweight_jobs"] = ratio("kept_once", "had_once")
    if estimates["deadweight_judged"].value == 0:  # payments were added, but too late to be assessed
        estimates |= dict.fromkeys(("deadweight_money", "deadweight_jobs"), intervals.missing("too_late"))
    estimates["cost_per_net_job_year"] = (
        intervals.missing(net.reason or "denominator_interval_holds_0")
        if net.holds_zero
        else ratio("spending_additional", "job_years_net")
    )
    estimates["net_job_years_per_million_yuan"] = (
        intervals.missing("denominator_interval_holds_0" if spending.holds_zero else "numerator_holds_0")
        if (spending.holds_zero or net.holds_zero) and not spending.reason
        else ratio("job_years_net", "spending_additional", 1e6)
    )
    return estimates


def _by_instrument(name: str, draws: Draws, instruments: int, seed: int) -> list[Estimate]:
    numerator, denominator = ("dead", "paid") if "money" in name else ("kept", "had")
    if numerator not in draws:
        return [intervals.missing("needs_paired_run")] * instruments
    pairs = zip(draws[numerator].T, draws[denominator].T, strict=True)
    return [intervals.ratio(above, below, seed) for above, below in pairs]


def _with_interval(headline: Headline, dims: tuple[str, ...], numbers: Any) -> dict[str, Any]:
    """Return dataset variables for a headline: value and interval limits, the last axis of ``numbers``."""
    data = {}
    for i, (end, zh, en) in enumerate(
        (("", "", ""), ("_low", "（下限）", ": low"), ("_high", "（上限）", ": high"))
    ):
        names = _names(headline.unit, headline.zh + zh, headline.en + en)
        data[headline.name + end] = (dims, np.array(numbers, dtype=np.float64)[..., i], names)
    return data


def _names(unit: str, zh: str, en: str) -> dict[str, str]:
    return {"units": unit, "long_name": en, "long_name_zh": zh}


def _differences(reference: xr.Dataset, policies: Sequence[xr.Dataset]) -> dict[str, Any]:
    """Return ``X_difference`` for every variable X: policy minus reference, replicate by replicate."""
    data: dict[str, Any] = {}
    for name, own in reference.data_vars.items():
        if not all(name in policy for policy in policies) or own.dtype.kind not in "bif":
            continue
        number = np.int8 if own.dtype.kind == "b" else own.dtype
        values = [policy[name].values.astype(number) - own.values.astype(number) for policy in policies]
        names = _names(
            own.attrs["units"],
            f"{own.attrs['long_name_zh']}（与参照情景之差）",
            f"{own.attrs['long_name']}: difference from the reference",
        )
        data[f"{name}_difference"] = (("scenario", *own.dims), np.array(values), names)
    return data


def _coordinates(reference: xr.Dataset, policies: Sequence[xr.Dataset]) -> dict[str, Any]:
    def each(attribute: str) -> tuple[str, Array]:
        return "scenario", np.array([p.attrs[attribute] for p in policies], dtype=np.str_)

    return {
        **{str(name): c for name, c in reference.coords.items()},
        "scenario": each("name")[1],
        "scenario_zh": each("title_zh"),
        "scenario_en": each("title_en"),
        "scenario_sha256": each("scenario_sha256"),
        "headline": np.array([h.name for h in HEADLINES]),
    }


def _attributes(reference: xr.Dataset, policies: Sequence[xr.Dataset], seconds: float) -> dict[str, Any]:
    shared = ("seed", "scale", "uncertainty")
    return {
        "reference": reference.attrs["name"],
        "reference_zh": reference.attrs["title_zh"],
        "reference_en": reference.attrs["title_en"],
        "reference_sha256": reference.attrs["scenario_sha256"],
        "scenario": json.dumps(
            {r.attrs["name"]: r.attrs["scenario"] for r in (reference, *policies)},
            ensure_ascii=False,
        ),
        "interval": LEVEL,
        **{name: reference.attrs[name] for name in shared},
        **provenance(seconds),
    }
