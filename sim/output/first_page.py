"""The first page: targets, what the plan and all support add and cost, what does the work, what is open."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr

from sim.output import evidence
from sim.output.book import Book
from sim.output.document import Block, Cell, FirstPageEnd, Number, Paragraph, Said, Table
from sim.output.sources import PLAN, SUPPORT
from sim.policy.catalogue import Target, catalogue
from sim.studies import intervals


def first_page(book: Book) -> Iterator[Block]:
    """All of it."""
    yield book.heading(1, "first.heading")
    yield _targets(book)
    for said in (
        _founders_times_jobs(book),
        *_additions(book),
        _cost(book),
        _work(book),
        _unknown(book),
    ):
        if said.text:
            yield Paragraph(said, "point")
    yield FirstPageEnd()


def targets_met(book: Book) -> tuple[list[str], list[str], list[str]]:
    """Targets likely met, likely missed, and open, by their ids."""
    likely: list[str] = []
    unlikely: list[str] = []
    unclear: list[str] = []
    for target in shown(book.result):
        low, high = _wilson(book.result, target.id)
        (likely if low > 0.5 else unlikely if high < 0.5 else unclear).append(target.id)
    return likely, unlikely, unclear


def shown(result: xr.Dataset) -> list[Target]:
    """The plan's targets that the result holds."""
    return [target for target in catalogue().targets if target.id in result.target.values]


def name(book: Book, target: Target) -> str:
    """What a target is called."""
    return f"{target.id} {target.zh if book.words.lang == 'zh' else target.en}"


def _wilson(result: xr.Dataset, target: str) -> tuple[float, float]:
    return intervals.wilson(int(result.target_met.sel(target=target).sum()), result.sizes["replicate"])


def _targets(book: Book) -> Table:
    words, result = book.words, book.result
    plain = book.sources.references.get(PLAN)
    compared = PLAN in book.sources.comparisons
    keys = ["target", "value", "met", "likely", *(["anyway"] if plain is not None else [])]
    keys += ["rests"] if compared else []
    rows = []
    for target in shown(result):
        low, middle, high = (
            float(x) for x in np.quantile(result.target_value.sel(target=target.id).values, [0.05, 0.5, 0.95])
        )
        spread = words.spread(low, middle, high)
        row = [
            Cell(words.text("mark.aimed", name=name(book, target), aim=_aim(book, target))),
            Cell(spread.text, spread.numbers),
            _met(book, result, target.id),
            Cell(words.chance(*_wilson(result, target.id))),
        ]
        if plain is not None:
            row.append(_met(book, plain, target.id, interval=False))
        rows.append((*row, *([Cell(_rests(book, target.id))] if compared else [])))
    head = tuple(words.text(f"head.{key}") for key in keys)
    notes = [words.text("first.table_note")]
    if compared:
        reference = book.reference(book.sources.comparisons[PLAN])
        notes.append(words.text("first.rests_note", reference=reference))
    caption = words.text("first.table", scenario=book.title(result))
    return Table("first_page", caption, head, tuple(rows), tuple(notes))


def _aim(book: Book, target: Target) -> str:
    """What is asked for; what is counted stands in the target's name, so English leaves it out."""
    number = book.words.count(target.at_least).text
    if book.words.lang == "en" and target.unit != "m2":
        return number
    return book.words.text("mark.amount", amount=number, unit=book.words.unit(target.unit))


def _met(book: Book, result: xr.Dataset, target: str, interval: bool = True) -> Cell:
    met, of = (float(result.target_met.sel(target=target).sum()), float(result.sizes["replicate"]))
    words = book.words
    fields = {"met": words.count(met), "of": words.count(of)}
    if interval:
        low, high = _wilson(result, target)
        fields |= {"low": words.share(low, 0), "high": words.share(high, 0)}
    said = words.say("mark.chance" if interval else "mark.times", **fields)
    return Cell(said.text, said.numbers)


def _rests(book: Book, target: str) -> str:
    """On what a target rests: the document, or what was there before it."""
    comparison = book.sources.comparisons.get(PLAN)
    if comparison is None or "target_value_difference" not in comparison:
        return book.words.text("rests.unknown")
    values = comparison.target_value_difference.sel(target=target).values
    estimate = intervals.mean(values)
    if estimate.reason:
        return book.words.text("rests.unknown")
    if estimate.holds_zero:
        return book.words.text("rests.not_on_plan")
    middle = float(book.result.target_value.sel(target=target).mean())
    share = abs(estimate.value / middle) if middle else 1.0
    return book.words.text(
        "rests.wholly" if share >= 0.5 else "rests.partly" if share >= 0.02 else "rests.hardly"
    )


