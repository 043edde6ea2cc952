"""Why one may believe it, and where not: evidence, assumptions, and how to do it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import xarray as xr

from sim import shipped
from sim.engine.levers import Parameter
from sim.policy.catalogue.catalogue import catalogue
from sim.reporting import evidence
from sim.reporting.charts import row_charts as charts
from sim.reporting.charts import study_charts
from sim.reporting.context import Book
from sim.reporting.document import Block, Cell, Figure, Number, Paragraph, Said, Table
from sim.reporting.tables import tables, variance_tables
from sim.reporting.wording import squared
from sim.studies.adapters import variance_decomposition as splits

SPLIT: Final = ("luck", "parameters", "guessed", "structure")
"""Columns of a split before those of single rules."""


def calibration(book: Book) -> Iterator[Block]:
    """Published figures and the model's."""
    yield book.heading(1, "calibration.heading")
    rows = evidence.beside()
    words = book.words
    count = {
        key: words.count(sum(r.verdict == key for r in rows))
        for key in ("inside", "overlaps", "order", "input")
    }
    run = evidence.run_of_the_table()
    told = (
        {"replicates": words.count(run["replicates"]), "scale": words.share(run["scale"], 0)} if run else {}
    )
    misses = [row for row in rows if row.verdict in evidence.MISSES]
    yield book.paragraph(
        "calibration.said", rows=words.count(len(rows)), misses=words.count(len(misses)), **count, **told
    )
    yield _rows(book, "misses", misses)
    yield _panel(book, rows)
    yield _rows(book, "calibration", rows)


def called(book: Book, row: evidence.Row) -> str:
    """What a published figure is called."""
    key, years = evidence.slug(row.what)
    if book.words.lang == "en":
        return squared(row.what)
    if not book.words.known(f"measured.{key}"):
        return book.words.text("calibration.by_id", ids=row.ids or "–")
    return book.words.text(f"measured.{key}", year=years.replace("-", "—"))


def _rows(book: Book, name: str, rows: Sequence[evidence.Row]) -> Table:
    keys = ("figure", "ids", "published", "model", "verdict")
    body = []
    for row in rows:
        low, high, *model = (_published(book, row, value) for value in row[2:7])
        between = book.words.interval(low, high) if row.low != row.high else Said(low.text, (low,))
        spread = book.words.say("mark.spread", middle=model[0], low=model[1], high=model[2])
        cells = (between, spread)
        verdict = book.words.text(f"verdict.{row.verdict}")
        body.append(
            (Cell(called(book, row)), Cell(row.ids), *(Cell(c.text, c.numbers) for c in cells), Cell(verdict))
        )
    head = tuple(book.words.text(f"head.{key}") for key in keys)
    return Table(name, book.words.text(f"calibration.{name}_table"), head, tuple(body))


def _published(book: Book, row: evidence.Row, value: float) -> Number:
    """A published figure or the model's: a share in per cent, else three figures, a count in full."""
    if row.high <= 1:  # of what is published only shares are as small
        return book.words.share(value)
    figures = value if abs(value) >= 1000 else float(f"{value:.3g}")
    text = f"{figures:,.0f}" if abs(value) >= 1000 else f"{figures:.10f}".rstrip("0").rstrip(".")
    return Number(value, text)


def _figure(value: float) -> Number:
    """A number of a parameter: four figures long, never an exponent."""
    text = f"{float(f'{value:.4g}'):,.10f}".rstrip("0").rstrip(".")
    return Number(value, text)


def _panel(book: Book, rows: Sequence[evidence.Row]) -> Figure:
    """All figures that have a positive middle, as shares of it."""
    shown = [r for r in rows if r.verdict != "input" and r.low > 0 and r.model / ((r.low + r.high) / 2) < 4]
    drawn = [
        (
            called(book, r),
            charts.Bar("", (r.low + r.high) / 2, r.low, r.high),
            charts.Bar("", r.model, r.model_low, r.model_high),
        )
        for r in shown
    ]
    names = (book.words.text("axis.published"), book.words.text("axis.model"))
    unit = book.words.text("axis.of_published")
    count = {
        "rows": len(rows), "drawn": len(shown), "inside": sum(r.low <= r.model <= r.high for r in shown),
    }  # fmt: skip
    alt = book.words.say("alt.calibration", **{key: book.words.count(n) for key, n in count.items()})
    return book.figure("calibration", lambda: charts.beside_evidence(drawn, unit, names), alt)


