"""Datasets of results over all replicates, and their files, which are written atomically."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import json
import os
import platform
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import xarray as xr

from sim.engine import clock
from sim.engine.errors import InputError
from sim.engine.recorder import Outcome
from sim.policy.reading.yaml_reader import is_file
from sim.policy.scenario.content import FORMER_WORDS
from sim.studies.execution import archive
from sim.texts import say
from sim.version import __version__

PACKAGES: Final = ("numpy", "scipy", "xarray", "netCDF4", "simpy", "mesa")
"""Packages whose versions are recorded in the attributes of a result."""
Array = npt.NDArray[Any]


class Coordinate(Protocol):
    """Labels along a dimension: identifiers or numbers, and display names if these differ."""

    @property
    def values(self) -> Sequence[str | int]:
        """Identifiers or numbers."""

    @property
    def zh(self) -> Sequence[str] | None:
        """Chinese names."""

    @property
    def en(self) -> Sequence[str] | None:
        """English names."""


class Stack:
    """Arrays of all replicates, which may be filled in any order.

    Args:
        replicates: number of replicates.
    """

    def __init__(self, replicates: int) -> None:
        self.replicates = replicates
        self.arrays: dict[str, Array] = {}

    def put(self, replicate: int, outcomes: Mapping[str, Any]) -> None:
        """Set the outcomes of one replicate."""
        for name, value in outcomes.items():
            array = np.asarray(value)
            if name not in self.arrays:
                self.arrays[name] = np.zeros((self.replicates, *array.shape), array.dtype)
            self.arrays[name][replicate] = array


def assemble(
    arrays: Mapping[str, Array],
    outcomes: Sequence[Outcome],
    coordinates: Mapping[str, Coordinate],
    attributes: Mapping[str, Any],
    further: Mapping[str, tuple[str, Sequence[str]]] | None = None,
) -> xr.Dataset:
    """Assemble the result of a scenario.

    Args:
        arrays: arrays by name of the outcome, with replicates along the first dimension.
        outcomes: dimensions, units and names of the variables, in the order of the result.
        coordinates: labels by dimension, except ``replicate`` and ``month``.
        attributes: attributes of the result; ``content_sha256`` is added.
        further: additional coordinates by name, each with its dimension and its labels.
    """
    coords: dict[str, Any] = {
        "replicate": np.arange(len(next(iter(arrays.values())))),
        "month": months(),
    }
    used = {d for outcome in outcomes for d in outcome.dims} - {"month"}
    for name in sorted(used):
        coords |= labels(name, coordinates[name])
    for name, (dim, words) in (further or {}).items():
        coords[name] = (dim, np.asarray(words, dtype=np.str_))
    data = {
        o.name: (
            ("replicate", *o.dims),
            arrays[o.name],
            {"units": o.unit, "long_name": o.en, "long_name_zh": o.zh, "kind": o.kind},
        )
        for o in outcomes
    }
    return sealed(xr.Dataset(data, coords, dict(attributes)))


def months() -> npt.NDArray[np.datetime64]:
    """Return the first day of each of the 48 simulated months."""
    return np.datetime64(clock.FIRST, "ns") + clock.MONTH_START[:-1].astype("timedelta64[D]")


def labels(name: str, coordinate: Coordinate) -> dict[str, Any]:
    """Return the coordinates of a dimension, including ``<name>_zh`` and ``<name>_en`` if it has names."""
    coordinates: dict[str, Any] = {name: np.asarray(coordinate.values)}
    for language, titles in (("zh", coordinate.zh), ("en", coordinate.en)):
        if titles is not None:
            coordinates[f"{name}_{language}"] = (name, np.asarray(titles, dtype=np.str_))
    return coordinates


def sealed(dataset: xr.Dataset) -> xr.Dataset:
    """Return the dataset with the digest of its contents as an attribute."""
    return dataset.assign_attrs(content_sha256=content_sha256(dataset))


def content_sha256(dataset: xr.Dataset) -> str:
    """Return a digest of names, dimensions, types and values of all variables and coordinates.

    Attributes are not included. The digest is the same before writing and after reading: strings are hashed
    as text, times in seconds, and all NaN identically.
    """
    total = hashlib.sha256()
    for name in sorted(map(str, dataset.variables)):
        variable = dataset.variables[name]
        kind, content = _canonical(variable.values)
        head = [name, list(map(str, variable.dims)), kind, list(variable.shape)]
        total.update(json.dumps(head).encode() + content)
    return total.hexdigest()


def _canonical(values: Array) -> tuple[str, bytes]:
    if values.dtype.kind in "OUT":
        return "text", json.dumps([str(v) for v in values.ravel()]).encode()
    if values.dtype.kind == "M":
        return "time", values.astype("datetime64[s]").astype("<i8").tobytes()
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), np.nan, values)
    kind = values.dtype.newbyteorder("<")
    return kind.str, np.ascontiguousarray(values, dtype=kind).tobytes()


def provenance(seconds: float) -> dict[str, Any]:
    """Return attributes with the software, host and date of a dataset, which are not part of its digest."""
    return {
        "version": __version__,
        "commit": commit(),
        "packages": ", ".join(f"{p} {_installed(p)}" for p in PACKAGES),
        "python": platform.python_version(),
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "host": f"{platform.node()} {platform.system()} {platform.machine()}",
        "run_seconds": round(seconds, 1),
    }


def _installed(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"


def commit() -> str:
    """Return the commit of the checkout in use (followed by ``+`` if it has changes), or ``unknown``."""
    root = Path(__file__).parents[3]
    if not (root / ".git").exists():
        return "unknown"

    def git(*words: str) -> str:
        command = ["git", "-C", str(root), *words]
        return subprocess.run(command, capture_output=True, check=True, timeout=10, text=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain", "sim") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


@contextmanager
def whole(path: Path, replaced: list[str] | None = None) -> Iterator[Path]:
    """Provide a temporary path for writing, and move the file to ``path`` at the end.

    Readers see either the old file or the complete new file, even if the process is killed.

    Args:
        path: path of the file.
        replaced: list to which a message about an archived file is added, see
            :func:`sim.studies.execution.archive.archive_replaced`; if None, an existing file is overwritten.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield temporary
        _sync(temporary)
        if replaced is not None:
            replaced += filter(None, [archive.archive_replaced(path, temporary)])
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    if os.name == "posix":  # other systems cannot open a folder
        _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(dataset: xr.Dataset, path: str | Path) -> str:
    """Write a dataset atomically as compressed NetCDF-4.

    Returns:
        a message about an archived file, see :func:`sim.studies.execution.archive.archive_replaced`; empty if
        no file was archived.

    Raises:
        OSError: the folder cannot be written to.
    """
    encoding: dict[str, dict[str, Any]] = {
        str(name): {"zlib": True, "complevel": 4, "shuffle": True}
        for name, variable in dataset.variables.items()
        if variable.ndim and variable.dtype.kind in "fib"
    }
    if "month" in dataset.variables:
        encoding["month"] = {"units": f"days since {clock.FIRST}", "dtype": "int64"}
    path = Path(path)
    replaced: list[str] = []
    with whole(path, replaced) as temporary:
        try:
            dataset.to_netcdf(temporary, engine="netcdf4", format="NETCDF4", encoding=encoding)
        except RuntimeError as error:  # the library reports any disk error as "HDF error"
            full = shutil.disk_usage(path.parent).free < dataset.nbytes
            code = errno.ENOSPC if full else errno.EIO
            raise OSError(code, os.strerror(code), str(path)) from error
    return "".join(replaced)


