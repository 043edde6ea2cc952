"""Layout shared by all file formats: page margins, numbered headings and captions, column widths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.reporting.document import Block, Document, Figure, Heading, Table, block_numbers
from sim.reporting.wording import Wording
from sim.table import display_width

MARGINS: Final = {"top": 37, "bottom": 35, "left": 28, "right": 26}
"""Page margins in millimetres (GB/T 9704-2012)."""
WIDTH: Final = 210 - MARGINS["left"] - MARGINS["right"]
DIGITS: Final = "〇一二三四五六七八九"
LEAST, MOST, PAD = 4, 30, 2
"""Minimum column width, maximum width of text columns, and padding, in half-width characters."""
NARROW, NAMES, SPREAD = 12, 22, 24
"""Minimum widths of text columns and of the first column, and maximum width of columns whose cells contain
several numbers, in half-width characters."""
SHORT: Final = 16
"""Maximum number of rows of a table that is kept on one page. Longer tables may continue on the next page,
where their column headings are repeated."""
PAGE: Final = 96
"""Number of half-width characters of table text that fit across the page."""


def laid_out(document: Document) -> Iterator[tuple[Block, str]]:
    """Pair each block with its numbered heading or caption; blocks of other kinds have an empty text."""
    words = Wording(document.lang)
    for block, number in zip(document.blocks, block_numbers(document.blocks), strict=True):
        if isinstance(block, Heading):
            yield block, numbered_heading(block, number, document.lang)
        elif isinstance(block, (Table, Figure)):
            kind = "table" if isinstance(block, Table) else "figure"
            yield block, words.string(f"report.{kind}", number=number, caption=block.caption)
        else:
            yield block, ""


def numbered_heading(heading: Heading, number: int, lang: str) -> str:
    """Prefix a heading with its number; Chinese headings are numbered as in official documents.

    >>> numbered_heading(Heading(1, "要点"), 12, "zh"), numbered_heading(Heading(2, "Funds"), 1, "en")
    ('十二、要点', '(1) Funds')
    """
    if lang == "zh":
        return (
            f"{chinese_number(number)}、{heading.text}"
            if heading.level == 1
            else f"（{chinese_number(number)}）{heading.text}"
        )
    return f"{number}. {heading.text}" if heading.level == 1 else f"({number}) {heading.text}"


def chinese_number(number: int) -> str:
    """Write a number below 100 in Chinese.

    >>> chinese_number(7), chinese_number(10), chinese_number(13), chinese_number(20)
    ('七', '十', '十三', '二十')
    """
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def column_widths(table: Table) -> list[float]:
    """Return the widths of a table's columns as shares of the page width, based on the text lengths.

    If the table is too wide, text columns are narrowed, so that numbers stay on one line.
    """
    desired = []
    for column, head in enumerate(table.head):
        longest = max((display_width(row[column].text) for row in table.rows), default=0)
        heading = min(display_width(head), max(12, display_width(head) // 2 + 1))
        several = any(len(row[column].numbers) > 1 for row in table.rows)
        most = SPREAD if several else PAGE if table.numeric(column) else MOST
        desired.append(float(min(most, max(LEAST, longest, heading)) + PAD))
    narrow = [NAMES if i == 0 else NARROW for i in range(len(desired))]
    words = [i for i in range(len(desired)) if not table.numeric(i) and desired[i] > narrow[i]]
    spare = sum(desired[i] - narrow[i] for i in words)
    if (excess := sum(desired) - PAGE) > 0 and spare:
        share = min(1.0, excess / spare)
        for i in words:
            desired[i] -= share * (desired[i] - narrow[i])
    return [width / sum(desired) for width in desired]
