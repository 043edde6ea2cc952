"""Where results come from and go to: looked at before a run, since a run may take an hour."""

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


def each(take: Callable[[A], B], given: Iterable[A]) -> list[B]:
    """What becomes of every one that is given.

    Raises:
        InputError: the faults of all that cannot be taken, not of the first alone.
    """
    found: list[B] = []
    faults: list[Fault | str] = []
    for one in given:
        try:
            found.append(take(one))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def writable(folder: Path) -> None:
    """See that files can be made in a folder, or the folder itself, without leaving anything.

    Raises:
        OutputError: they cannot; one line with the folder's name.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise OutputError(say("error.out", path=folder, reason=reason)) from error


def is_folder(path: Path) -> None:
    """See that a folder, which need not exist, is no file and lies in none.

    Raises:
        InputError: it is, or does.
    """
    there = next((one for one in (path, *path.parents) if one.exists()), path)
    if there.exists() and not there.is_dir():
        raise InputError([say("error.no_folder", path=there)])


def named(name: str) -> None:
    """See that a name that was chosen can be a file's.

    Raises:
        InputError: it cannot.
    """
    if not NAME.fullmatch(name):
        raise InputError([say("error.bad_name", name=one_line(name, 80))])


def apart(names: Iterable[str]) -> None:
    """See that no two results go to one file.

    Raises:
        InputError: two do.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InputError([say("error.same_file", name=name)])
        seen.add(name)
