"""Checks of folders and file names, made before a run because a run may take an hour."""

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
    """Apply a function to all items, collecting the faults of every item that fails.

    Raises:
        InputError: at least one item fails; the error contains the faults of all items.
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
    """Check that a folder, which need not exist, can be written to, without leaving a file behind.

    Raises:
        OutputError: the folder cannot be written to; the one-line message names it.
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
    """Check that a path, which need not exist, is not a file and has no file among its parents.

    Raises:
        InputError: the path or one of its parents is a file.
    """
    existing = next((p for p in (path, *path.parents) if p.exists()), path)
    if existing.exists() and not existing.is_dir():
        raise InputError([say("error.no_folder", path=existing)])


def named(name: str) -> None:
    """Check that a name is valid as a file name.

    Raises:
        InputError: the name is invalid.
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
