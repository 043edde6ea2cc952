"""Fresh processes: a task of :mod:`tests.bench.tasks`, measured without the imports of others."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

ROOT: Final = Path(__file__).resolve().parents[2]
Measured: TypeAlias = dict[str, float]
Call: TypeAlias = tuple[str, ...]


class TaskError(Exception):
    """A task failed; the text is the last line of its standard error."""


def task(name: str, *arguments: object, python: str = sys.executable) -> dict[str, Any]:
    """Run one task in a process of its own and return what it measured.

    Args:
        name: of a function in ``tests.bench.tasks``.
        arguments: passed to it as text.
        python: interpreter that runs it.
    """
    command = [python, "-m", "tests.bench.tasks", name, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"task {name} ended with {done.returncode}"]
        raise TaskError(lines[-1])
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def in_turns(
    calls: Mapping[str, Call], repeats: int, pythons: Mapping[str, str] | None = None
) -> dict[str, Measured]:
    """Run tasks A B A B ... and return the median of each number that each measured."""
    measured: dict[str, list[dict[str, Any]]] = {name: [] for name in calls}
    for _ in range(repeats):
        for name, call in calls.items():
            python = (pythons or {}).get(name, sys.executable)
            measured[name].append(task(*call, python=python))
    return {
        name: {key: statistics.median(m[key] for m in rounds) for key in rounds[0]}
        for name, rounds in measured.items()
    }


def command_cpu(command: Sequence[str]) -> float:
    """CPU seconds of a command, start of the interpreter included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdout=quiet, stderr=quiet, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_mib() -> float:
    """Peak memory of this process so far, MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
