"""Runs and comparisons of the city model at a small scale, and the command line."""

import errno
import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
import xarray as xr
from click.testing import CliRunner, Result

from sim.cli.main import main
from sim.reporting.tables import comparison_tables, printing, run_tables
from sim.studies.comparison import paired_comparison
from sim.studies.execution import results
from sim.studies.execution.run_specification import load
from sim.studies.execution.simulation import simulate
from sim.studies.run import Runs, run_many
from tests.model.town import registering

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
def small_city() -> Iterator[None]:
    """Simulate one firm in fifty, for tests that do not depend on the numbers."""
    with registering(0.02):
        yield


@pytest.fixture
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")


def test_results_do_not_depend_on_the_number_of_workers(runs: Runs) -> None:
    again = run_many(["as_enacted", "no_plan"], scale=0.005, replicates=2, workers=2)
    for name, dataset in again.datasets.items():
        assert dataset.content_sha256 == runs.datasets[name].content_sha256


def test_result_has_the_documented_contents(runs: Runs) -> None:
    for dataset in runs.datasets.values():
        for name, variable in dataset.data_vars.items():
            assert variable.dims[0] == "replicate", name
            assert {"units", "long_name", "long_name_zh"} <= variable.attrs.keys(), name
            if name not in MAY_BE_NAN and variable.dtype.kind == "f":
                assert not variable.isnull().any(), name
        for dim in ("form", "sector", "district", "founder_kind", "instrument", "window", "target"):
            assert {f"{dim}_zh", f"{dim}_en"} <= set(dataset.coords)
        assert {"flow_from", "flow_to"} <= set(dataset.coords)
        assert (dataset.ledger_residual == 0).all()


def test_file_is_read_as_written(runs: Runs, tmp_path: Path) -> None:
    for name, dataset in (*runs.datasets.items(), *runs.comparisons.items()):
        results.write(dataset, tmp_path / f"{name}.nc")
        assert results.read(tmp_path / f"{name}.nc").content_sha256 == dataset.content_sha256


def test_panel_sums_agree_with_recorded_totals() -> None:
    history = simulate(load("as_enacted", SMALL), 1, False)
    firms, payments, outcomes = history.firms, history.payments, history.outcomes
    weight = firms["weight"].astype(np.int64)
    assert np.array_equal(firms["jobs"] @ weight, outcomes["jobs_universe"])
    assert (np.diff(firms["id"]) > 0).all()
    paid = np.bincount(payments["instrument"], payments["fen"] * weight[payments["row"]])
    spent = outcomes["public_spending"].sum(axis=0)[: len(paid)] * 100
    assert np.allclose(paid[:3], spent[:3], atol=0.5)  # paid to firms only


def test_net_jobs_are_recipients_and_others_less_displaced(runs: Runs) -> None:
    dataset = runs.comparisons["no_plan"]
    parts = dataset.job_years_recipients_by_replicate + dataset.job_years_others_by_replicate
    xr.testing.assert_allclose(
        dataset.job_years_net_by_replicate,
        parts - dataset.job_years_displaced_by_replicate,
    )
    assert (dataset.firms_induced_by_replicate > 0).all()
    assert float(dataset.spending_additional.item()) > 0


def test_memory_does_not_grow_with_replicates() -> None:
    """Completed runs release almost all memory; a single city of this size would take 20 MB."""
    me, scenario = psutil.Process(), load("as_enacted", {"scale": 0.001})
    seen = []
    for replicate in range(4):
        simulate(scenario, replicate, False)
        gc.collect()
        seen.append(me.memory_info().rss)
    assert seen[-1] - seen[1] < 20e6, [round(s / 1e6) for s in seen]


