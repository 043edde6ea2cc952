"""Render a report as a Word file in the format of official documents (GB/T 9704-2012).

Fonts are referenced rather than embedded, because 仿宋_GB2312, 方正小标宋简体, 黑体 and 楷体_GB2312 are installed
on government computers. Theme fonts are removed from the styles, because they would override these fonts.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Final

from sim.reporting.charts.style import to_png
from sim.reporting.document import Block, Document, Figure, FirstPageEnd, Heading, Paragraph, Table
from sim.reporting.layout import MARGINS, SHORT, WIDTH, column_widths, laid_out
from sim.reporting.wording import Wording

BODY, TITLE, FIRST, SECOND, PLAIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LATIN: Final = "Times New Roman"
SIZES: Final = {
    "zh": {
        "body": 16,
        "title": 22,
        "point": 10.5,
        "table": 9,
        "first": 12,
        "note": 9,
        "caption": 12,
        "page": 14,
    },
    "en": {
        "body": 12,
        "title": 18,
        "point": 9,
        "table": 8.5,
        "first": 12,
        "note": 8.5,
        "caption": 10.5,
        "page": 12,
    },
}
"""Font sizes in points; the Chinese names are 二号 (22), 三号 (16), 四号 (14), 小四 (12), 五号 (10.5), 小五 (9)."""
LINE: Final = {"zh": 28.0, "en": 18.0}
"""Line spacing of body text in points; a page of a Chinese report then has 22 lines."""
THEME: Final = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def render(document: Document) -> bytes:
    """Render a document as a Word file."""
    import docx

    file = docx.Document()
    sizes = SIZES[document.lang]
    _page(file, document, sizes)
    _styles(file, document.lang, sizes)
    _paragraph(file, document.title, "Title")
    _paragraph(file, document.subtitle, "Subtitle")
    words = Wording(document.lang)
    for block, caption in laid_out(document):
        _block(file, block, caption, words, sizes)
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _block(file: Any, block: Block, caption: str, words: Wording, sizes: dict[str, float]) -> None:
    if isinstance(block, FirstPageEnd):
        file.paragraphs[-1].add_run().add_break(_break())
    elif isinstance(block, Heading):
        _paragraph(file, caption, f"Heading {block.level}")
    elif isinstance(block, Table):
        _table(file, block, caption, words, sizes)
    elif isinstance(block, Figure):
        _figure(file, block, caption)
    elif isinstance(block, Paragraph):
        style = {"point": "List Bullet", "note": "Note", "code": "Code"}.get(block.role, "Normal")
        _paragraph(file, block.content.text, style)


def _break() -> Any:
    from docx.enum.text import WD_BREAK

    return WD_BREAK.PAGE


def _paragraph(file: Any, text: str, style: str) -> Any:
    return file.add_paragraph(text, style=style)


def _page(file: Any, document: Document, sizes: dict[str, float]) -> None:
    """Set the paper size (A4), the margins of official documents, and page numbers at the outer edges."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    section = file.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(MARGINS["top"]), Mm(MARGINS["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS["left"]), Mm(MARGINS["right"])
    section.footer_distance = Mm(MARGINS["bottom"] - 7)
    file.settings.odd_and_even_pages_header_footer = True
    before, _, after = Wording(document.lang).string("report.page", number="\0").partition("\0")
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        line = footer.paragraphs[0]
        line.alignment = side
        form = line.paragraph_format
        # the page number is one character from the edge, without the first-line indent of body text
        form.first_line_indent, outer = Pt(0), Pt(sizes["page"])
        if side == WD_ALIGN_PARAGRAPH.RIGHT:
            form.right_indent, form.left_indent = outer, Pt(0)
        else:
            form.left_indent, form.right_indent = outer, Pt(0)
        _set_font(line.add_run(before), PLAIN, sizes["page"])
        _field(line, sizes["page"])
        _set_font(line.add_run(after), PLAIN, sizes["page"])
    core = file.core_properties
    core.title, core.author, core.comments = document.title, "", ""
    core.language = {"zh": "zh-CN", "en": "en-GB"}[document.lang]
    if document.created:
        core.created = core.modified = dt.datetime.fromisoformat(document.created)


