"""Tests of the report as a web page: complete, accessible, readable on phones and on paper."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sim import texts
from sim.reporting import report
from sim.reporting.charts.style import to_svg
from sim.reporting.document import (
    Block,
    Cell,
    Document,
    Figure,
    Heading,
    Number,
    Paragraph,
    Role,
    Table,
    Text,
)
from sim.reporting.renderers import html
from sim.reporting.sources import ReportSources

STYLE = Path(html.__file__).with_name("report.css").read_text(encoding="utf-8")
MARKUP = """<b onclick='x'>1 & "2"</b>"""
"""A text that must be escaped wherever it appears."""
ROLES: tuple[Role, ...] = ("body", "note", "code", "point", "point")


class Page(HTMLParser):
    """Parser that collects the tags of a page with their attributes, and its text."""

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


def test_the_page_is_complete_and_accessible(short_document: Document) -> None:
    text = html.render(short_document).decode()
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


def test_a_narrow_screen_shows_whole_tables(short_document: Document) -> None:
    """The first table is shown as cards with column names; other tables have a hint to swipe."""
    text = html.render(short_document).decode()
    page = Page(text)
    head = short_document.tables()[0].head
    cards = [a for a in page.all("td") if "data-head" in a]
    assert [a["data-head"] for a in cards[: len(head) - 1]] == list(head[1:])
    assert all(a["role"] == "cell" for a in cards), "screen readers still recognise the table"
    assert len([a for a in page.all("p") if a.get("class") == "hint"]) == 2
    assert "44rem" not in STYLE, "figures fit the width"


def document_of_markup() -> Document:
    """Return a document in which every text is :data:`MARKUP` and whose last block is a list."""
    text = Text(MARKUP)
    numbers = (Number(1.0, "1"), Number(2.0, "2"))
    rows = tuple((Cell(MARKUP), Cell(MARKUP), Cell(MARKUP, numbers)) for _ in range(2))
    blocks: tuple[Block, ...] = (
        Heading(1, MARKUP),
        *(Paragraph(text, role) for role in ROLES),
        Table("t", MARKUP, (MARKUP, MARKUP, MARKUP), rows, (MARKUP,)),
        Paragraph(text, "point"),
    )
    return Document("en", MARKUP, MARKUP, blocks)


def test_texts_are_escaped() -> None:
    """Count the title (twice), subtitle, contents, heading, paragraphs, list items and table cells."""
    page = Page(html.render(document_of_markup()).decode())
    assert not page.all("b")
    assert page.text.count(MARKUP) == 2 + 1 + 1 + 1 + 3 + 3 + 11
    assert [a["data-head"] for a in page.all("td")] == 4 * [MARKUP]


def test_adjacent_points_form_one_list() -> None:
    page = Page(html.render(document_of_markup()).decode())
    tags = [tag for tag, _ in page.tags if tag in ("ul", "li")]
    assert tags == ["li", "ul", "li", "li", "ul", "li"]  # the first item is in the table of contents


def test_text_has_enough_contrast() -> None:
    """WCAG AA: 4.5 to 1 for every text colour of the style sheet."""

    def luminance(colour: str) -> float:
        full = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
        parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    background = luminance("f2f2f2")
    colours = re.findall(r"[ {]color: #([0-9a-f]+)", STYLE)
    assert len(colours) >= 3
    assert all((background + 0.05) / (luminance(colour) + 0.05) >= 4.5 for colour in colours)


def test_the_same_results_give_the_same_file(short_document: Document) -> None:
    assert html.render(short_document) == html.render(short_document)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("lang", texts.LANGUAGES)
def test_the_page_in_a_browser(
    sources: ReportSources, lang: str, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    whole = report.build_document(sources, lang)
    draw = whole.figures()[0].draw  # the same chart is used for all figures, to save time
    monkeypatch.setattr(html, "to_svg", functools.cache(to_svg))
    blocks = tuple(replace(b, draw=draw) if isinstance(b, Figure) else b for b in whole.blocks)
    path = tmp_path / "report.html"
    path.write_bytes(html.render(replace(whole, blocks=blocks)))
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()
    assert found.response["incomplete"] == [], "undecided checks"
    page.set_viewport_size({"width": 360, "height": 800})
    for part in ("documentElement", "body"):
        assert page.evaluate(f"document.{part}.scrollWidth") <= 360, "no horizontal scrolling on a phone"
    charts = page.evaluate(
        """() => [...document.images].map(image => [image.naturalWidth, image.alt,
            document.getElementById(image.getAttribute("aria-describedby")).innerText])"""
    )
    assert [description for *_, description in charts] == [figure.alt.text for figure in whole.figures()]
    assert all(width > 100 and alt for width, alt, _ in charts)
    page.close()
