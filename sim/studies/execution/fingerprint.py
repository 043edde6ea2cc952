"""Fingerprint of the model: a digest of all code and data that the results of a run depend on.

It covers the modules that :data:`ENTRY` imports directly or indirectly, the data files of their packages, the
plan in use, and the versions of Python and of the numerical libraries. Imports are found in the source code,
including those inside functions and excluding those for type checking only. :data:`NOT_COUNTED` lists the
modules that are excluded.

Only effective code is included: comments, layout and docstrings are ignored, and so are descriptions of
constants in ``Annotated`` types and the Chinese and English names passed to fields or parameters called
``zh`` and ``en`` (of levers, parameters, outcomes and so on). Names, notes and descriptions of sources in
data files are ignored as well. Rewording a docstring or a label, or changing a report, therefore does not
change the fingerprint; changing a rule, default, number or import does.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import yaml

from sim.policy.catalogue.catalogue import PLAN, plan_in_use

ROOT: Final = Path(__file__).parents[3]
"""Folder that contains the packages of the project."""
ENTRY: Final = "sim.studies.execution.simulation"
"""Module with the function that runs the model."""
NOT_COUNTED: Final[Mapping[str, str]] = {
    "sim": "public names, imported on demand",
    "sim.markup": "display in notebooks",
    "sim.table": "tables for display",
    "sim.texts": "texts",
    "sim.version": "version number",
    "sim.studies.execution.results": "result files; the contents of the posterior are in the key of a run",
}
"""Modules that the model imports but that cannot affect its results, with the reason."""
PACKAGES: Final = ("numpy", "scipy", "simpy", "mesa")
"""Libraries whose versions are part of the fingerprint."""
DATA_SUFFIXES: Final = (".csv", ".yaml", ".json", ".npz")
DATA_FOLDER: Final = "data"
"""Subfolder of a package whose data files are included with those of the package."""
NAMES: Final = frozenset({"zh", "en"})
"""Fields and parameters that contain display names."""
REMARKS: Final = NAMES | {"note"}
"""Keys of YAML and JSON files that contain names or remarks."""
REMARK_COLUMNS: Final = NAMES | {"note", "source"}
"""Columns of CSV files that contain names or remarks."""

Signatures = dict[str, tuple[str, ...] | None]
"""Parameters, without ``self`` or ``cls``, of classes and functions that take any of :data:`NAMES`; None if
several definitions of a name differ in their parameters."""


def fingerprint() -> str:
    """Return the fingerprint of the model with the plan in use: 16 hexadecimal digits."""
    return _fingerprint(plan_in_use())


@cache
def _fingerprint(plan: Path) -> str:
    parts = [code_digest(ENTRY), f"python {sys.version_info[:2]}"]
    parts += [f"{package} {_version(package)}" for package in PACKAGES]
    if plan != PLAN:
        parts.append(_data(plan))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def code_digest(*entries: str, root: Path = ROOT, data: bool = True) -> str:
    """Return a digest of modules, everything that they import, and the data files of their packages.

    Args:
        *entries: names of modules.
        root: folder that contains the packages of the project.
        data: whether to include data files.
    """
    sources = modules(*entries, root=root)
    signatures = _signatures(source.tree for source in sources.values())
    digest = hashlib.sha256()
    for name, source in sorted(sources.items()):
        digest.update(f"{name} {effective_code(source.tree, signatures)}\n".encode())
    for path in data_files(source.path for source in sources.values()) if data else ():
        digest.update(f"{path.relative_to(root).as_posix()} {_data(path)}\n".encode())
    return digest.hexdigest()


class Source(NamedTuple):
    """File and syntax tree of a module."""

    path: Path
    tree: ast.Module


def modules(*entries: str, root: Path = ROOT) -> dict[str, Source]:
    """Return modules and all project modules that they import, by name, except :data:`NOT_COUNTED`.

    Args:
        *entries: names of modules.
        root: folder that contains the packages of the project.

    Raises:
        ModuleNotFoundError: there is no such module.
    """
    projects = {"sim", *(name.partition(".")[0] for name in entries)}
    sources: dict[str, Source] = {}
    pending = list(entries)
    while pending:
        name = pending.pop()
        if name in sources or name in NOT_COUNTED:
            continue
        path = _file(name, root)
        if path is None:
            if name in entries:
                raise ModuleNotFoundError(name)
            continue  # not a module, but a name defined in a module
        tree = ast.parse(path.read_text(encoding="utf-8"))
        sources[name] = Source(path, tree)
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        pending += [i for i in _imports(tree, package) if i.partition(".")[0] in projects]
        if "." in name:
            pending.append(name.rpartition(".")[0])
    return sources


def data_files(paths: Iterable[Path]) -> list[Path]:
    """Return the data files of packages, located beside ``__init__.py`` or in :data:`DATA_FOLDER`.

    Args:
        paths: files of modules.
    """
    folders = [path.parent for path in paths if path.name == "__init__.py"]
    files = [f for folder in folders for f in (*folder.glob("*"), *(folder / DATA_FOLDER).glob("*"))]
    return sorted(f for f in files if f.suffix in DATA_SUFFIXES)


def effective_code(tree: ast.Module, signatures: Mapping[str, tuple[str, ...] | None]) -> str:
    """Return a module's effective code: its syntax tree without docstrings, typing imports and display names.

    Args:
        tree: syntax tree of the module, which is modified.
        signatures: see :data:`Signatures`.
    """
    return ast.dump(_Stripper(signatures).visit(tree))


class _Stripper(ast.NodeTransformer):
    """Transformer that removes from a syntax tree everything that does not affect results."""

    def __init__(self, signatures: Mapping[str, tuple[str, ...] | None]) -> None:
        self.signatures = signatures

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Remove docstrings, including those of attributes."""
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        """Remove imports for type checking."""
        if _for_typing(node):
            return [self.visit(child) for child in node.orelse]
        return self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Remove descriptions of constants from ``Annotated`` types."""
        if _called(node.value) == "Annotated" and isinstance(node.slice, ast.Tuple):
            return cast(ast.AST, self.visit(node.slice.elts[0]))
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Remove display names that are passed as literals."""
        names = self.signatures.get(_called(node.func)) or ()
        starred = next((i for i, a in enumerate(node.args) if isinstance(a, ast.Starred)), len(node.args))
        for i in range(min(len(names), starred)):
            if names[i] in NAMES and _is_text(node.args[i]):
                node.args[i] = ast.Constant("")
        node.keywords = [k for k in node.keywords if not (k.arg in NAMES and _is_text(k.value))]
        return self.generic_visit(node)


