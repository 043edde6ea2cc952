"""Checks of an installation; each gives a finding: good, absent (an optional part) or wrong."""

from __future__ import annotations

import csv
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, NamedTuple

from packaging.markers import default_environment
from packaging.requirements import Requirement

from sim import shipped
from sim.engine.errors import SimError
from sim.policy.catalogue.catalogue import catalogue
from sim.policy.scenario.scenario import load_scenario
from sim.reporting import fonts
from sim.studies.execution import batch, files, store
from sim.studies.execution.fingerprint import fingerprint
from sim.texts import say

PROJECT: Final = "zhongshan-policy-sim"
PYTHONS: Final = ((3, 11), (3, 14))
"""First Python version supported, and first one not supported any more."""
EXTRAS: Final = ("report", "dashboard", "studies", "notebook", "charts", "panel", "xlsx", "cluster")
"""Extras for users; their purposes are the texts ``doctor.for_EXTRA``."""
LEAST_SPACE: Final = 200_000_000
"""Bytes that a full run with two references may write."""
SAMPLE: Final = "中山担保基金2020年"

State = Literal["good", "absent", "wrong"]


class Finding(NamedTuple):
    """The result of one check, in the language in use."""

    state: State
    text: str

    def __str__(self) -> str:
        return f"{say(f'doctor.{self.state}')}  {self.text}"


def check_installation(out: Path) -> Iterator[Finding]:
    """Run all checks, one after the other.

    Args:
        out: folder of the results.
    """
    yield _python()
    try:
        yield from _libraries()
        for extra in EXTRAS:
            yield _extra(extra)
    except metadata.PackageNotFoundError:  # run from a folder without an installation
        yield Finding("wrong", say("doctor.library", name=PROJECT, version="–"))
    for key, check in CHECKS.items():
        try:
            yield check()
        except (SimError, OSError, ValueError) as error:
            fields = {"name": say(f"doctor.{key}"), "why": str(error).partition("\n")[0]}
            yield Finding("wrong", say("doctor.fails", **fields))
    yield from _results_folder(out)


def _python() -> Finding:
    supported = PYTHONS[0] <= sys.version_info[:2] < PYTHONS[1]
    fields = {"version": platform.python_version(), "system": platform.platform(terse=True)}
    return Finding("good" if supported else "wrong", say("doctor.python", **fields))


def _libraries() -> Iterator[Finding]:
    """The libraries that every command needs, and one finding for each that is missing or does not fit."""
    present = []
    for requirement in _requirements(""):
        version, fits = _installed(requirement)
        if fits:
            present.append(f"{requirement.name} {version}")
        else:
            name = str(requirement).partition(";")[0]
            yield Finding("wrong", say("doctor.library", name=name, version=version))
    yield Finding("good", say("doctor.libraries", names=", ".join(present)))


def _extra(extra: str) -> Finding:
    requirements = [(requirement, *_installed(requirement)) for requirement in _requirements(extra)]
    purpose = say(f"doctor.for_{extra}")
    missing = [requirement.name for requirement, _, fits in requirements if not fits]
    if missing or not requirements:  # an older installation does not have the extra at all
        fields = {"extra": extra, "purpose": purpose, "names": ", ".join(missing) or "–"}
        return Finding("absent", say("doctor.no_extra", project=PROJECT, **fields))
    names = ", ".join(f"{requirement.name} {version}" for requirement, version, _ in requirements)
    return Finding("good", say("doctor.extra", extra=extra, purpose=purpose, names=names))


def _requirements(extra: str) -> list[Requirement]:
    """Requirements of an extra of the installed project; those of every installation if it is empty."""
    environment = {name: str(value) for name, value in default_environment().items()}
    found = []
    for requirement in map(Requirement, metadata.requires(PROJECT) or ()):
        without, within = (
            requirement.marker is None or requirement.marker.evaluate(environment | {"extra": name})
            for name in ("", extra)
        )
        if within and (not extra or not without):
            found.append(requirement)
    return found


def _installed(requirement: Requirement) -> tuple[str, bool]:
    """The installed version of a requirement, and whether it satisfies the requirement."""
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return "–", False
    return version, requirement.specifier.contains(version, prereleases=True)


def _scenarios() -> Finding:
    """The plan and the scenarios that ship can be loaded."""
    scenarios = [load_scenario(path.stem) for path in sorted(shipped.scenarios().glob("*.yaml"))]
    if not scenarios:
        raise FileNotFoundError(str(shipped.scenarios()))
    fields = {"measures": len(catalogue().measures), "folder": shipped.scenarios()}
    return Finding("good", say("doctor.plan", number=len(scenarios), **fields))


def _evidence() -> Finding:
    """Every table of evidence can be read and has rows."""
    rows = 0
    tables = sorted((shipped.calibration() / "evidence").glob("*.csv"))
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            number = sum(1 for _ in csv.DictReader(file))
        if not number:
            raise ValueError(str(path))
        rows += number
    if not tables:
        raise FileNotFoundError(str(shipped.calibration() / "evidence"))
    return Finding("good", say("doctor.figures", tables=len(tables), rows=f"{rows:,}"))


def _fonts() -> Finding:
    """The fonts of reports are present and, where that can be checked, contain Chinese characters."""
    for font in fonts.FONTS:
        with font.file.open("rb") as file:
            if file.read(4) != b"OTTO":
                raise ValueError(str(font.file))
    if find_spec("fontTools") and (missing := fonts.missing(SAMPLE)):
        raise ValueError(missing)
    return Finding("good", say("doctor.chinese", names=", ".join(font.family for font in fonts.FONTS)))


def _workers() -> Finding:
    """Worker processes start and answer."""
    answers = dict(batch.evaluate(_identity, range(2), workers=2))
    if answers != {0: 0, 1: 1}:
        raise ValueError(str(answers))
    return Finding("good", say("doctor.pool", cores=batch.cores()))


def _identity(job: int) -> int:
    """The task of a worker process in the check."""
    return job


CHECKS: Final[Mapping[str, Callable[[], Finding]]] = {
    "scenarios": _scenarios,
    "evidence": _evidence,
    "fonts": _fonts,
    "workers": _workers,
}
"""Checks that may fail with an error, by the key of their name among the texts ``doctor.KEY``."""


def _results_folder(out: Path) -> Iterator[Finding]:
    """The folder of results is writable and has space; then the size of the store of runs."""
    try:
        files.writable(out)
    except OSError as error:
        yield Finding("wrong", str(error))
        return
    existing = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    state: State = "good" if free >= LEAST_SPACE else "wrong"
    yield Finding(state, say("doctor.disk", path=out, free=f"{free / 1e9:,.1f}"))
    place = store.place(out)
    shelves = store.Store(place, fingerprint()).shelves()
    size = sum(shelf.size for shelf in shelves)
    runs = sum(shelf.runs for shelf in shelves)
    yield Finding("good", say("doctor.store", path=place, runs=f"{runs:,}", size=f"{size / 1e6:,.1f}"))
