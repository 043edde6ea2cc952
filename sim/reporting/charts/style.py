"""Style of the charts, and their conversion to SVG and PNG.

The colours are distinguishable for all readers, also in greyscale, and text is set in the fonts of the
reports. Matplotlib draws without a browser and writes text as outlines, so that a chart needs no font where
it is viewed. It is imported only where a chart is drawn.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final, cast

from sim.engine.errors import OutputError
from sim.reporting.fonts import FONTS, SANS
from sim.table import display_width
from sim.texts import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#999999")
"""Palette of Okabe and Ito (2008); lines also differ in their dashes and bars in their hatching."""
MAIN, OTHER, THIRD = COLOURS[:3]
GREY: Final = "#555555"
DASHES: Final[tuple[Any, ...]] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
HATCHES: Final = ("", "///", "...", "\\\\\\", "xxx", "---", "+++", "")
WIDTH: Final = 6.3  # inches: 160 mm
DPI: Final = 200
LABEL_WIDTH: Final = 46
"""Half-width characters of a row label in one line: nine twentieths of the chart's width."""
LABEL_LINE: Final = 0.135  # inches from line to line of a row label

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
    """Apply the style and fonts of the reports within a ``with`` block.

    The user's own Matplotlib settings are restored afterwards. A missing glyph raises a warning as an error.
    """
    import matplotlib as mpl
    from matplotlib import font_manager

    for font in FONTS:
        if font.family not in font_manager.fontManager.get_font_names():
            font_manager.fontManager.addfont(font.file)
    with mpl.rc_context(cast(Any, STYLE)), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        warnings.filterwarnings("error", message="findfont")
        yield


def new_figure(height: float, columns: int = 1, rows: int = 1, **options: Any) -> tuple[Figure, Any]:
    """Create a figure of the page's width.

    Args:
        height: in inches.
        columns: number of plots side by side.
        rows: number of plots below one another.
        options: further arguments of :meth:`matplotlib.figure.Figure.subplots`.

    Returns:
        The figure and its axes: one, or an array of them.
    """
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(WIDTH, height))
    return drawing, drawing.subplots(rows, columns, **options)


def row_labels(labels: Sequence[str]) -> tuple[list[str], float]:
    """Wrap row labels so that the plot keeps half the width.

    Returns:
        The wrapped labels, and the additional height of a row in inches.
    """
    wrapped = [_wrap_label(label) for label in labels]
    return wrapped, LABEL_LINE * max((label.count("\n") for label in wrapped), default=0)


def _wrap_label(label: str) -> str:
    if display_width(label) <= LABEL_WIDTH:
        return label
    if max(label) < "\u2e80":
        return "\n".join(wrap(label, LABEL_WIDTH))
    lines = [""]
    for character in label:
        if display_width(lines[-1] + character) > LABEL_WIDTH:
            lines.append("")
        lines[-1] += character
    return "\n".join(lines)


def set_layout(drawing: Figure, **options: Any) -> None:
    """Set the space between plots (``wspace``) or around all of them (``rect``)."""
    layout: Any = drawing.get_layout_engine()
    layout.set(**options)


def set_title(axes: Any, title: str, unit: str) -> None:
    """Set the title, with the unit of the vertical axis beside it, where it reads horizontally."""
    in_brackets = f"({unit})" if unit else ""
    text = "　".join(part for part in (title, in_brackets) if part)
    width = 84 if axes.get_subplotspec().get_gridspec().ncols == 1 else 42
    if not text.isascii():  # a Chinese character is nearly twice as wide
        width = width * 5 // 9
    lines = [text] if len(text) <= width else [*wrap(title, width), in_brackets]
    axes.set_title("\n".join(line for line in lines if line))


def set_thousands(axis: Any, most: int = 5) -> None:
    """Label an axis with thousands separators and at most ``most`` intervals; years are left alone."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if axis.axis_name == "x" and axis.get_view_interval()[0] > 2000 and axis.get_view_interval()[1] < 2030:
        return
    axis.set_major_locator(MaxNLocator(most))
    axis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:,.10g}".replace("-", "−")))


def to_svg(draw: Callable[[], Figure]) -> str:
    """Draw a figure as SVG with its text as outlines.

    Raises:
        OutputError: a character has no glyph in the fonts of the reports.
    """
    return _save(draw, "svg").decode("utf-8")


def to_png(draw: Callable[[], Figure], dpi: int = DPI) -> bytes:
    """Draw a figure as PNG, for Word and for notebooks.

    Raises:
        OutputError: a character has no glyph in the fonts of the reports.
    """
    return _save(draw, "png", dpi)


def _save(draw: Callable[[], Figure], form: str, dpi: int = DPI) -> bytes:
    out = io.BytesIO()
    with styled():
        try:
            metadata = {"Date": None} if form == "svg" else {"Software": None}
            draw().savefig(out, format=form, dpi=dpi, metadata=metadata)
        except UserWarning as warning:
            raise OutputError(say("error.no_glyph", characters=str(warning))) from warning
    return out.getvalue()
