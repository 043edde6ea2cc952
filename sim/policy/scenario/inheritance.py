"""Reading of the files that define a scenario: its own file, its parents, and its growth table."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from sim import shipped
from sim.engine.errors import InputError
from sim.policy.reading.names import names
from sim.policy.reading.yaml_reader import START, Report, Text, is_file, is_there, parse, read
from sim.policy.scenario.draft import Draft, draft
from sim.policy.scenario.shapes import NAME


def file_of(shown: str) -> tuple[Path, str]:
    """Return the file of a scenario given by its path or, for a shipped scenario, by its name.

    Args:
        shown: path or name as written.

    Returns:
        The path of the file, and the name for it in messages.

    Raises:
        InputError: there is no such file, or it is a results file.
    """
    path = Path(shown)
    if not is_file(path) and NAME.fullmatch(shown):
        path = shipped.scenarios() / f"{shown}.yaml"
        shown = os.path.relpath(path) if is_file(path) else shown
    report = Report(shown)
    if path.suffix == ".nc" and is_file(path):
        report.add(START, "result")
    elif not is_there(path):
        missing(report, "no_file", shipped.scenarios())
    report.check()
    return path, shown


def missing(report: Report, key: str, ships: Path) -> None:
    """Report a missing file and suggest the nearest existing one, in its folder or among the shipped files.

    Args:
        report: report of the missing file.
        key: key of the message for a name that could be that of a shipped file.
        ships: folder of the shipped files.
    """
    path = Path(report.path)
    known = sorted(p.stem for p in ships.glob("*.yaml"))
    beside = sorted(path.parent.glob("*.yaml"))[:200] if is_there(path.parent) else []
    among = {**{p.stem: str(p) for p in beside}, **names(known)}
    if NAME.fullmatch(report.path):
        report.add(START, key, among, name=path.stem, allowed=", ".join(known) or "-")
    elif is_there(path.parent):
        here = os.path.abspath(path.parent)
        report.add(START, "no_path", among, name=path.stem, file=path.name, here=here)
    else:
        report.add(START, "no_folder", among, name=path.stem, folder=str(path.parent), here=os.getcwd())


def chain(path: Path, shown: str) -> list[Draft]:
    """Return the contents of a file and of all its parents, starting with the file.

    Raises:
        InputError: a file is invalid; lists the faults of all files.
    """
    drafts: list[Draft] = []
    reports: list[Report] = []
    seen: dict[Path, str] = {}
    here: tuple[Path, str] | None = (path, shown)
    while here is not None:
        path, shown = here
        seen[path.resolve()] = shown
        report = Report(shown)
        reports.append(report)
        root = read(path, report)
        if root is None:
            break
        content = draft(root, report, path.stem)
        _macro(content, path, report)
        drafts.append(content)
        here = _parent(content, path, shown, report)
        if here is not None and here[0].resolve() in seen and content.extends is not None:
            files = [*seen.values()]
            circle = files[files.index(seen[here[0].resolve()]) :]
            circle_files = " -> ".join(Path(f).name for f in (*circle, circle[0]))
            report.add(content.extends, "circle", files=circle_files)
            here = None
    faults = [fault for report in reports for fault in report.faults]
    if faults:
        raise InputError(faults)
    return drafts


def chain_of_text(text: str, shown: str) -> list[Draft]:
    """Return the contents of a text and of its parents, which must be shipped scenarios.

    Raises:
        InputError: the text is invalid; lists all faults.
    """
    report = Report(shown)
    root = parse(text.encode(), report)
    content = draft(root, report, None) if root else Draft()
    _macro(content, None, report)
    parents: list[Draft] = []
    if content.extends is not None:
        file = shipped.scenarios() / f"{content.extends.text}.yaml"
        if NAME.fullmatch(content.extends.text) and file.is_file():
            parents = chain(file, os.path.relpath(file))
        else:
            _no_parent(content.extends, report)
    report.check()
    return [content, *parents]


def _shipped() -> list[str]:
    return sorted(p.stem for p in shipped.scenarios().glob("*.yaml"))


def _no_parent(node: Text, report: Report, beside: Iterable[str] = ()) -> None:
    known = names([*beside, *_shipped()])
    report.add(node, "no_parent", known, name=node.text, allowed=", ".join(_shipped()))


def _parent(content: Draft, path: Path, shown: str, report: Report) -> tuple[Path, str] | None:
    """Return the path of the parent, beside the scenario or shipped, and the name for it in messages."""
    if content.extends is None:
        return None
    name = content.extends.text.strip()
    folder = Path(shown).parent
    file = _beside(path, name if name.endswith((".yaml", ".yml")) else f"{name}.yaml")
    if file is None:
        report.add(content.extends, "outside", name=name)
        return None
    if is_file(file):
        return file, str(folder / file.relative_to(path.parent))
    ships = shipped.scenarios() / f"{name}.yaml"
    if NAME.fullmatch(name) and ships.is_file():
        return ships, os.path.relpath(ships)
    _no_parent(content.extends, report, (p.stem for p in sorted(path.parent.glob("*.yaml"))[:200]))
    return None


def _beside(path: Path, name: str) -> Path | None:
    """Return a file named in a scenario; None if the file or its link target is outside the folder."""
    folder = path.parent.resolve()
    parts = name.replace("\\", "/")
    if "\0" in name or Path(name).is_absolute() or parts.startswith("/") or ":" in name:
        return None
    file = path.parent / parts
    if ".." in Path(parts).parts or not file.resolve().is_relative_to(folder):
        return None
    return file


def _macro(content: Draft, path: Path | None, report: Report) -> None:
    """Replace the name of a CSV file with the growth table in it."""
    node = content.macro
    if not isinstance(node, Text) or not node.text.lower().endswith(".csv"):
        return
    file = _beside(path, node.text) if path else None
    if file is None:
        report.add(node, "outside", name=node.text)
    elif not is_file(file):
        report.add(node, "no_csv", name=node.text)
    else:
        from sim.policy.scenario.growth_table import read_growth

        table = Report(str(Path(report.path).parent / node.text))
        content.macro = read_growth(file, table)
        report.faults += table.faults
