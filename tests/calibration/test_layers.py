"""Direction of imports within the calibration, and limits on the sizes of its modules and functions."""

import ast
from pathlib import Path

import pytest

from calibration import FOLDER

ALLOWED = {
    "csv_table": set(),
    "figures": {"csv_table"},
    "fit": {"figures"},
    "analysis": {"csv_table", "figures", "fit"},
    "effects": {"csv_table", "figures"},
    "reports": {"csv_table", "figures", "fit", "analysis", "effects"},
    "command": {"figures", "fit", "analysis", "reports"},
}
"""Parts of the calibration that each part may import in addition to itself."""
MODULES = sorted(FOLDER.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").parts[0]


def imported(source: str) -> set[str]:
    """Return the parts of the calibration that a module imports, including imports within functions."""
    parts = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "calibration":
            parts |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("calibration."):
            parts.add((node.module or "").split(".")[1])
    return parts - {"FOLDER"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_imports_run_one_way(path: Path) -> None:
    part = part_of(path)
    if part != "__init__":
        assert imported(path.read_text(encoding="utf-8")) <= ALLOWED[part] | {part}


def test_an_import_against_the_direction_is_found() -> None:
    source = "from calibration import csv_table\ndef f():\n    from calibration.reports import readme\n"
    assert imported(source) == {"csv_table", "reports"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 400
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name
