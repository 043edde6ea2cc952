"""Extensible tables that store the state of a large population as one array per column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt


def _blank(rows: int, fill: Any, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
    """Allocate a column filled with its default; memory for zeros is committed only on first use."""
    return np.full(rows, fill, dtype=dtype) if fill else np.zeros(rows, dtype=dtype)


class Table:
    """Table with one array per column, all of the same length, to which rows can be appended.

    Each column is an attribute: ``table.cash`` is a view of the rows in use and can be written in place.

    Args:
        columns: data type and default value of each column, by name.
        capacity: number of rows to allocate initially.
    """

    def __init__(self, columns: Mapping[str, tuple[Any, Any]], capacity: int) -> None:
        self._fill = {name: fill for name, (_, fill) in columns.items()}
        self._data = {name: _blank(capacity, fill, t) for name, (t, fill) in columns.items()}
        self._n = 0
        self._show()

    def _show(self) -> None:
        """Expose each column as an attribute that is a view of the rows in use."""
        self.__dict__.update({name: column[: self._n] for name, column in self._data.items()})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> npt.NDArray[Any]: ...

    def __len__(self) -> int:
        return self._n

    @property
    def capacity(self) -> int:
        """Number of allocated rows."""
        return len(next(iter(self._data.values())))

    def append(self, n: int, **values: npt.ArrayLike) -> slice:
        """Append ``n`` rows and return their slice; columns not in ``values`` receive their defaults."""
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
        """Return an independent copy of the table with the same capacity."""
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy._data = {}
        for name, column in self._data.items():
            copy._data[name] = _blank(len(column), self._fill[name], column.dtype)
            copy._data[name][: self._n] = column[: self._n]
        copy._show()
        return copy

    def keep(self, rows: npt.NDArray[np.intp]) -> None:
        """Keep the given rows and remove all others.

        Row numbers change, so call this method before any of them are stored elsewhere.
        """
        for name, column in self._data.items():
            column[: len(rows)] = column[rows]
            column[len(rows) : self._n] = self._fill[name]
        self._n = len(rows)
        self._show()
