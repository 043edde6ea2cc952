"""Tests of the README: commands work, scenarios load, Python code runs, and links are valid."""

import os
import re
import shlex
import subprocess
import sys
from contextvars import copy_context
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import sim
from sim.cli.main import main
from sim.policy.catalogue.catalogue import catalogue
from tests.model.town import registering

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TINY = ("--scale", "0.002", "-n", "1", "--workers", "1")  # given last, so that they override other options


def blocks(language: str) -> list[str]:
    """Return the code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def commands() -> list[str]:
    """Return the distinct commands of the console blocks that call the simulator, in order."""
    lines = (line.removeprefix("$ ") for block in blocks("console") for line in block.splitlines())
    return list(dict.fromkeys(line for line in lines if line.startswith("zsim ")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the README's scenarios, in files named after them."""
    folder = tmp_path_factory.mktemp("reader")
    for text in blocks("yaml"):
        (folder / f"{yaml.safe_load(text)['name']}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_there_is_something_to_test() -> None:
    assert {line.split()[1] for line in commands()} >= {"check", "run", "compare", "diff", "plan", "report"}
    assert blocks("yaml")
    assert blocks("python")


def test_the_scenarios_load_and_set_nothing_without_effect(folder: Path) -> None:
    files = sorted(folder.glob("*.yaml"))
    assert files
    for file in files:
        scenario = sim.load_scenario(file)
        assert scenario.policy
        assert scenario.not_acting == ()


@pytest.mark.timeout(400)
def test_the_commands_and_then_the_python_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run all commands in a city with one firm in twenty, since the numerical results do not matter here."""
    monkeypatch.chdir(folder)
    with registering(0.05):
        for line in commands():
            words = shlex.split(line, comments=True)[1:]
            if words[0] in ("run", "compare"):
                assert "--scale" in words, f"{line}: slow for a reader who tries it"
                assert "-n" in words, line
                words += TINY
            # a separate context, so that the language of one command does not affect the next
            done = copy_context().run(CliRunner().invoke, main, words)
            assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exc_info}"
            assert done.stdout or "wrote" in done.stderr, line
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    for text in blocks("python"):
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", text],
            cwd=folder,
            env=env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert ran.returncode == 0, ran.stderr


def test_the_printed_tables_have_the_rows_that_are_printed_today() -> None:
    """Compare rows and format only; the numbers are marked as a trial run of one version."""
    shown = "\n".join(blocks("text"))
    assert [t.id for t in catalogue().targets if f"{t.id} {t.zh}" not in shown] == []
    assert len(re.findall(r"^ +T[1-7] ", shown, re.M)) == 14  # in both languages
    assert len(re.findall(r"^T7 = [\d,]+ ", shown, re.M)) == 2


def test_every_linked_file_and_heading_exists() -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", README)
    assert targets
    headings = {
        re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", README, re.M)
    }
    faults = []
    for target in targets:
        path, _, heading = target.partition("#")
        if (
            "://" in target
            or (path and not (ROOT / path).is_file())
            or (not path and heading not in headings)
        ):
            faults.append(target)
    assert faults == []


def test_the_make_targets_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"`make ([a-z]+)`", README))
    assert {"run", "test", "check", "bench", "validate"} <= named <= made


def test_the_speed_table_has_one_pair_of_markers() -> None:
    assert README.count("<!-- bench: begin -->") == README.count("<!-- bench: end -->") == 1
    assert README.index("<!-- bench: begin -->") < README.index("<!-- bench: end -->")
