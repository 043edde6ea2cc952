"""The report's tables as a workbook: a sheet a table, numbers as numbers in the units shown, notes below."""

from __future__ import annotations

import io
import re
from typing import Final

from sim.reporting.document import Document, Table
from sim.reporting.numbering import laid_out, length
from sim.reporting.wording import Wording

BAD: Final = re.compile(r"[\[\]:*?/\\]")
MOST: Final = 31  # characters of a sheet's name


def render(document: Document) -> bytes:
    """The whole workbook."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    words = Wording(document.lang)
    book = Workbook()
    del book[book.sheetnames[0]]
    book.properties.title = document.title
    index = book.create_sheet(words.text("report.contents"))
    index.append([document.title])
    index.append([document.subtitle])
    index.column_dimensions["A"].width = 90
    for block, caption in laid_out(document):
        if not isinstance(block, Table):
            continue
        sheet = book.create_sheet(_name(block.name, book.sheetnames))
        index.append([caption])
        index.cell(index.max_row, 1).hyperlink = f"#'{sheet.title}'!A1"
        sheet.append([caption])
        sheet.append(list(block.head))
        for cell in sheet[2]:
            cell.font = Font(bold=True)
        for row in block.rows:
            sheet.append([c.text if c.value is None else c.value / c.scale for c in row])
            for cell, given in zip(sheet[sheet.max_row], row, strict=True):
                if given.value is not None:
                    cell.number_format = _format(given.unit, given.value / given.scale)
        for note in block.notes:
            sheet.append([words.text("report.note", note=note)])
        sheet.freeze_panes = "B3"
        for column, head in enumerate(block.head):
            texts = [head, *(row[column].text for row in block.rows)]
            letter = sheet.cell(2, column + 1).column_letter
            sheet.column_dimensions[letter].width = min(60, max(map(length, texts)) + 2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(wanted: str, taken: list[str]) -> str:
    name = BAD.sub("_", wanted)[:MOST]
    number = 2
    while name in taken:
        name = f"{BAD.sub('_', wanted)[: MOST - 3]}_{number}"
        number += 1
    return name


def _format(unit: str, value: float) -> str:
    if unit == "share":
        return "0.0%"
    return "#,##0" if abs(value) >= 100 or value == round(value) else "#,##0.00"
