"""What a scenario takes as given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.model.environment.parameters import SHOCKS
from sim.model.environment.series import deals_of

if TYPE_CHECKING:
    from sim.engine.arrays import Floats


@dataclass(frozen=True)
class World:
    """What a scenario takes as given.

    Attributes:
        growth: real output growth, sectors x years 2017 to 2020.
        shocks: which of :data:`SHOCKS` happen.
        initial: numbers of :data:`INITIAL` that the analyst knows, by id without ``initial.``; the rest is drawn.
        deals: early-stage deals by year, relative to 2017.
        at_least: what the plan's targets ask for, by id.
        parameters: parameters that a study states, by id; the rest is drawn, at the same quantiles.
        structure: which of its ways a rule takes, by the names of ``structure``; the usual one where it is not said.
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
