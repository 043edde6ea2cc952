"""Store of finished runs, shared by all studies; each run is saved as soon as it ends.

Runs are saved as ``STORE/MODEL/ab/abcdef….npz``. MODEL is the fingerprint of the model, which separates the
runs of different models. The file name is a digest of everything else that determines a run: the effective
settings of the scenario, fixed values, seed, replicate and scale. The file contains the outcomes of the run.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine.errors import OutputError
from sim.studies.execution import files, results
from sim.texts import say

Arrays = Mapping[str, npt.NDArray[Any]]
ABOUT: Final = "_about"
UNREADABLE: Final = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
)
"""Errors raised by reading a damaged file. Because of a damaged header, zipfile may ask for a password or an
unknown compression method, and raise a RuntimeError."""


def packed(outcomes: Arrays, about: Mapping[str, Any]) -> bytes:
    """Return the outcomes and metadata of a run as the contents of a file."""
    out = io.BytesIO()
    facts = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8)
    np.savez_compressed(out, allow_pickle=False, **{**outcomes, ABOUT: facts})
    return out.getvalue()


class Unpacked(Mapping[str, npt.NDArray[Any]]):
    """Outcomes of a run, read on access; reading a damaged file raises one of :data:`UNREADABLE`."""

    def __init__(self, content: bytes) -> None:
        self._file = np.load(io.BytesIO(content), allow_pickle=False)

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        array: npt.NDArray[Any] = self._file[name]
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self._file.files)

    def __len__(self) -> int:
        return len(self._file.files)

    @property
    def about(self) -> dict[str, Any]:
        """Metadata of the run."""
        facts: dict[str, Any] = json.loads(self[ABOUT].tobytes().decode())
        return facts


@dataclass(frozen=True)
class Shelf:
    """Runs of one model in a store.

    Attributes:
        model: fingerprint of the model.
        runs: number of runs.
        size: size in bytes.
        last: time of the last run, in seconds since the epoch.
    """

    model: str
    runs: int
    size: int
    last: float


class Store:
    """Store of the runs of one model, in a folder that may also contain runs of other models.

    Args:
        folder: folder of the store, created when the first run is saved.
        model: fingerprint of the model.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self.folder, self.model = folder, model

    def check(self) -> None:
        """Check that runs can be written.

        Raises:
            OutputError: runs cannot be written (one-line message).
        """
        files.writable(self.folder)

    def path(self, key: str, model: str | None = None) -> Path:
        """Return the path of the file of a run."""
        return self.folder / (model or self.model) / key[:2] / f"{key}.npz"

    def get(self, key: str) -> bytes | None:
        """Return the contents of the file of a run, or None if the run is not in the store."""
        try:
            return self.path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            return None

    def holds(self, keys: Iterable[str]) -> int:
        """Return the number of the given runs that are in the store."""
        return sum(self.path(key).exists() for key in keys)

    def put(self, key: str, content: bytes) -> None:
        """Save a run.

        Raises:
            OutputError: the folder cannot be written to; runs already in the store are not affected.
        """
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with results.whole(path) as temporary:
                temporary.write_bytes(content)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise OutputError(say("store.full", path=self.folder, reason=reason)) from error

    def discard(self, key: str) -> None:
        """Remove a file that cannot be read, so that the run is repeated."""
        self.path(key).unlink(missing_ok=True)

    def elsewhere(self, keys: Iterable[str]) -> int:
        """Return the number of the given runs that are in the store for other models only."""
        others = [shelf.model for shelf in self.shelves() if shelf.model != self.model]
        return sum(
            any(self.path(key, other).exists() for other in others)
            for key in (keys if others else ())
            if not self.path(key).exists()
        )

    def shelves(self) -> list[Shelf]:
        """Return the number, size and date of the stored runs by model, with the most recent model first."""
        shelves = []
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            if not _is_shelf(folder):
                continue
            stats = [f.stat() for f in folder.glob("??/*.npz")]
            last = max((s.st_mtime for s in stats), default=0.0)
            shelves.append(Shelf(folder.name, len(stats), sum(s.st_size for s in stats), last))
        return sorted(shelves, key=lambda s: (-s.last, s.model))

    def gc(self, *, everything: bool = False) -> tuple[int, int]:
        """Remove runs of other models, incomplete files, and files that cannot be read.

        Args:
            everything: whether to remove the runs of this model too.

        Returns:
            the numbers of files and bytes removed.
        """
        number = size = 0
        for shelf in self.shelves():
            folder = self.folder / shelf.model
            if everything or shelf.model != self.model:
                number, size = number + shelf.runs, size + shelf.size
                shutil.rmtree(folder)
                continue
            for file in sorted(folder.glob("??/*")) + sorted(folder.glob("??/.*.part")):
                if file.suffix != ".npz" or not _readable(file):
                    number, size = number + 1, size + file.stat().st_size
                    file.unlink()
        return number, size


def _is_shelf(folder: Path) -> bool:
    name = folder.name
    return folder.is_dir() and len(name) == 16 and all(c in "0123456789abcdef" for c in name)


def _readable(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.testzip() is None
    except UNREADABLE:
        return False


def place(out: Path) -> Path:
    """Return the folder of the store: ``ZSIM_STORE`` if set, otherwise ``store`` in the results folder."""
    chosen = os.environ.get("ZSIM_STORE")
    return Path(chosen) if chosen else out / "store"
