"""Tests of charts: glyphs, labels, scales, and the user's Matplotlib settings."""

from __future__ import annotations

from itertools import pairwise

import pytest

from sim.engine.errors import OutputError
from sim.reporting import report, wording
from sim.reporting.charts.row_charts import money_flows, waterfall
from sim.reporting.charts.series import Estimate
from sim.reporting.charts.style import new_figure, styled, to_png, to_svg
from sim.reporting.document import Document
from sim.reporting.sources import ReportSources


def test_a_missing_glyph_is_an_error() -> None:
    def draw() -> object:
        drawing, axes = new_figure(1)
        axes.set_title("龘")
        return drawing

    with pytest.raises(OutputError, match=r"9f98|40856"):
        to_svg(draw)  # type: ignore[arg-type]


def test_long_row_labels_leave_half_the_width_to_the_plot() -> None:
    label = "founders who hear of programmes from agents and each other, whatever policy does"
    with styled():
        drawing = waterfall([Estimate(name, 5e4) for name in (label, "知" * 40)], Estimate("", 1e5), "")
        drawing.draw_without_rendering()
        (axes,) = drawing.axes
        assert axes.get_position().width > 0.5
        ends = [t.get_window_extent() for t in axes.get_xticklabels() if t.get_text()]
    assert all(one.x1 < other.x0 for one, other in pairwise(ends)), "ticks collide"


def test_money_flows_have_a_line_at_every_power_of_ten() -> None:
    """The caption of the figure describes these lines."""
    assert "十倍" in wording.TEXTS["figure.money_flows"]["zh"]
    with styled():
        drawing = money_flows([Estimate("a", 0.4), Estimate("b", 9e4)], [Estimate("c", 3.0)], "", ("o", "i"))
        drawing.draw_without_rendering()
        lines = drawing.axes[0].get_xticks()
    assert [b / a for a, b in pairwise(lines)] == pytest.approx([10] * (len(lines) - 1))


def test_the_users_matplotlib_settings_are_unchanged(document: Document) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    to_png(document.figures()[1].draw)
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("number", range(16))
def test_every_figure_can_be_drawn_in_english(sources: ReportSources, number: int) -> None:
    figure = report.build_document(sources, "en").figures()[number]
    assert to_svg(figure.draw).startswith("<?xml")
