"""Render a report as a self-contained web page for screens, phones, printing and screen readers.

The page contains no scripts. The template is ``report.html`` and its style sheet ``report.css``; this module
prepares the data for the template.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.reporting.charts.style import to_svg
from sim.reporting.document import Block, Document, Figure, Heading, Paragraph, Table
from sim.reporting.fonts import SANS, SERIF, woff
from sim.reporting.layout import SHORT, laid_out
from sim.reporting.wording import Wording
from sim.table import display_width

if TYPE_CHECKING:
    from jinja2 import Template

LONG: Final = 24
"""Width in half-width characters above which the text in a cell counts as long."""


@dataclass(frozen=True)
class Part:
    """A block of the document and its presentation on the page.

    Attributes:
        kind: ``heading``, ``table``, ``figure``, ``first_page_end``, or the role of a paragraph.
        block: block of the document.
        number: position of the block, used for its anchor.
        caption: heading or caption with its number.
        numeric: for each column of a table, whether it is right-aligned.
        cards: whether narrow screens show the rows of a table as cards.
        wide: whether narrow screens show a hint that a table can be swiped.
        short: whether a table is kept on one printed page.
        image: base64-encoded SVG of a figure.
    """

    kind: str
    block: Block
    number: int
    caption: str
    numeric: tuple[bool, ...] = ()
    cards: bool = False
    wide: bool = False
    short: bool = False
    image: str = ""


def render(document: Document) -> bytes:
    """Render a document as a web page."""
    words = Wording(document.lang)
    texts = "".join(document.texts()) + "".join(caption for _, caption in laid_out(document))
    texts += "".join(words.string(f"report.{key}") for key in ("contents", "skip", "swipe")) + "：:"
    page = _template().render(
        document=document,
        language={"zh": "zh-CN", "en": "en"}[document.lang],
        fonts={font.family: woff(font, texts) for font in (SERIF, SANS)},
        parts=list(_parts(document)),
        text=words.string,
    )
    return page.encode("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True)  # fmt: skip
    return environment.get_template("report.html")


def _parts(document: Document) -> Iterator[Part]:
    for number, (block, caption) in enumerate(laid_out(document)):
        if isinstance(block, Table):
            cards = _has_long_cells(block)
            yield Part(
                "table",
                block,
                number,
                caption,
                numeric=tuple(block.numeric(column) for column in range(len(block.head))),
                cards=cards,
                wide=not cards and len(block.head) > 3,
                short=len(block.rows) <= SHORT,
            )
        elif isinstance(block, Figure):
            image = base64.b64encode(to_svg(block.draw).encode("utf-8")).decode("ascii")
            yield Part("figure", block, number, caption, image=image)
        elif isinstance(block, Paragraph):
            yield Part(block.role, block, number, caption)
        else:
            kind = "heading" if isinstance(block, Heading) else "first_page_end"
            yield Part(kind, block, number, caption)


def _has_long_cells(table: Table) -> bool:
    """Whether a cell has several numbers or a long text, so that narrow screens show the rows as cards."""
    cells = [cell for row in table.rows for cell in row[1:]]
    return len(table.head) > 2 and any(len(c.numbers) > 1 or display_width(c.text) > LONG for c in cells)
