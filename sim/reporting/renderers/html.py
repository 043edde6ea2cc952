"""One HTML file: works offline, on a phone, on paper and for a screen reader; loads nothing, runs no script.

The markup stands in ``report.html``, the style in ``report.css``; here is what the template is given.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.reporting.charts import style as figure_style
from sim.reporting.document import Block, Document, Figure, Heading, Paragraph, Table
from sim.reporting.fonts import SANS, SERIF, woff
from sim.reporting.layout import SHORT, laid_out
from sim.reporting.wording import Wording
from sim.table import length

if TYPE_CHECKING:
    from jinja2 import Template

LONG: Final = 24
"""Half-width characters of a cell that is more than a number or a unit."""


@dataclass(frozen=True)
class Part:
    """A block of the document and how the page shows it.

    Args:
        kind: ``heading``, ``table``, ``figure``, ``first_page_end``, or the role of a paragraph.
        block: what is shown.
        number: of the block, from which its anchor is made.
        caption: heading or caption with its number.
        numeric: of a table, by column: whether it is set to the right.
        cards: of a table: whether a narrow screen shows its rows as cards.
        wide: of a table: whether a narrow screen says that it can be swiped.
        short: of a table: whether it stays on one printed page.
        image: of a figure, SVG in base64.
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
    """The whole file."""
    words = Wording(document.lang)
    texts = "".join(document.texts()) + "".join(caption for _, caption in laid_out(document))
    texts += "".join(words.text(f"report.{key}") for key in ("contents", "skip", "swipe")) + "：:"
    page = _template().render(
        document=document,
        language={"zh": "zh-CN", "en": "en"}[document.lang],
        faces={face.family: woff(face, texts) for face in (SERIF, SANS)},
        parts=list(_parts(document)),
        text=words.text,
    )
    return page.encode("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True)  # fmt: skip
    return pages.get_template("report.html")


def _parts(document: Document) -> Iterator[Part]:
    for number, (block, caption) in enumerate(laid_out(document)):
        if isinstance(block, Table):
            cards = _wordy(block)
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
            image = base64.b64encode(figure_style.svg(block.draw).encode("utf-8")).decode("ascii")
            yield Part("figure", block, number, caption, image=image)
        elif isinstance(block, Paragraph):
            yield Part(block.role, block, number, caption)
        else:
            kind = "heading" if isinstance(block, Heading) else "first_page_end"
            yield Part(kind, block, number, caption)


def _wordy(table: Table) -> bool:
    """Whether cells say more than a number, so that on a narrow screen a row reads better as a card."""
    cells = [cell for row in table.rows for cell in row[1:]]
    return len(table.head) > 2 and any(len(c.numbers) > 1 or length(c.text) > LONG for c in cells)
