"""Type aliases of NumPy arrays, named after their contents."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""Floating-point numbers of any precision."""
Ints = npt.NDArray[np.int64]
"""64-bit integers: amounts in fen, permanent ids, file numbers."""
Integers = npt.NDArray[np.integer[Any]]
"""Integers of any type."""
Counts = npt.NDArray[np.int16]
"""Small integers: numbers of jobs, months."""
Codes = npt.NDArray[np.int8]
"""Codes of a classification: segment, sector, district, founder kind."""
Mask = npt.NDArray[np.bool_]
"""Boolean values."""
Rows = npt.NDArray[np.intp]
"""Row numbers of a column table."""
