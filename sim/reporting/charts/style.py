"""How figures look and become SVG or PNG: colours told apart by all readers, also in grey; our own face.

Matplotlib, as in the notebooks: it is in the lock, draws survival steps, bands and error bars without a
browser, and writes text as outlines, so that a figure needs no face where it is read. Imported only where a
figure is drawn.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, cast

from sim.engine.errors import OutputError
from sim.reporting.fonts import FACES, SANS
from sim.table import length
from sim.texts import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#999999")
"""Okabe and Ito 2008; lines also differ in their dashes and bars in their hatching."""
MAIN, OTHER, THIRD = COLOURS[:3]
GREY: Final = "#555555"
DASHES: Final[tuple[Any, ...]] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
HATCHES: Final = ("", "///", "...", "\\\\\\", "xxx", "---", "+++", "")
WIDTH: Final = 6.3  # inches: 160 mm
DPI: Final = 200
ROOM: Final = 46
"""Half-width characters of a row's name in one line: nine twentieths of the figure's width."""
LINE: Final = 0.135  # inches from line to line of such a name

STYLE: Final[dict[str, Any]] = {
    "font.family": [SANS.family],
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "hatch.linewidth": 0.5,
    "figure.constrained_layout.use": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "zsim",
}


@contextmanager
def styled() -> Iterator[None]:
    """Our style and faces, the user's own left as they were; a missing glyph is a fault."""
    import matplotlib as mpl
    from matplotlib import font_manager

    for face in FACES:
        if face.family not in font_manager.fontManager.get_font_names():
            font_manager.fontManager.addfont(face.file)
    with mpl.rc_context(cast(Any, STYLE)), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        warnings.filterwarnings("error", message="findfont")
        yield


def figure(height: float, columns: int = 1, rows: int = 1, **more: Any) -> tuple[Figure, Any]:
    """A figure across the page, and its axes: one, or an array of them."""
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(WIDTH, height))
    return drawn, drawn.subplots(rows, columns, **more)


def named(labels: Sequence[str]) -> tuple[list[str], float]:
    """Names of rows in lines that leave the plot its room, and the inches that a row needs for the more."""
    told = [_folded(label) for label in labels]
    return told, LINE * max((label.count("\n") for label in told), default=0)


def _folded(label: str) -> str:
    if length(label) <= ROOM:
        return label
    if max(label) < "\u2e80":
        return "\n".join(wrap(label, ROOM))
    lines = [""]
    for character in label:
        if length(lines[-1] + character) > ROOM:
            lines.append("")
        lines[-1] += character
    return "\n".join(lines)


def spaced(drawn: Figure, **pads: Any) -> None:
    """Leave room between plots (``wspace``) or around all of them (``rect``)."""
    layout: Any = drawn.get_layout_engine()
    layout.set(**pads)


def svg(draw: Callable[[], Figure]) -> str:
    """A figure as SVG, its texts as outlines."""
    return _saved(draw, "svg").decode("utf-8")


def png(draw: Callable[[], Figure], dpi: int = DPI) -> bytes:
    """A figure as PNG, for Word and for notebooks."""
    return _saved(draw, "png", dpi)


def _saved(draw: Callable[[], Figure], form: str, dpi: int = DPI) -> bytes:
    out = io.BytesIO()
    with styled():
        try:
            metadata = {"Date": None} if form == "svg" else {"Software": None}
            draw().savefig(out, format=form, dpi=dpi, metadata=metadata)
        except UserWarning as warning:
            raise OutputError(say("error.no_glyph", characters=str(warning))) from warning
    return out.getvalue()
