"""A report as data: headings, paragraphs, tables and figures, in one language.

Renderers (:mod:`sim.reporting.renderers.html`, ``as_docx``, ``as_pdf``, ``as_xlsx``) print it and know nothing of
results. Every number that comes from results is a :class:`Number` somewhere in a block, so a test can look
each of them up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from sim.table import Cell, Number, Said, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

__all__ = [
    "Block", "Cell", "Document", "Figure", "FirstPageEnd", "Heading", "Number", "Paragraph", "Role", "Said",
    "Table", "begun", "block_texts", "numbered"]  # fmt: skip

Role: TypeAlias = Literal["body", "point", "note", "code"]


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 一、, level 2 （一）."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; a ``point`` stands in a list, a ``note`` is small, ``code`` is for a terminal."""

    said: Said
    role: Role = "body"


@dataclass(frozen=True)
class Figure:
    """A figure: what it says in words (``alt``), and how it is drawn."""

    name: str
    caption: str
    alt: Said
    draw: Callable[[], Drawing]


@dataclass(frozen=True)
class FirstPageEnd:
    """Here the first page ends: what stands before it is set close, and a new page begins."""


Named = TypeVar("Named", Table, Figure)
Block: TypeAlias = Heading | Paragraph | Table | Figure | FirstPageEnd


@dataclass(frozen=True)
class Document:
    """A report.

    Args:
        lang: ``zh`` or ``en``.
        title: of the whole.
        subtitle: below it.
        blocks: in order.
        made: when the results were, as in ISO 8601.
    """

    lang: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    made: str = ""

    def tables(self) -> list[Table]:
        """All tables, in order."""
        return [block for block in self.blocks if isinstance(block, Table)]

    def unfolded(self) -> Document:
        """The same with all rows of its tables."""
        whole = tuple(
            replace(b, rows=(*b.rows, *b.rest), rest=()) if isinstance(b, Table) else b for b in self.blocks
        )
        return replace(self, blocks=whole)

    def figures(self) -> list[Figure]:
        """All figures, in order."""
        return [block for block in self.blocks if isinstance(block, Figure)]

    @staticmethod
    def named(blocks: Sequence[Named]) -> Iterator[tuple[str, Named]]:
        """Figures or tables by name; a second one of a name has ``_2`` behind it."""
        count: dict[str, int] = {}
        for block in blocks:
            count[block.name] = number = count.get(block.name, 0) + 1
            yield (block.name if number == 1 else f"{block.name}_{number}"), block

    def numbers(self) -> Iterator[Number]:
        """Every number of results that the report tells."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield from block.said.numbers
            elif isinstance(block, Figure):
                yield from block.alt.numbers
            elif isinstance(block, Table):
                yield from (n for row in block.rows for cell in row for n in cell.numbers)

    def texts(self) -> Iterator[str]:
        """Every text that is printed, figures' labels aside."""
        yield from (self.title, self.subtitle)
        for block in self.blocks:
            yield from block_texts(block)


def block_texts(block: Block) -> Iterable[str]:
    """The texts of one block."""
    if isinstance(block, Heading):
        return (block.text,)
    if isinstance(block, Paragraph):
        return (block.said.text,)
    if isinstance(block, Figure):
        return (block.caption, block.alt.text)
    if isinstance(block, FirstPageEnd):
        return ()
    cells = (cell.text for row in block.rows for cell in row)
    return (block.caption, *block.head, *cells, *block.notes)


def begun(block: Block) -> Block:
    """A block of an English report: headings, captions, sentences and names of rows begin with a capital."""

    def up(text: str) -> str:
        return text[:1].upper() + text[1:]

    if isinstance(block, Heading):
        return replace(block, text=up(block.text))
    if isinstance(block, Paragraph) and block.role != "code":
        return replace(block, said=block.said._replace(text=up(block.said.text)))
    if isinstance(block, Figure):
        return replace(block, caption=up(block.caption), alt=block.alt._replace(text=up(block.alt.text)))
    if isinstance(block, Table):
        rows, rest = (
            tuple((replace(row[0], text=up(row[0].text)), *row[1:]) for row in part)
            for part in (block.rows, block.rest)
        )
        head, notes = (tuple(map(up, texts)) for texts in (block.head, block.notes))
        return replace(block, caption=up(block.caption), head=head, rows=rows, rest=rest, notes=notes)
    return block


def numbered(blocks: Iterable[Block]) -> list[int]:
    """For each block its number among its kind; headings of level 2 start anew below each of level 1."""
    first = second = tables = figures = 0
    found = []
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
        found.append(number)
    return found
