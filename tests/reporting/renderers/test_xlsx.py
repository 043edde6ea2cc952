"""Tests of the workbook with the tables of a report."""

from __future__ import annotations

import io
import zipfile

import pytest

from sim.reporting.document import Document
from sim.reporting.renderers import xlsx


def test_cells_are_numbers(document: Document) -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
    assert len(book.sheetnames) == len(document.tables()) + 1
    sheet = book["headlines"]
    table = next(t for t in document.tables() if t.name == "headlines")
    assert sheet["A1"].value.endswith(table.caption)
    assert isinstance(sheet["C3"].value, (int, float))
    spent = next(t for t in document.tables() if t.name == "spending")
    total, shown = spent.rows[-1][2], book["spending"].cell(len(spent.rows) + 2, 3).value
    assert book["spending"].cell(len(spent.rows) + 2, 2).value == "万元"
    assert shown == pytest.approx(total.numbers[0].value / 1e4)  # in the unit given in the row
    assert shown == pytest.approx(float(total.text.replace(",", "")), rel=0.01)


def test_the_same_results_give_the_same_sheets(short_document: Document) -> None:
    assert _sheets(short_document) == _sheets(short_document)


def _sheets(document: Document) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx.render(document))) as book:
        return b"".join(
            book.read(name) for name in sorted(book.namelist()) if name.startswith("xl/worksheets")
        )
