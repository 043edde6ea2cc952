"""The report: from result files to a document, and from a document to a file."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Final

import xarray as xr

from sim import texts
from sim.engine.errors import InputError, OutputError
from sim.reporting.context import Book
from sim.reporting.document import Block, Document, Figure, Table, begun, numbered
from sim.reporting.sections import assumptions as credibility
from sim.reporting.sections import credit as finance
from sim.reporting.sections import first_page, policy_effects
from sim.reporting.sections import survival as firms
from sim.reporting.sections.studies import ensembles
from sim.reporting.sections.studies import sensitivity as studies
from sim.reporting.sources import Sources, gather, sorted_out
from sim.reporting.wording import Wording
from sim.studies.execution import results

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

Section = Callable[[Book], Iterator[Block]]
SECTIONS: Final[tuple[Section, ...]] = (
    first_page.first_page,
    policy_effects.comparison,
    firms.survival,
    firms.employment,
    firms.carriers,
    finance.credit,
    finance.equity,
    finance.spending,
    studies.sensitivity,
    studies.attribution,
    studies.discovery,
    ensembles.others,
    credibility.calibration,
    credibility.split,
    credibility.assumptions,
)
OF_STUDIES: Final[tuple[Section, ...]] = (
    studies.questions,
    studies.sensitivity,
    studies.attribution,
    studies.discovery,
    credibility.split,
    ensembles.others,
)
FORMS: Final = (".html", ".docx", ".pdf")
NEEDED: Final = {".html": ("jinja2",), ".docx": ("docx",), ".pdf": ("typst",), ".xlsx": ("openpyxl",)}
"""Modules that a form needs beside Matplotlib and fontTools, by the ending of the file."""


def document(sources: Sources, lang: str, files: Sequence[Path] = ()) -> Document:
    """The report of some results in one language.

    Args:
        sources: what :func:`sim.reporting.sources.gather` read.
        lang: ``zh`` or ``en``.
        files: the files, to be named among the commands.
    """
    texts.use(lang)
    book = Book(sources, Wording(lang))
    sections = SECTIONS if sources.of_a_run else OF_STUDIES
    blocks = [block for section in sections for block in section(book)]
    blocks = _said_once(book, [*blocks, *credibility.again(book, files)])
    if lang == "en":
        blocks = [begun(block) for block in blocks]
    made = str(sources.result.attrs.get("date", ""))
    if not sources.of_a_run:
        return Document(lang, *_of_studies(book), tuple(blocks), made)
    title = book.words.text("report.title")
    fields = {
        "scenario": book.title(sources.result),
        "replicates": sources.replicates,
        "scale": book.words.scale(float(sources.result.attrs["scale"])),
        "version": sources.result.attrs["version"],
        "date": book.words.day(made),
    }
    return Document(lang, title, book.words.text("report.subtitle", **fields), tuple(blocks), made)


def _said_once(book: Book, blocks: list[Block]) -> list[Block]:
    """A note that stands below an earlier table is not told again: the table is named."""
    first: dict[str, int] = {}
    made: list[Block] = []
    for block, number in zip(blocks, numbered(blocks), strict=True):
        if not isinstance(block, Table):
            made.append(block)
            continue
        own = [note for note in block.notes if note not in first]
        before = dict.fromkeys(first[note] for note in block.notes if note in first)
        same = [book.words.text("report.same_note", number=earlier) for earlier in before]
        first |= dict.fromkeys(own, number)
        made.append(replace(block, notes=(*own, *same)))
    return made


def _of_studies(book: Book) -> tuple[str, str]:
    """Title and subtitle of a report of studies alone; of several, the first gives its name."""
    attributes = book.result.attrs
    fields = {
        "runs": f"{int(attributes['runs']):,}",
        "scale": book.words.scale(float(attributes["scale"])),
        "version": attributes["version"],
        "date": book.words.day(str(attributes.get("date", ""))),
    }
    title = book.words.text("report.of_studies", title=book.title(book.result))
    return title, book.words.text("report.of_studies_subtitle", **fields)


def report(
    given: Iterable[str | Path | xr.Dataset],
    output: str | Path,
    lang: str = "zh",
    tables: str | Path | None = None,
) -> list[Path]:
    """Write the report of results; the ending of ``output`` says in which form.

    Args:
        given: runs, comparisons and studies, as datasets, files, or folders of files.
        output: ``.html``, ``.docx`` or ``.pdf``.
        lang: ``zh`` or ``en``.
        tables: where to write its tables too, ``.xlsx``.

    Returns:
        what was written.

    Raises:
        InputError: a file is not ours, two do not belong together, or a library is missing.
        OutputError: a character cannot be printed, or a file cannot be written.
    """
    texts.use(lang)
    wanted = [Path(output), *([Path(tables)] if tables else [])]
    if wanted[0].suffix.lower() not in FORMS:
        raise InputError([texts.say("error.report_form", path=output, allowed=", ".join(FORMS))])
    if tables and wanted[1].suffix.lower() != ".xlsx":
        raise InputError([texts.say("error.report_form", path=tables, allowed=".xlsx")])
    checked(wanted)
    all_given = list(given)
    files = [Path(one) for one in all_given if not isinstance(one, xr.Dataset)]
    made = document(gather(all_given), lang, [path for path in files if path.suffix == ".nc"])
    write(made, wanted[0])
    if tables:
        write(made, wanted[1])
    return wanted


def drawable() -> None:
    """See that charts can be drawn, before anything runs.

    Raises:
        InputError: a library is missing; one line says what to install.
    """
    checked([])


def charts_of(study: xr.Dataset, folder: Path) -> list[Path]:
    """Write every figure of a study as ``FOLDER/NAME_FIGURE.png``, in the language in use.

    Args:
        study: as :func:`sim.study` returns it.
        folder: where to.

    Returns:
        what was written.
    """
    from sim.reporting.charts.style import png

    name = str(study.attrs["name"])
    made = document(sorted_out([(name, study)]), texts.language())
    paths = []
    for figure in made.figures():
        path = folder / f"{name}_{figure.name}.png"
        with results.whole(path) as aside:
            aside.write_bytes(png(partial(captioned, figure)))
        paths.append(path)
    return paths


def captioned(figure: Figure) -> Drawing:
    """A figure that stands alone, with its caption on top."""
    drawn = figure.draw()
    drawn.suptitle("\n".join(wrap(figure.caption, 60)), x=0.01, ha="left", fontsize=9.5)
    return drawn


def write(made: Document, path: Path) -> None:
    """A document as a file, whole or not at all."""
    from sim.reporting import fonts
    from sim.reporting.renderers import docx, html, pdf, xlsx

    lacking = fonts.missing("".join(made.texts()))
    if lacking:
        raise OutputError(texts.say("error.no_glyph", characters=lacking))
    forms = {".html": html, ".docx": docx, ".pdf": pdf, ".xlsx": xlsx}
    render: Callable[[Document], bytes] = forms[path.suffix.lower()].render
    content = render(made.unfolded() if render is xlsx.render else made)
    path.parent.mkdir(parents=True, exist_ok=True)
    with results.whole(path) as aside:
        aside.write_bytes(content)


def checked(wanted: Sequence[Path]) -> None:
    """See that files of these endings can be made, before anything is.

    Raises:
        InputError: an ending that we do not know, or a library is missing; one line says what to install.
    """
    for path in wanted:
        if path.suffix.lower() not in NEEDED:
            raise InputError([texts.say("error.report_form", path=path, allowed=", ".join(NEEDED))])
    _present({"matplotlib", "fontTools"}.union(*(NEEDED[path.suffix.lower()] for path in wanted)))


def _present(modules: Iterable[str]) -> None:
    absent = sorted(name for name in modules if importlib.util.find_spec(name) is None)
    if absent:
        raise InputError([texts.say("error.no_report_extra", names=", ".join(absent))])
