"""What all forms of a report share: numbers of headings, captions, and how wide a column is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.reporting.document import Block, Document, Figure, Heading, Table, numbered
from sim.reporting.wording import Wording
from sim.table import length

MARGINS: Final = {"top": 37, "bottom": 35, "left": 28, "right": 26}
"""Of the page, millimetres (GB/T 9704-2012)."""
WIDTH: Final = 210 - MARGINS["left"] - MARGINS["right"]
DIGITS: Final = "〇一二三四五六七八九"
LEAST, MOST, PAD = 4, 30, 2
"""Of a column's width in half-width characters: the least, the most of words, and the space beside."""
NARROW, NAMES, SPREAD = 12, 22, 24
"""To what words give way; to what the names of rows do; and the most for cells with several numbers."""
SHORT: Final = 16
"""Rows of a table that stays on one page; a longer one goes on with its head on the next."""
PAGE: Final = 96
"""Half-width characters of a table's size that fit on the page."""


def laid_out(document: Document) -> Iterator[tuple[Block, str]]:
    """Blocks, each with what is printed as its heading or caption, the number in front."""
    words = Wording(document.lang)
    for block, number in zip(document.blocks, numbered(document.blocks), strict=True):
        if isinstance(block, Heading):
            yield block, headed(block, number, document.lang)
        elif isinstance(block, (Table, Figure)):
            kind = "table" if isinstance(block, Table) else "figure"
            yield block, words.text(f"report.{kind}", number=number, caption=block.caption)
        else:
            yield block, ""


def headed(heading: Heading, number: int, lang: str) -> str:
    """A heading with its number: 一、 and （一） as in official documents.

    >>> headed(Heading(1, "要点"), 12, "zh"), headed(Heading(2, "Funds"), 1, "en")
    ('十二、要点', '(1) Funds')
    """
    if lang == "zh":
        return (
            f"{chinese(number)}、{heading.text}"
            if heading.level == 1
            else f"（{chinese(number)}）{heading.text}"
        )
    return f"{number}. {heading.text}" if heading.level == 1 else f"({number}) {heading.text}"


def chinese(number: int) -> str:
    """A number below 100 in Chinese.

    >>> chinese(7), chinese(10), chinese(13), chinese(20)
    ('七', '十', '十三', '二十')
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def widths(table: Table) -> list[float]:
    """Shares of the page's width of a table's columns, by how long their texts are.

    Where all of it does not fit, columns of words give way, so that numbers stay in one line.
    """
    wanted = []
    for column, head in enumerate(table.head):
        longest = max((length(row[column].text) for row in table.rows), default=0)
        heading = min(length(head), max(12, length(head) // 2 + 1))
        several = any(len(row[column].numbers) > 1 for row in table.rows)
        most = SPREAD if several else PAGE if table.numeric(column) else MOST
        wanted.append(float(min(most, max(LEAST, longest, heading)) + PAD))
    narrow = [NAMES if i == 0 else NARROW for i in range(len(wanted))]
    words = [i for i in range(len(wanted)) if not table.numeric(i) and wanted[i] > narrow[i]]
    spare = sum(wanted[i] - narrow[i] for i in words)
    if (over := sum(wanted) - PAGE) > 0 and spare:
        given = min(1.0, over / spare)
        for i in words:
            wanted[i] -= given * (wanted[i] - narrow[i])
    return [width / sum(wanted) for width in wanted]
