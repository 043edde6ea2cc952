"""Initial population: firms on the register at the end of 2016, and other initial conditions.

Firms founded from 2012 to 2016 are simulated through those years using only the rules for founding, sales,
costs and closure, without queues or programmes. Their size, cash, productivity and age are thus jointly
distributed as in later years. The initial population does not depend on policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import simpy
from mesa import Model

from sim.engine.recorder import Recorder
from sim.model.business_support.low_cost_space import LowCostSpace
from sim.model.business_support.shared_platforms import SharedPlatforms
from sim.model.calendar import Calendar
from sim.model.context import Context, LeversAtBase
from sim.model.entry import candidates
from sim.model.entry.founding import Founding
from sim.model.entry.registration import Registration
from sim.model.environment import series
from sim.model.environment.assumptions import EnvironmentAssumptions
from sim.model.environment.environment import EnvironmentBefore2017
from sim.model.environment.parameters import INITIAL
from sim.model.firms.costs import Costs
from sim.model.firms.deregistration import Deregistration
from sim.model.firms.exit import Exit
from sim.model.firms.parameters import LEAST_SALES
from sim.model.firms.sales import Sales
from sim.model.founder_traits import indivisible, traits
from sim.model.government.accounts import CityAccounts
from sim.model.incubation.parameters import AREA
from sim.model.population.firm_table import DEREGISTERED, FirmTable
from sim.model.population.parameters import INITIAL_MONTHS, MONTH_DAYS
from sim.model.population.statistics import observe
from sim.model.registry import LEVERS, draw
from sim.model.settings import Settings
from sim.model.subsidies.training import guide_before_2017

if TYPE_CHECKING:
    from sim.engine.arrays import Floats
    from sim.engine.random_streams import RandomStreams
    from sim.engine.recorder import Outcome
    from sim.model.rule_variants import Rules

_NOBODY: Final = np.zeros(0, dtype=np.intp)


def initial_conditions(
    stated: Mapping[str, float], parameters: Mapping[str, float], streams: RandomStreams, uncertain: bool
) -> dict[str, float]:
    """Return the initial conditions at the end of 2016, by name.

    Values set in the scenario take precedence; the others are prior draws or central values.

    Args:
        stated: values set in the scenario, by name.
        parameters: value of every uncertain parameter, by id.
        streams: random streams for drawing from the priors.
        uncertain: whether to draw from the priors instead of using central values.
    """
    drawn = draw({p.id: p for p in INITIAL}, streams, uncertain)
    initial = {name.removeprefix("initial."): value for name, value in drawn.items()} | dict(stated)
    if "incubation_area" not in stated:  # the area follows from the number of incubators
        initial["incubation_area"] = initial["tech_incubators"] * parameters[AREA.id]
    return initial


@dataclass(frozen=True)
class Inputs:
    """Inputs of the initial population; runs with equal inputs share it.

    Attributes:
        streams: random streams of the replicate.
        parameters: id and value of every uncertain parameter.
        promoted_founders: number of founders assisted by public services per year.
        scale: share of individual businesses and ordinary enterprises that are simulated.
        variants: selected variant of each rule with several variants.
    """

    streams: RandomStreams
    parameters: tuple[tuple[str, float], ...]
    promoted_founders: float
    scale: float
    variants: Rules


class NoRecorder(Recorder):
    """Recorder for the years before 2017 that discards all outcomes."""

    def __init__(self) -> None:
        super().__init__((), {})

    def put(self, outcome: Outcome, where: Any, value: Any) -> None:
        """Discard the value."""

    def add(self, outcome: Outcome, where: Any, value: Any) -> None:
        """Discard the value."""


class SalesBefore2017(Sales):
    """Sales before 2017, without displacement; the last month is the base of later relative sales."""

    def market(self, sales: Floats) -> tuple[Floats, Floats]:
        """Return demand factors of 1 for young and older firms, by sector."""
        self.base = np.maximum(sales, LEAST_SALES)
        return np.ones_like(sales), np.ones_like(sales)

    def displace(self, m: Floats, taken: Floats) -> None:
        """Do nothing, since older firms are not modelled before 2017."""


@lru_cache(maxsize=1)
def initial_population(inputs: Inputs) -> tuple[FirmTable, Floats]:
    """Return the firms on the register at the end of 2016 and the base sales of young firms by sector.

    Base sales are potential sales in yuan in the last month of 2016. Runs that differ only in policy share
    both objects and must copy them before modifying them.
    """
    context = _context(inputs)
    firms, clock = context.firms, context.clock
    registration, deregistration = Registration(context), Deregistration(context)
    founding = Founding(context, registration, traits(context), indivisible(context))
    sales = SalesBefore2017(context, np.zeros(0))
    costs = Costs(context, LowCostSpace(context), SharedPlatforms(context))
    closure = Exit(context, deregistration)
    for month in range(-INITIAL_MONTHS, 0):
        clock.turn(month, round(month * MONTH_DAYS), round((month + 1) * MONTH_DAYS) - 1)
        under_way, registered = founding.register_before_2017(month)
        for rows in (under_way, registered):
            registration.open_on(rows, firms.registered.take(rows) + firms.wait.take(rows))
        deregistration.never_to_open(registered)
        guide_before_2017(context, registered)
        founding.open_firms()
        trading = firms.trading(month, clock.first_day, clock.last_day)
        profit = costs.settle(trading, sales.settle(trading))
        closure.distribute(closure.close(trading, profit, _NOBODY))
        observe(firms, month, trading)
        deregistration.notice(clock.last_day, deregistration.strike_off())
    firms.keep(np.flatnonzero(firms.state < DEREGISTERED))
    return firms, sales.base


def _context(inputs: Inputs) -> Context:
    """Return the context of the years before 2017, with base levers and without recording or a ledger."""
    env, clock = simpy.Environment(), Calendar()
    firms, recorder = FirmTable(candidates.expected_firms(inputs.scale)), NoRecorder()
    base = Settings({lever.id: ((0,), (lever.base,)) for lever in LEVERS.values()})
    return Context(
        Model(), env, clock, inputs.streams, LeversAtBase(base, env, clock), dict(inputs.parameters),
        {"promoted_founders": inputs.promoted_founders}, inputs.variants,
        EnvironmentBefore2017(EnvironmentAssumptions(series.macro("observed"))), firms, CityAccounts(clock, recorder, firms, ()),
        recorder, None, inputs.scale, False)  # fmt: skip
