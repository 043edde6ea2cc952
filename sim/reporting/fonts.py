"""The two fonts used in reports: files, available characters, and creation of the font subsets.

They are subsets of Noto Serif CJK SC and Noto Sans CJK SC (SIL Open Font License, ``typefaces/OFL.txt``) with
the characters of GB 2312 level 1, its symbols, Latin letters, and all other characters in the texts of the
package. Reports can therefore be printed on machines without Chinese fonts. A character that is missing from
the fonts is an error rather than an empty box: :func:`missing` detects it before anything is drawn.

``python -m sim.reporting.fonts FOLDER`` creates the subsets from Debian's ``fonts-noto-cjk``; FOLDER contains
``NotoSerifCJK-Regular.ttc`` and ``NotoSansCJK-Regular.ttc``.
"""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

PACKAGE: Final = Path(__file__).parents[1]
FOLDER: Final = Path(__file__).with_name("typefaces")


class Font(NamedTuple):
    """A font used in reports.

    Attributes:
        family: font family name in documents.
        file: file of the subset.
        source: font collection from which the subset is created, and the name of the font in it.
    """

    family: str
    file: Path
    source: tuple[str, str]


SERIF: Final = Font(
    "Report Serif", FOLDER / "ReportSerif.otf", ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC")
)
SANS: Final = Font("Report Sans", FOLDER / "ReportSans.otf", ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"))
FONTS: Final = (SERIF, SANS)


@cache
def characters(font: Font) -> frozenset[str]:
    """Return the characters that a font contains."""
    from fontTools.ttLib import TTFont

    with TTFont(font.file, lazy=True) as opened:
        return frozenset(map(chr, opened.getBestCmap()))


def missing(text: str) -> str:
    """Return the characters in a text that are missing from at least one font, each once and in order."""
    available = characters(SERIF) & characters(SANS)
    return "".join(dict.fromkeys(c for c in text if c not in available and c not in "\n\t"))


def woff(font: Font, text: str) -> str:
    """Return the part of a font needed for a text as base64-encoded WOFF, for embedding in a web page."""
    from fontTools import subset

    options = _options(subset)
    options.flavor = "woff"
    loaded = subset.load_font(str(font.file), options)
    _subset(subset, loaded, options, text)
    out = io.BytesIO()
    loaded.flavor = "woff"
    loaded.save(out)
    loaded.close()
    return base64.b64encode(out.getvalue()).decode("ascii")


def required() -> frozenset[str]:
    """Return the characters of the subsets: GB 2312 level 1, symbols, Latin letters, and package texts."""
    rows = [(row, 0xFF) for row in (*range(0xA1, 0xA4), *range(0xB0, 0xD8))]
    included = set()
    for row, end in rows:
        for cell in range(0xA1, end):
            try:
                included.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    included |= set(map(chr, range(0x20, 0x7F))) | set(map(chr, range(0xA0, 0x180)))
    included |= set("–—−…•·×≤≥≈±²³₂‰％①②③④⑤⑥⑦⑧⑨⑩㎡αβγδεκλμπρσστ")
    for path in _text_files():
        included |= {c for c in path.read_text(encoding="utf-8") if ord(c) > 0x7F}
    return frozenset(included)


def _text_files() -> Iterable[Path]:
    for ending in ("*.yaml", "*.py", "*.csv"):
        yield from sorted(PACKAGE.rglob(ending))


def make_subsets(folder: Path) -> None:
    """Create both subsets from the font collections in a folder and print their sizes."""
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    for font in FONTS:
        file, name = font.source
        with TTCollection(folder / file) as collection:
            names = [each["name"].getDebugName(1) for each in collection.fonts]
        options = _options(subset)
        options.font_number = names.index(name)
        loaded = subset.load_font(str(folder / file), options)
        _subset(subset, loaded, options, "".join(sorted(required())))
        for record in loaded["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                record.string = font.family if record.nameID != 6 else font.family.replace(" ", "")
        loaded.save(font.file)
        loaded.close()
        sys.stdout.write(f"{font.file.name}: {font.file.stat().st_size / 1024:,.0f} KiB\n")


def _options(subset: Any) -> Any:
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.recalc_timestamp = False
    return options


def _subset(subset: Any, loaded: Any, options: Any, text: str) -> None:
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(loaded)


if __name__ == "__main__":
    make_subsets(Path(sys.argv[1]))
