"""Tests of wrong usage: a one-line error in the language in use, exit status 2, and no files written."""

import os
import re

import pytest
from click.testing import CliRunner

from sim.cli.main import main
from sim.texts import use

LONG = "a" * 5000
USAGE = {
    "chek": "nearest: check",
    "--foo": "'--foo'",
    "run": "SCENARIOS",
    "report x.nc": "-o/--output",
    "diff a": "missing B",
    "plan M11 M12 M13": "'M12 M13'",
    "run a --sed 5": "nearest: --seed",
    "run a --seed": "--seed requires a value",
    "run a --panel=3": "--panel takes no value",
    "run a --seed 1.5": "--seed: '1.5' is not valid; allowed: an integer",
    "run a --workers 0": "an integer from 1",
    "dashboard --port 70000": "an integer from 1 to 65535",
    "run a --scale much": "--scale: 'much' is not valid; allowed: a number",
    "run a --format txt": "allowed: text, csv, json; nearest: text",
    "store sl": "'sl' is not a choice; allowed: ls, gc",
    "check a --lang fr": "--lang: 'fr' is not a choice; allowed: zh, en",
}
NAMES = (
    f"check {LONG}",
    f"check {LONG}.yaml",
    f"diff {LONG} as_enacted",
    f"run {LONG}",
    f"run {LONG}.nc",
    f"run as_enacted --against {LONG}",
    f"run as_enacted --out {LONG}",
    f"run as_enacted --seed {LONG}",
    f"compare as_enacted {LONG}.nc",
    f"compare as_enacted no_plan --name {LONG}",
    f"trial {LONG}",
    f"trial M06 --name {LONG}",
    f"study {LONG}",
    f"story --pick {LONG}",
    f"report {LONG}.nc -o a.html",
    f"report a.nc -o {LONG}",
    f"report . -o a.html --tables {LONG}",
    f"plan {LONG}",
    f"store {LONG}",
    f"store ls --out {LONG}",
    LONG,
    f"run --{LONG}",
)


@pytest.fixture
def refusal(tmp_path, monkeypatch):
    """Run a command with wrong arguments and return its one-line error, in English or in Chinese."""
    monkeypatch.chdir(tmp_path)

    def call(words, lang):
        before = os.listdir()
        use(lang)  # independent of other tests
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 2, done.output
        assert done.stdout == ""
        assert os.listdir() == before
        (line,) = done.stderr.splitlines()
        assert len(line) < 300
        return line

    yield call
    use("zh")


@pytest.mark.parametrize("words", USAGE)
def test_wrong_usage_is_one_line_in_the_language_in_use(refusal, words):
    zh, en = refusal(words.split(), "zh"), refusal(words.split(), "en")
    assert USAGE[words] in en
    command = words.split()[0] if words.split()[0] in main.commands else ""
    for line in (zh, en):
        assert f"zsim {command}".strip() + " --help" in line
    assert re.search("[\u4e00-\u9fff]", zh)
    assert not re.search("[a-z]+ [a-z]+ [a-z]+", zh.partition("；用法见")[0]), "no English sentence"
    assert not re.search("[\u4e00-\u9fff]", en)


@pytest.mark.parametrize("words", NAMES, ids=lambda words: words.replace(LONG, "LONG"))
def test_a_name_of_5000_characters_is_one_short_line(refusal, words):
    assert "aaa" in refusal(words.split(), "en") or "--tables" in words


@pytest.mark.parametrize(
    "text", ["extends: {}", "world: {{macro: {}.csv}}", "without: [{}]", "policy: {{? {} : {{}}}}"]
)
def test_a_long_name_in_a_scenario_has_its_position(refusal, tmp_path, text):
    (tmp_path / "a.yaml").write_text("name: a\n" + text.format(LONG) + "\n")
    assert refusal(["check", "a.yaml"], "en").startswith("a.yaml:2:")
