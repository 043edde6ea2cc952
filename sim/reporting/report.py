"""Build a report from results and write it as HTML, Word, PDF or a workbook of tables."""

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
from sim.reporting import fonts
from sim.reporting.charts.style import to_png
from sim.reporting.context import ReportContext
from sim.reporting.document import Block, Document, Figure, Table, block_numbers, capitalised
from sim.reporting.sections.assumptions import assumptions
from sim.reporting.sections.credit import credit
from sim.reporting.sections.employment import employment
from sim.reporting.sections.equity import equity
from sim.reporting.sections.evidence import model_against_evidence
from sim.reporting.sections.first_page import first_page
from sim.reporting.sections.incubation import incubation
from sim.reporting.sections.policy_effects import policy_effects
from sim.reporting.sections.public_spending import public_spending
from sim.reporting.sections.reproduction import reproduction
from sim.reporting.sections.studies.attribution import attribution
from sim.reporting.sections.studies.blocks import questions
from sim.reporting.sections.studies.ensembles import ensembles
from sim.reporting.sections.studies.sensitivity import sensitivity
from sim.reporting.sections.studies.target_conditions import target_conditions
from sim.reporting.sections.studies.variance_decomposition import variance_decomposition
from sim.reporting.sections.survival import survival
from sim.reporting.sources import ReportSources, classify, read_sources
from sim.reporting.wording import Wording
from sim.studies.execution import results

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

Section = Callable[[ReportContext], Iterator[Block]]
RUN_SECTIONS: Final[tuple[Section, ...]] = (
    first_page,
    policy_effects,
    survival,
    employment,
    incubation,
    credit,
    equity,
    public_spending,
    sensitivity,
    attribution,
    target_conditions,
    ensembles,
    model_against_evidence,
    variance_decomposition,
    assumptions,
)
"""Sections of a report on a run, in order; the section on reproduction is added at the end."""
STUDY_SECTIONS: Final[tuple[Section, ...]] = (
    questions,
    sensitivity,
    attribution,
    target_conditions,
    variance_decomposition,
    ensembles,
)
"""Sections of a report on studies only, in order; the section on reproduction is added at the end."""
FORMATS: Final = (".html", ".docx", ".pdf")
REQUIRED: Final = {".html": ("jinja2",), ".docx": ("docx",), ".pdf": ("typst",), ".xlsx": ("openpyxl",)}
"""Modules that each file format requires in addition to Matplotlib and fontTools."""


def build_document(sources: ReportSources, lang: str, files: Sequence[Path] = ()) -> Document:
    """Build the document of a report in one language.

    Args:
        sources: results from :func:`sim.reporting.sources.read_sources`.
        lang: ``zh`` or ``en``.
        files: result files to include in the commands that reproduce the report.
    """
    texts.use(lang)
    report = ReportContext(sources, Wording(lang))
    sections = RUN_SECTIONS if sources.has_run else STUDY_SECTIONS
    blocks = [block for section in sections for block in section(report)]
    blocks = _refer_to_repeated_notes(report, [*blocks, *reproduction(report, files)])
    if lang == "en":
        blocks = [capitalised(block) for block in blocks]
    created = str(sources.result.attrs.get("date", ""))
    title, subtitle = _run_titles(report) if sources.has_run else _study_titles(report)
    return Document(lang, title, subtitle, tuple(blocks), created)


def _refer_to_repeated_notes(report: ReportContext, blocks: list[Block]) -> list[Block]:
    """Replace each note that appears below an earlier table with a reference to that table."""
    first: dict[str, int] = {}
    revised: list[Block] = []
    for block, number in zip(blocks, block_numbers(blocks), strict=True):
        if not isinstance(block, Table):
            revised.append(block)
            continue
        new = [note for note in block.notes if note not in first]
        earlier = dict.fromkeys(first[note] for note in block.notes if note in first)
        references = [report.words.string("report.same_note", number=table) for table in earlier]
        first |= dict.fromkeys(new, number)
        revised.append(replace(block, notes=(*new, *references)))
    return revised


def _run_titles(report: ReportContext) -> tuple[str, str]:
    """Return the title and subtitle of a report on a run."""
    attributes = report.result.attrs
    subtitle = report.words.string(
        "report.subtitle",
        scenario=report.title(report.result),
        replicates=report.sources.replicates,
        scale=report.words.sampling(float(attributes["scale"])),
        version=attributes["version"],
        date=report.words.date(str(attributes.get("date", ""))),
    )
    return report.words.string("report.title"), subtitle


