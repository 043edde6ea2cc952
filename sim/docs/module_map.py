"""List of all modules in ``sim/MODULES.md``, each with the first line of its docstring."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

PACKAGES: Final = ("engine", "model", "policy", "studies", "reporting", "cli", "dashboard", "docs")
SHARED: Final = "shared"
"""Marker name for the modules directly in ``sim/``, which do not belong to a package."""
SIM: Final = Path(__file__).parents[1]
PAGE: Final = SIM / "MODULES.md"


def summary(module: Path) -> str:
    """Return the first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return text.split("\n")[0]


def module_table(package: str) -> str:
    """Return a Markdown list of a package's modules; :data:`SHARED` selects those directly in ``sim/``."""
    files = SIM.glob("*.py") if package == SHARED else (SIM / package).rglob("*.py")
    folders: dict[Path, list[str]] = {}
    for file in sorted(files, key=lambda p: (p.parent, p.name != "__init__.py", p.name)):
        lines = folders.setdefault(file.parent, [])
        if file.name == "__init__.py" and file.parent != SIM:
            lines.append(f"\n**`{file.parent.relative_to(SIM)}/`** {summary(file)}\n\n")
        elif not file.name.startswith("__"):
            link = file.relative_to(SIM)
            lines.append(f"- [`{file.stem}`]({link}): {summary(file)}\n")
    return "".join(line for lines in folders.values() for line in lines).lstrip("\n")
