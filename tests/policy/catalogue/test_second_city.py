"""Tests that another city's plan of ten invented measures loads and runs without changes to the code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import xarray as xr

HERE = Path(__file__).with_name("second_city")


def zsim(*words: str, cwd: Path) -> str:
    """Run a command with the other plan in place of the shipped one."""
    environment = os.environ | {"ZSIM_PLAN": str(HERE / "measures.yaml"), "ZSIM_LANG": "en"}
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", *words], cwd=cwd, env=environment, capture_output=True, text=True,
        timeout=110, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_its_measures_are_shown(tmp_path: Path) -> None:
    shown = json.loads(zsim("plan", "--format", "json", cwd=tmp_path))
    assert [m["id"] for m in shown["measures"]] == [
        "A1",
        "A2",
        "A3",
        "A4",
        "B1",
        "B2",
        "B3",
        "B4",
        "B5",
        "B6",
    ]
    assert [t["at_least"] for t in shown["targets"]] == [20, 1000]
    assert all(i["acting"] for m in shown["measures"] for i in m["instruments"])


@pytest.mark.parametrize("text", [None, "", "measures: [", "units: {}", "\x00"])
def test_a_file_that_is_no_plan_is_reported_in_a_line(tmp_path: Path, text: str | None) -> None:
    plan = tmp_path / "plan.yaml"
    if text is not None:
        plan.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", "plan"], cwd=tmp_path, capture_output=True, text=True,
        env=os.environ | {"ZSIM_PLAN": str(plan)}, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert str(plan) in done.stderr


def test_its_scenarios_are_checked_against_it(tmp_path: Path) -> None:
    names = ("nothing_done.yaml", "larger_gift.yaml")
    assert zsim("check", *(str(HERE / name) for name in names), cwd=tmp_path).count(": ok") == 2


@pytest.mark.timeout(240)
def test_it_runs_and_its_measures_do_what_they_say(tmp_path: Path) -> None:
    shown = zsim(
        "run", "as_enacted", str(HERE / "larger_gift.yaml"), "--against", str(HERE / "nothing_done.yaml"),
        "--scale", "0.02", "-n", "1", cwd=tmp_path)  # fmt: skip
    assert "Incubators" in shown
    assert "150,000" not in shown
    files = {n: tmp_path / "results" / f"{n}.nc" for n in ("as_enacted", "larger_gift", "nothing_done")}
    found = {n: xr.load_dataset(file, decode_timedelta=False) for n, file in files.items()}
    gift = {n: float(d.public_spending.sel(instrument="one_off_grant").sum()) for n, d in found.items()}
    assert gift["larger_gift"] > 1.5 * gift["as_enacted"] > gift["nothing_done"] == 0
    days = {n: float(d.registrations.sel(month=slice("2017-08", None)).sum()) for n, d in found.items()}
    assert days["as_enacted"] > days["nothing_done"]
    for dataset in found.values():
        assert bool(dataset.target_met.sel(target="T7")) == bool(
            dataset.target_value.sel(target="T7") >= 1000
        )
        assert bool(dataset.target_met.sel(target="T1")) == bool(dataset.target_value.sel(target="T1") >= 20)
        assert not dataset.ledger_residual.any()
