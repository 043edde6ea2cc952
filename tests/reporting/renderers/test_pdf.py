"""Tests of the report as a PDF file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sim.engine.errors import OutputError
from sim.reporting import report
from sim.reporting.document import Document, FirstPageEnd, Heading, Paragraph, Text
from sim.reporting.renderers import pdf
from sim.reporting.sources import ReportSources


def test_the_fonts_are_those_of_the_reports(short_document: Document) -> None:
    content = pdf.render(short_document)
    assert content.startswith(b"%PDF")
    assert content == pdf.render(short_document)
    names = set(re.findall(rb"/FontName ?/[A-Z]+\+(\w+)", content))
    assert names == {b"ReportSerif", b"ReportSans"}


def test_the_first_page_fits_on_one_page_however_long(short_document: Document) -> None:
    first = short_document.blocks[: short_document.blocks.index(FirstPageEnd()) + 1]
    more = [
        replace(b, content=Text(b.content.text + b.content.text[:60]))
        for b in first
        if isinstance(b, Paragraph)
    ]
    long = [*[b for b in first if not isinstance(b, (Paragraph, FirstPageEnd))], *more, FirstPageEnd()]
    for blocks in (first, tuple(long)):
        content = pdf.render(replace(short_document, blocks=(*blocks, Heading(1, "图"))))
        assert max(int(n) for n in re.findall(rb"/Count (\d+)", content)) == 2


def test_the_first_page_fits_on_one_page_in_english(sources: ReportSources) -> None:
    document = report.build_document(sources, "en")
    first = document.blocks[: document.blocks.index(FirstPageEnd()) + 1]
    content = pdf.render(replace(document, blocks=(*first, Heading(1, "Next"))))
    assert max(int(n) for n in re.findall(rb"/Count (\d+)", content)) == 2


def test_a_missing_font_is_an_error(
    short_document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "FOLDER", tmp_path)
    with pytest.raises(OutputError, match="font"):
        pdf.render(replace(short_document, blocks=short_document.blocks[:2]))