def read(path: str | Path) -> xr.Dataset:
    """Read a result or a comparison into memory, and check that its contents are unchanged.

    Raises:
        InputError: the file does not exist, is not NetCDF, is not a result, or has been changed (one-line
            message).
    """
    if not is_file(Path(path)):
        raise InputError([say("error.no_such_file", path=path)])
    try:
        with xr.open_dataset(path, engine="netcdf4", decode_timedelta=False) as source:
            dataset = source.load()
    except (OSError, RuntimeError, ValueError, KeyError, AttributeError, IndexError) as error:
        why = str(error).partition("\n")[0][:120] or type(error).__name__
        raise InputError([say("error.not_netcdf", path=path, why=why)]) from error
    if "content_sha256" not in dataset.attrs:
        raise InputError([say("error.not_a_result", path=path)])
    if content_sha256(dataset) != dataset.attrs["content_sha256"]:
        raise InputError([say("error.changed", path=path)])
    return _in_present_words(dataset)


def _in_present_words(dataset: xr.Dataset) -> xr.Dataset:
    """Rename attributes of an earlier version; the contents and their hash are unchanged."""
    attributes = dataset.attrs
    if attributes.get("uncertainty") in FORMER_WORDS:
        attributes["uncertainty"] = FORMER_WORDS[attributes["uncertainty"]]
    if "replicates_lived" in attributes:
        attributes["replicates_run"] = attributes.pop("replicates_lived")
    return dataset
