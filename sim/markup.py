"""HTML fragments for Jupyter: headings, paragraphs and tables with inline styles."""

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
    """Return an HTML table; the first column contains row names, and the other columns are right-aligned.

    Args:
        head: column headings.
        rows: cell texts of each row.
        caption: title above the table.
        left: positions of further left-aligned columns.
    """
    left_aligned = {0, *left}
    styles = [LEFT if column in left_aligned else RIGHT for column in range(len(head))]

    def line(cells: Sequence[str], tag: str) -> str:
        marked = (f"<{tag}{style}>{escape(c)}</{tag}>" for c, style in zip(cells, styles, strict=True))
        return f"<tr>{''.join(marked)}</tr>"

    above = f"<caption{LEFT}><b>{escape(caption)}</b></caption>" if caption else ""
    body = "".join(line(row, "td") for row in rows)
    return f"<table>{above}<thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"


def table_with_notes(printed: Table) -> str:
    """Return an HTML table followed by its notes; numeric columns are right-aligned."""
    left = [column for column in range(len(printed.head)) if not printed.numeric(column)]
    rows = [[cell.text for cell in row] for row in printed.rows]
    notes = paragraphs(printed.notes, small=True)
    return table(printed.head, rows, caption=printed.caption, left=left) + notes


def heading(title: str, name: str = "") -> str:
    """Return an HTML heading, optionally followed by an identifier in code style."""
    return f"<h4>{escape(title)}{f' <code>{escape(name)}</code>' if name else ''}</h4>"


def paragraphs(texts: Iterable[str], *, small: bool = False) -> str:
    """Return texts as HTML paragraphs; empty texts are omitted."""
    tags = ("<p><small>", "</small></p>") if small else ("<p>", "</p>")
    return "".join(f"{tags[0]}{escape(text)}{tags[1]}" for text in texts if text)
