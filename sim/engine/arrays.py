"""Type aliases of NumPy arrays, named after their contents."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""Floating-point numbers of any precision."""
Ints = npt.NDArray[np.int64]
"""64-bit integers, used for amounts in fen, permanent ids and row numbers."""
Integers = npt.NDArray[np.integer[Any]]
"""Integers of any type."""
Counts = npt.NDArray[np.int16]
"""Small integers, used for numbers of jobs and months."""
Codes = npt.NDArray[np.int8]
"""Codes of a classification, such as segment, sector, district or founder kind."""
Mask = npt.NDArray[np.bool_]
"""Boolean values."""
Rows = npt.NDArray[np.intp]
"""Row numbers of a column table."""
