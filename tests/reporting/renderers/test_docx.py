"""Tests of the report as a Word file in the format of official documents."""

from __future__ import annotations

import io
import re

from sim.reporting.document import Document
from sim.reporting.renderers import docx as renderer


def test_the_format_of_official_documents(short_document: Document) -> None:
    import docx
    from docx.oxml.ns import qn

    file = docx.Document(io.BytesIO(renderer.render(short_document)))
    section = file.sections[0]
    page = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    page += [section.left_margin, section.right_margin]
    assert [round(length.mm) for length in page if length] == [210, 297, 37, 35, 28, 26]
    east_asian_fonts = {}
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        fonts = file.styles[name].element.rPr.rFonts
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
        east_asian_fonts[name] = fonts.get(qn("w:eastAsia"))
    assert east_asian_fonts == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    assert file.styles["Normal"].font.size.pt == 16
    assert file.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right_indent"), (section.even_page_footer, "left_indent")):
        assert "PAGE" in footer._element.xml
        form = footer.paragraphs[0].paragraph_format
        assert getattr(form, side).pt == 14, "one character from the edge"
        assert form.first_line_indent.pt == 0
    cells = [run for row in file.tables[0].rows for cell in row.cells for run in cell.paragraphs[0].runs]
    assert all(run.font.size.pt >= 12 for run in cells)
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日", file.paragraphs[1].text)
    for table in file.tables:
        assert table.rows[0]._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
    pictures = [p for p in file.element.iter(qn("wp:docPr"))]
    assert pictures
    assert all(p.get("descr") for p in pictures)
    texts = [p.text for p in file.paragraphs]
    assert "一、要点" in texts
    assert any(text.startswith("表1　") for text in texts)
    assert any(text.startswith("图1　") for text in texts)
