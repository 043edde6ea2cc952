"""What becomes of a result whose name a new one takes: nothing that took an hour is lost without a word.

Results are named after what was asked, and the same may be asked with another seed, scale or rule. Unless
the numbers are the same, the file that was there is moved to ``earlier/`` beside it, its date in its name.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Final

import xarray as xr

from sim.words import say

FOLDER: Final = "earlier"


def make_way(path: Path, new: xr.Dataset) -> str:
    """Move a file away unless it holds the numbers that are about to take its name.

    Args:
        path: of the file, which need not exist.
        new: what will be written there.

    Returns:
        where the file has gone, in words; empty if none was there, or one with the same numbers.

    Raises:
        OSError: the folder does not take it.
    """
    if not path.is_file():
        return ""
    content, made = _read(path)
    if content == new.attrs["content_sha256"]:
        return ""
    place = path.parent / FOLDER
    place.mkdir(exist_ok=True)
    kept, number = place / f"{path.stem}_{made}{path.suffix}", 1
    while kept.exists():
        number += 1
        kept = place / f"{path.stem}_{made}_{number}{path.suffix}"
    os.replace(path, kept)
    return say("earlier.kept", path=path, kept=kept)


def _read(path: Path) -> tuple[str, str]:
    """Digest and date of a file; of one that is no result of ours, no digest and its own date."""
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as found:
            content, made = str(found.attrs["content_sha256"]), str(found.attrs["date"])
            return content, f"{dt.datetime.fromisoformat(made):%Y%m%dT%H%M%S}"
    except (OSError, RuntimeError, ValueError, KeyError, AttributeError, IndexError):
        return "", f"{dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC):%Y%m%dT%H%M%S}"
