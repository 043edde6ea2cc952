"""Tests of the wheel: its contents, and access to shipped files without a checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sim import shipped

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel of this checkout, unpacked as in an installation."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("zhongshan_policy_sim-*-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def data(folder: Path, *kinds: str) -> dict[str, bytes]:
    """Return the contents of all files with the given suffixes under a folder, by relative path."""
    files = (file for kind in kinds for file in folder.rglob(f"*.{kind}"))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def test_a_checkout_reads_its_own_files() -> None:
    assert shipped.scenarios() == ROOT / "scenarios"
    assert shipped.calibration() == ROOT / "calibration"


@pytest.mark.parametrize("folder", ["scenarios", "calibration"])
def test_the_wheel_carries_the_data(unpacked: Path, folder: str) -> None:
    here = data(ROOT / folder, "yaml", "csv", "md")
    there = unpacked / "sim" / "_shipped" / folder
    assert here
    assert here.items() <= data(there, "*").items()
    assert not list(there.rglob("*.py"))


def test_the_wheel_carries_the_packages_own_data(unpacked: Path) -> None:
    here = data(ROOT / "sim", "py", "typed", "yaml", "csv", "md", "otf", "txt", "html", "css", "js", "svg")
    assert here.items() <= data(unpacked / "sim", "*").items()


def test_the_wheel_carries_nothing_else(unpacked: Path) -> None:
    (record,) = unpacked.glob("*.dist-info")
    assert {each.name for each in unpacked.iterdir()} == {"sim", record.name}
    assert "zsim = sim.cli.main:main" in (record / "entry_points.txt").read_text()


def test_an_installation_finds_them_from_anywhere(unpacked: Path, tmp_path: Path) -> None:
    code = "from sim import shipped; print(shipped.scenarios()); print(shipped.calibration())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(unpacked)},
        check=True,
        capture_output=True,
        text=True,
    )
    folders = [Path(line) for line in done.stdout.splitlines()]
    assert folders == [unpacked / "sim/_shipped/scenarios", unpacked / "sim/_shipped/calibration"]


def test_a_broken_installation_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shipped, "_SIM", tmp_path / "sim")
    with pytest.raises(FileNotFoundError, match="lacks the folder 'scenarios'"):
        shipped.scenarios()
