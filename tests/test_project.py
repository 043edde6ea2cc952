"""Tests of the installation: lock file, search for an interpreter, and files without local paths."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked() -> dict[str, list[str]]:
    """Return the locked versions by package; there are several if they depend on the Python version."""
    versions: dict[str, list[str]] = {}
    for line in LOCK.splitlines():
        if entry := re.match(r"([\w.-]+)==([^ ;]+)", line):
            versions.setdefault(canonicalize_name(entry[1]), []).append(entry[2])
    return versions


def test_the_lock_holds_versions_and_hashes_and_nothing_else() -> None:
    entry = re.compile(
        r"^[a-z0-9.-]+==[\w.!+]+( ; [^\n\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", re.M
    )
    assert len(locked()) > 50
    assert entry.sub("", LOCK) == ""


@pytest.mark.parametrize("extra", ["", "charts", "notebook", "panel", "dev"])
def test_the_lock_covers_the_requirements_of_the_project(extra: str) -> None:
    required = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    versions = locked()
    for each in map(Requirement, required):
        if each.name != PROJECT["name"]:
            here = versions[canonicalize_name(each.name)]
            assert all(each.specifier.contains(version) for version in here), each


def search(folder: Path, **interpreters: str) -> subprocess.CompletedProcess[str]:
    """Dry-run `make environment` with only these interpreters (shell scripts) on the path."""
    path = folder / "bin"
    path.mkdir()
    for name, script in interpreters.items():
        fake = path / name.replace("_", ".")
        fake.write_text(f"#!/bin/sh\n{script}\n")
        fake.chmod(0o755)
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    make = shutil.which("make")
    assert make is not None
    return subprocess.run(
        [make, "--dry-run", "environment"],
        cwd=folder,
        env={"PATH": str(path), "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def unfit(change: str) -> str:
    """Return the script of a Python interpreter that is changed so that the search must reject it."""
    code = f'import sys; sys._base_executable = "unfit"; {change}; exec(sys.argv[2])'
    return f"exec '{sys.executable}' -c '{code}' \"$@\""


REFUSES = "echo 'not selected' >&2; exit 127"
TOO_OLD = unfit("sys.version_info = (3, 10, 0)")
NO_VENV = unfit('sys.modules["ensurepip"] = None')
WORKS = f"exec '{sys.executable}' \"$@\""


def test_the_search_tries_each_interpreter(tmp_path: Path) -> None:
    done = search(tmp_path, python3_13=REFUSES, python3_12=NO_VENV, python3_11=TOO_OLD, python3=WORKS)
    assert done.returncode == 0
    assert done.stderr == ""
    chosen = re.search(r'"(.+)" -m venv', done.stdout)
    assert chosen is not None
    assert os.path.realpath(chosen[1]) == os.path.realpath(sys.executable)
    assert not chosen[1].startswith(sys.prefix + os.sep) or sys.prefix == sys.base_prefix


@pytest.mark.parametrize(
    "interpreters", [{}, {"python3_13": REFUSES, "python3_12": NO_VENV, "python3": TOO_OLD}]
)
def test_no_interpreter_in_range_is_a_one_line_error_with_status_2(
    tmp_path: Path, interpreters: dict[str, str]
) -> None:
    done = search(tmp_path, **interpreters)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "no working Python 3.11 to 3.13" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_no_file_contains_local_paths_or_registries() -> None:
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    registries = ("py" + "pi.org", "python" + "hosted", "npm" + "js.")
    private = re.compile(
        r"(?<![\w.])/(?:home|Users|root)/\w|[A-Z]:\\+Users|"
        + "|".join(map(re.escape, (str(ROOT), *registries)))
    )
    faults = []
    for name in filter(None, names.split("\0")):
        path = ROOT / name
        text = path.read_bytes().decode("utf-8", "ignore") if path.is_file() else ""
        faults += [f"{name}: {match[0]}" for match in private.finditer(text)]
    assert faults == []
