"""The forms a report comes in: a page, a Word file, a PDF with its faces and figures, a workbook."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sim import texts
from sim.engine.errors import OutputError
from sim.reporting import report, wording
from sim.reporting.charts import row_charts as charts
from sim.reporting.charts import style as figure_style
from sim.reporting.document import (
    Block,
    Cell,
    Document,
    Figure,
    FirstPageEnd,
    Heading,
    Number,
    Paragraph,
    Role,
    Said,
    Table,
)
from sim.reporting.renderers import docx as word
from sim.reporting.renderers import html, pdf, xlsx
from sim.reporting.sources import Sources

# --- HTML ---

STYLE = Path(html.__file__).with_name("report.css").read_text(encoding="utf-8")


class Page(HTMLParser):
    """What a screen reader and a checker would look at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_is_whole_and_can_be_read_aloud(small: Document) -> None:
    text = html.render(small).decode()
    page = Page(text)
    assert page.all("html")[0]["lang"] == "zh-CN"
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert all(h["scope"] in ("col", "row") for h in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table")) == 3
    images = page.all("img")
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert images
    assert all(image["alt"] and image["aria-describedby"] in ids for image in images)
    assert not page.all("script")
    addresses = re.findall(r"""(?:src|href)=["']?([^"'> ]+)|url\(([^)]+)\)""", text)
    assert all((one or other).startswith(("data:", "#")) for one, other in addresses)
    targets = {a["href"] for a in page.all("a")}
    assert {t[1:] for t in targets if t} <= ids
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_narrow_screen_shows_all_of_a_table(small: Document) -> None:
    """Rows of the first table turn into cards whose cells say their column; others say that they swipe."""
    text = html.render(small).decode()
    page = Page(text)
    head = small.tables()[0].head
    cards = [a for a in page.all("td") if "data-head" in a]
    assert [a["data-head"] for a in cards[: len(head) - 1]] == list(head[1:])
    assert all(a["role"] == "cell" for a in cards), "a screen reader still finds the table"
    assert len([a for a in page.all("p") if a.get("class") == "hint"]) == 2
    assert "44rem" not in STYLE, "figures fit the width"


MARKUP = """<b onclick='x'>1 & "2"</b>"""
"""A text that must not be taken for markup, wherever it stands."""


ROLES: tuple[Role, ...] = ("body", "note", "code", "point", "point")


def marked() -> Document:
    """A document of which every text is :data:`MARKUP`, and which ends in a list."""
    said = Said(MARKUP)
    rows = tuple(
        (Cell(MARKUP), Cell(MARKUP), Cell(MARKUP, (Number(1.0, "1"), Number(2.0, "2")))) for _ in range(2)
    )
    blocks: tuple[Block, ...] = (
        Heading(1, MARKUP),
        *(Paragraph(said, role) for role in ROLES),
        Table("t", MARKUP, (MARKUP, MARKUP, MARKUP), rows, (MARKUP,)),
        Paragraph(said, "point"),
    )
    return Document("en", MARKUP, MARKUP, blocks)


def test_a_text_is_never_markup() -> None:
    """Title twice, subtitle, contents, heading, three paragraphs, three points, and a table of eleven."""
    page = Page(html.render(marked()).decode())
    assert not page.all("b")
    assert page.text.count(MARKUP) == 2 + 1 + 1 + 1 + 3 + 3 + 11
    assert [a["data-head"] for a in page.all("td")] == 4 * [MARKUP]


def test_neighbouring_points_are_one_list_also_at_the_end() -> None:
    tags = [tag for tag, _ in Page(html.render(marked()).decode()).tags if tag in ("ul", "li")]
    assert tags == ["li", "ul", "li", "li", "ul", "li"]  # the first is of the contents


def test_text_and_grounds_stand_apart_enough() -> None:
    """WCAG AA: 4.5 to 1, for every colour of text in the style."""

    def light(colour: str) -> float:
        full = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
        parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    ground = light("f2f2f2")
    colours = re.findall(r"[ {]color: #([0-9a-f]+)", STYLE)
    assert len(colours) >= 3
    assert all((ground + 0.05) / (light(colour) + 0.05) >= 4.5 for colour in colours)


# --- Word ---


def test_word_has_the_page_of_official_documents(small: Document) -> None:
    import docx
    from docx.oxml.ns import qn

    made = docx.Document(io.BytesIO(word.render(small)))
    section = made.sections[0]
    page = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    page += [section.left_margin, section.right_margin]
    assert [round(length.mm) for length in page if length] == [210, 297, 37, 35, 28, 26]
    faces = {}
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        fonts = made.styles[name].element.rPr.rFonts
        assert not [key for key in fonts.attrib if key.endswith("Theme")]
        faces[name] = fonts.get(qn("w:eastAsia"))
    assert faces == {
        "Normal": "仿宋_GB2312",
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
    }
    assert made.styles["Normal"].font.size.pt == 16
    assert made.settings.odd_and_even_pages_header_footer
    for footer, side in ((section.footer, "right_indent"), (section.even_page_footer, "left_indent")):
        assert "PAGE" in footer._element.xml
        form = footer.paragraphs[0].paragraph_format
        assert getattr(form, side).pt == 14, "one character in from the edge"
        assert form.first_line_indent.pt == 0
    cells = [run for row in made.tables[0].rows for cell in row.cells for run in cell.paragraphs[0].runs]
    assert all(run.font.size.pt >= 12 for run in cells)
    assert re.search(r"\d{4}年\d{1,2}月\d{1,2}日", made.paragraphs[1].text)
    for table in made.tables:
        assert table.rows[0]._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
    pictures = [p for p in made.element.iter(qn("wp:docPr"))]
    assert pictures
    assert all(p.get("descr") for p in pictures)
    texts = [p.text for p in made.paragraphs]
    assert "一、要点" in texts
    assert any(text.startswith("表1　") for text in texts)
    assert any(text.startswith("图1　") for text in texts)


# --- PDF and figures ---


def test_pdf_is_set_in_our_faces(small: Document) -> None:
    found = pdf.render(small)
    assert found.startswith(b"%PDF")
    assert found == pdf.render(small)
    names = set(re.findall(rb"/FontName ?/[A-Z]+\+(\w+)", found))
    assert names == {b"ReportSerif", b"ReportSans"}


def test_the_first_page_is_one_page_however_much_it_says(small: Document) -> None:
    first = small.blocks[: small.blocks.index(FirstPageEnd()) + 1]
    more = [replace(b, said=Said(b.said.text + b.said.text[:60])) for b in first if isinstance(b, Paragraph)]
    long = [*[b for b in first if not isinstance(b, (Paragraph, FirstPageEnd))], *more, FirstPageEnd()]
    for blocks in (first, tuple(long)):
        found = pdf.render(replace(small, blocks=(*blocks, Heading(1, "图"))))
        assert max(int(n) for n in re.findall(rb"/Count (\d+)", found)) == 2


def test_the_first_page_is_one_page_in_english_too(sources: Sources) -> None:
    whole = report.document(sources, "en")
    first = whole.blocks[: whole.blocks.index(FirstPageEnd()) + 1]
    found = pdf.render(replace(whole, blocks=(*first, Heading(1, "Next"))))
    assert max(int(n) for n in re.findall(rb"/Count (\d+)", found)) == 2


def test_a_face_that_is_not_there_is_a_fault(
    small: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "HERE", tmp_path)
    with pytest.raises(OutputError, match="font"):
        pdf.render(replace(small, blocks=small.blocks[:2]))


def test_a_character_that_no_face_holds_is_a_fault(small: Document, tmp_path: Path) -> None:
    strange = replace(small, blocks=(*small.blocks, Paragraph(Said("龘"))))
    path = tmp_path / "report.html"
    with pytest.raises(OutputError, match="龘"):
        report.write(strange, path)
    assert not path.exists()


def test_a_character_missing_in_a_figure_is_a_fault() -> None:
    def draw() -> object:
        made, axes = figure_style.figure(1)
        axes.set_title("龘")
        return made

    with pytest.raises(OutputError, match=r"9f98|40856"):
        figure_style.svg(draw)  # type: ignore[arg-type]


def test_long_names_of_rows_leave_the_plot_half_the_width() -> None:
    label = "founders who hear of programmes from agents and each other, whatever policy does"
    with figure_style.styled():
        made = charts.waterfall(
            [charts.Bar(name, 5e4) for name in (label, "知" * 40)], charts.Bar("", 1e5), ""
        )
        made.draw_without_rendering()
        (axes,) = made.axes
        assert axes.get_position().width > 0.5
        ends = [t.get_window_extent() for t in axes.get_xticklabels() if t.get_text()]
    assert all(one.x1 < other.x0 for one, other in pairwise(ends)), "ticks collide"


def test_lines_of_the_money_scale_are_tenfold() -> None:
    """As its caption says."""
    assert "十倍" in wording.TEXTS["figure.way"]["zh"]
    with figure_style.styled():
        made = charts.ways(
            [charts.Bar("a", 0.4), charts.Bar("b", 9e4)], [charts.Bar("c", 3.0)], "", ("o", "i")
        )
        made.draw_without_rendering()
        lines = made.axes[0].get_xticks()
    assert [b / a for a, b in pairwise(lines)] == pytest.approx([10] * (len(lines) - 1))


def test_figures_leave_the_users_style_alone(made: Document) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figure_style.png(made.figures()[1].draw)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("number", range(16))
def test_every_figure_can_be_drawn_in_english(sources: Sources, number: int) -> None:
    figure = report.document(sources, "en").figures()[number]
    assert figure_style.svg(figure.draw).startswith("<?xml")


# --- all of them ---


@pytest.mark.parametrize("form", ["html", "xlsx"])
def test_the_same_results_give_the_same_file(small: Document, form: str) -> None:
    render: Callable[[Document], bytes] = {"html": html.render, "xlsx": _contents}[form]
    assert hashlib.sha256(render(small)).digest() == hashlib.sha256(render(small)).digest()


def _contents(document: Document) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx.render(document))) as book:
        return b"".join(
            book.read(name) for name in sorted(book.namelist()) if name.startswith("xl/worksheets")
        )


@pytest.mark.timeout(400)
@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_a_browser_finds_nothing_wrong_with_the_page(
    sources: Sources, lang: str, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    whole = report.document(sources, lang)
    draw = whole.figures()[0].draw  # an image is one to the page, so the first stands for all
    monkeypatch.setattr(figure_style, "svg", functools.cache(figure_style.svg))
    blocks = tuple(replace(b, draw=draw) if isinstance(b, Figure) else b for b in whole.blocks)
    path = tmp_path / "report.html"
    path.write_bytes(html.render(replace(whole, blocks=blocks)))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
    assert found.response["incomplete"] == [], "what it could not judge"
    page.set_viewport_size({"width": 360, "height": 800})
    for part in ("documentElement", "body"):
        assert page.evaluate(f"document.{part}.scrollWidth") <= 360, "the page is as wide as a phone"
    charts = page.evaluate(
        """() => [...document.images].map(image => [image.naturalWidth, image.alt,
            document.getElementById(image.getAttribute("aria-describedby")).innerText])"""
    )
    assert [told for *_, told in charts] == [figure.alt.text for figure in whole.figures()]
    assert all(width > 100 and alt for width, alt, _ in charts)
    page.close()
