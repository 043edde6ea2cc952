"""Sizes of studies for given budgets, and progress of running studies."""

import pytest

from sim.studies.execution.progress import LineProgress
from sim.studies.specification import sizing
from sim.studies.specification.study_file import load_study
from tests.studies.example_studies import ENSEMBLE, MORRIS, SOBOL, SWEEP, RecordedProgress, run_study, write
from tests.studies.test_study import HEAD, OTHERS
from tests.studies.toy_model import TOY

SPLIT = """factors: {world.structure.closure: {values: [income, age_size]}}
outcomes: [jobs_universe]
replicates: 6
"""


def test_budget_determines_sizes_that_are_not_stated(tmp_path):
    text = SOBOL.replace("samples: 64\nreplicates: 2\nscale: 0.5\n", "budget: {}\n")
    sizes = []
    for minutes in (0.01, 20, 100, 10_000):
        chosen = sizing.sized(load_study(write(tmp_path, text.replace("{}", str(minutes))), TOY))
        assert chosen.samples
        assert chosen.scale
        assert chosen.samples & (chosen.samples - 1) == 0
        needed = sizing.seconds(sizing.runs(chosen), chosen.scale) / 60
        assert needed <= minutes or (minutes == 0.01 and chosen.samples == 32)
        sizes.append((chosen.scale, chosen.samples))
    assert sizes == sorted(sizes)
    assert sizes[0] == (0.05, 32)
    assert sizes[-1] == (1.0, 128)
    stated = sizing.sized(load_study(write(tmp_path, SOBOL), TOY))
    assert (stated.samples, stated.replicates, stated.scale) == (64, 2, 0.5)
    for text in (SWEEP, SOBOL, ENSEMBLE):
        progress = RecordedProgress()
        run_study(tmp_path, text, progress=progress)
        planned = sizing.runs(sizing.sized(load_study(write(tmp_path, text), TOY)))
        assert sum(runs for runs, _, _ in progress.rounds) <= planned


REFERRED = {kind: text + "reference: no_plan\n" for kind, text in (
    ("ensemble", ENSEMBLE.replace(", no_plan]", "]").replace("80", "12")),
    ("sobol", SOBOL.replace("64", "8")),
    ("morris", MORRIS),
    ("discovery", HEAD + "kind: discovery\n" + OTHERS["discovery"].replace("128", "16")),
    ("attribution", HEAD + "kind: attribution\n" + OTHERS["attribution"]),
    ("split", HEAD + "kind: split\n" + SPLIT),
)}  # fmt: skip


@pytest.mark.parametrize("kind", ["sweep", *REFERRED])
def test_estimated_number_of_runs(kind, tmp_path, monkeypatch):
    """Points that differ only in settings of the plan share the runs of the reference."""
    monkeypatch.setenv("ZSIM_LANG", "en")
    progress = RecordedProgress()
    run_study(tmp_path, SWEEP if kind == "sweep" else REFERRED[kind], progress=progress)
    assert f" {progress.count:,} runs (" in progress.lines[0]


def test_estimate_of_a_search_includes_confirmation_runs(tmp_path, monkeypatch):
    """For 60 settings with 3 replicates and a front with 20, the estimate is right within a factor of two."""
    monkeypatch.setenv("ZSIM_LANG", "en")
    progress = RecordedProgress()
    run_study(tmp_path, HEAD + "kind: search\n" + OTHERS["search"], progress=progress)
    estimate = int(progress.lines[0].partition(": ")[2].partition(" runs")[0].replace(",", ""))
    assert 0.5 * estimate < progress.count < 2 * estimate
    assert progress.count > 60 * 3 + 20


def test_progress_shows_rate_and_remaining_time(monkeypatch):
    monkeypatch.setenv("ZSIM_LANG", "en")
    now = [0.0]
    lines: list[str] = []
    progress = LineProgress(lines.append, lambda: now[0])
    progress.planned(100, 20, 0)
    for _ in range(20):
        now[0] += 6
        progress.finished()
    assert lines[0] == "100 runs are required; 20 are stored, 80 remain to be run"
    assert lines[-1] == "20 of 80 runs, 10 per minute, about 6 min remaining"
    assert len(lines) == 1 + 120 // 30
    progress.planned(10, 10, 4)
    assert "4 stored runs are of another version" in lines[-1]
