"""Results of the comparison with published effects: ``effects_results.csv``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from calibration import FOLDER
from calibration.effects.simulation import Sums
from calibration.effects.studies import assess, declared, findings
from sim.studies.execution import results
from sim.studies.execution.fingerprint import fingerprint
from sim.studies.methods import intervals

TABLE: Final = FOLDER / "effects_results.csv"
RESULT: Final = (
    "id", "also", "part", "unit", "published", "model", "low", "high", "treated", "replicates", "assessment", "reason")  # fmt: skip
MADE: Final = ("scale", "seed", "model_digest", "version", "date")
"""Columns that describe the runs."""
NOT_COMPARABLE: Final = "not comparable"


def rows(sums: Mapping[int, Sequence[Sums]], scale: float, seed: int) -> Iterator[dict[str, str]]:
    """Yield the rows of ``effects_results.csv``: compared findings, then findings that are not comparable.

    Args:
        sums: sums of each finding over replicates, by position of the finding.
        scale: scale of the runs.
        seed: seed of the runs.
    """
    made = _made(scale, seed)
    for i, finding in enumerate(findings()):
        numbers = np.array(sums[i])
        value, low, high = estimate(finding.measurement.measure, numbers, seed)
        yield {
            "id": finding.id,
            "also": " ".join(finding.also),
            "part": finding.part,
            "unit": finding.published.unit,
            "published": str(finding.published),
            "model": _plain(value),
            "low": _plain(low),
            "high": _plain(high),
            "treated": _plain(float(numbers[:, 2].sum())),
            "replicates": str(len(numbers)),
            "assessment": assess(finding.published, value, low, high),
            "reason": finding.differs,
            **made,
        }
    for id_, reason in declared()["not_comparable"].items():
        empty = dict.fromkeys((*RESULT, *MADE), "")
        yield empty | {"id": id_, "assessment": NOT_COMPARABLE, "reason": reason}


def _made(scale: float, seed: int) -> dict[str, str]:
    provenance = results.provenance(0)
    values = (
        f"{scale:g}",
        str(seed),
        fingerprint(),
        str(provenance["version"]),
        str(provenance["date"])[:10],
    )
    return dict(zip(MADE, values, strict=True))


def estimate(measure: str, sums: npt.NDArray[np.float64], seed: int) -> tuple[float, float, float]:
    """Return the mean and 95% interval of a measure.

    The interval of a cost per job is computed for its inverse, jobs per unit of cost, which remains finite if few jobs are
    gained. An infinite cost means that the results do not show any additional jobs.

    Args:
        measure: name of the measure.
        sums: one row per replicate: numerator, denominator, treated.
        seed: seed of the runs.
    """
    numerator, denominator = sums[:, 0], sums[:, 1]
    if not measure.endswith("_per_job"):
        value, low, high, _ = intervals.ratio(numerator, denominator, seed)
        return value, low, high
    jobs = intervals.ratio(denominator, numerator, seed)
    value, low, high = (1 / x if x > 0 else np.inf for x in (jobs.value, jobs.high, jobs.low))
    return (value, low, high) if not np.isnan(jobs.low) else (value, np.nan, np.nan)


def _plain(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.6g}"
