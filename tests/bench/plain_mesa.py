"""Growth, cost, hiring and exit agent by agent in plain Mesa, as a modeller would write them.

The same rules, numbers and firms as in the submodel of firms (``sim/model/firms/rules.py``): each firm is a
Mesa agent with plain attributes, draws from the model's generator and is called through ``AgentSet.do``. It
lacks what costs time only: keyed random numbers, whole fen, the ledger, firms that open within the month.
``test_plain_mesa.py`` checks that jobs and closures are the same up to random numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import mesa
import numpy as np

from sim.engine.clock import MONTH_START
from sim.model.city import City
from sim.model.environment import rules as environment_rules
from sim.model.firms import parameters as firms_parameters
from sim.model.population.firm_table import G
from sim.model.population.parameters import LABOUR_SHARE, OWN_INCOME, RENT, TURNOVER, WAGE, YOUNG_MONTHS
from tests.bench.town import Tally, columns

WAGES: Final = [float(w) for w in WAGE]
RENTS: Final = [float(r) for r in RENT]
HAZARD: Final = [firms_parameters.HAZARD_E.tolist(), firms_parameters.HAZARD_G.tolist()]


@dataclass(frozen=True)
class Month:
    """Environment of firms in a month; demand relative to trend by sector, for other firms and exporters."""

    factor: list[list[float]]
    output: list[float]
    shut: float
    law: environment_rules.TaxLaw
    tax_uptake: float
    last_day: int


def environment(city: City, months: int) -> list[Month]:
    """Environment of a city in plain numbers, the same for both models."""
    context, source = city.context, city.context.environment
    usual = np.ones(len(source.markets), dtype=np.float32)
    by_month = []
    for month in range(months):
        first_day, end = (int(day) for day in MONTH_START[month : month + 2])
        by_month.append(
            Month(
                factor=source.demand(month, usual).tolist(),
                output=source.output(month).tolist(),
                shut=source.shut(month),
                law=source.law(month),
                tax_uptake=context.levers.at(firms_parameters.TAX_UPTAKE, first_day),
                last_day=end - 1,
            )
        )
    return by_month


class Firm(mesa.Agent):
    """A firm. Money in yuan."""

    model: Town

    def __init__(self, model: Town, state: dict[str, Any]) -> None:
        super().__init__(model)
        self.segment: int = state["segment"]
        self.sector: int = state["sector"]
        self.exporter: bool = state["exporter"]
        self.registered_month: int = state["registered_month"]
        self.opened: int = state["opened"]
        self.log_scale: float = state["log_scale"]
        self.capability: float = state["capability"]
        self.capability_start: float = state["capability_start"]
        self.skill: float = state["skill"]
        self.productivity: float = state["productivity"]
        self.productivity_sd: float = state["productivity_sd"]
        self.jobs: int = state["jobs"]
        self.income: float = state["income"]
        self.arrears: int = state["arrears"]
        self.helped: bool = state["helped"]
        self.support_hours: float = state["support_hours"]
        self.subsidised_wage: float = state["subsidised_wage"]
        self.cash: float = state["cash"] / 100
        self.buffer: float = state["buffer"]
        self.relief_draw = model.random.random()
        self.usual = 0.0

    def sell(self) -> None:
        """Update productivity and capability, and what the firm would sell at usual demand."""
        model = self.model
        self.productivity = (
            firms_parameters.PERSISTENCE * self.productivity + self.productivity_sd * model.random.gauss(0, 1)
        )
        if self.support_hours:
            quality = min(2.0, max(0.0, 1 + 0.5 * self.skill))
            hours = self.support_hours
            gain = model.advice * quality * hours / (hours + firms_parameters.HALF_HOURS)
            self.capability += gain - 0.002 * max(0.0, self.capability - self.capability_start)
            self.support_hours = hours * firms_parameters.FORGETTING
            if (
                self.support_hours <= firms_parameters.LEAST_HOURS
                and self.capability <= self.capability_start
            ):
                self.support_hours = 0.0
        power = self.jobs**LABOUR_SHARE
        self.usual = math.exp(self.log_scale + self.capability + self.productivity) * power
        if model.month - self.registered_month < YOUNG_MONTHS:
            model.sales[self.sector] += self.usual

    def trade(self) -> None:
        """Hire for the month's demand, pay the month's costs, and close or continue."""
        model = self.model
        demand = model.demand[self.sector][self.exporter]
        staff = self.jobs - 1
        self.hire(demand)
        profit, month_cost = self.pay(self.usual * demand, staff)
        if self.cash < 0 and not self.helped:
            self.cash += model.family_help * math.exp(0.8 * model.random.gauss(0, 1))
            self.helped = True
        if self.cash < -(firms_parameters.ARREARS_MONTHS * month_cost + firms_parameters.ARREARS_YUAN):
            self.arrears += 1
        else:
            self.arrears = 0
        relative = min(4.0, max(-1.0, profit / OWN_INCOME))
        self.income = 0.85 * self.income + 0.15 * relative
        if model.random.random() < self.hazard():
            model.closures += 1
            self.remove()

    def hire(self, demand: float) -> None:
        """Move staff towards what expected demand supports."""
        model = self.model
        wage = WAGES[self.segment] - self.subsidised_wage
        drive = self.log_scale + self.capability + firms_parameters.SHOCK_EXPECTED * self.productivity
        drive += math.log(LABOUR_SHARE * demand / wage)
        gap = math.exp(firms_parameters.ELASTICITY * drive) - self.jobs
        speed = model.firing
        if gap >= 0:
            speed = model.hiring if self.cash >= 0 else 0.0
        self.jobs = min(3999, max(1, math.floor(self.jobs + speed * gap + model.random.random())))

    def pay(self, value_added: float, staff: int) -> tuple[float, float]:
        """Pay wages, rent, taxes and the owner's draw; return profit before it, and a usual month's cost."""
        now = self.model.now
        wages = WAGES[self.segment] * staff
        rent = RENTS[self.segment]
        month_cost = wages + rent
        wages *= 1 - (1 - firms_parameters.SHUT_WAGE) * now.shut
        turnover = value_added * TURNOVER
        tax = turnover * now.law.vat_rate if turnover > now.law.vat_threshold else 0.0
        before_tax = value_added - wages - rent - tax
        if self.segment != G and before_tax > 0:
            relieved = self.relief_draw < now.tax_uptake
            tax += before_tax * (now.law.small_rate if relieved else now.law.full_rate)
        profit = value_added - wages - rent - tax
        if self.cash < 0:
            draw = firms_parameters.LIVING
        else:
            beyond = self.cash - self.buffer * month_cost
            usual = (
                profit + firms_parameters.EXCESS_DRAWN * beyond
                if beyond > 0
                else firms_parameters.DRAW_SHARE * profit
            )
            draw = max(firms_parameters.LIVING, usual)
        self.cash += profit - draw
        return profit, month_cost

    def hazard(self) -> float:
        """Probability of closing this month."""
        model, individual = self.model, self.segment == G
        years = (model.now.last_day - self.opened) / 365.25
        table = HAZARD[individual]
        h: float = model.level[individual] * table[min(int(years), len(table) - 1)] / 12
        h *= math.exp(-model.beta * (min(3.0, max(-1.0, self.income)) - 1.5))
        return max(h, firms_parameters.BROKE) if self.arrears >= firms_parameters.BROKE_MONTHS else h


class Town(mesa.Model):
    """The firms of a city as Mesa agents.

    Args:
        city: whose open firms, parameters and environment are taken over; it is not changed.
        months: to be simulated.
    """

    def __init__(self, city: City, months: int) -> None:
        super().__init__(rng=1)
        p = city.context.parameters
        self.environment = environment(city, months)
        self.base_sales = city.sales.base.tolist()
        self.displacement = [p[firms_parameters.DISPLACEMENT[m].id] for m in city.context.environment.markets]
        self.share = p[firms_parameters.YOUNG_SHARE.id]
        self.hiring, self.firing = p[firms_parameters.HIRING.id], p[firms_parameters.FIRING.id]
        self.advice, self.family_help = p[firms_parameters.ADVICE.id], p[firms_parameters.FAMILY_HELP.id]
        self.beta = p[firms_parameters.BETA.id]
        self.level = [p[firms_parameters.LEVEL_E.id], p[firms_parameters.LEVEL_G.id]]
        self.month = -1
        self.closures = 0
        self.sales: list[float] = []
        self.demand: list[tuple[float, float]] = []
        self.now = self.environment[0]
        for state in columns(city):
            Firm(self, state)

    def step(self) -> None:
        """Run a month: all firms sell, the market clears, all hire, pay, and close or continue."""
        self.month += 1
        self.now = self.environment[self.month]
        self.closures = 0
        self.sales = [0.0] * len(self.base_sales)
        self.agents.do("sell")
        self.demand = [self.market(s) for s in range(len(self.sales))]
        self.agents.do("trade")

    def market(self, sector: int) -> tuple[float, float]:
        """Demand factor of a sector: for other firms, and for exporters."""
        output = self.now.output[sector]
        young = self.sales[sector] / self.base_sales[sector] / firms_parameters.TAU ** (self.month + 1)
        pressed = (self.share * young + (1 - self.share) * output) / output
        low, high = firms_parameters.DEMAND_BOUNDS
        m = min(high, max(low, pressed ** -self.displacement[sector]))
        other, exporter = self.now.factor[sector]
        return m * other, m * exporter


def trade(town: Town, months: int) -> Tally:
    """Simulate the months and count firms open and closures."""
    tally = Tally()
    for _ in range(months):
        tally.traded.append(len(town.agents))
        town.step()
        tally.closures.append(town.closures)
    return tally