def _signatures(trees: Iterable[ast.Module]) -> Signatures:
    """Collect the signatures of classes and functions that take any of :data:`NAMES`."""
    classes: dict[str, ast.ClassDef] = {}
    signatures: Signatures = {}
    labelled: set[str] = set()

    def add(name: str, parameters: tuple[str, ...]) -> None:
        signatures[name] = parameters if signatures.get(name, parameters) == parameters else None
        if NAMES & set(parameters):
            labelled.add(name)

    for node in (node for tree in trees for node in _statements(tree)):
        if isinstance(node, ast.ClassDef):
            classes.setdefault(node.name, node)
            add(node.name, _fields(node, classes))
        elif isinstance(node, ast.FunctionDef):
            names = tuple(a.arg for a in (*node.args.posonlyargs, *node.args.args))
            add(node.name, names[1:] if names[:1] in (("self",), ("cls",)) else names)
    return {name: parameters for name, parameters in signatures.items() if name in labelled}


def _fields(node: ast.ClassDef, classes: Mapping[str, ast.ClassDef]) -> tuple[str, ...]:
    """Return the annotated fields of a class in the order of its constructor, with inherited fields first."""
    bases = [classes[_called(base)] for base in node.bases if _called(base) in classes]
    inherited = [name for base in bases if base is not node for name in _fields(base, classes)]
    own = [s.target.id for s in node.body if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)]
    return tuple(dict.fromkeys([*inherited, *own]))


def _called(node: ast.AST) -> str:
    """Return the last component of an expression such as ``module.Class``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _for_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and _called(node.test) == "TYPE_CHECKING"


def _imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Yield the names that a module imports, each of which may be a module or a name defined in one.

    Args:
        tree: syntax tree.
        package: name of the package to which relative imports refer.
    """
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements below a node, except those for type checking."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        if part == "body" and _for_typing(node):
            continue
        for child in getattr(node, part, ()):
            yield child
            yield from _statements(child)


def _file(name: str, root: Path) -> Path | None:
    path = root.joinpath(*name.split("."))
    files = (path / "__init__.py", path.with_name(f"{path.name}.py"))
    return next((file for file in files if file.is_file()), None)


def _data(path: Path) -> str:
    """Return the contents of a text file without names and remarks, or the digest of a binary file."""
    if path.suffix == ".npz":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        lines = (line for line in io.StringIO(text) if not line.startswith("#"))
        rows = [{k: v for k, v in row.items() if k not in REMARK_COLUMNS} for row in csv.DictReader(lines)]
        return json.dumps(rows)
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    contents = json.loads(text) if path.suffix == ".json" else yaml.load(text, loader)
    return json.dumps(_without_remarks(contents), default=str)


def _without_remarks(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _without_remarks(v) for k, v in value.items() if k not in REMARKS}
    return [_without_remarks(item) for item in value] if isinstance(value, list) else value


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "absent"
