"""The two faces that every report is set in: where they lie, what they hold, and how they are made.

Cut from Noto Serif CJK SC and Noto Sans CJK SC (SIL Open Font License, ``faces/OFL.txt``) down to the
characters of GB 2312, level 1, its signs, Latin letters, and whatever else the package says to people. So
Chinese prints on a machine that has no Chinese face. A character that neither holds is a fault, never a
box: :func:`missing` finds it before anything is drawn.

``python -m sim.reporting.fonts FOLDER`` cuts them anew out of Debian's ``fonts-noto-cjk`` (FOLDER
holds its ``NotoSerifCJK-Regular.ttc`` and ``NotoSansCJK-Regular.ttc``).
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


class Face(NamedTuple):
    """A face of the reports.

    Args:
        family: its name in documents.
        file: where it lies.
        source: the collection it is cut from, and the font in it.
    """

    family: str
    file: Path
    source: tuple[str, str]


HERE: Final = Path(__file__).with_name("typefaces")
SERIF: Final = Face(
    "Report Serif", HERE / "ReportSerif.otf", ("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC")
)
SANS: Final = Face("Report Sans", HERE / "ReportSans.otf", ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"))
FACES: Final = (SERIF, SANS)


@cache
def characters(face: Face) -> frozenset[str]:
    """What a face can print."""
    from fontTools.ttLib import TTFont

    with TTFont(face.file, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def missing(text: str) -> str:
    """Characters of a text that either face lacks, each once, in order; line ends do not count."""
    held = characters(SERIF) & characters(SANS)
    return "".join(dict.fromkeys(c for c in text if c not in held and c not in "\n\t"))


def woff(face: Face, text: str) -> str:
    """The face with the characters of one text only, as WOFF in base64: small enough for a web page."""
    from fontTools import subset

    options = _options(subset)
    options.flavor = "woff"
    font = subset.load_font(str(face.file), options)
    _cut(subset, font, options, text)
    out = io.BytesIO()
    font.flavor = "woff"
    font.save(out)
    font.close()
    return base64.b64encode(out.getvalue()).decode("ascii")


def wanted() -> frozenset[str]:
    """Characters to be held: GB 2312 level 1 and signs, Latin, and all that stands in the package's texts."""
    rows = [(row, 0xFF) for row in (*range(0xA1, 0xA4), *range(0xB0, 0xD8))]
    found = set()
    for row, end in rows:
        for cell in range(0xA1, end):
            try:
                found.add(bytes([row, cell]).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    found |= set(map(chr, range(0x20, 0x7F))) | set(map(chr, range(0xA0, 0x180)))
    found |= set("–—−…•·×≤≥≈±²³₂‰％①②③④⑤⑥⑦⑧⑨⑩㎡αβγδεκλμπρσστ")
    for path in _texts():
        found |= {c for c in path.read_text(encoding="utf-8") if ord(c) > 0x7F}
    return frozenset(found)


def _texts() -> Iterable[Path]:
    for ending in ("*.yaml", "*.py", "*.csv"):
        yield from sorted(PACKAGE.rglob(ending))


def make(folder: Path) -> None:
    """Cut both faces anew."""
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    for face in FACES:
        file, name = face.source
        with TTCollection(folder / file) as collection:
            names = [font["name"].getDebugName(1) for font in collection.fonts]
        options = _options(subset)
        options.font_number = names.index(name)
        font = subset.load_font(str(folder / file), options)
        _cut(subset, font, options, "".join(sorted(wanted())))
        for record in font["name"].names:
            if record.nameID in (1, 3, 4, 6, 16):
                told = face.family if record.nameID != 6 else face.family.replace(" ", "")
                record.string = told
        font.save(face.file)
        font.close()
        sys.stdout.write(f"{face.file.name}: {face.file.stat().st_size / 1024:,.0f} KiB\n")


def _options(subset: Any) -> Any:
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = ["*"]
    options.name_languages = [0x409]
    options.recalc_timestamp = False
    return options


def _cut(subset: Any, font: Any, options: Any, text: str) -> None:
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
