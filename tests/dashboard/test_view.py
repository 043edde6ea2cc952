"""Numbers and tables of the view, computed from data with known results."""

import numpy as np
import pytest
import xarray as xr

from sim import texts
from sim.dashboard import view
from sim.reporting.tables.data_table import DataTable, Row


def cell_texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_medians_side_by_side_and_the_mean_of_paired_differences():
    ours, theirs = (xr.DataArray(np.array(x), dims="replicate") for x in ([1.0, 2.0, 9.0], [0.0, 4.0, 5.0]))
    numbers = view._change(ours, theirs)
    assert (numbers["scenario"], numbers["reference"]) == (2.0, 4.0)
    assert numbers["change"] == pytest.approx(1.0)
    half = 4.303 * np.std([1.0, -2.0, 4.0], ddof=1) / np.sqrt(3)  # Student's t, two degrees of freedom
    assert (numbers["low"], numbers["high"]) == pytest.approx((1 - half, 1 + half), rel=1e-3)


def test_an_interval_is_one_cell_and_a_missing_one_a_dash():
    texts.use("en")
    nan = float("nan")
    numbers = {"reference": 1e7, "scenario": 3e7, "change": 2e7, "low": 1e7, "high": 3e7}
    rows = (
        Row("a", "with", "yuan", numbers),
        Row("b", "without", "yuan", numbers | {"low": nan, "high": nan}, "one replicate"),
    )
    table = view._with_intervals(view.printed(view._table("outcomes", view.SIDE_BY_SIDE, rows)))
    assert table.head[2:] == ("Reference", "Scenario", "Change", "95% interval")
    assert cell_texts(table)[0] == ["with", "million yuan", "10", "30", "20", "10 to 30"]
    assert cell_texts(table)[1][-1] == "–"
    assert [table.numeric(column) for column in range(6)] == [False, False, True, True, True, True]
    assert table.notes == ("without: one replicate",)


def test_a_table_of_the_command_line_keeps_its_cells():
    texts.use("zh")
    data = DataTable(
        "t", "s", "标题", ("2017", "total"), (Row("r", "行", "yuan", {"2017": 5e6, "total": 1.5e7}),)
    )
    table = view.printed(data)
    assert table.head[2:] == ("2017", "合计")
    assert cell_texts(table) == [["行", "万元", "500", "1,500"]]
