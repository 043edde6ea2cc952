"""Command ``zsim dashboard``: one-line errors, and no files left after it ends."""

import os
import signal
import socket
import subprocess
import sys

import pytest

from tests.dashboard.conftest import ROOT, start_dashboard, stop_dashboard


def run_dashboard(*args, **environment):
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment}
    command = [sys.executable, "-m", "sim.cli", "dashboard", "--no-open", *args]
    return subprocess.run(command, capture_output=True, encoding="utf-8", env=env, timeout=60, check=False)


def test_a_port_in_use_is_a_one_line_error(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run_dashboard("--port", str(taken.getsockname()[1]), "--lang", "en")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot listen on port" in done.stderr


def test_a_scenario_with_faults_is_refused(tmp_path):
    (tmp_path / "wrong.yaml").write_text("name: wrong\npolicy: {guarantee_fee: {fee: 9}}\n", encoding="utf-8")
    done = run_dashboard(str(tmp_path / "wrong.yaml"), "no_plan", "nosuch")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 3
    assert done.stdout == ""


def test_a_missing_library_is_a_one_line_error(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'starlette' else find(name, *more)\n"
    )
    done = run_dashboard("--lang", "en", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 2
    assert done.stderr == "the dashboard requires starlette: pip install 'zhongshan-policy-sim[dashboard]'\n"


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_status_0_and_leaves_no_files(tmp_path, ending):
    process, _ = start_dashboard(folder=tmp_path)
    process.send_signal(ending)
    assert stop_dashboard(process) == 0 if ending == signal.SIGINT else process.wait(60) == 0
    assert process.stdout is not None
    process.stdout.close()
    assert list(tmp_path.iterdir()) == []


def test_other_commands_do_not_load_the_server():
    code = "import sys, sim.cli.main; assert not {'starlette', 'uvicorn', 'jinja2'} & sys.modules.keys()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
