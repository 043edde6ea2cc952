"""Types of NumPy arrays for annotations, by their contents."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""Real numbers of any precision."""
Ints = npt.NDArray[np.int64]
"""Integers: fen, permanent ids, numbers of files."""
Integers = npt.NDArray[np.integer[Any]]
"""Integers of any width."""
Counts = npt.NDArray[np.int16]
"""Small integers: staff, months."""
Codes = npt.NDArray[np.int8]
"""Codes of a classification: segment, sector, district, founder kind."""
Mask = npt.NDArray[np.bool_]
"""Truth values."""
Rows = npt.NDArray[np.intp]
"""Row numbers of a column table."""
