"""Recorded arrays: shapes, types, and NaN only for means without observations."""

import numpy as np
import pytest

from sim.engine.recorder import Outcome, Recorder

SIZES = {"month": 3, "form": 2, "target": 2}
JOBS = Outcome("jobs", ("month", "form"), "persons", "就业", "jobs")
WAIT = Outcome("waiting_days", ("month",), "days", "排队", "wait", "mean", whole=False)
SPENT = Outcome("spending", ("month",), "yuan", "支出", "spending", "flow", whole=False)
MET = Outcome("met", ("target",), "bool", "完成", "met", "final")


def test_shapes_types_and_what_stands_before_anything_is_written() -> None:
    record = Recorder([JOBS, WAIT, SPENT, MET], SIZES)
    assert record[JOBS].shape == (3, 2)
    assert record[JOBS].dtype == np.int64
    assert record[MET].dtype == np.bool_
    assert record[SPENT].dtype == np.float64
    assert not record[JOBS].any()
    assert not record[SPENT].any()
    assert np.isnan(record[WAIT]).all()


def test_put_and_add() -> None:
    record = Recorder([JOBS, SPENT], SIZES)
    record.put(JOBS, 1, [3, 4])
    record.put(JOBS, (2, 0), 9)
    record.add(SPENT, 0, 1.5)
    record.add(SPENT, 0, 2.0)
    assert record.arrays["jobs"].tolist() == [[0, 0], [3, 4], [9, 0]]
    assert record.arrays["spending"].tolist() == [3.5, 0, 0]


def test_an_outcome_cannot_be_declared_twice() -> None:
    with pytest.raises(ValueError, match="jobs"):
        Recorder([JOBS, JOBS], SIZES)


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(KeyError, match="planet"):
        Recorder([Outcome("x", ("planet",), "", "", "")], SIZES)
