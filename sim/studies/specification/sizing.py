"""Size of a study: scale, samples and replicates that fit a budget in minutes.

The size is computed from nominal seconds per run rather than measured time. The same file therefore gives the
same study on any machine, and a study can be resumed on another machine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple, TypeVar

from sim.studies.methods.attribution import MOST_PLAYERS
from sim.studies.specification.players import players
from sim.studies.specification.study_specification import DECOMPOSITION, StudySpecification

SECONDS: Final = (1.1, 3.5)
"""Nominal duration of a run on one core in seconds: a fixed part and a part proportional to scale."""
CORES: Final = 2
CONFIRMATIONS: Final = 20
"""Minimum number of replicates for re-running the front of a search and the current policy."""
REPEATS: Final = 2
"""Number of runs per parameter draw, with different random numbers, in a variance decomposition."""
SCALES: Final = (1.0, 0.5, 0.2, 0.1, 0.05)

S = TypeVar("S", bound=StudySpecification)


class Size(NamedTuple):
    """Default and minimum sizes for a kind of study, used where the study file gives no size.

    Attributes:
        samples: default and minimum number of samples.
        replicates: default and minimum number of replicates.
    """

    samples: tuple[int, int]
    replicates: tuple[int, int]


SIZES: Final = {
    "sweep": Size((5, 3), (20, 5)),
    "ensemble": Size((1, 1), (200, 30)),
    "ensemble of points": Size((200, 30), (2, 2)),
    DECOMPOSITION: Size((1, 1), (40, 16)),
    "morris": Size((10, 4), (2, 2)),
    "sobol": Size((128, 32), (2, 2)),
    "attribution": Size((40, 10), (10, 4)),
    "discovery": Size((400, 100), (1, 1)),
    "threshold": Size((20, 10), (40, 20)),
    "robustness": Size((1, 1), (200, 30)),
    "search": Size((300, 60), (5, 3)),
}


def runs(study: StudySpecification) -> int:
    """Return an upper limit on the number of runs of a study of known size, including stored runs.

    If reference runs differ between any points, one reference per point is counted; the sizes of existing
    study files depend on this rule. :mod:`sim.studies.specification.run_count` counts the runs that are
    actually needed.
    """
    samples, replicates = study.samples or 1, study.replicates or 1
    factors = len(study.factors)
    by_kind: dict[str, Callable[[], int]] = {
        "sweep": lambda: _grid_size(study, samples),
        "ensemble": lambda: samples if factors else 1,
        DECOMPOSITION: lambda: REPEATS * (_grid_size(study, 1) + 1),  # plus the centred first structure
        "morris": lambda: samples * (factors + 1),
        "sobol": lambda: samples * (factors + 2),
        "attribution": lambda: _coalitions(study.players, samples),
        "discovery": lambda: samples,
        "threshold": lambda: samples,
        "robustness": lambda: 1,
        "search": lambda: samples,
    }
    points = by_kind[study.kind]()
    arms = max(1, len(study.scenarios))
    total = points * replicates * arms
    if study.kind == "ensemble" and not factors and study.uncertainty != "random":
        total += repeated(replicates) * arms
    confirmations = max(CONFIRMATIONS, replicates) if study.kind == "search" else 0
    total += confirmations * (samples // 4 + 1)  # approximate number of points on the front
    if study.reference is not None:
        total += confirmations
        moving = any(f.definition.kind != "setting" or f.prior for f in study.factors)
        total += (points if moving else 1) * replicates
    return total


def repeated(replicates: int) -> int:
    """Return the number of parameter draws that an ensemble repeats with different random numbers."""
    return min(replicates, max(10, replicates // 5))


def _coalitions(kind: str, pairs: int) -> int:
    """Return the number of coalitions: all of them for few players, otherwise those along sampled orders."""
    number = len(players(kind))
    return int(2**number) if number <= MOST_PLAYERS else 2 * pairs * (number - 1) + 2


def _grid_size(study: StudySpecification, samples: int) -> int:
    number = 1
    for factor in study.factors:
        number *= len(factor.levels(samples))
    return number


def seconds(number: int, scale: float) -> float:
    """Return the nominal duration of a number of runs on :data:`CORES` cores, in seconds."""
    return number * (SECONDS[0] + SECONDS[1] * scale) / CORES


def sized(study: S) -> S:
    """Return the study with the scale, samples and replicates that its budget allows.

    Values given in the file are not changed. The largest scale is chosen at which the default numbers of
    samples and replicates fit the budget. If they fit at no scale, both are reduced proportionally at the
    smallest scale, but not below their minimum.
    """
    size = SIZES["ensemble of points" if study.kind == "ensemble" and study.factors else study.kind]
    scales = (study.scale,) if study.scale is not None else SCALES

    def at(share: float, scale: float) -> S:
        def number(given: int | None, default: int, least: int) -> int:
            return given if given is not None else max(least, round(least + share * (default - least)))

        samples = number(study.samples, *size.samples)
        if study.kind == "sobol" and study.samples is None:
            samples = 1 << (samples.bit_length() - 1)  # Sobol's sequence is balanced at powers of two
        replicates = number(study.replicates, *size.replicates)
        return replace(study, samples=samples, replicates=replicates, scale=scale)

    for share, scale in [*((1.0, scale) for scale in scales), *((s, scales[-1]) for s in (0.75, 0.5, 0.25))]:
        candidate = at(share, scale)
        if seconds(runs(candidate), scale) <= 60 * study.budget:
            return candidate
    return at(0.0, scales[-1])
