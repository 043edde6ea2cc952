"""Fingerprint of the model: sensitivity to changes, and coverage of everything that a run reads."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.studies.execution import fingerprint
from sim.studies.execution.fingerprint import ENTRY, NOT_COUNTED, ROOT, code_digest, data_files, modules

MODEL = {name: source.path for name, source in modules(ENTRY).items() if name.startswith("sim.model.")}
RULES = sorted(name for name in MODEL if name.endswith("rules"))
CHINESE = re.compile(r'"[^"\n]*[\u4e00-\u9fff][^"\n]*"')


def effective(text: str) -> str:
    return fingerprint.effective_code(ast.parse(text), {})


# --- single modules --------------------------------------------------------------------------------
def documented(text: str) -> str:
    """Return a module with another docstring and a comment."""
    tree = ast.parse(text)
    first = tree.body[0]
    assert isinstance(first, ast.Expr)
    lines = text.splitlines()
    return "\n".join(['"""Another docstring."""', "# and a comment", *lines[first.end_lineno :]]) + "\n"


def numbers(text: str) -> Iterator[str]:
    """Yield copies of a module in each of which one number is changed."""
    lines = text.splitlines(keepends=True)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            line = lines[node.lineno - 1].encode()
            changed = (
                line[: node.col_offset] + b"(1 + " + line[node.col_offset : node.end_col_offset or 0] + b")"
            )
            changed += line[node.end_col_offset or 0 :]
            yield "".join([*lines[: node.lineno - 1], changed.decode(), *lines[node.lineno :]])


@pytest.mark.parametrize("name", RULES)
def test_numbers_of_a_rule_count_and_its_docstring_does_not(name: str) -> None:
    text = MODEL[name].read_text(encoding="utf-8")
    assert effective(documented(text)) == effective(text)
    assert all(effective(changed) != effective(text) for changed in numbers(text))


def test_effective_code_without_labels_and_docstrings() -> None:
    base = "import os\n\ndef f(x=1):\n    'Docstring.'\n    return x + 2\n"
    assert effective(base) == effective("import os\ndef f(x = 1):\n    # comment\n    return (x + 2)\n")
    typed = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import {}\n"
    assert effective(typed.format("os")) == effective(typed.format("sys"))
    for other in (base.replace("x=1", "x=2"), base.replace("+ 2", "- 2"), base.replace("os", "os, sys")):
        assert effective(other) != effective(base)


def test_labels_do_not_count_and_other_strings_do() -> None:
    text = (
        "class Level(NamedTuple):\n    id: str\n    value: float\n    zh: str\n    en: str\n"
        "A = Level('a', 1.0, '{zh}', en='{en}')\nB = other('a', 1.0, '{zh}')\n"
    )

    def code(**words: str) -> str:
        tree = ast.parse(text.format(**words))
        return fingerprint.effective_code(tree, fingerprint._signatures([tree]))

    base = code(zh="甲", en="one")
    assert code(zh="甲", en="two") == base
    assert code(zh="乙", en="one") != base, "the argument of another function may act"
    tree = ast.parse(text.replace("B = ", "# ").format(zh="乙", en="one"))
    without = ast.parse(text.replace("B = ", "# ").format(zh="甲", en="one"))
    assert fingerprint.effective_code(tree, fingerprint._signatures([tree])) == fingerprint.effective_code(
        without, fingerprint._signatures([without])
    )


@pytest.mark.parametrize("other", ["class Level:\n    id: str; zh: str\n", "def Level(id): ...\n"])
def test_definitions_of_one_name_with_different_parameters_keep_their_texts(other: str) -> None:
    trees = [ast.parse(text) for text in ("class Level:\n    zh: str\n", other)]
    assert fingerprint._signatures(trees) == {"Level": None}


def test_texts_of_a_method_call_are_matched_without_its_instance() -> None:
    text = "class Desk:\n    def note(self, zh, code): ...\nDesk().note('{zh}', '{code}')\n"

    def code(**texts: str) -> str:
        tree = ast.parse(text.format(**texts))
        return fingerprint.effective_code(tree, fingerprint._signatures([tree]))

    assert code(zh="乙", code="a") == code(zh="甲", code="a")
    assert code(zh="甲", code="b") != code(zh="甲", code="a")


# --- the whole model -------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a modifiable copy of the packages."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "sim", root / "sim", ignore=shutil.ignore_patterns("typefaces", "__pycache__"))
    return root


@pytest.fixture(scope="module")
def digest(copy: Path) -> str:
    return code_digest(ENTRY, root=copy)


Change = Callable[[str], str]


def changed_digest(copy: Path, path: Path, change: Change) -> str:
    """Return the digest with one file changed, and restore the file afterwards."""
    file = copy / path.relative_to(ROOT)
    text = file.read_text(encoding="utf-8") if file.exists() else None
    new = change(text or "")
    assert new != text
    file.write_text(new, encoding="utf-8")
    try:
        return code_digest(ENTRY, root=copy)
    finally:
        file.unlink() if text is None else file.write_text(text, encoding="utf-8")


SIM = ROOT / "sim"
PARAMETERS = next(path for name, path in sorted(MODEL.items()) if name.endswith("parameters"))
CONSTANTS = next(path for path in MODEL.values() if 'Constant("' in path.read_text(encoding="utf-8"))
MEASURES = SIM / "policy" / "catalogue" / "measures.yaml"
SERIES = next(path for path in data_files(MODEL.values()) if path.name == "registrations.csv")

UNCHANGED: dict[str, tuple[Path, Change]] = {
    "docstring": (MODEL[RULES[0]], documented),
    "comment": (MODEL[RULES[0]], lambda text: text + "# a comment\n"),
    "description": (SIM / "model" / "README.md", lambda text: text + "More.\n"),
    "report": (SIM / "reporting" / "report.py", lambda text: text + "ANOTHER = 1\n"),
    "texts": (SIM / "texts.yaml", lambda text: text + "other:\n  text: {zh: 文, en: text}\n"),
    "public names": (SIM / "__init__.py", lambda text: text + "ANOTHER = 1\n"),
    "name of a parameter": (PARAMETERS, lambda text: CHINESE.sub('"另一名称"', text, count=1)),
    "meaning of a constant": (CONSTANTS, lambda text: text.replace('Constant("', 'Constant("reworded ', 1)),
    "name in the catalogue": (MEASURES, lambda text: re.sub(r"zh: 元,", "zh: 圆,", text, count=1)),
    "comment in data": (SERIES, lambda text: "# a comment\n" + text),
    "module that nothing imports": (SIM / "model" / "another.py", lambda _: "RATE = 0.5\n"),
}
CHANGED: dict[str, tuple[Path, Change]] = {
    "rule": (MODEL[RULES[0]], lambda text: next(numbers(text))),
    "default of a parameter": (PARAMETERS, lambda text: next(numbers(text))),
    "constant": (CONSTANTS, lambda text: re.sub(r"(Constant\(.*\]\] = )(\d)", r"\g<1>1\2", text, count=1)),
    "import": (MODEL[RULES[0]], lambda text: text + "import math\n"),
    "data": (SERIES, lambda text: text.replace("2012,40,", "2012,41,")),
    "number in the catalogue": (
        MEASURES,
        lambda text: re.sub(r"enacted: (\d)", r"enacted: 1\1", text, count=1),
    ),
    "new data file": (SERIES.with_name("other.csv"), lambda _: "year,number\n2017,1\n"),
    "package": (SIM / "model" / "__init__.py", lambda text: text + "import gc\ngc.disable()\n"),
}


@pytest.mark.parametrize("case", UNCHANGED)
def test_unchanged_by_texts_and_other_packages(copy: Path, digest: str, case: str) -> None:
    assert changed_digest(copy, *UNCHANGED[case]) == digest


@pytest.mark.parametrize("case", CHANGED)
def test_changed_by_whatever_may_change_a_number(copy: Path, digest: str, case: str) -> None:
    assert changed_digest(copy, *CHANGED[case]) != digest


def test_imports_are_followed_into_functions_and_new_modules(copy: Path, digest: str) -> None:
    """A rule that is moved to a new module is still part of the fingerprint."""
    new = copy / "sim" / "model" / "moved.py"
    function = "\n\ndef rate():\n    from sim.model.moved import RATE\n    return RATE\n"
    seen = {digest}
    for rate in (1, 2):
        new.write_text(f"RATE = {rate}\n", encoding="utf-8")
        seen.add(changed_digest(copy, MODEL[RULES[0]], lambda text: text + function))
    new.unlink()
    assert len(seen) == 3


def test_unchanged_by_a_renamed_report_module(copy: Path, digest: str) -> None:
    report = copy / "sim" / "reporting" / "report.py"
    report.rename(report.with_name("renamed.py"))
    assert code_digest(ENTRY, root=copy) == digest
    report.with_name("renamed.py").rename(report)


def test_plan_in_use_and_versions_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = fingerprint.fingerprint()
    assert re.fullmatch("[0-9a-f]{16}", before)
    plan = tmp_path / "measures.yaml"
    plan.write_text("units: {}\n", encoding="utf-8")
    monkeypatch.setenv("ZSIM_PLAN", str(plan))
    assert fingerprint.fingerprint() != before
    monkeypatch.delenv("ZSIM_PLAN")
    monkeypatch.setattr(fingerprint, "_version", lambda package: "another")
    fingerprint._fingerprint.cache_clear()
    assert fingerprint.fingerprint() != before
    fingerprint._fingerprint.cache_clear()


def test_unknown_module_is_an_error() -> None:
    with pytest.raises(ModuleNotFoundError, match="nowhere"):
        modules("sim.nowhere")


SCRIPT = """
import json, sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
from sim.policy.scenario.scenario import load_scenario
from sim.studies.execution.simulation import simulate
simulate(load_scenario("as_enacted").with_run(scale=0.001), 0, False)
print(json.dumps([sorted(opened), sorted(n for n in sys.modules if n.partition(".")[0] == "sim")]))
"""


def test_covers_every_module_and_file_that_a_run_reads() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    opened, imported = json.loads(done.stdout)
    counted = modules(ENTRY)
    covered = data_files(source.path for source in counted.values())
    inside = {Path(path) for path in opened if Path(path).is_relative_to(SIM)}
    read = {path for path in inside if path.suffix not in (".py", ".pyc") and path.is_file()}
    assert read - {SIM / "texts.yaml"} <= set(covered)
    assert len(read) > 5
    of_results = {"sim.studies.execution.archive"}  # imported by modules that do not count
    assert set(imported) - set(NOT_COUNTED) - of_results <= set(counted)
    assert np.all([name in imported for name in counted if name.startswith("sim.model")])
