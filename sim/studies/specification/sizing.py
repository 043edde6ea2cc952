"""How large a study may be: scale, samples and replicates from minutes.

The choice rests on nominal seconds of a run, not on a clock: the same file gives the same study on any
machine, so that it can be resumed on another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.studies.specification.players import players

if TYPE_CHECKING:
    from sim.studies.specification.study_file import Study

SECONDS: Final = (1.1, 3.5)
"""Of one run: of any, and per unit of scale, on one core of two."""
CORES: Final = 2
AGAIN: Final = 20
"""Replicates with which a search lives its front, and the policy as it stands, again, at the least."""
LUCKS: Final = 2
"""With which a split lives each set of parameters under each structure."""
SCALES: Final = (1.0, 0.5, 0.2, 0.1, 0.05)


class Size(NamedTuple):
    """What a kind takes where the file says nothing: what is usual, and what is the least."""

    samples: tuple[int, int]
    replicates: tuple[int, int]


USUAL: Final = {
    "sweep": Size((5, 3), (20, 5)),
    "ensemble": Size((1, 1), (200, 30)),
    "ensemble of points": Size((200, 30), (2, 2)),
    "split": Size((1, 1), (40, 16)),
    "morris": Size((10, 4), (2, 2)),
    "sobol": Size((128, 32), (2, 2)),
    "attribution": Size((40, 10), (10, 4)),
    "discovery": Size((400, 100), (1, 1)),
    "threshold": Size((20, 10), (40, 20)),
    "robustness": Size((1, 1), (200, 30)),
    "search": Size((300, 60), (5, 3)),
}


def runs(study: Study) -> int:
    """Runs that a study with samples and replicates takes at most, kept or not.

    Every point's reference counts as a run of its own if any is: sizes that files have been given stay as
    they were. How many are lived is told by :mod:`sim.studies.adapters.run_estimate`.
    """
    samples, replicates = study.samples or 1, study.replicates or 1
    factors = len(study.varied)
    by_kind: dict[str, Callable[[], int]] = {
        "sweep": lambda: _grid(study, samples),
        "ensemble": lambda: samples if factors else 1,
        "split": lambda: LUCKS * (_grid(study, 1) + 1),  # the first once more, with part of it at its centre
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
    again = max(AGAIN, replicates) if study.kind == "search" else 0
    total += again * (samples // 4 + 1)  # about as many are left on the front
    if study.reference is not None:
        total += again
        moving = any(v.known.kind != "setting" or v.prior for v in study.varied)
        total += (points if moving else 1) * replicates
    return total


def repeated(replicates: int) -> int:
    """Sets of what is uncertain that an ensemble lives with a second luck, to tell luck from the rest."""
    return min(replicates, max(10, replicates // 5))


def _coalitions(kind: str, pairs: int) -> int:
    """All of a few players; else those along so many orders and their reverses."""
    from sim.studies.methods.attribution import MOST

    number = len(players(kind))
    return int(2**number) if number <= MOST else 2 * pairs * (number - 1) + 2


def _grid(study: Study, samples: int) -> int:
    number = 1
    for factor in study.varied:
        number *= len(factor.levels(samples))
    return number


def seconds(number: int, scale: float) -> float:
    """Nominal seconds of so many runs on this many cores."""
    return number * (SECONDS[0] + SECONDS[1] * scale) / CORES


def chosen(study: Study) -> Study:
    """The study with scale, samples and replicates that its minutes allow.

    What the file states stays. First the largest scale at which the usual number of samples and
    replicates fits; if none does, at the smallest scale fewer of both, in proportion, not below the
    least that says anything.
    """
    usual = USUAL["ensemble of points" if study.kind == "ensemble" and study.varied else study.kind]
    scales = (study.scale,) if study.scale is not None else SCALES

    def sized(share: float, scale: float) -> Study:
        def of(given: int | None, most: int, least: int) -> int:
            return given if given is not None else max(least, round(least + share * (most - least)))

        samples = of(study.samples, *usual.samples)
        if study.kind == "sobol" and study.samples is None:
            samples = 1 << (samples.bit_length() - 1)  # Sobol's sequence is balanced at powers of two
        replicates = of(study.replicates, *usual.replicates)
        return replace(study, samples=samples, replicates=replicates, scale=scale)

    fits: Callable[[Study], bool] = lambda s: seconds(runs(s), s.scale or 1) <= 60 * study.budget  # noqa: E731
    for scale in scales:
        if fits(found := sized(1.0, scale)):
            return found
    for share in (0.75, 0.5, 0.25):
        if fits(found := sized(share, scales[-1])):
            return found
    return sized(0.0, scales[-1])