def split(book: Book) -> Iterator[Block]:
    """How much of each headline is luck, how much what is not known, how much how rules are written."""
    found = book.sources.studies.get("split", ())
    if found:
        yield book.heading(1, "split.heading")
    for number, study in enumerate(found):
        words = book.words
        sizes = {name: words.count(study.sizes[name]) for name in ("point", "set", "luck")}
        yield book.paragraph("split.said", **sizes)
        outcomes = [study.isel(outcome=i) for i in range(study.sizes["outcome"])]
        lines = [{part.name: part for part in variance_tables.parts(one)} for one in outcomes]
        rules = [name for name in lines[0] if name not in SPLIT]
        names = [words.text(f"head.{name}") for name in SPLIT]
        names += [lines[0][name].label for name in rules]
        rows = tuple(
            (
                Cell(book.called(one, "outcome")),
                *(book.share_cell(*of[name].share) for name in (*SPLIT, *rules)),
            )
            for one, of in zip(outcomes, lines, strict=True)
        )
        yield _parts(book, outcomes, lines, f"split_{number + 1}")
        head = (words.text("head.item"), *names)
        yield Table(f"split_{number + 1}", words.text("split.table"), head, rows)
        yield book.note("split.rivals")


def _parts(
    book: Book, outcomes: Sequence[xr.Dataset], lines: Sequence[Mapping[str, variance_tables.Part]], name: str
) -> Figure:
    """A row an outcome; a mark and its interval for luck, for parameters and for structure."""
    shares = {part: np.array([of[part].share for of in lines]) for part in splits.PARTS}
    several = [
        study_charts.Ends(book.words.text(f"head.{part}"), *(100 * each.T)) for part, each in shares.items()
    ]
    labels = [book.called(one, "outcome") for one in outcomes]
    rows = [
        book.words.say(
            "alt.split_row", name=label, **{p: book.words.share(v[i][0], 0) for p, v in shares.items()}
        )
        for i, label in enumerate(labels)
        if all(np.isfinite(v[i][0]) for v in shares.values())
    ]
    alt = book.words.say("alt.split", rows=book.words.joined(rows))
    unit = book.words.text("axis.of_variance")
    return Figure(
        name, book.words.text("figure.split"), alt, lambda: study_charts.dots(labels, several, unit)
    )


def assumptions(book: Book) -> Iterator[Block]:
    """Every parameter, its range, its source and its grade, room by room."""
    yield book.heading(1, "assumptions.heading")
    grades, words = evidence.grades(), book.words
    total = sum(grades.values())
    fields = {grade: words.count(grades[grade]) for grade in evidence.GRADES}
    yield book.paragraph("assumptions.said", total=words.count(total), **fields)
    settings = [s for s in catalogue().settings.values() if s.acting]
    numbers = {"settings": len(settings), "guesses": sum(s.guess for s in settings)}
    yield book.paragraph("assumptions.settings", **{k: words.count(n) for k, n in numbers.items()})
    yield book.note("assumptions.grades")
    head = tuple(words.text(f"head.{key}") for key in ("parameter", "value_unit", "range", "grade", "source"))
    rooms: dict[str, list[Parameter]] = {}
    for parameter in evidence.parameters():
        rooms.setdefault(parameter.id.partition(".")[0], []).append(parameter)
    for room, several in rooms.items():
        rows = tuple(_parameter(book, p) for p in several)
        called_room = words.text(f"room.{room}") if words.known(f"room.{room}") else room
        caption = words.text("assumptions.table", room=called_room)
        yield Table(f"assumptions_{room}", caption, head, rows)


