"""What this machine has and lacks: one line a check, good, absent (it need not be there) or wrong."""

from __future__ import annotations

import csv
import platform
import shutil
import sys
from collections.abc import Iterator
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
EXTRAS: Final = ("report", "dashboard", "studies", "notebook", "charts", "panel", "xlsx", "cluster")
"""Those that a user may want; what each is for is the text ``doctor.for_EXTRA``."""
LEAST: Final = 200_000_000
"""Bytes that a full run with two references may leave."""
SAMPLE: Final = "中山担保基金2020年"

State = Literal["good", "absent", "wrong"]


class Finding(NamedTuple):
    """What came out of one check, in the language in use."""

    state: State
    text: str

    def __str__(self) -> str:
        return f"{say(f'doctor.{self.state}')}  {self.text}"


def doctor(out: Path) -> Iterator[Finding]:
    """All checks, one after the other.

    Args:
        out: folder of the results.
    """
    yield _python()
    try:
        yield from _libraries()
        for extra in EXTRAS:
            yield _extra(extra)
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        yield Finding("wrong", say("doctor.library", name=PROJECT, version="–"))
    for check in (_scenarios, _evidence, _faces, _workers):
        try:
            yield check()
        except (SimError, OSError, ValueError) as error:
            name = say(f"doctor.{check.__name__}")
            yield Finding("wrong", say("doctor.fails", name=name, why=str(error).partition("\n")[0]))
    yield from _folder(out)


def _python() -> Finding:
    fits = PYTHONS[0] <= sys.version_info[:2] < PYTHONS[1]
    return Finding(
        "good" if fits else "wrong",
        say("doctor.python", version=platform.python_version(), system=platform.platform(terse=True)),
    )


def _libraries() -> Iterator[Finding]:
    """The versions of what every command needs; a line for each that is missing or of another version."""
    told = []
    for need in _needs(""):
        version, fits = _version(need)
        if fits:
            told.append(f"{need.name} {version}")
        else:
            yield Finding("wrong", say("doctor.library", name=str(need).partition(";")[0], version=version))
    yield Finding("good", say("doctor.libraries", names=", ".join(told)))


def _extra(extra: str) -> Finding:
    needs = [(need, *_version(need)) for need in _needs(extra)]
    purpose = say(f"doctor.for_{extra}")
    lacking = [need.name for need, _, fits in needs if not fits]
    if lacking or not needs:  # an older installation does not know the extra at all
        fields = {"extra": extra, "purpose": purpose, "names": ", ".join(lacking) or "–"}
        return Finding("absent", say("doctor.no_extra", project=PROJECT, **fields))
    names = ", ".join(f"{need.name} {version}" for need, version, _ in needs)
    return Finding("good", say("doctor.extra", extra=extra, purpose=purpose, names=names))


def _needs(extra: str) -> list[Requirement]:
    """What the installed project asks for: of everybody, or with an extra and not without."""
    environment = {name: str(value) for name, value in default_environment().items()}
    found = []
    for need in map(Requirement, metadata.requires(PROJECT) or ()):
        without, within = (
            need.marker is None or need.marker.evaluate(environment | {"extra": name}) for name in ("", extra)
        )
        if within and (not extra or not without):
            found.append(need)
    return found


def _version(need: Requirement) -> tuple[str, bool]:
    """The version that is there, and whether it is one asked for."""
    try:
        version = metadata.version(need.name)
    except metadata.PackageNotFoundError:
        return "–", False
    return version, need.specifier.contains(version, prereleases=True)


def _scenarios() -> Finding:
    found = [load_scenario(path.stem) for path in sorted(shipped.scenarios().glob("*.yaml"))]
    if not found:
        raise FileNotFoundError(str(shipped.scenarios()))
    fields = {"measures": len(catalogue().measures), "folder": shipped.scenarios()}
    return Finding("good", say("doctor.plan", number=len(found), **fields))


def _evidence() -> Finding:
    """Every table of figures opens and has rows."""
    rows = 0
    tables = sorted((shipped.calibration() / "evidence").glob("*.csv"))
    for path in tables:
        with path.open(encoding="utf-8-sig", newline="") as file:
            here = sum(1 for _ in csv.DictReader(file))
        if not here:
            raise ValueError(str(path))
        rows += here
    if not tables:
        raise FileNotFoundError(str(shipped.calibration() / "evidence"))
    return Finding("good", say("doctor.figures", tables=len(tables), rows=f"{rows:,}"))


def _faces() -> Finding:
    """The Chinese faces of reports are there, and hold Chinese where that can be looked at."""
    for face in fonts.FONTS:
        with face.file.open("rb") as file:
            if file.read(4) != b"OTTO":
                raise ValueError(str(face.file))
    if find_spec("fontTools") and (lacking := fonts.missing(SAMPLE)):
        raise ValueError(lacking)
    return Finding("good", say("doctor.chinese", names=", ".join(face.family for face in fonts.FONTS)))


def _workers() -> Finding:
    answers = dict(batch.evaluate(_answer, range(2), workers=2))
    if answers != {0: 0, 1: 1}:
        raise ValueError(str(answers))
    return Finding("good", say("doctor.pool", cores=batch.cores()))


def _answer(job: int) -> int:
    """Work for a worker."""
    return job


def _folder(out: Path) -> Iterator[Finding]:
    try:
        files.writable(out)
    except OSError as error:
        yield Finding("wrong", str(error))
        return
    there = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    state: State = "good" if free >= LEAST else "wrong"
    yield Finding(state, say("doctor.disk", path=out, free=f"{free / 1e9:,.1f}"))
    place = store.place(out)
    kept = store.Store(place, fingerprint()).shelves()
    size = sum(shelf.size for shelf in kept)
    runs = sum(shelf.runs for shelf in kept)
    yield Finding("good", say("doctor.store", path=place, runs=f"{runs:,}", size=f"{size / 1e6:,.1f}"))
