"""Document model: headings, paragraphs, tables and figures of a report, in one language.

The renderers in :mod:`sim.reporting.renderers` convert a document into a file without access to the results.
Every number from the results is a :class:`Number` in a block, so that tests can compare it with the results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from sim.table import Cell, Number, Table, Text

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

__all__ = [
    "Block", "Cell", "Document", "Figure", "FirstPageEnd", "Heading", "Number", "Paragraph", "Role", "Table",
    "Text", "block_numbers", "block_texts", "capitalised"]  # fmt: skip

Role: TypeAlias = Literal["body", "point", "note", "code"]


@dataclass(frozen=True)
class Heading:
    """A heading. In Chinese, headings of level 1 are numbered 一、 and those of level 2 （一）."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with the role ``body``, ``point`` (list item), ``note`` (in small print) or ``code``."""

    content: Text
    role: Role = "body"


@dataclass(frozen=True)
class Figure:
    """A figure with its caption, its text alternative, and the function that draws it."""

    name: str
    caption: str
    alt: Text
    draw: Callable[[], Drawing]


@dataclass(frozen=True)
class FirstPageEnd:
    """Marker for the end of the first page; all blocks before it are fitted onto one page."""


Named = TypeVar("Named", Table, Figure)
Block: TypeAlias = Heading | Paragraph | Table | Figure | FirstPageEnd


@dataclass(frozen=True)
class Document:
    """A report in one language.

    Attributes:
        lang: ``zh`` or ``en``.
        title: title of the report.
        subtitle: line below the title.
        blocks: blocks in order.
        created: date and time at which the results were produced, in ISO 8601 format.
    """

    lang: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    created: str = ""

    def tables(self) -> list[Table]:
        """Return all tables in order."""
        return [block for block in self.blocks if isinstance(block, Table)]

    def with_all_rows(self) -> Document:
        """Return a copy of the document whose tables also show their further rows."""
        blocks = tuple(
            replace(block, rows=(*block.rows, *block.further_rows), further_rows=())
            if isinstance(block, Table)
            else block
            for block in self.blocks
        )
        return replace(self, blocks=blocks)

    def figures(self) -> list[Figure]:
        """Return all figures in order."""
        return [block for block in self.blocks if isinstance(block, Figure)]

    @staticmethod
    def named(blocks: Sequence[Named]) -> Iterator[tuple[str, Named]]:
        """Pair figures or tables with unique names; a second one with the same name has the suffix ``_2``."""
        count: dict[str, int] = {}
        for block in blocks:
            count[block.name] = number = count.get(block.name, 0) + 1
            yield (block.name if number == 1 else f"{block.name}_{number}"), block

    def numbers(self) -> Iterator[Number]:
        """Yield every number in the report that is taken from results."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield from block.content.numbers
            elif isinstance(block, Figure):
                yield from block.alt.numbers
            elif isinstance(block, Table):
                yield from (n for row in block.rows for cell in row for n in cell.numbers)

    def texts(self) -> Iterator[str]:
        """Yield every printed text except the labels inside figures."""
        yield from (self.title, self.subtitle)
        for block in self.blocks:
            yield from block_texts(block)


def block_texts(block: Block) -> Iterable[str]:
    """Return the printed texts of one block."""
    if isinstance(block, Heading):
        return (block.text,)
    if isinstance(block, Paragraph):
        return (block.content.text,)
    if isinstance(block, Figure):
        return (block.caption, block.alt.text)
    if isinstance(block, FirstPageEnd):
        return ()
    cells = (cell.text for row in block.rows for cell in row)
    return (block.caption, *block.head, *cells, *block.notes)


def capitalised(block: Block) -> Block:
    """Capitalise the headings, captions, sentences and row names in a block of an English report."""

    def upper(text: str) -> str:
        return text[:1].upper() + text[1:]

    if isinstance(block, Heading):
        return replace(block, text=upper(block.text))
    if isinstance(block, Paragraph) and block.role != "code":
        return replace(block, content=block.content._replace(text=upper(block.content.text)))
    if isinstance(block, Figure):
        return replace(
            block, caption=upper(block.caption), alt=block.alt._replace(text=upper(block.alt.text))
        )
    if isinstance(block, Table):
        rows, further_rows = (
            tuple((replace(row[0], text=upper(row[0].text)), *row[1:]) for row in part)
            for part in (block.rows, block.further_rows)
        )
        head, notes = (tuple(map(upper, texts)) for texts in (block.head, block.notes))
        return replace(
            block, caption=upper(block.caption), head=head, rows=rows, further_rows=further_rows, notes=notes
        )
    return block


def block_numbers(blocks: Iterable[Block]) -> list[int]:
    """Number the blocks of each kind consecutively; level-2 headings are numbered within their section."""
    first = second = tables = figures = 0
    numbers = []
    for block in blocks:
        number = 0
        if isinstance(block, Heading) and block.level == 1:
            first, second = first + 1, 0
            number = first
        elif isinstance(block, Heading):
            second += 1
            number = second
        elif isinstance(block, Table):
            tables += 1
            number = tables
        elif isinstance(block, Figure):
            figures += 1
            number = figures
        numbers.append(number)
    return numbers
