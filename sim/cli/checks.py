"""Installation checks, each of which yields a finding: good, absent (for optional parts) or wrong."""

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
"""Lowest supported Python version, and the first version above it that is not supported."""
EXTRAS: Final = ("report", "dashboard", "studies", "notebook", "charts", "panel", "xlsx", "cluster")
"""Names of the optional extras for users; the text ``doctor.for_EXTRA`` describes the purpose of an extra."""
LEAST_SPACE: Final = 200_000_000
"""Free disk space in bytes that suffices for a full run with two references."""
SAMPLE: Final = "中山担保基金2020年"

State = Literal["good", "absent", "wrong"]


class Finding(NamedTuple):
    """Result of one check, in the current language."""

    state: State
    text: str

    def __str__(self) -> str:
        return f"{say(f'doctor.{self.state}')}  {self.text}"


def check_installation(out: Path) -> Iterator[Finding]:
    """Run all checks in order and yield their findings.

    Args:
        out: results folder.
    """
    yield _python()
    try:
        yield from _libraries()
        for extra in EXTRAS:
            yield _extra(extra)
    except metadata.PackageNotFoundError:  # the source code is used without an installation
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
    """Yield one finding per missing or incompatible required library, and one for all other libraries."""
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
    if missing or not requirements:  # an older installation may not define the extra
        fields = {"extra": extra, "purpose": purpose, "names": ", ".join(missing) or "–"}
        return Finding("absent", say("doctor.no_extra", project=PROJECT, **fields))
    names = ", ".join(f"{requirement.name} {version}" for requirement, version, _ in requirements)
    return Finding("good", say("doctor.extra", extra=extra, purpose=purpose, names=names))


def _requirements(extra: str) -> list[Requirement]:
    """Return the requirements of an extra, or the core requirements if ``extra`` is empty."""
    environment = {name: str(value) for name, value in default_environment().items()}
    requirements = []
    for requirement in map(Requirement, metadata.requires(PROJECT) or ()):
        without, within = (
            requirement.marker is None or requirement.marker.evaluate(environment | {"extra": name})
            for name in ("", extra)
        )
        if within and (not extra or not without):
            requirements.append(requirement)
    return requirements


def _installed(requirement: Requirement) -> tuple[str, bool]:
    """Return the installed version of a required library and whether it satisfies the requirement."""
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return "–", False
    return version, requirement.specifier.contains(version, prereleases=True)


def _scenarios() -> Finding:
    """Check that the plan and the shipped scenarios can be loaded."""
    scenarios = [load_scenario(path.stem) for path in sorted(shipped.scenarios().glob("*.yaml"))]
    if not scenarios:
        raise FileNotFoundError(str(shipped.scenarios()))
    fields = {"measures": len(catalogue().measures), "folder": shipped.scenarios()}
    return Finding("good", say("doctor.plan", number=len(scenarios), **fields))


def _evidence() -> Finding:
    """Check that every evidence table is readable and not empty."""
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
    """Check that the report fonts exist and, if fontTools is installed, contain Chinese characters."""
    for font in fonts.FONTS:
        with font.file.open("rb") as file:
            if file.read(4) != b"OTTO":
                raise ValueError(str(font.file))
    if find_spec("fontTools") and (missing := fonts.missing(SAMPLE)):
        raise ValueError(missing)
    return Finding("good", say("doctor.chinese", names=", ".join(font.family for font in fonts.FONTS)))


def _workers() -> Finding:
    """Check that worker processes start and return results."""
    answers = dict(batch.evaluate(_identity, range(2), workers=2))
    if answers != {0: 0, 1: 1}:
        raise ValueError(str(answers))
    return Finding("good", say("doctor.pool", cores=batch.cores()))


def _identity(job: int) -> int:
    """Return the argument; the check runs this function in worker processes."""
    return job


CHECKS: Final[Mapping[str, Callable[[], Finding]]] = {
    "scenarios": _scenarios,
    "evidence": _evidence,
    "fonts": _fonts,
    "workers": _workers,
}
"""Checks that may raise an error, by key; the name of a check is stored in the text ``doctor.KEY``."""


def _results_folder(out: Path) -> Iterator[Finding]:
    """Check that the results folder is writable and has enough space; report the size of the run store."""
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
