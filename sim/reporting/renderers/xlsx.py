"""Render the tables of a report as a workbook, one sheet per table, with the report's units and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sim.reporting.document import Document, Table
from sim.reporting.layout import laid_out
from sim.reporting.tables import workbook
from sim.reporting.wording import Wording


def render(document: Document) -> bytes:
    """Render the tables of a document as a workbook."""
    words = Wording(document.lang)
    front = workbook.Front(
        words.string("report.contents"), (document.title, document.subtitle), contents=True
    )
    return workbook.render(front, _sheets(document, words), title=document.title)


def _sheets(document: Document, words: Wording) -> Iterator[Table]:
    """Yield the tables with unique names (see :meth:`Document.named`) and the report's captions and notes."""
    captions = [caption for block, caption in laid_out(document) if isinstance(block, Table)]
    for (name, table), caption in zip(document.named(document.tables()), captions, strict=True):
        notes = tuple(words.string("report.note", note=note) for note in table.notes)
        yield replace(table, name=name, caption=caption, notes=notes)
