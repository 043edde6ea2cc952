"""Evidence, fit and validation of the model. The data ship with the wheel; the code runs from a checkout."""

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
"""Folder of the data files."""
