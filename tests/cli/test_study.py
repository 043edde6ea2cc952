"""Tests of the commands ``zsim study`` and ``zsim store``."""

import csv
import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.main import main
from sim.studies.execution import results
from tests.studies.example_studies import MORRIS, SWEEP, write
from tests.studies.toy_model import TOY


@pytest.fixture
def zsim(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.studies.study.city_model", lambda: TOY)
    monkeypatch.delenv("ZSIM_STORE", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*words):
        return CliRunner().invoke(main, [*words, "--lang", "en"])

    return call


def test_a_study_writes_a_dataset_and_its_tables(zsim, tmp_path):
    write(tmp_path, SWEEP)
    done = zsim("study", "fee_and_speed.yaml", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines()[-1] == f"wrote {Path('results/fee_and_speed.nc')}"
    assert "36 runs are required; 0 are stored, 36 remain to be run" in done.stderr
    assert "about" in done.stderr.splitlines()[0], "the estimate comes first"
    assert "additional net job-years" in done.stdout
    dataset = results.read("results/fee_and_speed.nc")
    with Path("results/fee_and_speed.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {(r["table"], r["row"], r["measure"]): r["value"] for r in rows}
    difference = float(numbers["job_years_net", "4", "difference"])
    assert difference == float(dataset.difference.sel(outcome="job_years_net").values[0, 4])
    again = zsim("study", "fee_and_speed.yaml", "--workers", "1", "--format", "csv")
    assert "36 are stored, 0 remain to be run" in again.stderr
    assert results.read("results/fee_and_speed.nc").content_sha256 == dataset.content_sha256
    listed = zsim("store", "ls")
    assert "36 runs" in listed.stdout
    assert "removed 36 files" in zsim("store", "gc", "--all").stdout
    assert "no stored runs" in zsim("store", "ls").stdout


def test_a_wrong_file_is_exit_2_and_nothing_is_written(zsim, tmp_path):
    write(tmp_path, SWEEP.replace("sweep", "swep").replace("2%", "200%"))
    done = zsim("study", "fee_and_speed.yaml")
    assert done.exit_code == 2
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == [
        "fee_and_speed.yaml:4:7",
        "fee_and_speed.yaml:8:38",
    ]
    assert os.listdir() == ["fee_and_speed.yaml"]


def test_ctrl_c_is_exit_3_and_explains_how_to_resume(zsim, tmp_path, monkeypatch):
    from sim.studies.execution import store

    write(tmp_path, SWEEP)
    put = store.Store.put

    def interrupted(self, key, content):
        put(self, key, content)
        raise KeyboardInterrupt

    monkeypatch.setattr(store.Store, "put", interrupted)
    done = zsim("study", "fee_and_speed.yaml", "--workers", "1")
    assert done.exit_code == 3
    assert "the same command resumes" in done.stderr
    assert not Path("results/fee_and_speed.nc").exists()
    assert len(list(Path("results/store").glob("*/??/*.npz"))) == 1


def test_a_full_disk_is_exit_1_and_one_line(zsim, tmp_path, monkeypatch):
    def full(self, content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

    write(tmp_path, SWEEP)
    monkeypatch.setattr(Path, "write_bytes", full)
    done = zsim("study", "fee_and_speed.yaml", "--workers", "1")
    assert done.exit_code == 1
    assert "stored runs are not affected" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_too_few_replicates_are_noted_in_the_table(zsim, tmp_path):
    write(tmp_path, MORRIS.replace("replicates: 2", "replicates: 1"))
    done = zsim("study", "shares.yaml", "--workers", "1")
    assert "noise level unknown with one replicate" in done.stdout


def test_a_missing_library_is_one_line(zsim, tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)
    write(tmp_path, MORRIS)
    done = zsim("study", "shares.yaml", "--workers", "1")
    assert done.exit_code == 2
    assert "[studies]" in done.stderr
    assert not Path("results/store").exists(), "reported before anything runs"


def test_check_reads_studies(zsim, tmp_path):
    write(tmp_path, SWEEP)
    assert "fee_and_speed.yaml: " in zsim("check", "fee_and_speed.yaml").stdout
    write(tmp_path, SWEEP.replace("2%", "200%"))
    done = zsim("check", "fee_and_speed.yaml")
    assert done.exit_code == 2
    assert done.stderr.startswith("fee_and_speed.yaml:8:38: ")


def test_a_workbook_has_every_table(zsim, tmp_path):
    import openpyxl

    write(tmp_path, SWEEP.replace("scenario: as_enacted", "scenarios: [as_enacted, no_support]"))
    done = zsim("study", "fee_and_speed.yaml", "--workers", "1", "--xlsx")
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook("results/fee_and_speed.xlsx")
    assert len(book.sheetnames) == 1 + 2 * 5
    sheet = book["additional net job-years"]
    dataset = results.read("results/fee_and_speed.nc")
    differences = dataset.difference.sel(outcome="job_years_net", scenario="as_enacted").values
    assert [row[2].value for row in sheet.iter_rows(min_row=3, max_row=8)] == list(differences)


def test_replaced_files_are_archived_where_they_differ(zsim, tmp_path):
    out = tmp_path / "results"

    def replaced(text):
        write(tmp_path, text)
        done = zsim("study", "fee_and_speed.yaml", "--workers", "1", "--xlsx")
        assert done.exit_code == 0, done.output
        return [line for line in done.stderr.splitlines() if "held a different result" in line]

    names = {f"fee_and_speed.{ending}" for ending in ("nc", "csv", "xlsx")}
    assert replaced(SWEEP) == []
    before = {name: (out / name).read_bytes() for name in names}
    assert replaced(SWEEP) == []
    assert not (out / "archive").exists(), "the same again"
    csv_, xlsx = (out / f"fee_and_speed.{ending}" for ending in ("csv", "xlsx"))
    csv_.write_bytes(before[csv_.name] + b"a note of mine\n")
    xlsx.write_bytes(b"no workbook")
    assert len(replaced(SWEEP)) == 2
    assert {path.read_bytes() for path in (out / "archive").iterdir()} == {
        before[csv_.name] + b"a note of mine\n",
        b"no workbook",
    }
    assert len(replaced(SWEEP.replace("scale: 0.5", "scale: 0.5\nseed: 8"))) == 3
    kept = list((out / "archive").iterdir())
    assert len(kept) == 5
    assert {path.suffix for path in kept} == {".nc", ".csv", ".xlsx"}


def test_a_file_is_not_a_store(zsim, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.touch()
    for do in ("gc", "ls"):
        done = zsim("store", do, "--out", "file")
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.splitlines() == ["file: not a folder (--out or ZSIM_STORE)"]
    monkeypatch.setenv("ZSIM_STORE", str(file))
    assert zsim("store", "gc").exit_code == 2
    monkeypatch.delenv("ZSIM_STORE")
    assert zsim("store", "gc", "--out", "nowhere").exit_code == 0
