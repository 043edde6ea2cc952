"""The first page: targets, what the plan and all support add and cost, what does the work, what is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.output import evidence
from sim.output.book import Book
from sim.output.document import Block, Cell, FirstPageEnd, Number, Paragraph, Said, Table
from sim.output.sources import PLAN, SUPPORT
from sim.policy.catalogue import Target, catalogue
from sim.studies import intervals, tables

Floats = npt.NDArray[np.float64]
T7: Final = "T7"
STAFF: Final = "staff_only"
TOLD: Final = ("job_years_net", "jobs_driven_by_startups")
"""Outcomes of an attribution that the first page tells."""
SPACES: Final = "INC03"
"""Evidence on the growth of incubators: if the model is slower, T1 and T2 look worse than they are."""
SOME: Final = 0.05
"""Share of a target from which it rests on the plan in part: seven are judged, one may stand out by luck."""


def first_page(book: Book) -> Iterator[Block]:
    """All of it."""
    yield book.heading(1, "first.heading")
    yield Paragraph(_size(book), "note")
    if book.sources.unused:
        yield book.note("first.unused", names=book.words.text("mark.list").join(book.sources.unused))
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
        sure = not _turns(book, target)
        (likely if sure and low > 0.5 else unlikely if high < 0.5 else unclear).append(target.id)
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
    compared = PLAN in book.sources.comparisons
    anyway = {target.id: _under(book, PLAN, "target_met", target.id) for target in shown(result)}
    told = any(met is not None for met in anyway.values())
    keys = ["target", "value", "met", "likely", *(["anyway"] if told else [])]
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
            _met(book, int(result.target_met.sel(target=target.id).sum()), result.sizes["replicate"]),
            Cell(
                words.text("chance.by_count")
                if _turns(book, target)
                else words.chance(*_wilson(result, target.id))
            ),
        ]
        if told:
            row.append(_times(book, anyway[target.id]))
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


def _under(book: Book, reference: str, variable: str, target: str) -> Floats | None:
    """A target by replicate under a reference: of its run, else of this one less the paired difference."""
    if (other := book.sources.references.get(reference)) is not None:
        return np.asarray(other[variable].sel(target=target), dtype=np.float64)
    comparison = book.sources.comparisons.get(reference)
    if comparison is None or f"{variable}_difference" not in comparison:
        return None
    own, apart = (
        one.sel(target=target) for one in (book.result[variable], comparison[f"{variable}_difference"])
    )
    if own.sizes["replicate"] != apart.sizes["replicate"]:
        return None
    return np.asarray(own.values - apart.values, dtype=np.float64)


def _met(book: Book, met: int, of: int) -> Cell:
    """Met how often, with the interval of the chance."""
    words = book.words
    low, high = (words.share(end, 0) for end in intervals.wilson(met, of))
    said = words.say("mark.chance", met=words.count(met), of=words.count(of), low=low, high=high)
    return Cell(said.text, said.numbers)


def _times(book: Book, met: Floats | None) -> Cell:
    """Met how often, without more; a dash where it is not known."""
    if met is None:
        return Cell("–")
    said = _often(book, met)
    return Cell(said.text, said.numbers)


def _often(book: Book, met: Floats) -> Said:
    """In how many of how many replicates."""
    return book.words.say(
        "mark.times", met=book.words.count(float(met.sum())), of=book.words.count(float(len(met)))
    )


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
        "rests.wholly" if share >= 0.5 else "rests.partly" if share >= SOME else "rests.hardly"
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
    parts = [words.say("first.t7", **fields), *_published(book, founders)]
    anyway = [
        words.say(
            "first.t7_anyway",
            share=words.share(float(values.mean()) / jobs), reference=_named(book, reference),
        )
        for reference in (PLAN, SUPPORT)
        if (values := _under(book, reference, "target_value", T7)) is not None
    ]  # fmt: skip
    if anyway:
        parts.append(words.say("first.t7_of_these", shares=words.joined(anyway, "mark.comma")))
    return words.joined([*parts, words.say("first.t7_count")], "mark.none")


def _published(book: Book, founders: float) -> Iterator[Said]:
    """How many jobs a founder the target takes, and what it comes to at the published number."""
    words = book.words
    target = next((t for t in shown(book.result) if t.id == T7), None)
    if target is None:
        return
    needed = target.at_least / founders
    least, each, most = (Number(v, f"{v:g}") for v in tables.PUBLISHED_JOBS_EACH)
    fields = {
        "needed": Number(needed, f"{needed:.2f}"), "each": each, "least": least, "most": most,
        "jobs": words.count(each.value * founders),
    }  # fmt: skip
    yield words.say(f"first.t7_{'turns' if _turns(book, target) else 'stands'}", **fields)
    counted = book.result.jobs_driven_by_startups.isel(month=-1)
    if STAFF in counted.definition.values:
        staff = counted.sel(definition=STAFF).values
        met = _often(book, np.asarray(staff >= target.at_least))
        yield words.say("first.t7_staff", jobs=words.count(float(staff.mean())), met=met)


def _turns(book: Book, target: Target) -> bool:
    """Whether T7 is met as it is counted here and missed at the published number of jobs a founder."""
    if target.id != T7 or "founders_served" not in book.result:
        return False
    founders, jobs = (_primary(book.result, v) for v in ("founders_served", "jobs_driven_by_startups"))
    return tables.hangs_on_the_count(founders, jobs, target.at_least)


def _named(book: Book, reference: str) -> str:
    """What a reference is called."""
    if (other := book.sources.references.get(reference)) is not None:
        return book.title(other)
    return book.reference(book.sources.comparisons[reference])


def _primary(dataset: xr.Dataset, variable: str) -> float:
    return float(dataset[variable].isel(month=-1).sel(definition="primary").mean())


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
        luck = str(found[0].attrs.get("uncertainty", "")) == "luck"
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
