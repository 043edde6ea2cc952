"""Tests of the notebooks: they run, print nothing to standard error, and plotting cells produce plots."""

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
MAX_BYTES = 300 * 1024  # including outputs, so that a notebook can be read without running it

pytestmark = pytest.mark.timeout(1800)


def outputs(notebook: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the source and outputs of each code cell."""
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    return [("".join(cell["source"]), cell["outputs"]) for cell in cells]


def cells_without_plot(notebook: dict[str, Any]) -> list[str]:
    """Return the sources of plotting cells that have no plot among their outputs."""
    return [
        source
        for source, shown in outputs(notebook)
        if PLOTS.search(source) and not any("image/png" in output.get("data", {}) for output in shown)
    ]


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    # in a separate process, since the kernel's client keeps sockets open until its process ends
    command = [sys.executable, "-m", "notebooks.execute", "--out", str(tmp_path), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-5000:]
    notebook = json.loads((tmp_path / path.name).read_text(encoding="utf-8"))
    assert cells_without_plot(notebook) == []
    shown = [output for _, each in outputs(notebook) for output in each]
    assert [o["text"] for o in shown if o["output_type"] == "error" or o.get("name") == "stderr"] == []
    assert "image/png" in json.dumps(shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_can_be_read_without_running_it(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert path.stat().st_size < MAX_BYTES
    assert cells_without_plot(notebook) == []
    prose = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert re.search("[\u4e00-\u9fff]", prose[0])
    assert "不得引用" in prose[0], "small runs are marked as such at the top"
    pictures = [o for s, each in outputs(notebook) for o in each if "image/png" in o.get("data", {})]
    ours = [o for s, each in outputs(notebook) for o in each if "pages.figure(" in s]
    assert all(o["metadata"]["image/png"]["alt"] for o in ours), "report figures have alternative texts"
    assert pictures
    assert all(re.search("[a-z]{3}", text) for text in prose)  # also in English
