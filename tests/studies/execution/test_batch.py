"""Worker pool: results are the same on every worker, also if workers are killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from sim.engine.errors import WorkerError
from sim.studies.execution import batch
from sim.studies.run import Runs, run, run_many
from tests.studies.small_model import GRANT, NOTHING, SMALL_MODEL, Scenario


def hashes(runs: Runs) -> dict[str, str]:
    result = {name: str(d.content_sha256) for name, d in runs.datasets.items()}
    return result | {f"against {name}": str(d.content_sha256) for name, d in runs.comparisons.items()}


@pytest.fixture(scope="module")
def alone() -> Runs:
    return run_many([GRANT], [NOTHING], model=SMALL_MODEL)


def test_results_do_not_depend_on_the_number_of_workers(alone: Runs) -> None:
    assert hashes(run_many([GRANT], [NOTHING], model=SMALL_MODEL, workers=2)) == hashes(alone)


def test_only_the_run_of_a_killed_worker_is_repeated(alone: Runs, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.touch()
    trapped = [Scenario(s.name, s.grant, s.pull, str(trap)) for s in (GRANT, NOTHING)]
    again = run_many(trapped[:1], trapped[1:], model=SMALL_MODEL, workers=2)
    assert not trap.exists(), "no worker was killed"
    for name in ("grant", "nothing"):
        assert again.datasets[name].content_sha256 == alone.datasets[name].content_sha256


def test_run_that_always_kills_its_worker_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZSIM_LANG", "en")
    with pytest.raises(WorkerError, match=r"replicate [0-4]: its process was killed 3 times"):
        run_many([Scenario("trap", trap="always")], model=SMALL_MODEL, workers=2)


@pytest.mark.parametrize("guard", ["", 'if __name__ == "__main__":'])
def test_script_without_main_guard_is_an_error(guard: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    call = "print(sorted(evaluate(abs, range(3), workers=2)))"
    script.write_text(
        f"from sim.studies.execution.batch import evaluate\n{guard} {call}\n".replace("\n ", "\n")
    )
    ended = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "ZSIM_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    if guard:
        assert ended.stdout.strip() == "[(0, 0), (1, 1), (2, 2)]"
    else:
        assert "must be saved to a file and guarded by if __name__" in ended.stderr


def test_replicates_do_not_depend_on_their_number(alone: Runs) -> None:
    three = run_many([GRANT], model=SMALL_MODEL, replicates=3).datasets["grant"]
    assert three.equals(alone.datasets["grant"].isel(replicate=slice(3)))


def test_results_do_not_depend_on_the_order_of_scenarios(alone: Runs) -> None:
    for order in ([GRANT, NOTHING], [NOTHING, GRANT]):
        result = run_many(order, model=SMALL_MODEL).datasets
        assert {n: d.content_sha256 for n, d in result.items()} == {
            n: d.content_sha256 for n, d in alone.datasets.items()
        }


def test_scenarios_in_one_process_are_independent(alone: Runs) -> None:
    del alone  # ran GRANT in this process before
    before = run_many([NOTHING], model=SMALL_MODEL).datasets["nothing"].content_sha256
    run_many([GRANT, Scenario("other", grant=5, pull=-0.3)], model=SMALL_MODEL)
    assert run_many([NOTHING], model=SMALL_MODEL).datasets["nothing"].content_sha256 == before


def fails(job: int) -> int:
    if job == 3:
        raise ZeroDivisionError("of the model")
    return job


@pytest.mark.parametrize("workers", [1, 2])
def test_errors_of_the_model_name_the_replicate(workers: int) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        list(batch.evaluate(fails, range(6), workers=workers))
    assert caught.value.__notes__ == ["in replicate 3"]


def surroundings(_: int) -> tuple[str | None, str | None]:
    return os.environ.get("OMP_NUM_THREADS"), multiprocessing.get_start_method(allow_none=True)


def test_workers_use_one_thread_and_leave_global_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    before = multiprocessing.get_start_method(allow_none=True)
    for _, (threads, _) in batch.evaluate(surroundings, [0, 1], workers=2):
        assert threads == "1"
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert multiprocessing.get_start_method(allow_none=True) == before


def big(job: int) -> bytes:
    return bytes([job % 7]) * 20_000_000


def test_memory_of_the_parent_does_not_grow() -> None:
    me = psutil.Process()
    seen = [me.memory_info().rss for _ in batch.evaluate(big, range(40), workers=2)]
    assert max(seen) - min(seen) < 300e6, "40 results of 20 MB accumulate"


def test_progress_counts_every_job() -> None:
    shown: list[tuple[int, int]] = []
    list(batch.evaluate(abs, range(3), progress=lambda done, total: shown.append((done, total))))
    assert shown == [(0, 3), (1, 3), (2, 3), (3, 3)]


def waits(_: int) -> bool:
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
def test_workers_ignore_interrupts() -> None:
    """Workers ignore interrupts even while importing modules, before the handler is set."""
    assert dict(batch.evaluate(waits, [0, 1], workers=2)) == {0: True, 1: True}
    assert not waits(0)  # unlike this process


@pytest.mark.skipif(os.name != "posix", reason="signals of this kind are POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_remains_after_an_interrupt(how: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent("""
        import os, sys, time
        from sim.studies.execution.batch import evaluate

        def slow(job):
            print(os.getpid(), flush=True)
            time.sleep(60)

        if __name__ == "__main__":
            try:
                list(evaluate(slow, range(4), workers=2))
            except KeyboardInterrupt:
                sys.exit(3)
        """),
        encoding="utf-8",
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        assert parent.stdout
        assert parent.stderr
        workers = [psutil.Process(int(parent.stdout.readline())) for _ in range(2)]
        began = time.monotonic()
        parent.send_signal(how)
        gone, alive = psutil.wait_procs(workers, timeout=20)
        assert parent.wait(timeout=20) == (3 if how == signal.SIGINT else -9)
        assert len(gone) == 2
        assert not alive
        assert time.monotonic() - began < 20
        assert "Traceback" not in parent.stderr.read()


def test_run_equals_run_many_of_one_scenario(alone: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.studies.run.city_model", lambda: SMALL_MODEL)
    assert run(GRANT).content_sha256 == alone.datasets["grant"].content_sha256
