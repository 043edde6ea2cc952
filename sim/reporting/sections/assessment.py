"""Verdicts: which targets are met, how often, on what that rests, and T7 by how it is counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.policy.catalogue.catalogue import Target, catalogue
from sim.reporting.context import Book
from sim.reporting.document import Cell, Number, Said, Table
from sim.reporting.sources import PLAN, SUPPORT
from sim.reporting.tables import tables
from sim.studies.methods import intervals

Floats = npt.NDArray[np.float64]
T7: Final = "T7"
STAFF: Final = "staff_only"
SOME: Final = 0.05
"""Share of a target from which it rests on the plan in part: seven are judged, one may stand out by luck."""


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


def targets(book: Book) -> Table:
    """The table of targets: value, chance, and how often each is met under the reference."""
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


def founders_times_jobs(book: Book) -> Said:
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
