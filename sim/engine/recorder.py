"""Output of a run: named arrays with dimensions, units and labels, recorded monthly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Outcome:
    """Variable recorded in the results.

    Attributes:
        name: name of the variable in the dataset.
        dims: dimensions after ``replicate``, in order.
        unit: unit of the values.
        zh, en: long names in Chinese and English.
        kind: ``stock`` (at the end of the month), ``flow`` (within the month), ``total`` (since the start),
            ``mean``, or ``final`` (over the whole run).
        whole: whether values are integers (stored as int64; otherwise as float64).
    """

    name: str
    dims: tuple[str, ...]
    unit: str
    zh: str
    en: str
    kind: str = "stock"
    whole: bool = True

    @property
    def dtype(self) -> type:
        """Data type of the stored values."""
        if self.unit == "bool":
            return np.bool_
        return np.int64 if self.whole else np.float64


class Recorder:
    """Arrays of all outcomes, initially zero (NaN for means, which are undefined without observations).

    Args:
        outcomes: all variables recorded by the submodels.
        sizes: length of each dimension.
    """

    def __init__(self, outcomes: Iterable[Outcome], sizes: Mapping[str, int]) -> None:
        self.arrays: Final[dict[str, npt.NDArray[Any]]] = {}
        for outcome in outcomes:
            if outcome.name in self.arrays:
                raise ValueError(f"outcome {outcome.name} is declared twice")
            array: npt.NDArray[Any] = np.zeros([sizes[d] for d in outcome.dims], dtype=outcome.dtype)
            if outcome.kind == "mean":
                array.fill(np.nan)
            self.arrays[outcome.name] = array

    def put(self, outcome: Outcome, where: Any, value: npt.ArrayLike | bool) -> None:
        """Write a value or array at an index of the leading dimensions."""
        self.arrays[outcome.name][where] = value

    def add(self, outcome: Outcome, where: Any, value: npt.ArrayLike) -> None:
        """Add a value or array at an index of the leading dimensions."""
        self.arrays[outcome.name][where] += value

    def __getitem__(self, outcome: Outcome) -> npt.NDArray[Any]:
        return self.arrays[outcome.name]


@dataclass
class RunOutput:
    """Output of a finished run.

    Attributes:
        outcomes: arrays by outcome name, without the replicate dimension.
        firms: panel of firms, one array per column with one entry per firm; ``jobs`` has the shape
            (months, firms).
        payments: public payments to firms, as arrays ``row``, ``instrument``, ``day`` and ``fen``.
        notes: parameter values and initial conditions of the run, by name.
    """

    outcomes: dict[str, npt.NDArray[Any]]
    firms: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    payments: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    notes: dict[str, float] = field(default_factory=dict)
