"""Monthly environment of the firms, independent of the plan: demand, mandatory shutdowns and tax law."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import clock
from sim.model.environment import assumptions, geography, rules, series
from sim.model.environment.parameters import EXPORT_SHARE, PANDEMIC_YEAR

if TYPE_CHECKING:
    from sim.engine.arrays import Floats


class Environment:
    """Economy, shocks and tax law of a run.

    Args:
        given: the scenario's assumptions.

    Attributes:
        markets: type of market on which each sector sells: tradable, mixed or local.
        tradable: whether each sector sells on the tradable market.
    """

    def __init__(self, given: assumptions.EnvironmentAssumptions) -> None:
        self.world = given
        self.markets = ["mixed" if s.market == "farm" else s.market for s in geography.sectors()]
        self.tradable = np.array([market == "tradable" for market in self.markets])
        months = np.arange(clock.MONTHS)
        self._output = rules.output_index(given.growth)
        self._relative = self._output / rules.usual_index(series.macro("observed")[:, :3], months + 1)
        self._activity: Floats = np.ones(clock.MONTHS)
        self._shut: Floats = np.zeros(clock.MONTHS)
        if "covid_2020" in given.shocks:
            self._activity, self._shut = series.pandemic()
            self._activity[PANDEMIC_YEAR:] = rules.relative_activity(self._activity[PANDEMIC_YEAR:])
        tariff = rules.tariff_level(months) if "trade_war_2018" in given.shocks else np.zeros(clock.MONTHS)
        self._exporters, self._others = rules.export_demand(tariff, EXPORT_SHARE)

    def output(self, month: int) -> Floats:
        """Return output by sector relative to the end of 2016."""
        return self._output[:, month]

    def demand(self, month: int, m: Floats) -> Floats:
        """Return demand relative to normal by sector, in one column for non-exporters and one for exporters.

        Demand is the demand factor times output relative to trend, times the effects of the pandemic and
        tariffs.

        Args:
            month: month counted from January 2017.
            m: demand factor of young firms by sector.
        """
        factor = m * self._relative[:, month] * self._activity[month]
        others = np.where(self.tradable, self._others[month], 1.0)
        return np.stack([factor * others, factor * self._exporters[month]], axis=1).astype(np.float32)

    def shut(self, month: int) -> float:
        """Return the share of firms under a mandatory shutdown."""
        return float(self._shut[month])

    def law(self, month: int) -> rules.TaxLaw:
        """Return the tax rates of a month."""
        return rules.tax_law(month)

    def deal_activity(self, month: int) -> float:
        """Return early-stage deals in the year of a month relative to 2017; 1 before 2017 (VC02)."""
        return self.world.deal_activity(month)

    def principal_relief(self, month: int) -> bool:
        """Whether firms short of cash may defer principal repayments in a month."""
        return rules.principal_relief("covid_2020" in self.world.shocks, month)


class EnvironmentBefore2017(Environment):
    """Environment of 2012 to 2016: normal demand, no shutdowns and the tax law of January 2017."""

    def demand(self, month: int, m: Floats) -> Floats:
        """Return normal demand (1) by sector, in one column for non-exporters and one for exporters."""
        return np.ones((len(m), 2), dtype=np.float32)

    def shut(self, month: int) -> float:
        """Return 0, since no firm is under a mandatory shutdown."""
        return 0.0

    def law(self, month: int) -> rules.TaxLaw:
        """Return the tax rates of January 2017."""
        return rules.tax_law(0)