def test_required_tables_and_notes(runs: Runs, english: None) -> None:
    shown = run_tables.tables(runs.datasets["as_enacted"], runs.datasets["no_plan"])
    notes = run_tables.notes(runs.datasets["as_enacted"])
    text = printing.as_text(shown, notes)
    assert "jobs in firms under 60 months, end of 2020" in text, (
        "jobs of all firms founded since 2012, not those of trials"
    )
    assert "Returns: recoveries, guarantee fees and sales of stakes" in text
    founders, each, jobs = (
        float(part.replace(",", ""))
        for part in text.split("T7 = ")[1].replace(" founders x", "").replace(" jobs each =", "").split()[:3]
    )
    assert founders * each == pytest.approx(jobs, rel=0.01)
    t7 = runs.datasets["as_enacted"].target_value.sel(target="T7")
    assert jobs == pytest.approx(float(t7.mean()), abs=1)
    assert f"mean over replicates (the table shows the median, {float(t7.median()):,.0f};" in text
    for words in (
        "would also be reached under 'Without the plan'",
        "random numbers and all uncertain parameters",
        "2 replicates",
        "Loans and guarantees",
        "Guarantee fund and pools",
        "T7 Jobs driven by startups",
        "One-off",
    ):
        assert words.lower() in text.lower()
    parsed = json.loads(printing.as_json(shown, notes))
    t7 = next(r for r in parsed["tables"][0]["rows"] if r["name"] == "T7")
    assert 0 <= t7["chance_low"] <= t7["chance"] <= t7["chance_high"] <= 1
    lines = printing.as_csv(shown).splitlines()
    assert lines[0] == "scenario,table,row,label,unit,measure,value,remark"
    assert all(line.startswith("as_enacted,") for line in lines[1:])


def test_gross_numbers_only_with_a_placebo(runs: Runs, english: None) -> None:
    dataset = runs.comparisons["no_plan"]
    with_placebo = printing.as_text(comparison_tables.tables(dataset))
    assert "placebo: saved" in with_placebo
    assert "knock-on effects" in with_placebo
    assert "not the price of a subsidised job" in with_placebo
    assert "Assessed are payments with 24 months of follow-up: " in with_placebo
    blind = dataset.assign({f"placebo_{w}": dataset.placebo_saved * np.nan for w in ("saved", "lost")})
    without = printing.as_text(comparison_tables.tables(blind))
    assert "saved minus lost" in without
    assert "gross" not in without
    assert "fewer than 5 replicates give no interval" in without


def test_table_of_credit_changes(runs: Runs, english: None) -> None:
    dataset = runs.comparisons["no_plan"]
    table = {t.name: t for t in comparison_tables.tables(dataset)}["credit_changes"]
    rows = {row.name: row for row in table.rows}
    policy, reference = (
        runs.datasets[name].loans_number.sel(scheme="guarantee").sum("month")
        for name in ("as_enacted", "no_plan")
    )
    assert rows["guaranteed"].numbers["mean"] == pytest.approx(float((policy - reference).mean()))
    assert "guarantee claims paid by the fund" in printing.as_text([table])
    alike = dataset.assign(
        {name: 0 * of for name, of in dataset.data_vars.items() if str(name).endswith("_difference")}
    )
    assert "credit_changes" not in {t.name for t in comparison_tables.tables(alike)}


def test_every_headline_and_reason_has_texts() -> None:
    assert len({h.name for h in paired_comparison.HEADLINES}) == len(paired_comparison.HEADLINES)
    for headline in (*paired_comparison.HEADLINES, *paired_comparison.BY_INSTRUMENT):
        assert printing.scaled(headline.unit)[1] > 0


def zsim(*words: object) -> Result:
    return CliRunner(env={"ZSIM_LANG": "zh"}).invoke(main, [str(w) for w in words])


def test_commands_run_and_compare(small_city: None, tmp_path: Path) -> None:
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
    assert not (out / "archive").exists(), "a repeated run replaces nothing that differs"
    other = (out / "no_support.nc", out / "as_enacted.nc", "--out", out)
    for _ in range(2):  # the second time with the same numbers
        done = zsim("compare", *other)
        assert done.exit_code == 0, done.output
        (kept,) = (out / "archive").iterdir()
    assert results.read(kept).identical(both[0])
    assert results.read(out / "comparison.nc").attrs["reference"] == "no_support"
    (out / "comparison.nc").write_text("no result of ours")
    done = zsim("compare", *other, "--lang", "en")
    (mine,) = (path for path in (out / "archive").iterdir() if path != kept)
    assert mine.read_text() == "no result of ours"
    assert done.stderr.splitlines() == [
        f"{out / 'comparison.nc'} held a different result, now archived as {mine}",
        f"wrote {out / 'comparison.nc'}",
    ]


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
def test_invalid_input_is_a_one_line_error_and_writes_nothing(
    words: tuple[object, ...], tmp_path: Path
) -> None:
    done = zsim(*words, "--out", tmp_path / "results")
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert not done.stdout
    assert not (tmp_path / "results").exists()


