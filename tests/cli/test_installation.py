"""Tests of ``zsim doctor``: one line for each check, and the exit status."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from sim.cli.checks import EXTRAS

ROOT = Path(__file__).resolve().parents[2]


def run_doctor(*args, cwd, path=ROOT):
    env = {k: v for k, v in os.environ.items() if k not in ("ZSIM_LANG", "ZSIM_STORE")}
    env |= {"PYTHONPATH": str(path), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-W", "error", "-m", "sim.cli", "doctor", *args]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", cwd=cwd, env=env, timeout=100, check=False
    )


def test_this_installation_in_both_languages(tmp_path):
    scenarios = len(list((ROOT / "scenarios").glob("*.yaml")))
    for lang, good, absent in (("zh", "正常", "未安装"), ("en", "ok", "absent")):
        done = run_doctor("--lang", lang, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert len(lines) == len(EXTRAS) + 8
        assert all(line.startswith((good, absent)) for line in lines)
        assert bool(re.search("[\u4e00-\u9fff]", done.stdout)) == (lang == "zh")
        for text in ("numpy 2.", "report", "dashboard", str(scenarios), "GB"):
            assert text in done.stdout
    assert list(tmp_path.iterdir()) == [], "a check writes nothing"


def test_broken_files_and_an_unwritable_folder_are_status_1(tmp_path):
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(
        ROOT / "calibration", tmp_path / "calibration", ignore=shutil.ignore_patterns("*.py", "*.jsonl")
    )
    with (tmp_path / "scenarios" / "no_plan.yaml").open("a", encoding="utf-8") as file:
        file.write("nonsense: 1\n")
    (tmp_path / "calibration" / "evidence" / "effects.csv").write_text("")
    (tmp_path / "sim" / "reporting" / "typefaces" / "ReportSans.otf").write_bytes(b"")
    done = run_doctor("--out", "/proc/nowhere", "--lang", "en", cwd=tmp_path, path=tmp_path)
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    for text, line in zip(
        ("no_plan.yaml", "effects.csv", "ReportSans.otf", "/proc/nowhere"), wrong, strict=True
    ):
        assert text in line