def _founders_times_jobs(book: Book) -> Said:
    """T7 as what it is, and how much of it there would be anyway."""
    words = book.words
    if "founders_served" not in book.result:
        return Said("")
    founders, jobs = (_primary(book.result, v) for v in ("founders_served", "jobs_driven_by_startups"))
    if not founders:
        return Said("")
    fields = {"founders": words.count(founders), "jobs": words.count(jobs)}
    each = jobs / founders
    fields["each"] = words.count(each)._replace(text=f"{each:.2f}")
    parts = [words.say("first.t7", **fields)]
    anyway = [
        words.say(
            "first.t7_anyway",
            share=words.share(_primary(other, "jobs_driven_by_startups") / jobs), reference=book.title(other),
        )
        for reference in (PLAN, SUPPORT)
        if (other := book.sources.references.get(reference)) is not None
    ]  # fmt: skip
    if anyway:
        parts.append(words.say("first.t7_of_these", shares=words.joined(anyway, "mark.comma")))
    return words.joined([*parts, words.say("first.t7_count")], "mark.none")


def _primary(dataset: xr.Dataset, variable: str) -> float:
    return float(dataset[variable].isel(month=-1).sel(definition="primary").mean())


def _additions(book: Book) -> Iterator[Said]:
    """What this scenario adds to each reference."""
    for reference, comparison in book.sources.comparisons.items():
        key = reference if reference in (PLAN, SUPPORT) else "other"
        lead = book.words.say(f"first.adds_{key}", reference=book.reference(comparison))
        yield book.words.joined([lead, net_jobs(book, comparison), firms(book, comparison)], "mark.none")
    if not book.sources.comparisons:
        yield book.words.say("absent.comparison")


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
    words = book.words
    spent = float(book.result.public_spending.sum(("month", "instrument")).mean())
    parts = [words.say("first.spent", amount=words.yuan(spent))]
    for reference, comparison in book.sources.comparisons.items():
        if reference != PLAN:
            continue
        parts.append(headline(book, comparison, "spending_additional"))
        cost = float(comparison.cost_per_net_job_year)
        if np.isfinite(cost):
            fields = {"cost": words.count(cost)}
            ends = [float(comparison[f"cost_per_net_job_year_{end}"]) for end in ("low", "high")]
            if np.isfinite(ends).all():
                low, high = map(words.count, ends)
                parts.append(words.say("first.cost", interval=words.interval(low, high), **fields))
            else:
                parts.append(words.say("first.cost_no_interval", **fields))
        else:
            parts.append(headline(book, comparison, "cost_per_net_job_year"))
    return words.joined(parts, "mark.none")


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
        if np.isfinite(dead := float(comparison.deadweight_money)):
            judged = words.share(float(comparison.deadweight_judged))
            parts.append(words.say("first.deadweight", share=words.share(dead), judged=judged))
    found = book.sources.studies.get("attribution")
    parts.append(_attributed(book, found[0].isel(outcome=0)) if found else words.say("first.no_attribution"))
    return words.joined(parts, "mark.none")


def _attributed(book: Book, one: xr.Dataset) -> Said:
    """Which players can be told from zero, the largest first."""
    words = book.words
    unit = str(one.outcome_unit.values)
    seen = [
        i for i in np.argsort(-np.abs(one.value.values)) if str(one.state.values[i]) in ("above", "below")
    ][:3]
    fields = {"outcome": str(one[f"outcome_{words.lang}"].values)}
    if not seen:
        return words.say("first.none_attributed", **fields)
    told = "share" if unit == "bool" else unit
    named = (
        book.named(str(one[f"player_{words.lang}"].values[i]), words.told(float(one.value.values[i]), told))
        for i in seen
    )
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
    scale = float(book.result.attrs["scale"])
    fields = {"n": words.count(book.sources.replicates), "scale": Number(scale, f"{scale:g}")}
    key = "first.trial" if book.sources.replicates < 20 or scale < 1 else "first.full"
    parts.append(words.say(key, **fields))
    parts.append(words.say("first.not_net"))
    return words.joined(parts, "mark.none")
