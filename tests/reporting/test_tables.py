"""Printed tables: units of counts, percentage points, and reasons for missing numbers."""

from __future__ import annotations

import math

from sim import texts
from sim.model.registry import SUBMODELS
from sim.reporting.counted_units import COUNTED, shown_unit
from sim.reporting.tables.data_table import DataTable, Row
from sim.reporting.tables.printing import printed, unit_name


def test_counted_things_have_names_in_both_languages() -> None:
    for unit in set(COUNTED.values()):
        texts.use("zh")
        assert not unit_name(unit).isascii(), unit
        texts.use("en")
        assert unit_name(unit).isascii()
        assert unit_name(unit) not in ("", "number")
    assert shown_unit("count", "firms.enterprise") == "count"


def test_what_is_counted_is_an_outcome_of_the_model() -> None:
    units = {o.name: o.unit for submodel in SUBMODELS.values() for o in submodel.OUTCOMES}
    assert {units[name] for name in COUNTED} == {"count"}


def test_differences_between_shares_are_in_percentage_points() -> None:
    texts.use("zh")
    row = Row("a", "甲", "share", {"mean": 0.5, "difference": -0.012})
    trial = Row("b", "乙", "share", {"policy_arm": 0.5, "effect": 0.02})
    columns = ("mean", "difference", "policy_arm", "effect")
    table = printed(DataTable("t", "s", "表", columns, (row, trial)))
    assert [cell.text for cell in table.rows[0][2:]] == ["50.0%", "-1.2个百分点", "–", "–"]
    assert [cell.text for cell in table.rows[1][2:]] == ["–", "–", "50.0%", "2.0个百分点"]


def test_a_reason_is_given_once_for_all_its_rows() -> None:
    texts.use("zh")
    rows = tuple(Row(name, name, "count", {"mean": math.nan}, "重复过少") for name in ("甲", "乙"))
    assert printed(DataTable("t", "s", "表", ("mean",), rows)).notes == ("甲、乙：重复过少",)
