"""Limits on the sizes of folders, modules and functions, to keep the code readable."""

import ast
from pathlib import Path

import pytest

SIM = Path(__file__).parents[1] / "sim"
MODULES_IN_A_FOLDER = 12  # not counting __init__.py
LINES_IN_A_MODULE = 400
LINES_IN_A_FUNCTION = 60
FOLDERS = sorted({path.parent for path in SIM.rglob("*.py")})
MODULES = sorted(SIM.rglob("*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(SIM.parent))


def test_there_is_something_to_measure():
    assert len(FOLDERS) > 20
    assert len(MODULES) > 150


@pytest.mark.parametrize("folder", FOLDERS, ids=_name)
def test_a_folder_holds_few_modules(folder):
    assert len([path for path in folder.glob("*.py") if path.name != "__init__.py"]) <= MODULES_IN_A_FOLDER


@pytest.mark.parametrize("module", MODULES, ids=_name)
def test_a_module_and_its_functions_are_short(module):
    text = module.read_text()
    assert text.count("\n") <= LINES_IN_A_MODULE
    functions = [
        n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > LINES_IN_A_FUNCTION]
    assert long == []
