"""Checks of folders and file names before a run, since a run may take an hour."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from sim.engine.errors import Fault, InputError, OutputError, one_line
from sim.policy.scenario.shapes import NAME
from sim.texts import say

A = TypeVar("A")
B = TypeVar("B")


def each(function: Callable[[A], B], items: Iterable[A]) -> list[B]:
    """Apply a function to all items and collect the faults of all that fail.

    Raises:
        InputError: the faults of all items, not of the first only.
    """
    outputs: list[B] = []
    faults: list[Fault | str] = []
    for item in items:
        try:
            outputs.append(function(item))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return outputs


def writable(folder: Path) -> None:
    """Check that a folder, or the folder itself, can be written to; leaves nothing behind.

    Raises:
        OutputError: it cannot; one line with the name of the folder.
    """
    existing = folder
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OutputError(say("error.out", path=folder, reason=reason)) from error


def is_folder(path: Path) -> None:
    """Check that a folder, which need not exist, is not a file and does not lie in one.

    Raises:
        InputError: it is, or does.
    """
    existing = next((p for p in (path, *path.parents) if p.exists()), path)
    if existing.exists() and not existing.is_dir():
        raise InputError([say("error.no_folder", path=existing)])


def named(name: str) -> None:
    """Check that a name can be the name of a file.

    Raises:
        InputError: it cannot.
    """
    if not NAME.fullmatch(name):
        raise InputError([say("error.bad_name", name=one_line(name, 80))])


def distinct_names(names: Iterable[str]) -> None:
    """Check that no two results have the same file name.

    Raises:
        InputError: two results have the same name.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError([say("error.same_file", name=name)])
        seen.add(name)
