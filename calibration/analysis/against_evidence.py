"""Comparison of the unfitted model with published ranges, one row per figure, including misfits.

``python -m calibration.analysis.against_evidence`` simulates ``as_enacted`` with all uncertain parameters drawn from their
priors and writes ``model_against_evidence.csv``: the rows of ``published_ranges.csv`` with the model's median and 5% and
95% quantiles, their assessment, and the settings of the runs. Nothing is fitted here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from calibration import FOLDER, csv_table
from calibration.figures import summary_statistics as s
from calibration.figures.definitions import FIGURES
from calibration.figures.summary_statistics import Statistic
from sim.engine.recorder import RunOutput
from sim.policy.scenario.scenario import load_scenario
from sim.studies.execution.simulation import simulate

Floats = npt.NDArray[np.float64]
Role = Literal["input", "check", "order"]
Assessment = Literal["input", "inside", "overlaps", "misfit", "order", "order_outside"]
RANGES: Final = FOLDER / "published_ranges.csv"
TABLE: Final = FOLDER / "model_against_evidence.csv"
SCENARIO: Final = "as_enacted"
REPLICATES: Final = 10
SCALE: Final = 0.3


@dataclass(frozen=True)
class PublishedRange:
    """Published figure and its range: a row of ``published_ranges.csv``.

    Attributes:
        id: name of the figure, as in :data:`STATISTICS`.
        zh, en: labels in Chinese and English.
        unit: unit of the range.
        low, high: ends of the range.
        evidence: ids of rows in ``evidence/``.
        role: ``input``: the model takes the figure as given; ``check``: the model does not use it; ``order``:
            only the order of magnitude is known.
        note_zh, note_en: remark on the evidence.
    """

    id: str
    zh: str
    en: str
    unit: str
    low: float
    high: float
    evidence: str
    role: Role
    note_zh: str
    note_en: str


def _incubator_growth(run: RunOutput) -> float:
    """Mean annual growth in the number of tech incubators from 2017 to 2019."""
    incubators = run.outcomes["tech_incubators"]
    return float((incubators[35] / max(1, incubators[0])) ** (1 / 3) - 1)


OTHER_STATISTICS: Final[Mapping[str, Statistic]] = {
    "enterprise_share_of_registrations": lambda run: s.year_sum(run, "registrations", 2018, 0) / s.year_sum(run, "registrations", 2018),
    "market_entities_2017": lambda run: s.year_end(run, "market_entities", 2017) / 1e3,
    "enterprise_exit_percent": lambda run: 100 * s.deregistrations(2019, 0)(run) / s.year_end(run, "market_entities", 2019, 0),
    "individual_exit_percent": lambda run: 100 * s.deregistrations(2019, 1)(run) / s.year_end(run, "market_entities", 2019, 1),
    "subsidies_2017": s.labour_office_payments(2017),
    "subsidies_2019": s.labour_office_payments(2019),
    "subsidies_2020": s.labour_office_payments(2020),
    "technology_enterprises_2018": s.technology_enterprises,
    "area_per_incubator": lambda run: float(run.outcomes["incubation_area"][-1] / run.outcomes["tech_incubators"][-1]) / 1e3,
    "ip_pledge_loans_2017": lambda run: s.loans_by_scheme(run, "ip_pledge", 2017),
    "loan_pool_firms_2018": lambda run: s.loans_by_scheme(run, "loan_pool", 2018),
    "equity_rounds_per_year": lambda run: (s.year_sum(run, "equity_rounds", 2017) + s.year_sum(run, "equity_rounds", 2018)) / 2,
    "private_per_guide_fund_yuan": lambda run: float(np.nan_to_num(run.outcomes["realised_leverage"][-1])),
    "tenants_2017": s.tenants_per_incubator(2017),
    "incubator_occupancy_2019": lambda run: float(run.outcomes["incubator_occupancy"][35]),
    "incubator_growth_2017_2019": _incubator_growth,
}  # fmt: skip
"""Statistics that are used in this comparison but not in the fit."""
STATISTICS: Final[Mapping[str, Statistic]] = {id_: figure.compute for id_, figure in FIGURES.items()} | dict(
    OTHER_STATISTICS
)
"""Functions that compute each figure from a run, by name of the figure."""


@cache
def published_ranges() -> tuple[PublishedRange, ...]:
    """Return all rows of ``published_ranges.csv``."""
    rows: list[dict[str, Any]] = [*csv_table.read(RANGES)]
    return tuple(
        PublishedRange(**{**row, "low": float(row["low"]), "high": float(row["high"])}) for row in rows
    )


def simulated(replicates: int, scale: float) -> Floats:
    """Simulate runs and return their figures (replicate, figure), in the order of :func:`published_ranges`."""
    scenario = load_scenario(SCENARIO).with_run(scale=scale, uncertainty="all")
    statistics = [STATISTICS[figure.id] for figure in published_ranges()]
    runs = (simulate(scenario, replicate, False) for replicate in range(replicates))
    return np.array([[compute(run) for compute in statistics] for run in runs])


def assess(published: PublishedRange, low: float, median: float, high: float) -> Assessment:
    """Assess the model's interval relative to the published range.

    Args:
        published: published range.
        low: 5% quantile of the model.
        median: median of the model.
        high: 95% quantile of the model.
    """
    inside = published.low <= median <= published.high
    if published.role == "input":
        return "input"
    if published.role == "order":
        return "order" if inside else "order_outside"
    if inside:
        return "inside"
    return "overlaps" if low <= published.high and high >= published.low else "misfit"


def rows(figures: Floats, scale: float) -> Iterator[dict[str, str]]:
    """Yield the rows of ``model_against_evidence.csv``, rounded to four significant digits.

    Args:
        figures: figures of the runs (replicate, figure).
        scale: scale of the runs.
    """
    made = {
        "scenario": SCENARIO, "replicates": str(len(figures)), "scale": f"{scale:g}",
        "seed": str(load_scenario(SCENARIO).run.seed),
    }  # fmt: skip
    for published, values in zip(published_ranges(), figures.T, strict=True):
        low, median, high = np.percentile(values, [5, 50, 95])
        yield {
            **{name: f"{value:g}" if isinstance(value, float) else value for name, value in asdict(published).items()},
            "p5": f"{low:.4g}", "median": f"{median:.4g}", "p95": f"{high:.4g}",
            "assessment": assess(published, low, median, high), **made,
        }  # fmt: skip


def main() -> int:
    """Simulate the runs and write the table."""
    csv_table.write(TABLE, list(rows(simulated(REPLICATES, SCALE), SCALE)))
    print(f"wrote {TABLE.name}; run `make docs` to update the table in README.md", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