def _field(line: Any, size: float) -> None:
    """Add a page-number field."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        _set_font(run, PLAIN, size)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _styles(file: Any, lang: str, sizes: dict[str, float]) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    indent = Pt(2 * sizes["body"]) if lang == "zh" else Pt(0)
    heading = sizes["body"] if lang == "zh" else sizes["body"] + 2
    file.styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    file.styles.add_style("Code", WD_STYLE_TYPE.PARAGRAPH)
    file.styles.add_style("Cell", WD_STYLE_TYPE.PARAGRAPH)
    styles: dict[str, tuple[str, float, Any, float | None, float, float]] = {
        # style: font, size in points, first-line indent, line spacing, space before, space after
        "Normal": (BODY, sizes["body"], indent, LINE[lang], 0, 0),
        "Title": (TITLE, sizes["title"], Pt(0), None, 0, 6),
        "Subtitle": (SECOND, sizes["point"], Pt(0), None, 0, 6),
        "Heading 1": (FIRST, heading, indent, LINE[lang], 6, 3),
        "Heading 2": (SECOND, sizes["body"], indent, LINE[lang], 3, 0),
        "List Bullet": (BODY, sizes["point"], None, None, 0, 2),
        "Caption": (FIRST, sizes["caption"], Pt(0), None, 6, 3),
        "Note": (BODY, sizes["note"], Pt(0), None, 0, 2),
        "Code": (BODY, sizes["note"], Pt(0), None, 0, 2),
        "Cell": (PLAIN, sizes["table"], Pt(0), None, 0, 0),
    }
    for name, (font, size, first, line, before, after) in styles.items():
        style = file.styles[name]
        _set_font(style, font, size)
        style.font.bold = style.font.italic = False
        form = style.paragraph_format
        if first is not None:
            form.first_line_indent = first
        form.space_before, form.space_after = Pt(before), Pt(after)
        if line is None:
            form.line_spacing_rule = WD_LINE_SPACING.SINGLE
        else:
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
        if name in ("Title", "Subtitle", "Caption"):
            form.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if name.startswith("Heading"):
            form.keep_with_next = True
    _remove_rule(file.styles["Title"])


def _remove_rule(style: Any) -> None:
    """Remove the line that Word draws below a title, because official documents have no such line."""
    from docx.oxml.ns import qn

    for rule in style.element.findall(".//" + qn("w:pBdr")):
        rule.getparent().remove(rule)


def _set_font(target: Any, font: str, size: float) -> None:
    """Set the font and size of a run or style, in black; remove theme fonts that would override the font."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    target.font.name, target.font.size = LATIN, Pt(size)
    target.font.color.rgb = RGBColor(0, 0, 0)
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in THEME:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:cs"), LATIN)


def _table(file: Any, table: Table, caption: str, words: Wording, sizes: dict[str, float]) -> None:
    """Add a table with its caption; column headings are repeated on each page, and rows are not split."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    first = table.name == "first_page"
    size = sizes["first" if first else "table"]
    _paragraph(file, caption, "Caption").paragraph_format.keep_with_next = True
    drawn = file.add_table(rows=0, cols=len(table.head), style="Table Grid")
    drawn.autofit = False
    _set_cell_margins(drawn)
    shares = [Mm(WIDTH * share) for share in column_widths(table)]
    for column, width in zip(drawn.columns, shares, strict=True):
        column.width = width
    for number, texts in enumerate([table.head, *([cell.text for cell in row] for row in table.rows)]):
        row = drawn.add_row()
        properties = row._tr.get_or_add_trPr()
        for mark in ("w:cantSplit", *(() if number else ("w:tblHeader",))):
            properties.append(OxmlElement(mark))
        for column, (text, width) in enumerate(zip(texts, shares, strict=True)):
            cell = row.cells[column]
            cell.width = width
            line = cell.paragraphs[0]
            line.style = file.styles["Cell"]
            run = line.add_run(text)
            if number == 0 or first:
                _set_font(run, PLAIN if number else FIRST, size)
            if table.numeric(column):
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0 or number < len(table.rows) <= SHORT:
                line.paragraph_format.keep_with_next = True
    description = OxmlElement("w:tblCaption")
    description.set(qn("w:val"), caption)
    drawn._tbl.tblPr.append(description)
    for note in table.notes or ("",):
        _paragraph(file, words.string("report.note", note=note) if note else "", "Note")


def _set_cell_margins(drawn: Any) -> None:
    """Set narrow cell margins (1 mm), so that numbers stay on one line."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    drawn._tbl.tblPr.append(margins)


def _figure(file: Any, figure: Figure, caption: str) -> None:
    """Add a picture with its text alternative, followed by its caption and description."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    line = _paragraph(file, "", "Cell")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    picture = line.add_run().add_picture(io.BytesIO(to_png(figure.draw)), width=Mm(WIDTH - 1))
    picture._inline.docPr.set("descr", f"{caption} {figure.alt.text}")
    picture._inline.docPr.set("title", caption)
    _paragraph(file, caption, "Caption").paragraph_format.keep_with_next = True
    _paragraph(file, figure.alt.text, "Note")
