"""Evidence, fit and validation of the model. The wheel contains only the data, a checkout also the code."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
"""Folder of the data files."""
