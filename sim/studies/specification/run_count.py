"""Number of runs that a study needs, and their nominal duration.

A run that several points need is counted once: points with equivalent scenarios share their runs, and so do
the references of points that differ only in settings of the plan.
"""

from __future__ import annotations

from sim.policy.scenario import text
from sim.studies.specification import sizing
from sim.studies.specification.designs import variants
from sim.studies.specification.study_specification import DECOMPOSITION, StudySpecification
from sim.texts import say


def runs_needed(study: StudySpecification) -> int:
    """Return the number of runs that a study of known size needs, including runs that are already stored.

    The number is an upper limit for a threshold, for a given precision, and for a sensitivity analysis if
    SALib (which chooses the points) is not installed; it is approximate for a search.
    """
    if study.kind in ("search", "threshold"):
        return sizing.runs(study)
    try:
        distinct = {(text.substance(s), tuple(sorted(stated.items()))) for s, stated in variants(study)}
    except ImportError:
        return sizing.runs(study)
    replicates = study.replicates or 1
    runs = replicates * (sizing.REPEATS if study.kind == DECOMPOSITION else 1)
    if study.kind == "ensemble" and not study.factors and study.uncertainty != "random" and replicates > 1:
        runs += sizing.repeated(replicates)
    return len(distinct) * runs


def estimate(study: StudySpecification, workers: int) -> str:
    """Return a line of text with the number of runs, the size and the nominal duration of a study.

    Args:
        study: a study of known size.
        workers: number of processes.
    """
    number = runs_needed(study)
    minutes = sizing.seconds(number, study.scale or 1) * sizing.CORES / max(1, workers) / 60
    return say(
        "study.estimate",
        name=study.name, runs=f"{number:,}", scale=f"{study.scale:g}", samples=study.samples,
        replicates=study.replicates, minutes=f"{max(1, minutes):,.0f}", workers=workers,
        budget=f"{study.budget:g}",
    )  # fmt: skip
