"""Output of a run: named arrays with dimensions, units and labels, recorded month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Outcome:
    """A variable of the results.

    Attributes:
        name: its name in the dataset.
        dims: its dimensions after ``replicate``, in order.
        unit: of the values.
        zh, en: long names.
        kind: ``stock`` (at the month's end), ``flow`` (within the month), ``total`` (since the start),
            ``mean`` or ``final`` (of the whole run).
        whole: whether the values are integers (stored as int64, else float64).
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
        """Type of the stored values."""
        if self.unit == "bool":
            return np.bool_
        return np.int64 if self.whole else np.float64


class Recorder:
    """One array for each outcome, zero until written (NaN for means, which may be of nothing).

    Args:
        outcomes: all variables that submodels record.
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
        """Write a value or vector at an index of the leading dimensions."""
        self.arrays[outcome.name][where] = value

    def add(self, outcome: Outcome, where: Any, value: npt.ArrayLike) -> None:
        """Add a value or vector at an index of the leading dimensions."""
        self.arrays[outcome.name][where] += value

    def __getitem__(self, outcome: Outcome) -> npt.NDArray[Any]:
        return self.arrays[outcome.name]


@dataclass
class RunOutput:
    """Output of a finished run.

    Attributes:
        outcomes: arrays by outcome name, without the replicate dimension.
        firms: the panel, one array for each column, one entry for each firm; ``jobs`` has the shape
            (months, firms).
        payments: every public payment to a firm: ``row``, ``instrument``, ``day``, ``fen``.
        notes: other numbers of the run (drawn parameters, initial conditions), by name.
    """

    outcomes: dict[str, npt.NDArray[Any]]
    firms: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    payments: dict[str, npt.NDArray[Any]] = field(default_factory=dict)
    notes: dict[str, float] = field(default_factory=dict)
