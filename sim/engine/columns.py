"""Columns that grow, with permanent ids: the state of a large population, one array a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt


def _blank(rows: int, fill: Any, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """A column of new rows; the system clears zeros, and only where they are used."""
    return np.full(rows, fill, dtype=dtype) if fill else np.zeros(rows, dtype=dtype)


class Table:
    """One array a column, all of the same length; rows are appended and never removed.

    A column is an attribute: ``table.cash`` is a view of the living length, to be written in place.

    Args:
        columns: name to (type, value of a new row).
        capacity: rows to make room for at once.
    """

    def __init__(self, columns: Mapping[str, tuple[Any, Any]], capacity: int) -> None:
        self._fill = {name: fill for name, (_, fill) in columns.items()}
        self._data = {name: _blank(capacity, fill, t) for name, (t, fill) in columns.items()}
        self._n = 0
        self._show()

    def _show(self) -> None:
        """Make each column's view of the living length an attribute: asked for often, made anew rarely."""
        self.__dict__.update({name: column[: self._n] for name, column in self._data.items()})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> npt.NDArray[Any]: ...

    def __len__(self) -> int:
        return self._n

    @property
    def capacity(self) -> int:
        """Rows that there is room for."""
        return len(next(iter(self._data.values())))

    def append(self, n: int, **values: npt.ArrayLike) -> slice:
        """Add ``n`` rows, with these values; other columns take that of a new row. Returns where they are."""
        new = slice(self._n, self._n + n)
        if new.stop > self.capacity:
            room = max(new.stop, self.capacity + self.capacity // 4)
            for name, old in self._data.items():
                grown = _blank(room, self._fill[name], old.dtype)
                grown[: self._n] = old[: self._n]
                self._data[name] = grown
        self._n = new.stop
        for name, value in values.items():
            self._data[name][new] = value
        self._show()
        return new

    def copy(self) -> Self:
        """An independent copy of all rows, with the same room to grow."""
        twin = object.__new__(type(self))
        twin.__dict__.update(self.__dict__)
        twin._data = {}
        for name, column in self._data.items():
            twin._data[name] = _blank(len(column), self._fill[name], column.dtype)
            twin._data[name][: self._n] = column[: self._n]
        twin._show()
        return twin

    def keep(self, rows: npt.NDArray[np.intp]) -> None:
        """Forget all rows but these, before anything refers to a row number."""
        for name, column in self._data.items():
            column[: len(rows)] = column[rows]
            column[len(rows) : self._n] = self._fill[name]
        self._n = len(rows)
        self._show()
