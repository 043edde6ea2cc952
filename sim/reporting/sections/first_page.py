"""The first page: targets, what the plan and all support add and cost, what does the work, what is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import xarray as xr

from sim.reporting import evidence
from sim.reporting.context import Book
from sim.reporting.document import Block, FirstPageEnd, Number, Paragraph, Said
from sim.reporting.sections import assessment
from sim.reporting.sources import PLAN, SUPPORT

TOLD: Final = ("job_years_net", "jobs_driven_by_startups")
"""Outcomes of an attribution that the first page tells."""
SPACES: Final = "INC03"
"""Evidence on the growth of incubators: if the model is slower, T1 and T2 look worse than they are."""


def first_page(book: Book) -> Iterator[Block]:
    """All of it."""
    yield book.heading(1, "first.heading")
    yield Paragraph(_size(book), "note")
    if book.sources.unused:
        yield book.note("first.unused", names=book.words.text("mark.list").join(book.sources.unused))
    yield assessment.targets(book)
    for said in (
        assessment.founders_times_jobs(book),
        *_additions(book),
        _cost(book),
        _work(book),
        _unknown(book),
    ):
        if said.text:
            yield Paragraph(said, "point")
    yield FirstPageEnd()


def _additions(book: Book) -> Iterator[Said]:
    """What this scenario adds to each reference."""
    for reference, comparison in book.sources.comparisons.items():
        key = reference if reference in (PLAN, SUPPORT) else "other"
        lead = book.words.say(f"first.adds_{key}", reference=book.reference(comparison))
        told = [lead, net_jobs(book, comparison)]
        if reference != SUPPORT:
            told.append(firms(book, comparison))
        elif (fields := _a_job_year(book, comparison)) is not None:
            spent = book.words.yuan(float(comparison.spending_additional))
            told.append(book.words.say("first.cost_brief", spent=spent, **fields))
        yield book.words.joined(told, "mark.none")
    if not book.sources.comparisons:
        yield book.words.say("absent.no_comparison")


def net_jobs(book: Book, comparison: xr.Dataset) -> Said:
    """The effect on net job-years, against all job-years of young firms."""
    base = (
        float(book.result.jobs_universe.mean("replicate").sum()) / 12
        if "jobs_universe" in book.result
        else np.nan
    )
    return headline(book, comparison, "job_years_net", base)


def firms(book: Book, comparison: xr.Dataset) -> Said:
    """Firms that the policy brings about, and those that it saves or loses."""
    parts = [
        headline(book, comparison, each)
        for each in ("firms_induced", "firms_saved_minus_lost")
        if np.isfinite(float(comparison[each]))
    ]
    if float(comparison.firms_saved_minus_lost_high) < 0:
        parts.append(book.words.say("first.longer_exposed"))
    return book.words.joined(parts, "mark.none") if parts else Said("")


def headline(book: Book, comparison: xr.Dataset, each: str, base: float = np.nan) -> Said:
    """One headline of a comparison as a sentence, or why there is none."""
    value, low, high = (float(comparison[f"{each}{end}"]) for end in ("", "_low", "_high"))
    called, unit = book.words.text(f"headline.{each}"), str(comparison[each].attrs["units"])
    if np.isnan(value):
        reason = str(comparison.reason.sel(headline=each).values)
        return book.words.say("effect.missing", name=called, reason=book.words.text(f"reason.{reason}"))
    return book.words.effect(called, value, low, high, unit, base)


def _cost(book: Book) -> Said:
    """What the plan costs: payments, and taxes that are not paid."""
    words = book.words
    spent = float(book.result.public_spending.sum(("month", "instrument")).mean())
    parts = [words.say("first.spent", amount=words.yuan(spent))]
    if (comparison := book.sources.comparisons.get(PLAN)) is None:
        return parts[0]
    parts.append(words.say("first.costs_against", reference=book.reference(comparison)))
    parts += [headline(book, comparison, f"{what}_additional") for what in ("spending", "tax")]
    if (fields := _a_job_year(book, comparison)) is None:
        if np.isnan(float(comparison.cost_per_net_job_year)):
            parts.append(headline(book, comparison, "cost_per_net_job_year"))
        return words.joined(parts, "mark.none")
    ends = [float(comparison[f"cost_per_net_job_year_{end}"]) for end in ("low", "high")]
    if np.isfinite(ends).all():
        low, high = map(words.count, ends)
        parts.append(words.say("first.cost", interval=words.interval(low, high), **fields))
    else:
        parts.append(words.say("first.cost_no_interval", **fields))
    return words.joined([*parts, words.say("first.no_price")], "mark.none")


def _a_job_year(book: Book, comparison: xr.Dataset) -> dict[str, Number] | None:
    """What is spent for a net job-year, and with the taxes not paid; None unless money buys jobs."""
    cost, words = float(comparison.cost_per_net_job_year), book.words
    spent, gained = float(comparison.spending_additional), float(comparison.job_years_net)
    if not (np.isfinite(cost) and spent > 0 and gained > 0):
        return None
    with_tax = (spent - float(comparison.tax_additional)) / gained
    return {"cost": words.count(cost), "with_tax": words.count(with_tax)}


def _work(book: Book) -> Said:
    """What does the work: an attribution where there is one, else who gains."""
    words = book.words
    comparison = book.sources.comparisons.get(PLAN)
    parts: list[Said] = []
    if comparison is not None and np.isfinite(float(comparison.job_years_recipients)):
        paid, others, displaced = (
            words.told(float(comparison[f"job_years_{who}"]), "job-years")
            for who in ("recipients", "others", "displaced")
        )
        parts.append(words.say("first.who", paid=paid, others=others, displaced=displaced))
        if (
            np.isfinite(dead := float(comparison.deadweight_money))
            and float(comparison.spending_additional) > 0
        ):
            judged = words.share(float(comparison.deadweight_judged))
            reference = book.reference(comparison)
            by_jobs = words.share(float(comparison.deadweight_jobs))
            fields = {"share": words.share(dead), "judged": judged, "by_jobs": by_jobs}
            parts.append(words.say("first.deadweight", reference=reference, **fields))
    found = book.sources.studies.get("attribution")
    if not found:
        parts.append(words.say("first.no_attribution"))
    else:
        outcomes = [found[0].isel(outcome=i) for i in range(found[0].sizes["outcome"])]
        luck = str(found[0].attrs.get("uncertainty", "")) == "random"
        parts.append(words.say("first.attribution_luck" if luck else "first.attribution_own"))
        told = [one for one in outcomes if str(one.outcome.values) in TOLD] or outcomes[:1]
        parts += [_attributed(book, one, 1 if k else 3) for k, one in enumerate(told)]
    return words.joined(parts, "mark.none")


def _attributed(book: Book, one: xr.Dataset, most: int) -> Said:
    """Which players can be told from zero, the largest first."""
    words = book.words
    unit = str(one.outcome_unit.values)
    seen = [
        i for i in np.argsort(-np.abs(one.value.values)) if str(one.state.values[i]) in ("above", "below")
    ][:most]
    fields: dict[str, str | Number] = {"outcome": str(one[f"outcome_{words.lang}"].values)}
    if not seen:
        return words.say("first.none_attributed", **fields)
    told = "share" if unit == "bool" else unit
    named = (
        book.named(str(one[f"player_{words.lang}"].values[i]), words.told(float(one.value.values[i]), told))
        for i in seen
    )
    fields["total"] = words.told(float(one.total), told)
    return words.say("first.attributed", players=words.joined(named), **fields)


def _unknown(book: Book) -> Said:
    """What is not known: guesses, misfits, few replicates."""
    words = book.words
    grades = evidence.grades()
    total, guesses = sum(grades.values()), grades["D"]
    rows = evidence.beside()
    misses = [row for row in rows if row.verdict in evidence.MISSES]
    parts = [
        words.say(
            "first.unknown",
            total=words.count(total), guesses=words.count(guesses), share=words.share(guesses / total, 0),
            rows=words.count(len(rows)), misses=words.count(len(misses)),
        )
    ]  # fmt: skip
    if (effects := evidence.effects()).total():
        told = {key: words.count(effects[key]) for key in ("agrees", "disagrees", "unclear")}
        parts.append(words.say("first.effects", **told))
    slow = next((row for row in misses if SPACES in row.ids), None)
    if slow is not None:
        parts.append(
            words.say(
                "first.slow",
                model=words.share(slow.model), low=words.share(slow.low, 0), high=words.share(slow.high, 0),
            )
        )  # fmt: skip
    parts.append(words.say("first.not_net"))
    return words.joined(parts, "mark.none")


def _size(book: Book) -> Said:
    """How much was lived, and whether its numbers may be quoted."""
    scale = float(book.result.attrs["scale"])
    fields = {"n": book.words.count(book.sources.replicates), "scale": book.words.scale(scale)}
    return book.words.say(
        "first.trial" if book.sources.replicates < 20 or scale < 1 else "first.full", **fields
    )
