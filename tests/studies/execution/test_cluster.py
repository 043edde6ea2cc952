"""Runs on a Dask scheduler with two local workers, one of which is killed."""

import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from sim.engine.errors import InputError
from sim.studies.execution import executors
from sim.studies.run import run_many
from sim.studies.study import study
from tests.studies.example_studies import LONGER, RecordedProgress, run_study, write
from tests.studies.small_model import GRANT, NOTHING, SMALL_MODEL
from tests.studies.toy_model import TOY

pytestmark = pytest.mark.filterwarnings("default")  # Dask's own


@pytest.fixture
def cluster(tmp_path):
    """Provide the address of a scheduler and the processes of its workers."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "ZSIM_TOY_SECONDS": "0.05",
        "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "1s",
    }
    scheduler = tmp_path / "scheduler.json"
    local = ("--no-dashboard", "--scheduler-file", str(scheduler))
    with ExitStack() as stack:

        def start(*words: str) -> subprocess.Popen[bytes]:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "dask", *words],
                    env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path,
                )
            )  # fmt: skip
            stack.callback(process.kill)
            return process

        start("scheduler", "--host", "tcp://127.0.0.1:0", *local)
        until = time.monotonic() + 60
        while not scheduler.exists() and time.monotonic() < until:
            time.sleep(0.05)
        workers = [
            start("worker", "--nthreads", "1", "--nworkers", "1", "--no-nanny", "--host", "127.0.0.1", *local)
            for _ in range(2)
        ]
        import json

        address = json.loads(scheduler.read_text())["address"]
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address, workers


@pytest.mark.timeout(240)
def test_result_is_the_same_after_a_worker_dies(cluster, tmp_path):
    address, workers = cluster
    here = tmp_path / "here"
    here.mkdir()
    alone = run_study(here, LONGER).content_sha256

    class Kill(RecordedProgress):
        def finished(self) -> None:
            super().finished()
            if self.count == 5:
                workers[0].kill()

    progress = Kill()
    result = study(
        write(tmp_path, LONGER), store=tmp_path / "store", cluster=address, model=TOY, progress=progress
    )
    assert result.content_sha256 == alone
    assert progress.count == 72
    assert workers[0].wait(timeout=20) == -9
    assert workers[1].poll() is None, "the other worker completed the rest"
    pairs = run_many([GRANT], [NOTHING], model=SMALL_MODEL, cluster=address)
    alone_too = run_many([GRANT], [NOTHING], model=SMALL_MODEL)
    for name, dataset in alone_too.datasets.items():
        assert pairs.datasets[name].content_sha256 == dataset.content_sha256


@pytest.mark.parametrize("address", ["", "a" * 5000, "tcp://127.0.0.1:9", "http://localhost:1", "silent"])
def test_missing_scheduler_is_a_prompt_one_line_error(address):
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections without answering
        if address == "silent":
            address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(InputError) as caught, executors.workers(cluster=address):
            pass
        assert time.monotonic() - began < 8
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300
    assert address[:30] in str(caught.value)
