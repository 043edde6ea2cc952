"""Specification of a study: its question, its design and its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from sim.engine import clock
from sim.policy.scenario.scenario import Scenario
from sim.studies.specification.factors import Factor
from sim.studies.specification.outcomes import StudyOutcome

DECOMPOSITION: Final = "variance_decomposition"
SENSITIVITY: Final = ("morris", "sobol")
GOAL_SEEKING: Final = ("discovery", "threshold", "robustness", "search")
KINDS: Final = ("sweep", "ensemble", DECOMPOSITION, *SENSITIVITY, "attribution", *GOAL_SEEKING)
BUDGET: Final = 20.0
"""Default budget in minutes."""


class Goal(NamedTuple):
    """Goal for an outcome: a direction (whether more is better), a lower or upper bound, or both."""

    more: bool | None = None
    at_least: float | None = None
    at_most: float | None = None

    @property
    def bounded(self) -> bool:
        """Whether the goal has a bound."""
        return self.at_least is not None or self.at_most is not None


@dataclass(frozen=True, repr=False)
class StudySpecification:
    """Validated specification of a study.

    Attributes:
        name: identifier of the study.
        title, question: title and question in Chinese and English.
        source: source of the question.
        kind: one of :data:`KINDS`.
        scenarios: scenarios to run.
        reference: scenario from which differences are computed, with the same environment and parameters.
        factors: factors that vary.
        outcomes: outcomes that are reported.
        month: index of the last month that outcomes include.
        samples: number of levels, trajectories, base samples or points, depending on the kind; None to derive
            it from the budget.
        replicates: number of replicates of each point; None to derive it from the budget.
        precision: required half-width of the 95% interval, by outcome.
        seed: seed of all runs and samples.
        scale: share of small firms that are simulated; None to derive it from the budget.
        uncertainty: sources of variation between replicates, as in a scenario.
        budget: budget in minutes, from which sizes that are not given are derived.
        goals: goals by outcome.
        probability: required probability of meeting the goal, for a threshold.
        players: type of players in an attribution.
        against: values to which the instruments of players that are not in force are set back in an
            attribution.
    """

    name: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    kind: str = "sweep"
    scenarios: tuple[Scenario, ...] = ()
    reference: Scenario | None = None
    factors: tuple[Factor, ...] = ()
    outcomes: tuple[StudyOutcome, ...] = ()
    month: int = clock.MONTHS - 1
    samples: int | None = None
    replicates: int | None = None
    precision: Mapping[str, float] = field(default_factory=dict)
    seed: int = 20170609
    scale: float | None = None
    uncertainty: Literal["all", "posterior", "random"] = "random"
    budget: float = BUDGET
    goals: Mapping[str, Goal] = field(default_factory=dict)
    probability: float = 0.5
    players: Literal["chapters", "measures", "instruments"] = "chapters"
    against: Literal["without", "off"] = "without"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"
