"""Assumptions of a scenario about the environment of the city's firms: growth, shocks, initial conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.model.environment.parameters import SHOCKS
from sim.model.environment.series import deals_of

if TYPE_CHECKING:
    from sim.engine.arrays import Floats


@dataclass(frozen=True)
class EnvironmentAssumptions:
    """Assumptions of a scenario about the environment, from the section ``world`` of its file.

    Attributes:
        growth: real output growth, shape (sectors, years 2017 to 2020).
        shocks: shocks that occur, a subset of :data:`SHOCKS`.
        initial: initial conditions set by the scenario, by id without ``initial.``; the others are drawn.
        deals: early-stage deals by year, relative to 2017.
        at_least: minimum value required by each target of the plan, by id.
        parameters: parameter values set by a study, by id; the others are drawn, at the same quantiles.
        structure: variants of the rules listed in :mod:`sim.model.rule_variants`; other rules use the default.
    """

    growth: Floats
    shocks: frozenset[str] = frozenset(SHOCKS)
    initial: Mapping[str, float] = field(default_factory=dict)
    deals: Mapping[int, float] = field(default_factory=lambda: deals_of("observed"))
    parameters: Mapping[str, float] = field(default_factory=dict)
    structure: Mapping[str, str] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)

    def deal_activity(self, month: int) -> float:
        """Return early-stage deals in the year of a month relative to 2017; 1 before 2017 (VC02)."""
        return self.deals[2017 + month // 12] if month >= 0 else 1.0
