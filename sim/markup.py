"""HTML for what Jupyter shows: headings, paragraphs and tables that carry their own few styles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from sim.table import Table

LEFT: Final = ' style="text-align:left"'
RIGHT: Final = ' style="text-align:right;white-space:nowrap"'


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "", left: Iterable[int] = ()
) -> str:
    """A table; its first column names the rows, the others are set to the right.

    Args:
        head: of the columns.
        rows: cells as text.
        caption: stands above.
        left: numbers of columns that hold words and are set to the left.
    """
    words = {0, *left}
    sides = [LEFT if column in words else RIGHT for column in range(len(head))]

    def line(cells: Sequence[str], tag: str) -> str:
        told = (f"<{tag}{side}>{escape(c)}</{tag}>" for c, side in zip(cells, sides, strict=True))
        return f"<tr>{''.join(told)}</tr>"

    above = f"<caption{LEFT}><b>{escape(caption)}</b></caption>" if caption else ""
    body = "".join(line(row, "td") for row in rows)
    return f"<table>{above}<thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"


def printed(table_: Table) -> str:
    """A table with its notes below, columns of numbers to the right."""
    left = [column for column in range(len(table_.head)) if not table_.numeric(column)]
    rows = [[cell.text for cell in row] for row in table_.rows]
    return table(table_.head, rows, caption=table_.caption, left=left) + paragraphs(table_.notes, small=True)


def heading(title: str, name: str = "") -> str:
    """A title, and the name that code knows the thing by."""
    return f"<h4>{escape(title)}{f' <code>{escape(name)}</code>' if name else ''}</h4>"


def paragraphs(texts: Iterable[str], *, small: bool = False) -> str:
    """Paragraphs; empty texts are left out."""
    kind = ("<p><small>", "</small></p>") if small else ("<p>", "</p>")
    return "".join(f"{kind[0]}{escape(text)}{kind[1]}" for text in texts if text)
