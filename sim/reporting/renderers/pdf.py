"""Render a report as a tagged PDF file (PDF/UA-1) with Typst, in the same layout as the Word file."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Final

from sim.engine.errors import OutputError
from sim.reporting.charts.style import to_svg
from sim.reporting.document import Block, Document, Figure, FirstPageEnd, Heading, Table
from sim.reporting.fonts import FOLDER, SANS, SERIF
from sim.reporting.layout import MARGINS, SHORT, column_widths, laid_out
from sim.reporting.wording import Wording
from sim.texts import say

SIZES: Final = {"zh": 14.0, "en": 11.0}
"""Font size of body text in points; tables, notes and the first page are smaller."""
FIRST_PAGE: Final = (10.5, 7.5)
"""Maximum and minimum font size of the first page in points; the size is reduced until the text fits."""
EPOCH: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)

SETUP: Final = """
#set document(title: {title}, author: (), date: none)
#set page(paper: "a4", margin: (top: {top}mm, bottom: {bottom}mm, left: {left}mm, right: {right}mm),
  footer: context {{
    let number = counter(page).get().first()
    let label = text(font: "{sans}", size: 10pt, {page})
    if calc.odd(number) {{ align(right, label) }} else {{ align(left, label) }}
  }})
#set text(font: ("{serif}", "{sans}"), fallback: false, lang: "{lang}", size: {size}pt, hyphenate: false)
#set par(leading: 0.75em, spacing: 0.75em, justify: {justify}, first-line-indent: (amount: {indent}em, all: true))
#show heading: set text(font: ("{sans}", "{serif}"), weight: "regular")
#show heading.where(level: 1): set text(size: {first}pt)
#show heading.where(level: 2): set text(size: {second}pt)
#show heading: set block(above: 1.3em, below: 0.8em, sticky: true)
#set table(stroke: (x, y) => (top: if y == 0 {{ 1pt }} else {{ 0.4pt + luma(160) }}, bottom: 0.6pt), inset: (x: 4pt, y: 3pt))
#set table.cell(breakable: false)
#show table.cell.where(y: 0): set text(font: ("{sans}", "{serif}"))
#set list(marker: [•], indent: 0pt, body-indent: 0.5em, spacing: 0.7em)
#let small(body) = {{ set text(size: 9pt); set par(first-line-indent: 0em, leading: 0.55em, spacing: 0.6em, justify: false); body }}
#let caption(body) = block(above: 1em, below: 0.6em, sticky: true, width: 100%, align(center, text(font: ("{sans}", "{serif}"), size: 10.5pt, body)))
"""

FITTED: Final = """
#layout(page => {{
  let set-in(points) = {{
    set text(size: points * 1pt)
    set par(leading: 0.55em, spacing: 0.55em, first-line-indent: 0em)
    set list(spacing: 0.55em)
    first
  }}
  let points = {most}
  while points > {least} and measure(width: page.width, set-in(points)).height > page.height - 4pt {{ points -= 0.25 }}
  set-in(points)
}})
#pagebreak()
"""


def render(document: Document) -> bytes:
    """Render a document as a PDF file.

    Raises:
        OutputError: Typst issues a warning, for example about a missing font or glyph.
    """
    import typst

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "report.typ"
        source.write_text(_source(document, Path(folder)), encoding="utf-8")
        content, warnings = typst.compile_with_warnings(
            str(source),
            font_paths=[str(FOLDER)],
            ignore_system_fonts=True,
            timestamp=EPOCH,
            pdf_standards=["ua-1"],
        )
    if warnings:
        raise OutputError(say("error.typst", reason=str(warnings[0].message)))
    assert isinstance(content, bytes), "typst returns one file for one document"
    return content


def _source(document: Document, folder: Path) -> str:
    words = Wording(document.lang)
    chinese = document.lang == "zh"
    size = SIZES[document.lang]
    before, _, after = words.string("report.page", number="\0").partition("\0")
    parts = [
        SETUP.format(
            title=_quoted(document.title), lang=document.lang, serif=SERIF.family, sans=SANS.family, size=size,
            first=size + 1.5, second=size, justify="true" if chinese else "false", indent=2 if chinese else 0,
            page=f"{_quoted(before)} + str(number) + {_quoted(after)}", **MARGINS,
        ),
    ]  # fmt: skip
    titled = [
        f'#align(center, block(below: 0.9em, text(font: "{SANS.family}", size: {size + 6}pt, {_quoted(document.title)})))',
        f"#align(center, small({_quoted(document.subtitle)}))",
    ]
    if any(isinstance(block, FirstPageEnd) for block in document.blocks):
        parts += ["#let first = [", *titled]
    else:
        parts += titled
    for number, (block, caption) in enumerate(laid_out(document)):
        parts.append(_block(block, caption, folder / f"{number}.svg", words))
    return "\n\n".join(parts)


def _block(block: Block, caption: str, file: Path, words: Wording) -> str:
    if isinstance(block, FirstPageEnd):
        most, least = FIRST_PAGE
        return "]\n" + FITTED.format(most=most, least=least)
    if isinstance(block, Heading):
        return f"#heading(level: {block.level}, {_quoted(caption)})"
    if isinstance(block, Table):
        return _table(block, caption, words)
    if isinstance(block, Figure):
        return _figure(block, caption, file)
    text = _quoted(block.content.text)
    return {
        "point": f"#list({text})",
        "note": f"#small({text})",
        "code": f"#small(block(fill: luma(242), inset: 5pt, width: 100%, {text}))",
    }.get(block.role, f"#par({text})")


def _table(table: Table, caption: str, words: Wording) -> str:
    shares = ", ".join(f"{100 * share:.2f}fr" for share in column_widths(table))
    aligned = ", ".join("right" if table.numeric(i) else "left" for i in range(len(table.head)))
    head = ", ".join(f"[#{_quoted(text)}]" for text in table.head)
    rows = "\n".join(
        "  " + ", ".join(f"[#{_quoted(_breakable(cell.text))}]" for cell in row) + "," for row in table.rows
    )
    notes = "\n".join(f"#small({_quoted(words.string('report.note', note=note))})" for note in table.notes)
    whole = "false" if len(table.rows) <= SHORT else "true"
    size = "8.5pt" if len(table.head) > 6 else "9pt"
    return (
        f"#caption({_quoted(caption)})\n"
        f"#block(breakable: {whole}, width: 100%, {{ set text(size: {size})\n"
        "set par(first-line-indent: 0em, leading: 0.5em, justify: false)\n"
        f"table(columns: ({shares}), align: ({aligned},),\n  table.header({head}),\n{rows}\n) }})\n{notes}\n#v(0.6em)"
    )


def _figure(figure: Figure, caption: str, file: Path) -> str:
    file.write_text(to_svg(figure.draw), encoding="utf-8")
    return (
        f'#block(breakable: false, width: 100%)[#align(center, image("{file.name}", width: 100%, '
        f"alt: {_quoted(caption + ' ' + figure.alt.text)}))\n"
        f"#caption({_quoted(caption)})\n#small({_quoted(figure.alt.text)})]"
    )


def _breakable(text: str) -> str:
    """Allow line breaks within long words such as checksums."""
    if len(text) < 40 or " " in text[:40]:
        return text
    return "\u200b".join(text[i : i + 8] for i in range(0, len(text), 8))


def _quoted(text: str) -> str:
    """Quote a text as a Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