def test_all_invalid_inputs_of_a_comparison_are_reported(tmp_path: Path) -> None:
    text = tmp_path / "text.nc"
    text.write_text("no result of ours")
    given = (tmp_path / "none.nc", "as_enactd", text)
    done = zsim("compare", *given, "--out", tmp_path / "results")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 3
    assert all(str(one) in done.stderr for one in given)
    assert not (tmp_path / "results").exists()


def test_unwritable_folder_is_reported_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    began = time.monotonic()
    done = zsim("run", "as_enacted", "--out", tmp_path / "file" / "results", "--lang", "en")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot write to the results folder" in done.stderr
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--scale", 0), "--scale: '0.0' is outside the allowed range of scale; allowed: (0, 1]"),
        (("-n", 0), "--replicates: '0' is outside the allowed range; allowed: 1 to 100000"),
        (("--seed", -1), "--seed: '-1' is outside the allowed range; allowed: 0 to 9223372036854775807"),
    ],
)
@pytest.mark.parametrize("command", [("run", "as_enacted"), ("compare", "no_plan", "as_enacted")])
def test_invalid_option_is_reported_once(
    command: tuple[str, ...], words: tuple[object, ...], message: str, tmp_path: Path
) -> None:
    done = zsim(*command, *words, "--out", tmp_path, "--lang", "en")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [message]


def test_result_as_scenario_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "x.nc").touch()
    done = zsim("run", tmp_path / "x.nc", "--lang", "en")
    assert done.exit_code == 2
    assert "a result; a scenario file is required" in done.stderr


def test_tables_are_printed_if_the_disk_is_full(
    small_city: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(dataset: xr.Dataset, path: Path) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(results, "write", full)
    small = ("--scale", 0.001, "-n", 1, "--workers", 1, "--out", tmp_path / "out")
    for command in (("run", "no_plan"), ("compare", "no_plan", "as_enacted")):
        done = zsim(*command, *small)
        assert done.exit_code == 1
        assert "T7" in done.stdout
        assert len(done.stderr.splitlines()) == 1
        assert "wrote" not in done.stderr


@pytest.mark.parametrize("where", ["click", "numpy"])
def test_interrupt_during_imports_is_one_line(where: str) -> None:
    """An interrupt during imports, early or inside a command, produces a one-line message."""
    code = f"""
import sys
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == {where!r}:
            exec("raise KeyboardInterrupt")  # as in a dataclass: Python then ends as if killed
sys.meta_path.insert(0, Interrupted())
sys.argv = ["zsim", "run", "as_enacted"]
from sim.cli.main import main
main()
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "已中断" in done.stderr


def test_no_warnings_in_a_notebook() -> None:
    """The warning of Mesa's progress bar in Jupyter without widgets is suppressed."""
    code = """
import sys, warnings
warnings.simplefilter("error")
class Auto:
    def find_spec(self, name, path=None, target=None):
        if name == "mesa":
            warnings.warn("IProgress not found. Please update jupyter and ipywidgets.")
sys.meta_path.insert(0, Auto())
import sim
from dataclasses import replace
from sim.studies.execution.simulation import city_model, simulate
before = list(warnings.filters)
city_model()
scenario = sim.load_scenario("as_enacted")
simulate(replace(scenario, run=replace(scenario.run, scale=0.0005)), 0, False)
assert "mesa" in sys.modules
assert warnings.filters == before
"""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
def test_interrupt_stops_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sim.cli", "run", "as_enacted", "--out", str(tmp_path / "out")]
    with subprocess.Popen(
        [*command, "--workers", "2", "--scale", "0.001"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as running:
        me = psutil.Process(running.pid)
        while len(me.children(recursive=True)) < 2 and running.poll() is None:
            time.sleep(0.05)
        time.sleep(1)  # during the runs
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=20) == 3
        assert running.stderr
        assert len(running.stderr.read().splitlines()) == 1
    assert not (tmp_path / "out").exists()
