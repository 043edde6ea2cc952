"""What a study will take: how many runs it needs, and how long they last on a usual machine.

The runs are counted as the evaluator lives them: once, whatever asks for them. Points whose scenario comes
to the same are one, as is the reference of all points that differ in settings of the plan alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.policy.scenario import text
from sim.studies.adapters import ensemble, method_adapters, sensitivity, variance_decomposition
from sim.studies.adapters.evaluator import Variant
from sim.studies.methods import attribution
from sim.studies.specification import factors, sizing
from sim.studies.specification.factors import Floats
from sim.studies.specification.players import players
from sim.studies.specification.study_file import Study
from sim.texts import say


def needed(study: Study) -> int:
    """Runs that a study with samples and replicates needs, kept or not.

    At most so many for a threshold and a wanted precision, about so many for a search, where only the runs
    tell; at most so many too for a Morris or Sobol' study without SALib, which chooses the points.
    """
    if study.kind in ("search", "threshold"):
        return sizing.runs(study)
    try:
        different = {(text.substance(s), tuple(sorted(stated.items()))) for s, stated in _variants(study)}
    except ImportError:
        return sizing.runs(study)
    replicates = study.replicates or 1
    lucks = replicates * (sizing.LUCKS if study.kind == "split" else 1)
    if study.kind == "ensemble" and not study.varied and study.uncertainty != "random" and replicates > 1:
        lucks += sizing.repeated(replicates)
    return len(different) * lucks


def estimate(asked: Study, workers: int) -> str:
    """What a study will take, in one line."""
    number = needed(asked)
    minutes = sizing.seconds(number, asked.scale or 1) * sizing.CORES / max(1, workers) / 60
    return say(
        "study.estimate",
        name=asked.name, runs=f"{number:,}", scale=f"{asked.scale:g}", samples=asked.samples,
        replicates=asked.replicates, minutes=f"{max(1, minutes):,.0f}", workers=workers,
        budget=f"{asked.budget:g}",
    )  # fmt: skip


def _variants(study: Study) -> Iterator[Variant]:
    """Every scenario that is lived, and what its runs are told beside it; some more than once."""
    reference = study.reference
    if study.kind == "attribution":
        for row in _coalitions(study):
            yield method_adapters.coalition(study, row)
        if reference is not None:
            yield reference, {}
        return
    points = _points(study)
    for scenario in study.scenarios:
        yield from (factors.applied(scenario, study.varied, point) for point in points)
    if reference is not None:
        yield from (factors.applied(reference, study.varied, point, policy=False) for point in points)
    if study.kind == "split":
        for arm in (study.scenarios[0], *([reference] if reference is not None else [])):
            yield variance_decomposition.centred(
                factors.applied(arm, study.varied, points[0], policy=arm is not reference)[0]
            )


def _points(study: Study) -> Floats:
    samples = study.samples or 1
    if study.kind in ("sweep", "split"):
        return factors.grid(study.varied, samples if study.kind == "sweep" else 1)
    if study.kind in ("morris", "sobol"):
        cube = sensitivity.points(study.kind, study.varied, samples, study.seed)
        return factors.spread(study.varied, cube)
    return ensemble.points(study)


def _coalitions(study: Study) -> Floats:
    number = len(players(study.players))
    if number <= attribution.MOST:
        return attribution.coalitions(number)
    orders = attribution.drawn(number, max(2, study.samples or 2), study.seed)
    paths = [attribution.path(order) for one in orders for order in (one, one[::-1])]
    return np.unique(np.concatenate(paths), axis=0).astype(np.float64)
