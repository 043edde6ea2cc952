"""Style of the charts, and their conversion to SVG and PNG.

Colours are distinguishable for colour-blind readers and in greyscale, and text is set in the fonts of the
reports. Text in SVG files is converted to outlines, so that no font is needed to view a chart. Matplotlib is
imported only when a chart is drawn.
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
"""Palette of Okabe and Ito (2008); lines also differ in their dashes, and bars in their hatching."""
MAIN, OTHER, THIRD = COLOURS[:3]
GREY: Final = "#555555"
DASHES: Final[tuple[Any, ...]] = ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
HATCHES: Final = ("", "///", "...", "\\\\\\", "xxx", "---", "+++", "")
WIDTH: Final = 6.3  # inches: 160 mm
DPI: Final = 200
LABEL_WIDTH: Final = 46
"""Maximum width of a row label in half-width characters, about 45% of the chart's width."""
LABEL_LINE: Final = 0.135  # line spacing of row labels in inches

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

    Matplotlib settings are restored afterwards. Warnings about missing glyphs or fonts are raised as errors.
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
    """Create a figure as wide as the text area of a page.

    Args:
        height: height in inches.
        columns: number of columns of plots.
        rows: number of rows of plots.
        options: further arguments of :meth:`matplotlib.figure.Figure.subplots`.

    Returns:
        The figure, and its axes: a single object, or an array if there are several plots.
    """
    from matplotlib.figure import Figure

    drawing = Figure(figsize=(WIDTH, height))
    return drawing, drawing.subplots(rows, columns, **options)


def row_labels(labels: Sequence[str]) -> tuple[list[str], float]:
    """Wrap row labels so that at least half of the width remains for the plot.

    Returns:
        The wrapped labels, and the additional height in inches that each row needs for them.
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
    """Set the title of a plot, followed by the unit of its vertical axis in brackets."""
    in_brackets = f"({unit})" if unit else ""
    text = "　".join(part for part in (title, in_brackets) if part)
    width = 84 if axes.get_subplotspec().get_gridspec().ncols == 1 else 42
    if not text.isascii():  # a Chinese character is nearly twice as wide
        width = width * 5 // 9
    lines = [text] if len(text) <= width else [*wrap(title, width), in_brackets]
    axes.set_title("\n".join(line for line in lines if line))


def set_thousands(axis: Any, most: int = 5) -> None:
    """Use thousands separators and at most ``most`` tick intervals on an axis; year axes are unchanged."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    if axis.axis_name == "x" and axis.get_view_interval()[0] > 2000 and axis.get_view_interval()[1] < 2030:
        return
    axis.set_major_locator(MaxNLocator(most))
    axis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:,.10g}".replace("-", "−")))


def to_svg(draw: Callable[[], Figure]) -> str:
    """Draw a figure as SVG with text converted to outlines.

    Raises:
        OutputError: a character has no glyph in the report fonts.
    """
    return _save(draw, "svg").decode("utf-8")


def to_png(draw: Callable[[], Figure], dpi: int = DPI) -> bytes:
    """Draw a figure as PNG, for Word files and notebooks.

    Raises:
        OutputError: a character has no glyph in the report fonts.
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
