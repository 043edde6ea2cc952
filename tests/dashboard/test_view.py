"""What the page computes itself, from numbers whose answer is known."""

import numpy as np
import pytest
import xarray as xr

from sim import texts
from sim.dashboard import view
from sim.reporting.tables.tables import DataTable, Row


def told(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_medians_side_by_side_and_the_mean_of_paired_differences():
    ours, theirs = (xr.DataArray(np.array(x), dims="replicate") for x in ([1.0, 2.0, 9.0], [0.0, 4.0, 5.0]))
    found = view._numbers(ours, theirs)
    assert (found["scenario"], found["reference"]) == (2.0, 4.0)
    assert found["change"] == pytest.approx(1.0)
    half = 4.303 * np.std([1.0, -2.0, 4.0], ddof=1) / np.sqrt(3)  # Student's t, two degrees of freedom
    assert (found["low"], found["high"]) == pytest.approx((1 - half, 1 + half), rel=1e-3)


def test_an_interval_stands_in_one_cell_and_its_absence_is_a_dash():
    texts.use("en")
    nan = float("nan")
    numbers = {"reference": 1e7, "scenario": 3e7, "change": 2e7, "low": 1e7, "high": 3e7}
    rows = (
        Row("a", "with", "yuan", numbers),
        Row("b", "without", "yuan", numbers | {"low": nan, "high": nan}, "one replicate"),
    )
    made = view._merged(view.printed(view._beside("outcomes", view.BESIDE, rows)))
    assert made.head[2:] == ("Reference", "Scenario", "Change", "95% interval")
    assert told(made)[0] == ["with", "million yuan", "10", "30", "20", "10 to 30"]
    assert told(made)[1][-1] == "–"
    assert [made.numeric(column) for column in range(6)] == [False, False, True, True, True, True]
    assert made.notes == ("without: one replicate",)


def test_a_table_of_the_command_line_keeps_its_cells():
    texts.use("zh")
    table = DataTable(
        "t", "s", "标题", ("2017", "total"), (Row("r", "行", "yuan", {"2017": 5e6, "total": 1.5e7}),)
    )
    made = view.printed(table)
    assert made.head[2:] == ("2017", "合计")
    assert told(made) == [["行", "万元", "500", "1,500"]]
