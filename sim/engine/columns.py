"""Tables with columns that grow: the state of a large population, one array for each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt


def _blank(rows: int, fill: Any, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Column of new rows; zeros are cleared by the operating system, and only where they are used."""
    return np.full(rows, fill, dtype=dtype) if fill else np.zeros(rows, dtype=dtype)


class Table:
    """Table with one array for each column, all of the same length; rows are appended and never removed.

    A column is an attribute: ``table.cash`` is a view of its current length, to be written in place.

    Args:
        columns: type and value of a new row, by name.
        capacity: rows to allocate at once.
    """

    def __init__(self, columns: Mapping[str, tuple[Any, Any]], capacity: int) -> None:
        self._fill = {name: fill for name, (_, fill) in columns.items()}
        self._data = {name: _blank(capacity, fill, t) for name, (t, fill) in columns.items()}
        self._n = 0
        self._show()

    def _show(self) -> None:
        """Make a view of each column's current length an attribute: read often, renewed rarely."""
        self.__dict__.update({name: column[: self._n] for name, column in self._data.items()})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> npt.NDArray[Any]: ...

    def __len__(self) -> int:
        return self._n

    @property
    def capacity(self) -> int:
        """Rows that are allocated."""
        return len(next(iter(self._data.values())))

    def append(self, n: int, **values: npt.ArrayLike) -> slice:
        """Append ``n`` rows with these values, else those of a new row, and return their slice."""
        new = slice(self._n, self._n + n)
        if new.stop > self.capacity:
            capacity = max(new.stop, self.capacity + self.capacity // 4)
            for name, old in self._data.items():
                grown = _blank(capacity, self._fill[name], old.dtype)
                grown[: self._n] = old[: self._n]
                self._data[name] = grown
        self._n = new.stop
        for name, value in values.items():
            self._data[name][new] = value
        self._show()
        return new

    def copy(self) -> Self:
        """Independent copy of all rows, with the same capacity."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy._data = {}
        for name, column in self._data.items():
            copy._data[name] = _blank(len(column), self._fill[name], column.dtype)
            copy._data[name][: self._n] = column[: self._n]
        copy._show()
        return copy

    def keep(self, rows: npt.NDArray[np.intp]) -> None:
        """Keep only these rows; call it before anything refers to a row number."""
        for name, column in self._data.items():
            column[: len(rows)] = column[rows]
            column[len(rows) : self._n] = self._fill[name]
        self._n = len(rows)
        self._show()
