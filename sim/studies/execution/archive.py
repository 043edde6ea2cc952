"""What becomes of a result whose name a new one takes: nothing that took an hour is lost without a word.

Results are named after what was asked, and the same may be asked with another seed, scale or rule. Unless
it holds the same, the file that was there is moved to ``earlier/`` beside it, its date in its name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import zipfile
from pathlib import Path
from typing import Final

import xarray as xr

from sim.texts import say

FOLDER: Final = "earlier"
STAMP: Final = "docProps/core.xml"
"""The part of a workbook that says when it was made."""


def make_way(path: Path, new: Path) -> str:
    """Move a file away unless it holds what is about to take its name.

    Args:
        path: of the file, which need not exist.
        new: the file that will take its name.

    Returns:
        where the file has gone, in words; empty if none was there, or one that holds the same.

    Raises:
        OSError: the folder does not take it.
    """
    if not path.is_file():
        return ""
    kind = path.suffix
    content, made = _read(path, kind)
    if content and content == _read(new, kind)[0]:
        return ""
    place = path.parent / FOLDER
    place.mkdir(exist_ok=True)
    kept, number = place / f"{path.stem}_{made}{path.suffix}", 1
    while kept.exists():
        number += 1
        kept = place / f"{path.stem}_{made}_{number}{path.suffix}"
    os.replace(path, kept)
    return say("earlier.kept", path=path, kept=kept)


def _read(path: Path, kind: str) -> tuple[str, str]:
    """Digest of what a file holds, and its date; of one that cannot be read as its kind, no digest."""
    when = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    try:
        if kind == ".nc":
            content, when = _numbers(path)
        elif kind == ".xlsx":
            content = _parts(path)
        else:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, RuntimeError, ValueError, KeyError, AttributeError, IndexError, zipfile.BadZipFile):
        content = ""
    return content, f"{when:%Y%m%dT%H%M%S}"


def _numbers(path: Path) -> tuple[str, dt.datetime]:
    with xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as found:
        return str(found.attrs["content_sha256"]), dt.datetime.fromisoformat(str(found.attrs["date"]))


def _parts(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in sorted(book.namelist()) if name != STAMP}
    return hashlib.sha256(repr(parts).encode()).hexdigest()
