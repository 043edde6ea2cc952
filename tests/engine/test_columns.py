"""Growing column tables preserve all written values and contain no others."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine.columns import Table

COLUMNS = {"id": (np.int64, 0), "cash": (np.int64, 0), "day": (np.int16, 99)}


@settings(derandomize=True, deadline=None, max_examples=50)
@given(st.integers(1, 8), st.lists(st.integers(0, 30), max_size=8))
def test_appending_beyond_capacity_keeps_every_row(capacity: int, sizes: list[int]) -> None:
    table = Table(COLUMNS, capacity)
    ids: list[int] = []
    for size in sizes:
        new = list(range(len(ids), len(ids) + size))
        rows = table.append(size, id=new)
        assert (rows.start, rows.stop) == (len(ids), len(ids) + size)
        assert (table.day[rows] == 99).all()
        ids += new
    assert len(table) == len(ids) <= table.capacity
    assert table.id.tolist() == ids
    assert not table.cash.any()


def test_a_column_is_written_in_place() -> None:
    table = Table(COLUMNS, 4)
    table.append(3, id=[1, 2, 3])
    table.cash[[0, 2]] += 5
    assert table.cash.tolist() == [5, 0, 5]


def test_an_unknown_column_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="csah"):
        _ = Table(COLUMNS, 1).csah
    with pytest.raises(KeyError):
        Table(COLUMNS, 1).append(1, csah=[1])


def test_a_copy_shares_nothing() -> None:
    table = Table(COLUMNS, 4)
    table.append(2, id=[1, 2])
    twin = table.copy()
    twin.cash[:] = 7
    twin.append(1, id=[3])
    assert len(table) == 2
    assert table.cash.tolist() == [0, 0]
    assert twin.id.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    "carry", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))], ids=["deepcopy", "pickle"]
)
def test_python_can_copy_and_pickle_it(carry) -> None:
    table = Table(COLUMNS, 4)
    table.append(2, id=[1, 2])
    assert carry(table).id.tolist() == [1, 2]


def test_rows_forgotten_leave_no_trace_in_rows_to_come() -> None:
    table = Table(COLUMNS, 5)
    table.append(5, id=[0, 1, 2, 3, 4], cash=[9] * 5, day=[1] * 5)
    table.keep(np.array([1, 3]))
    assert table.id.tolist() == [1, 3]
    rows = table.append(3, id=[5, 6, 7])
    assert table.cash[rows].tolist() == [0, 0, 0]
    assert table.day[rows].tolist() == [99, 99, 99]