def _parameter(book: Book, p: Parameter) -> tuple[Cell, ...]:
    words = book.words
    unit = "" if p.unit in ("share", "probability", "ratio") else words.unit(p.unit)
    percent = p.unit in ("share", "share a year", "share a month", "probability")
    tell = words.share if percent else _figure
    if p.unit == "yuan" and p.high >= 1e6:
        tell, unit = words.yuan, ""
    if percent:
        unit = {
            "share a year": words.text("mark.per_year"),
            "share a month": words.text("mark.per_month"),
        }.get(p.unit, "")
    value = (
        words.say("mark.amount", amount=tell(p.value), unit=unit)
        if unit
        else Said(tell(p.value).text, (tell(p.value),))
    )
    span = words.say("mark.interval", low=tell(p.low), high=tell(p.high)) if p.low < p.high else Said("–")
    if p.potency < 1:
        span = words.say("assumptions.potency", range=span, chance=words.share(p.potency, 0))
    ids = ", ".join(evidence.IDS.findall(p.source))
    kind = words.text("assumptions.guess" if p.source.startswith("guess") else "assumptions.rule")
    return (
        Cell(p.zh if words.lang == "zh" else p.en),
        Cell(value.text, value.numbers),
        Cell(span.text, span.numbers),
        Cell(p.grade),
        Cell(ids or kind),
    )


def again(book: Book, files: Sequence[Path] = ()) -> Iterator[Block]:
    """Seed, scale, version, hash, and the commands."""
    yield book.heading(1, "again.heading")
    words, result = book.words, book.result
    if book.sources.of_a_run:
        for line in tables.carried(result):
            yield Paragraph(Said(words.instead(line)), "note")
        yield from book.absent()
    attributes = result.attrs
    what = "scenario" if book.sources.of_a_run else "study"
    rows = [
        (what, str(attributes["name"])),
        (f"{what}_sha256", str(attributes[f"{what}_sha256"])),
        ("seed", str(attributes["seed"])),
        ("replicates", str(book.sources.replicates)),
        ("scale", f"{float(attributes['scale']):g}"),
        ("uncertainty", words.text(f"again.{attributes['uncertainty']}")),
        ("version", str(attributes["version"])),
        ("commit", str(attributes.get("commit", ""))),
        ("packages", str(attributes.get("packages", ""))),
        ("date", str(attributes.get("date", ""))),
    ]
    rows += [(_what(book, dataset), str(dataset.attrs["content_sha256"])) for dataset in book.sources.all()]
    body = tuple(
        (Cell(words.text(f"again.{key}") if words.known(f"again.{key}") else key), Cell(value))
        for key, value in rows
    )
    head = (words.text("head.item"), words.text("head.content"))
    yield Table("again", words.text("again.table"), head, body)
    yield book.paragraph("again.commands")
    for command in _commands(book, files):
        yield Paragraph(Said(command), "code")


def _what(book: Book, dataset: xr.Dataset) -> str:
    attributes = dataset.attrs
    if "reference" in attributes and "interval" in attributes:
        return book.words.text("again.hash_comparison", reference=attributes[f"reference_{book.words.lang}"])
    title = attributes.get(f"title_{book.words.lang}", attributes.get("name", ""))
    return book.words.text("again.hash", name=title)


def _file(scenario: str) -> str:
    """How a command names a scenario: one that ships by its name, one of the user's own by its file."""
    return scenario if (shipped.scenarios() / f"{scenario}.yaml").is_file() else f"{scenario}.yaml"


def _commands(book: Book, files: Sequence[Path]) -> Iterator[str]:
    attributes = book.result.attrs
    if book.sources.of_a_run:
        against = "".join(f" --against {_file(name)}" for name in book.sources.comparisons)
        scale = f"{float(attributes['scale']):g}"
        subject = _file(str(attributes["name"]))
        yield (
            f"zsim run {subject} -n {book.sources.replicates} --seed {attributes['seed']}"
            f" --scale {scale}{against} --out results"
        )
    for several in book.sources.studies.values():
        for study in several:
            if "name" in study.attrs:
                yield f"zsim study {study.attrs['name']}.yaml --out results"
    names = " ".join(f"results/{path.name}" for path in files) or "results"
    yield f"zsim report {names} -o report.docx --lang {book.words.lang}"
