"""Conditions: what the world imposes on the city's firms, month by month, whatever the plan: demand, closures by decree, taxes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from sim.model.entry import parameters as entry_parameters
from sim.model.environment import geography, rules, world
from sim.model.environment.parameters import RELIEF_FROM

Floats = npt.NDArray[np.floating[Any]]


class Environment:
    """The world of a run.

    Args:
        scene: what the scenario takes as given.

    Attributes:
        markets: of each sector, on which market it sells: tradable, mixed or local.
        tradable: of each sector, whether that is the first.
    """

    def __init__(self, scene: world.World) -> None:
        self.world = scene
        self.markets = ["mixed" if s.market == "farm" else s.market for s in geography.sectors()]
        self.tradable = np.array([market == "tradable" for market in self.markets])
        self._output = rules.output_index(scene.growth)
        self._relative = self._output / rules.usual_index()
        self._activity, self._shut = rules.activity(scene.shocks)
        self._exporters, self._others = rules.export_demand(scene.shocks, entry_parameters.EXPORT_SHARE)

    def output(self, month: int) -> Floats:
        """Output by sector relative to the end of 2016."""
        return self._output[:, month]

    def demand(self, month: int, m: Floats) -> Floats:
        """Demand met in a month by sector, and by exporters in it: market x output on trend x activity x tariffs."""
        factor = m * self._relative[:, month] * self._activity[month]
        others = np.where(self.tradable, self._others[month], 1.0)
        return np.stack([factor * others, factor * self._exporters[month]], axis=1).astype(np.float32)

    def shut(self, month: int) -> float:
        """Share of firms shut by decree."""
        return float(self._shut[month])

    def law(self, month: int) -> rules.TaxLaw:
        """Tax rates of a month."""
        return rules.tax_law(month)

    def deal_activity(self, month: int) -> float:
        """Early-stage deals of a month's year relative to 2017; 1 before it (VC02)."""
        return self.world.deal_activity(month)

    def principal_relief(self, month: int) -> bool:
        """Whether firms short of cash may put off principal this month (national relief of 2020)."""
        return "covid_2020" in self.world.shocks and month >= RELIEF_FROM


class EnvironmentBefore2017(Environment):
    """The years 2012 to 2016: demand as usual, nothing shut, the tax law of January 2017."""

    def demand(self, month: int, m: Floats) -> Floats:
        """Demand as usual, by sector and by exporters in it."""
        return np.ones((len(m), 2), dtype=np.float32)

    def shut(self, month: int) -> float:
        """Nothing is shut by decree."""
        return 0.0

    def law(self, month: int) -> rules.TaxLaw:
        """Tax rates of January 2017."""
        return rules.tax_law(0)
