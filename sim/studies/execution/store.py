"""The store of finished runs: each kept at once, whole or not at all, and shared by all studies.

``STORE/MODEL/ab/abcdef….npz``: MODEL is the model's digest, so that a run under another model is never
taken for one of this; the name is the digest of all else that decides a run: what acts in the
scenario, what is stated beside it, seed, replicate, scale. A file holds the run's outcomes.
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
    NotImplementedError,
)


def packed(outcomes: Arrays, about: Mapping[str, Any]) -> bytes:
    """A run's outcomes and a few words about it as the bytes of a file."""
    out = io.BytesIO()
    words = np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8)
    np.savez_compressed(out, allow_pickle=False, **{**outcomes, ABOUT: words})
    return out.getvalue()


class Unpacked(Mapping[str, npt.NDArray[Any]]):
    """A run's outcomes, each read when it is looked at. Raises one of :data:`UNREADABLE`."""

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
        """The few words about it."""
        found: dict[str, Any] = json.loads(self[ABOUT].tobytes().decode())
        return found


@dataclass(frozen=True)
class Shelf:
    """The runs of one model."""

    model: str
    runs: int
    size: int
    last: float


class Store:
    """Runs of one model in a folder that may hold those of others.

    Args:
        folder: made when the first run is kept.
        model: digest of the model.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self.folder, self.model = folder, model

    def check(self) -> None:
        """See that runs can be kept.

        Raises:
            OutputError: they cannot; one line.
        """
        files.writable(self.folder)

    def path(self, key: str, model: str | None = None) -> Path:
        """Where a run is kept."""
        return self.folder / (model or self.model) / key[:2] / f"{key}.npz"

    def get(self, key: str) -> bytes | None:
        """The bytes of a run, or None if it is not kept."""
        try:
            return self.path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError):
            return None

    def holds(self, keys: Iterable[str]) -> int:
        """How many of these runs are kept."""
        return sum(self.path(key).exists() for key in keys)

    def put(self, key: str, content: bytes) -> None:
        """Keep a run.

        Raises:
            OutputError: the folder does not take it; what is kept stays.
        """
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with results.whole(path) as aside:
                aside.write_bytes(content)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise OutputError(say("store.full", path=self.folder, reason=reason)) from error

    def discard(self, key: str) -> None:
        """Take away a file that cannot be read, so that the run is lived again."""
        self.path(key).unlink(missing_ok=True)

    def elsewhere(self, keys: Iterable[str]) -> int:
        """How many of these runs are kept under another model only."""
        others = [shelf.model for shelf in self.shelves() if shelf.model != self.model]
        return sum(
            any(self.path(key, other).exists() for other in others)
            for key in (keys if others else ())
            if not self.path(key).exists()
        )

    def shelves(self) -> list[Shelf]:
        """What is kept, by model; the newest first."""
        found = []
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            if not _is_shelf(folder):
                continue
            stats = [f.stat() for f in folder.glob("??/*.npz")]
            last = max((s.st_mtime for s in stats), default=0.0)
            found.append(Shelf(folder.name, len(stats), sum(s.st_size for s in stats), last))
        return sorted(found, key=lambda s: (-s.last, s.model))

    def gc(self, *, everything: bool = False) -> tuple[int, int]:
        """Take away runs of other models, halves of files, and files that cannot be read.

        Args:
            everything: this model's runs too.

        Returns:
            files and bytes freed.
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
    """The folder of the store: ``ZSIM_STORE``, else under the folder of the results."""
    chosen = os.environ.get("ZSIM_STORE")
    return Path(chosen) if chosen else out / "store"
