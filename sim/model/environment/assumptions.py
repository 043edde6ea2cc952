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
    """Assumptions of a scenario about the environment: the section ``world`` of its file.

    Attributes:
        growth: real output growth, sectors x years 2017 to 2020.
        shocks: which of :data:`SHOCKS` happen.
        initial: values of :data:`INITIAL` that the scenario states, by id without ``initial.``; the others are drawn.
        deals: early-stage deals by year, relative to 2017.
        at_least: values that the plan's targets require, by id.
        parameters: values of parameters that a study states, by id; the others are drawn, at the same quantiles.
        structure: variant of each rule that has several (see :mod:`sim.model.rule_variants`); the usual one where none is stated.
    """

    growth: Floats
    shocks: frozenset[str] = frozenset(SHOCKS)
    initial: Mapping[str, float] = field(default_factory=dict)
    deals: Mapping[int, float] = field(default_factory=lambda: deals_of("observed"))
    parameters: Mapping[str, float] = field(default_factory=dict)
    structure: Mapping[str, str] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)

    def deal_activity(self, month: int) -> float:
        """Early-stage deals of a month's year relative to 2017 (VC02); 1 before it."""
        return self.deals[2017 + month // 12] if month >= 0 else 1.0
