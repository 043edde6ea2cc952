"""Every notebook runs, says nothing on standard error, and draws where it plots."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PLOTS = re.compile(r"\bplt\.(subplots|subplot_mosaic|show)\(|\.figure\(")
LARGEST = 300 * 1024  # with its outputs, which are kept so that it reads without being run

pytestmark = pytest.mark.timeout(1800)


def outputs(notebook: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Source and outputs of each code cell."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [("".join(cell["source"]), cell["outputs"]) for cell in cells]


def undrawn(notebook: dict[str, Any]) -> list[str]:
    """Plotting cells without a plot."""
    return [
        source
        for source, shown in outputs(notebook)
        if PLOTS.search(source) and not any("image/png" in output.get("data", {}) for output in shown)
    ]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    # in a process of its own: the kernel's client leaves sockets to the end of its process
    command = [sys.executable, "-m", "notebooks.execute", "--out", str(tmp_path), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-5000:]
    notebook = json.loads((tmp_path / path.name).read_text(encoding="utf-8"))
    assert undrawn(notebook) == []
    shown = [output for _, each in outputs(notebook) for output in each]
    assert [o["text"] for o in shown if o["output_type"] == "error" or o.get("name") == "stderr"] == []
    assert "image/png" in json.dumps(shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_reads_without_being_run(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < LARGEST
    assert undrawn(notebook) == []
    prose = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert re.search("[\u4e00-\u9fff]", prose[0])
    assert "不得引用" in prose[0], "a small run says so at the top"
    pictures = [o for s, each in outputs(notebook) for o in each if "image/png" in o.get("data", {})]
    ours = [o for s, each in outputs(notebook) for o in each if "pages.figure(" in s]
    assert all(o["metadata"]["image/png"]["alt"] for o in ours), "figures of the report carry their texts"
    assert pictures
    assert all(re.search("[a-z]{3}", text) for text in prose)  # in English too
