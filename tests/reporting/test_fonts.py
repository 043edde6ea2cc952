"""The fonts of the reports contain every character that is printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.engine.errors import OutputError
from sim.reporting import fonts, report
from sim.reporting.document import Document, Paragraph, Text
from sim.reporting.sources import ReportSources


def test_a_character_that_neither_font_has_is_an_error(short_document: Document, tmp_path: Path) -> None:
    strange = replace(short_document, blocks=(*short_document.blocks, Paragraph(Text("龘"))))
    path = tmp_path / "report.html"
    with pytest.raises(OutputError, match="龘"):
        report.write_document(strange, path)
    assert not path.exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_character_of_a_report_can_be_printed(sources: ReportSources, lang: str) -> None:
    assert fonts.missing("".join(report.build_document(sources, lang).texts())) == ""


def test_every_text_of_the_package_can_be_printed() -> None:
    """New characters in labels must be added to the fonts; see :mod:`sim.reporting.fonts`."""
    package = Path(fonts.__file__).parents[1]
    given = [path.read_text(encoding="utf-8") for path in package.rglob("*.yaml")]
    assert fonts.missing("".join(given)) == ""
