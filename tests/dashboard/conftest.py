"""A dashboard that runs as its users run it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim import texts

ROOT = Path(__file__).resolve().parents[2]
OWN = """
name: own
title: {zh: 自己的情景, en: A scenario of one's own}
extends: as_enacted
policy:
  guarantee_fund: {capital: [{from: 2018-01-01, value: 4亿元}, {from: 2019-07-01, value: 5亿元}]}
"""


@pytest.fixture(autouse=True)
def _nobodys_language() -> Iterator[None]:
    chosen = texts._language.set(None)
    yield
    texts._language.reset(chosen)


def started(*options: str, folder: Path, **environment: str) -> tuple[subprocess.Popen[str], str]:
    """``zsim dashboard`` as a process, and its address."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TMPDIR": str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "dashboard", "--no-open", *options],
        stdout=subprocess.PIPE, encoding="utf-8", env=env | environment, cwd=folder,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    if "http://127.0.0.1:" not in line:
        process.kill()
        process.wait()
        raise AssertionError(f"no address: {line!r}")
    return process, line[line.index("http") :].split("/（")[0].split("/ ")[0]


def ended(process: subprocess.Popen[str]) -> int:
    """Its exit status after Ctrl-C."""
    process.send_signal(signal.SIGINT)
    status = process.wait(60)
    assert process.stdout is not None
    process.stdout.close()
    return status


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a dashboard is that starts from the shipped scenarios and one of the analyst's."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    process, where = started("own.yaml", folder=folder)
    yield where
    assert ended(process) == 0
    assert [path.name for path in folder.iterdir()] == ["own.yaml"], "files of runs were left"