def _study_titles(report: ReportContext) -> tuple[str, str]:
    """Return the title and subtitle of a report on studies only; the title names the first study."""
    attributes = report.result.attrs
    subtitle = report.words.string(
        "report.of_studies_subtitle",
        runs=f"{int(attributes['runs']):,}",
        scale=report.words.sampling(float(attributes["scale"])),
        version=attributes["version"],
        date=report.words.date(str(attributes.get("date", ""))),
    )
    return report.words.string("report.of_studies", title=report.title(report.result)), subtitle


def report(
    given: Iterable[str | Path | xr.Dataset],
    output: str | Path,
    lang: str = "zh",
    tables: str | Path | None = None,
) -> list[Path]:
    """Write a report on results in the format given by the suffix of the output file.

    Args:
        given: runs, comparisons and studies, as datasets, files, or folders of files.
        output: ``.html``, ``.docx`` or ``.pdf``.
        lang: ``zh`` or ``en``.
        tables: ``.xlsx`` file for the report's tables.

    Returns:
        Paths of the files written.

    Raises:
        InputError: an output format is not supported, a file is not a result, two results do not belong
            together, or a library is missing.
        OutputError: a character cannot be printed, or a file cannot be written.
    """
    texts.use(lang)
    paths = [Path(output), *([Path(tables)] if tables else [])]
    if paths[0].suffix.lower() not in FORMATS:
        raise InputError([texts.say("error.report_form", path=output, allowed=", ".join(FORMATS))])
    if tables and paths[1].suffix.lower() != ".xlsx":
        raise InputError([texts.say("error.report_form", path=tables, allowed=".xlsx")])
    check_formats(paths)
    sources = list(given)
    files = [Path(source) for source in sources if not isinstance(source, xr.Dataset)]
    document = build_document(read_sources(sources), lang, [file for file in files if file.suffix == ".nc"])
    for path in paths:
        write_document(document, path)
    return paths


def save_charts(study: xr.Dataset, folder: Path) -> list[Path]:
    """Write every figure of a study as ``FOLDER/NAME_FIGURE.png``, in the current language.

    Args:
        study: dataset returned by :func:`sim.study`.
        folder: output folder.

    Returns:
        Paths of the files written.
    """
    name = str(study.attrs["name"])
    document = build_document(classify([(name, study)]), texts.language())
    paths = []
    for figure in document.figures():
        path = folder / f"{name}_{figure.name}.png"
        with results.whole(path) as temporary:
            temporary.write_bytes(to_png(partial(draw_with_caption, figure)))
        paths.append(path)
    return paths


def draw_with_caption(figure: Figure) -> Drawing:
    """Draw a single figure with its caption on top."""
    drawing = figure.draw()
    drawing.suptitle("\n".join(wrap(figure.caption, 60)), x=0.01, ha="left", fontsize=9.5)
    return drawing


def write_document(document: Document, path: Path) -> None:
    """Write a document to a file; if an error occurs, no incomplete file remains.

    Raises:
        OutputError: a character cannot be printed, or the file cannot be written.
    """
    from sim.reporting.renderers import docx, html, pdf, xlsx

    missing = fonts.missing("".join(document.texts()))
    if missing:
        raise OutputError(texts.say("error.no_glyph", characters=missing))
    renderers = {".html": html, ".docx": docx, ".pdf": pdf, ".xlsx": xlsx}
    render: Callable[[Document], bytes] = renderers[path.suffix.lower()].render
    content = render(document.with_all_rows() if render is xlsx.render else document)
    path.parent.mkdir(parents=True, exist_ok=True)
    with results.whole(path) as temporary:
        temporary.write_bytes(content)


def check_formats(paths: Sequence[Path] = ()) -> None:
    """Check in advance that charts can be drawn and that files with these suffixes can be written.

    Raises:
        InputError: a suffix is unknown or a library is missing.
    """
    for path in paths:
        if path.suffix.lower() not in REQUIRED:
            raise InputError([texts.say("error.report_form", path=path, allowed=", ".join(REQUIRED))])
    required = {"matplotlib", "fontTools"}.union(*(REQUIRED[path.suffix.lower()] for path in paths))
    missing = sorted(name for name in required if importlib.util.find_spec(name) is None)
    if missing:
        raise InputError([texts.say("error.no_report_extra", names=", ".join(missing))])
