"""The population of firms: every decision as a pure function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sim.engine.arrays import Ints


def by_cell(cell: npt.NDArray[np.int16], weight: Ints, shape: tuple[int, ...]) -> Ints:
    """Weighted count by form, founder kind, sector and district."""
    return np.bincount(cell, weights=weight, minlength=int(np.prod(shape))).astype(np.int64).reshape(shape)
