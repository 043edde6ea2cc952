"""Tests of the command ``zsim report``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.main import main
from sim.engine.errors import InputError
from sim.reporting.sources import classify
from sim.studies.execution import results


def test_the_report_and_its_tables_are_written(runs: Path, tmp_path: Path) -> None:
    out, tables = tmp_path / "report.pdf", tmp_path / "report.xlsx"
    done = CliRunner().invoke(
        main, ["report", str(runs), "-o", str(out), "--tables", str(tables), "--lang", "en"]
    )
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF")
    assert tables.exists()


def test_an_unknown_format_is_one_line(runs: Path, tmp_path: Path) -> None:
    run = CliRunner()
    wrong = run.invoke(main, ["report", str(runs), "-o", str(tmp_path / "report.odt")])
    assert (wrong.exit_code, wrong.output.count("\n")) == (2, 1)
    assert ".docx" in wrong.output


def refusal(*given: Path, lang: str = "en") -> list[str]:
    """Return the error lines of ``zsim report`` for unusable results."""
    out = given[0].parent / "report.html"
    done = CliRunner().invoke(main, ["report", *map(str, given), "-o", str(out), "--lang", lang])
    assert done.exit_code == 2, done.output
    assert not out.exists()
    return done.stderr.splitlines()


def test_every_unusable_result_is_one_line(runs: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.nc"
    text.write_text("not a result")
    none, empty = tmp_path / "none.nc", tmp_path / "empty"
    empty.mkdir()
    lines = refusal(none, runs / "as_enacted.nc", text, empty)
    assert [line.split(": ")[0] for line in lines] == sorted(map(str, (none, text, empty)))
    one, other = runs / "as_enacted.nc", runs / "no_plan.nc"
    changed = [results.read(path).assign_attrs(seed=8) for path in (other, runs / "no_support.nc")]
    with pytest.raises(InputError) as caught:
        classify([("a.nc", results.read(one)), *zip(("b.nc", "c.nc"), changed, strict=True)])
    assert len(caught.value.faults) == 2, "each dataset that does not belong is named"


def test_a_result_named_twice_is_refused(runs: Path, tmp_path: Path) -> None:
    one, again = runs / "as_enacted.nc", runs / ".." / runs.name / "as_enacted.nc"
    assert refusal(one, again) == [f"{again}: listed twice; list each result once"]
    assert refusal(runs, one, lang="zh") == [f"{one}：重复列出；每项结果仅列一次"]
    copy = tmp_path / "copy.nc"
    copy.write_bytes(one.read_bytes())
    (line,) = refusal(copy, one)
    assert line.endswith("are both runs of as_enacted; a report takes only one of them")


def test_a_missing_library_is_one_line(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "typst" else find_spec(name, *more)
    )
    done = CliRunner().invoke(main, ["report", str(runs), "-o", str(tmp_path / "report.pdf")])
    assert done.exit_code == 2
    assert "zhongshan-policy-sim[report]" in done.output
    assert done.output.count("\n") == 1
