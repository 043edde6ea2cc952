"""Execute the notebooks and save their output in a compact form: ``python -m notebooks.execute``.

Required after a change that moves numbers or texts. Tables, texts and plots (PNG with few colours) are saved,
times and versions are not. ``--out FOLDER`` writes copies there and does not change the notebooks.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from PIL import Image

HERE: Final = Path(__file__).resolve().parent
SECONDS: Final = 900  # for a cell, on a machine that is in use
COLOURS: Final = 48
KERNEL: Final = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def notebooks() -> list[Path]:
    """All notebooks, in order."""
    return sorted(HERE.glob("*.ipynb"))


def execute(path: Path, folder: Path) -> Any:
    """Execute a notebook in ``folder`` and return it; its file is not changed.

    The kernel is the interpreter that runs this module, whatever kernels are installed, with the checkout
    on its path and without the user's IPython settings.

    Raises:
        CellExecutionError: a cell failed.
    """
    spec = folder / ".kernels" / "python3"
    spec.mkdir(parents=True)
    start = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(json.dumps({"argv": start, "display_name": "Python 3"}))
    manager = AsyncKernelManager(
        kernel_name="python3",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(spec.parent)], ensure_native_kernel=False),
        connection_file=str(folder / ".kernels" / "connection.json"),
    )
    parts = (str(HERE.parent), os.environ.get("PYTHONPATH", ""))
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(filter(None, parts)),
        "IPYTHONDIR": str(folder / ".ipython"),
        "MPLCONFIGDIR": str(folder / ".matplotlib"),
    }
    book = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(book, km=manager, timeout=SECONDS, record_timing=False)
    client.resources = {"metadata": {"path": str(folder)}}
    client.owns_km = True  # shut the kernel down at the end
    client.execute(env=env)
    return book


def shrink(book: Any) -> None:
    """Leave out what differs from machine to machine; draw plots with few colours."""
    book.metadata = KERNEL | {"language_info": {"name": "python"}}
    for cell in book.cells:
        cell.metadata = {}
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if "metadata" in output:
                alt = output.metadata.get("image/png", {}).get("alt")
                output.metadata = {"image/png": {"alt": alt}} if alt else {}
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = few_colours(output.data["image/png"])


def few_colours(png: str) -> str:
    """A plot in base64, with a small palette: a third of the bytes, and looks the same."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(base64.b64decode(png))) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def main() -> None:
    """Execute every notebook, or those named."""
    parser = argparse.ArgumentParser(
        prog="python -m notebooks.execute", description=(__doc__ or "").partition(":")[0]
    )
    parser.add_argument("notebook", nargs="*", type=Path, help="default: all")
    parser.add_argument("--out", type=Path, help="a folder for the executed copies")
    asked = parser.parse_args()
    for path in asked.notebook or notebooks():
        with tempfile.TemporaryDirectory() as folder:
            book = execute(path, Path(folder))
        shrink(book)
        there = (asked.out or path.parent) / path.name
        nbformat.write(book, there)  # type: ignore[no-untyped-call]
        print(f"wrote {there} ({there.stat().st_size / 1024:.0f} KiB)", file=sys.stderr)


if __name__ == "__main__":
    main()
