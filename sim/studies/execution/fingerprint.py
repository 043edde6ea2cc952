"""Which model it is: a digest of all that decides what a run comes to.

Code counts as what it does: comments, docstrings and layout do not. Data counts byte by byte. Beside
the model these are the engine, the catalogue and how scenarios become settings, and the versions of
Python and of the libraries that compute.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from sim.policy.catalogue.catalogue import PLAN, plan_in_use

ROOT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("engine", "model")
FILES: Final = (
    *(f"policy/catalogue/{name}" for name in ("catalogue.py", "levers.py", "measures.yaml")),
    *(
        f"policy/scenario/{name}.py"
        for name in ("draft", "growth_table", "inheritance", "quantities", "resolution", "scenario")
    ),
)
SUFFIXES: Final = (".py", ".csv", ".yaml", ".json", ".npz")
PACKAGES: Final = ("numpy", "scipy", "simpy", "mesa")


def fingerprint(root: Path = ROOT) -> str:
    """Digest of the model in a folder and of the plan in use, 16 hexadecimal digits."""
    return _kept(root, plan_in_use())


@cache
def _kept(root: Path, plan: Path) -> str:
    return digest(root, plan)


def digest(root: Path, plan: Path = PLAN) -> str:
    """The same, computed anew."""
    files = [f for folder in FOLDERS for f in (root / folder).rglob("*") if f.suffix in SUFFIXES]
    files += [root / name for name in FILES if (root / name).is_file()]
    total = hashlib.sha256()
    if plan != PLAN:
        total.update(b"plan " + plan.read_bytes())
    total.update(f"python {sys.version_info[:2]}".encode())
    for package in PACKAGES:
        total.update(f"{package} {_version(package)}".encode())
    for file in sorted(files):
        content = file.read_bytes()
        if file.suffix == ".py":
            content = acts(content.decode("utf-8")).encode()
        total.update(file.relative_to(root).as_posix().encode() + hashlib.sha256(content).digest())
    return total.hexdigest()[:16]


def acts(source: str) -> str:
    r"""What a module does, without what it says of itself.

    >>> acts("x = 1  # one") == acts("'''Numbers.'''\\nx = (1)")
    True
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
            or not body
        ):
            continue
        first = body[0]
        if (
            isinstance(first, ast.Expr)
            and isinstance(first.value, ast.Constant)
            and isinstance(first.value.value, str)
        ):
            node.body = body[1:]
    return ast.dump(tree)


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"
