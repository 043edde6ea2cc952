"""Archive of replaced results: files are moved instead of being overwritten with different contents.

Results are named after their scenario or study, which may be re-run with another seed, scale or model. An
existing file with different contents is moved to ``archive/`` in the same folder, with its date in its name.
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

FOLDER: Final = "archive"
STAMP: Final = "docProps/core.xml"
"""Part of a workbook that contains its date."""


def archive_replaced(path: Path, new: Path) -> str:
    """Move a file to the archive unless the file that replaces it has the same contents.

    Args:
        path: path of the file, which need not exist.
        new: the file that will replace it.

    Returns:
        a message with the new path of the file; empty if there was no file or its contents are the same.

    Raises:
        OSError: the folder cannot be written to.
    """
    if not path.is_file():
        return ""
    kind = path.suffix
    content, date = _read(path, kind)
    if content and content == _read(new, kind)[0]:
        return ""
    folder = path.parent / FOLDER
    folder.mkdir(exist_ok=True)
    kept, number = folder / f"{path.stem}_{date}{path.suffix}", 1
    while kept.exists():
        number += 1
        kept = folder / f"{path.stem}_{date}_{number}{path.suffix}"
    os.replace(path, kept)
    return say("archive.kept", path=path, kept=kept)


def _read(path: Path, kind: str) -> tuple[str, str]:
    """Return a digest of a file's contents, empty if it cannot be read, and the date of the file."""
    date = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    try:
        if kind == ".nc":
            content, date = _dataset(path)
        elif kind == ".xlsx":
            content = _workbook(path)
        else:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, RuntimeError, ValueError, KeyError, AttributeError, IndexError, zipfile.BadZipFile):
        content = ""
    return content, f"{date:%Y%m%dT%H%M%S}"


def _dataset(path: Path) -> tuple[str, dt.datetime]:
    with xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as dataset:
        attributes = dataset.attrs
        return str(attributes["content_sha256"]), dt.datetime.fromisoformat(str(attributes["date"]))


def _workbook(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in sorted(book.namelist()) if name != STAMP}
    return hashlib.sha256(repr(parts).encode()).hexdigest()
