"""Word in the format of official documents (GB/T 9704-2012): page, faces by name, levels, page numbers.

Faces are named, not embedded: 仿宋_GB2312, 方正小标宋简体, 黑体 and 楷体_GB2312 are on every office machine. Word's own
heading styles carry theme faces that would win over them, so these attributes are taken out.
"""

from __future__ import annotations

import datetime as dt
import io
from typing import Any, Final

from sim.reporting.charts import style as figure_style
from sim.reporting.document import Block, Document, Figure, FirstPageEnd, Heading, Paragraph, Table
from sim.reporting.layout import MARGINS, SHORT, WIDTH, laid_out, widths
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
"""Points: 三号 16, 二号 22, 小四 12, 四号 14, 五号 10.5, 小五 9."""
LINE: Final = {"zh": 28.0, "en": 18.0}
"""Points from line to line of the text: 22 lines a page."""
THEME: Final = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def render(document: Document) -> bytes:
    """The whole file."""
    import docx

    made = docx.Document()
    sizes = SIZES[document.lang]
    _page(made, document, sizes)
    _styles(made, document.lang, sizes)
    _paragraph(made, document.title, "Title")
    _paragraph(made, document.subtitle, "Subtitle")
    words = Wording(document.lang)
    for block, caption in laid_out(document):
        _block(made, block, caption, words, sizes)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _block(made: Any, block: Block, caption: str, words: Wording, sizes: dict[str, float]) -> None:
    if isinstance(block, FirstPageEnd):
        made.paragraphs[-1].add_run().add_break(_break())
    elif isinstance(block, Heading):
        _paragraph(made, caption, f"Heading {block.level}")
    elif isinstance(block, Table):
        _table(made, block, caption, words, sizes)
    elif isinstance(block, Figure):
        _figure(made, block, caption)
    elif isinstance(block, Paragraph):
        style = {"point": "List Bullet", "note": "Note", "code": "Code"}.get(block.role, "Normal")
        _paragraph(made, block.said.text, style)


def _break() -> Any:
    from docx.enum.text import WD_BREAK

    return WD_BREAK.PAGE


def _paragraph(made: Any, text: str, style: str) -> Any:
    return made.add_paragraph(text, style=style)


def _page(made: Any, document: Document, sizes: dict[str, float]) -> None:
    """A4, the margins of official documents, and page numbers outside: odd right, even left."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(MARGINS["top"]), Mm(MARGINS["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS["left"]), Mm(MARGINS["right"])
    section.footer_distance = Mm(MARGINS["bottom"] - 7)
    made.settings.odd_and_even_pages_header_footer = True
    before, _, after = Wording(document.lang).text("report.page", number="\0").partition("\0")
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        line = footer.paragraphs[0]
        line.alignment = side
        form = line.paragraph_format  # one character in from the edge, and no indent of the text's style
        form.first_line_indent, outer = Pt(0), Pt(sizes["page"])
        if side == WD_ALIGN_PARAGRAPH.RIGHT:
            form.right_indent, form.left_indent = outer, Pt(0)
        else:
            form.left_indent, form.right_indent = outer, Pt(0)
        _faced(line.add_run(before), PLAIN, sizes["page"])
        _field(line, sizes["page"])
        _faced(line.add_run(after), PLAIN, sizes["page"])
    core = made.core_properties
    core.title, core.author, core.comments = document.title, "", ""
    core.language = {"zh": "zh-CN", "en": "en-GB"}[document.lang]
    if document.made:
        core.created = core.modified = dt.datetime.fromisoformat(document.made)


def _field(line: Any, size: float) -> None:
    """The number of the page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = line.add_run()
        _faced(run, PLAIN, size)
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.set(qn("xml:space"), "preserve")
            mark.text = text
        run._r.append(mark)


def _styles(made: Any, lang: str, sizes: dict[str, float]) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    indent = Pt(2 * sizes["body"]) if lang == "zh" else Pt(0)
    heading = sizes["body"] if lang == "zh" else sizes["body"] + 2
    made.styles.add_style("Note", WD_STYLE_TYPE.PARAGRAPH)
    made.styles.add_style("Code", WD_STYLE_TYPE.PARAGRAPH)
    made.styles.add_style("Cell", WD_STYLE_TYPE.PARAGRAPH)
    told: dict[str, tuple[str, float, Any, float | None, float, float]] = {
        # style: face, points, indent of the first line, points from line to line, before, after
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
    for name, (face, size, first, line, before, after) in told.items():
        style = made.styles[name]
        _faced(style, face, size)
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
    _without_rule(made.styles["Title"])


def _without_rule(style: Any) -> None:
    """Word's title has a line below it; official documents have none."""
    from docx.oxml.ns import qn

    for rule in style.element.findall(".//" + qn("w:pBdr")):
        rule.getparent().remove(rule)


def _faced(what: Any, face: str, size: float) -> None:
    """A run or style in a face by name, black, and no theme face that would win over it."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    what.font.name, what.font.size = LATIN, Pt(size)
    what.font.color.rgb = RGBColor(0, 0, 0)
    faces = what.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in THEME:
        faces.attrib.pop(qn(f"w:{theme}"), None)
    faces.set(qn("w:eastAsia"), face)
    faces.set(qn("w:cs"), LATIN)


def _table(made: Any, table: Table, caption: str, words: Wording, sizes: dict[str, float]) -> None:
    """A caption above, a head row that repeats on each page, rows that are not torn."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    first = table.name == "first_page"
    size = sizes["first" if first else "table"]
    _paragraph(made, caption, "Caption").paragraph_format.keep_with_next = True
    drawn = made.add_table(rows=0, cols=len(table.head), style="Table Grid")
    drawn.autofit = False
    _narrow_margins(drawn)
    shares = [Mm(WIDTH * share) for share in widths(table)]
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
            line.style = made.styles["Cell"]
            run = line.add_run(text)
            if number == 0 or first:
                _faced(run, PLAIN if number else FIRST, size)
            if table.numeric(column):
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            if number == 0 or number < len(table.rows) <= SHORT:
                line.paragraph_format.keep_with_next = True
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), caption)
    drawn._tbl.tblPr.append(described)
    for note in table.notes or ("",):
        _paragraph(made, words.text("report.note", note=note) if note else "", "Note")


def _narrow_margins(drawn: Any) -> None:
    """One millimetre beside each text, so that a number stays in one line."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "57")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    drawn._tbl.tblPr.append(margins)


def _figure(made: Any, figure: Figure, caption: str) -> None:
    """A picture with its text alternative; caption and words below."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    line = _paragraph(made, "", "Cell")
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    picture = line.add_run().add_picture(io.BytesIO(figure_style.png(figure.draw)), width=Mm(WIDTH - 1))
    picture._inline.docPr.set("descr", f"{caption} {figure.alt.text}")
    picture._inline.docPr.set("title", caption)
    _paragraph(made, caption, "Caption").paragraph_format.keep_with_next = True
    _paragraph(made, figure.alt.text, "Note")
