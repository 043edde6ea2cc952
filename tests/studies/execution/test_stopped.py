"""Studies that are killed or interrupted: completed runs are stored, and the result is the same."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from sim.studies.execution.progress import LineProgress
from sim.studies.execution.store import Store
from tests.studies.example_studies import ENSEMBLE, LONGER, SWEEP, RecordedProgress, run_study, write

SCRIPT = """
import sys
from sim.studies.study import study
from sim.studies.execution.progress import LineProgress
from tests.studies.toy_model import TOY

if __name__ == "__main__":
    progress = LineProgress(lambda line: print(line, flush=True))
    try:
        found = study(sys.argv[1], store=sys.argv[2], workers=2, model=TOY, progress=progress)
    except KeyboardInterrupt:
        print("stopped", progress.runs_done)
        sys.exit(3)
    print("hash", found.content_sha256)
"""


def start(folder: Path, text: str, **environment: str) -> subprocess.Popen[str]:
    script = folder / "ask.py"
    script.write_text(textwrap.dedent(SCRIPT))
    return subprocess.Popen(
        [sys.executable, str(script), str(write(folder, text)), str(folder / "store")],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "ZSIM_LANG": "en", **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def kept(folder: Path) -> int:
    return len(list((folder / "store").glob("*/??/*.npz")))


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
@pytest.mark.timeout(240)
def test_results_are_the_same_after_five_kills(tmp_path):
    """After all processes are killed, as by a power cut, the same command resumes the study."""
    quiet, torn = tmp_path / "quiet", tmp_path / "torn"
    quiet.mkdir()
    torn.mkdir()
    undisturbed = run_study(quiet, LONGER).content_sha256
    moments = np.random.default_rng(20170609).uniform(0.0, 0.5, size=5)
    counted = torn / "count"
    seen = []
    for moment in moments:
        before = kept(torn)
        with start(
            torn,
            LONGER,
            ZSIM_TOY_SECONDS="0.05",
            ZSIM_TOY_COUNT=str(counted),
        ) as run:
            until = time.monotonic() + 60
            while kept(torn) < before + 2 and run.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            time.sleep(moment)
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
        seen.append(kept(torn))
        assert not [
            f for f in (torn / "store").glob("*/??/*") if f.suffix == ".npz" and f.stat().st_size == 0
        ]
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] < 72, "killed during the study each time"
    with start(torn, LONGER, ZSIM_TOY_COUNT=str(counted)) as run:
        out, error = run.communicate(timeout=100)
    assert f"hash {undisturbed}" in out, error
    assert f"72 runs are required; {seen[-1]} are stored" in out
    assert 72 <= counted.stat().st_size <= 72 + 5 * 3, "stored runs are not repeated"


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
def test_interrupt_keeps_completed_runs(tmp_path):
    with start(tmp_path, SWEEP, ZSIM_TOY_SECONDS="0.1") as run:
        until = time.monotonic() + 60
        while kept(tmp_path) < 3 and run.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        family = psutil.Process(run.pid).children(recursive=True)
        os.kill(run.pid, signal.SIGINT)
        out, error = run.communicate(timeout=60)
    assert run.returncode == 3, error
    assert "Traceback" not in error
    assert f"stopped {kept(tmp_path)}" in out
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive


def test_parent_process_holds_numbers_only(tmp_path):
    """Over a thousand runs, memory grows by the study's outcomes only, not by the complete outputs."""
    me = psutil.Process()
    seen = []

    class Weigh(RecordedProgress):
        def finished(self) -> None:
            super().finished()
            if self.count in (100, 1000):
                seen.append(me.memory_info().rss)

    text = ENSEMBLE.replace("scenarios: [as_enacted, no_plan]", "scenario: as_enacted").replace("80", "840")
    run_study(tmp_path, text, progress=Weigh())
    assert seen[1] - seen[0] < 20e6


def test_interrupt_between_storing_and_counting_a_run(tmp_path, monkeypatch):
    put, progress, kept_runs = Store.put, LineProgress(lambda line: None), []

    def stopping(store, key, content):
        put(store, key, content)
        kept_runs.append(key)
        if len(kept_runs) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(Store, "put", stopping)
    with pytest.raises(KeyboardInterrupt):
        run_study(tmp_path, SWEEP, progress=progress)
    assert progress.runs_done == kept(tmp_path) == 3
