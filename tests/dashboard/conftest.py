"""Fixtures that start the dashboard from the command line."""

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
title: {zh: 自己的情景, en: A user's scenario}
extends: as_enacted
policy:
  guarantee_fund: {capital: [{from: 2018-01-01, value: 4亿元}, {from: 2019-07-01, value: 5亿元}]}
"""


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    token = texts._language.set(None)
    yield
    texts._language.reset(token)


def start_dashboard(*options: str, folder: Path, **environment: str) -> tuple[subprocess.Popen[str], str]:
    """Start ``zsim dashboard`` and return its process and its address."""
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


def stop_dashboard(process: subprocess.Popen[str]) -> int:
    """Stop a dashboard with Ctrl-C and return its exit status."""
    process.send_signal(signal.SIGINT)
    status = process.wait(60)
    assert process.stdout is not None
    process.stdout.close()
    return status


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard with the shipped scenarios and one user scenario."""
    folder = tmp_path_factory.mktemp("user")
    (folder / "own.yaml").write_text(OWN, encoding="utf-8")
    process, url = start_dashboard("own.yaml", folder=folder)
    yield url
    assert stop_dashboard(process) == 0
    assert [path.name for path in folder.iterdir()] == ["own.yaml"], "files of runs were not deleted"
