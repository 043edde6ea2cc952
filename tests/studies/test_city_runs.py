"""The city itself through runs and comparisons, at a small scale; and the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
import xarray as xr
from click.testing import CliRunner, Result

from sim.cli import main
from sim.studies import difference, layout, results, tables
from sim.studies.run import Runs, load, run_many, simulate

SMALL = {"scale": 0.005, "replicates": 2}
MAY_BE_NAN = {
    "survival",
    "survival_by_founder",
    "take_up",
    "waiting_days",
    "incubator_occupancy",
}


@pytest.fixture(scope="module")
def runs() -> Runs:
    return run_many(["as_enacted"], ["no_plan"], scale=0.005, replicates=2, placebos=1)


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")


def test_two_workers_equal_one(runs: Runs) -> None:
    again = run_many(["as_enacted", "no_plan"], scale=0.005, replicates=2, workers=2)
    for name, found in again.datasets.items():
        assert found.content_sha256 == runs.datasets[name].content_sha256


def test_a_result_keeps_the_contract(runs: Runs) -> None:
    for found in runs.datasets.values():
        for name, variable in found.data_vars.items():
            assert variable.dims[0] == "replicate", name
            assert {"units", "long_name", "long_name_zh"} <= variable.attrs.keys(), name
            if name not in MAY_BE_NAN and variable.dtype.kind == "f":
                assert not variable.isnull().any(), name
        for dim in ("form", "sector", "district", "founder_kind", "instrument", "window", "target"):
            assert {f"{dim}_zh", f"{dim}_en"} <= set(found.coords)
        assert {"flow_from", "flow_to"} <= set(found.coords)
        assert (found.ledger_residual == 0).all()


def test_a_file_reads_back(runs: Runs, tmp_path: Path) -> None:
    for name, found in (*runs.datasets.items(), *runs.comparisons.items()):
        results.write(found, tmp_path / f"{name}.nc")
        assert results.read(tmp_path / f"{name}.nc").content_sha256 == found.content_sha256


def test_the_panel_adds_up_to_what_is_recorded() -> None:
    history = simulate(load("as_enacted", SMALL), 1, False)
    firms, payments, outcomes = history.firms, history.payments, history.outcomes
    weight = firms["weight"].astype(np.int64)
    assert np.array_equal(firms["jobs"] @ weight, outcomes["jobs_universe"])
    assert (np.diff(firms["id"]) > 0).all()
    paid = np.bincount(payments["instrument"], payments["fen"] * weight[payments["row"]])
    spent = outcomes["public_spending"].sum(axis=0)[: len(paid)] * 100
    assert np.allclose(paid[:3], spent[:3], atol=0.5)  # paid to firms alone


def test_net_is_recipients_and_others_less_displaced(runs: Runs) -> None:
    found = runs.comparisons["no_plan"]
    parts = found.job_years_recipients_by_replicate + found.job_years_others_by_replicate
    xr.testing.assert_allclose(
        found.job_years_net_by_replicate,
        parts - found.job_years_displaced_by_replicate,
    )
    assert (found.firms_induced_by_replicate > 0).all()
    assert float(found.spending_additional.item()) > 0


def test_memory_stays_flat() -> None:
    me, scenario = psutil.Process(), load("as_enacted", {"scale": 0.001})
    seen = []
    for replicate in range(6):
        simulate(scenario, replicate, False)
        seen.append(me.memory_info().rss)
    assert seen[-1] - seen[1] < 40e6, [round(s / 1e6) for s in seen]


def test_tables_say_what_they_must(runs: Runs, english: None) -> None:
    shown = tables.result(runs.datasets["as_enacted"], runs.datasets["no_plan"])
    notes = tables.carried(runs.datasets["as_enacted"])
    text = layout.as_text(shown, notes)
    founders, each, jobs = (
        float(part.replace(",", ""))
        for part in text.split("T7 = ")[1].replace(" founders x", "").replace(" jobs each =", "").split()[:3]
    )
    assert founders * each == pytest.approx(jobs, rel=0.01)
    for words in (
        "would be there under 'Without the plan' too",
        "luck and all that is uncertain",
        "2 replicates",
        "Left out: loans",
        "T7 Jobs driven by startups",
        "One-off",
    ):
        assert words.lower() in text.lower()
    parsed = json.loads(layout.as_json(shown, notes))
    t7 = next(r for r in parsed["tables"][0]["rows"] if r["name"] == "T7")
    assert 0 <= t7["chance_low"] <= t7["chance"] <= t7["chance_high"] <= 1
    lines = layout.as_csv(shown).splitlines()
    assert lines[0] == "scenario,table,row,label,unit,measure,value,remark"
    assert all(line.startswith("as_enacted,") for line in lines[1:])


def test_gross_numbers_stand_beside_a_placebo_or_not_at_all(runs: Runs, english: None) -> None:
    found = runs.comparisons["no_plan"]
    with_placebo = layout.as_text(tables.comparison(found))
    assert "placebo: saved" in with_placebo
    blind = found.assign({f"placebo_{w}": found.placebo_saved * np.nan for w in ("saved", "lost")})
    without = layout.as_text(tables.comparison(blind))
    assert "saved minus lost" in without
    assert "gross" not in without
    assert "fewer than 5 replicates have no interval" in without


def test_every_headline_and_reason_has_words() -> None:
    assert len({h.name for h in difference.HEADLINES}) == len(difference.HEADLINES)
    for headline in (*difference.HEADLINES, *difference.BY_INSTRUMENT):
        assert layout._unit(headline.unit)[1] > 0


def zsim(*words: object) -> Result:
    return CliRunner(env={"ZSIM_LANG": "zh"}).invoke(main, [str(w) for w in words])


def test_run_and_compare_by_command(tmp_path: Path) -> None:
    out = tmp_path / "results"
    small = ("--scale", 0.001, "-n", 1, "--workers", 1, "--out", out)
    done = zsim("run", "as_enacted", *small, "--against", "no_plan", "--against", "no_support", "--panel")
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in out.iterdir()) == [
        "as_enacted.nc", "as_enacted_firms.parquet", "comparison.nc", "comparison_no_support.nc",
        "no_plan.nc", "no_plan_firms.parquet", "no_support.nc", "no_support_firms.parquet",
    ]  # fmt: skip
    assert done.stderr.splitlines()[-1] == f"wrote {out / 'comparison_no_support.nc'}"
    assert "创业带动就业" in done.stdout
    assert "wrote" not in done.stdout
    files = (out / "no_plan.nc", out / "as_enacted.nc")
    done = zsim("compare", *files, "--name", "again", "--format", "csv", "--out", out)
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines()[-1] == f"wrote {out / 'again.nc'}"
    both = [results.read(out / f"{name}.nc") for name in ("comparison", "again")]
    xr.testing.assert_equal(both[0].job_years_net, both[1].job_years_net)


@pytest.mark.parametrize(
    "words",
    [
        ("run", "as_enactd"),
        ("run", "as_enacted", "-n", 0),
        ("run", "as_enacted", "--scale", 2),
        ("run", "as_enacted", "-n", "many"),
        ("run",),
        ("run", "as_enacted", "--against", "no_such"),
        ("compare", "no_plan", "no_plan"),
        ("compare", "no_plan", "as_enacted", "--name", "../x"),
        ("compare", "no_plan.nc", "as_enacted"),
    ],
)
def test_bad_input_is_a_line_and_writes_nothing(words: tuple[object, ...], tmp_path: Path) -> None:
    done = zsim(*words, "--out", tmp_path / "results")
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert not done.stdout
    assert not (tmp_path / "results").exists()


def test_a_folder_that_cannot_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    began = time.monotonic()
    done = zsim("run", "as_enacted", "--out", tmp_path / "file" / "results")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert time.monotonic() - began < 5


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
def test_ctrl_c_stops_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim.cli", "run", "as_enacted", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [*command, "--workers", "2", "--scale", "0.001"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as running:
        time.sleep(5)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 3
        assert running.stderr
        assert len(running.stderr.read().splitlines()) == 1
    assert not (tmp_path / "out").exists()
