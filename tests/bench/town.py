"""A city with a given number of open firms, taken from the initial population, for comparisons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from sim.engine.clock import MONTH_START
from sim.engine.ledger import Ledger
from sim.engine.random_streams import RandomStreams
from sim.engine.recorder import RunOutput
from sim.model.city import City, simulate
from sim.model.environment.assumptions import EnvironmentAssumptions
from sim.model.firms import rules as firms_rules
from sim.model.government import flows
from sim.model.population.firm_table import OPEN
from sim.model.population.parameters import YOUNG_MONTHS
from sim.model.settings import Settings
from sim.policy.scenario.resolution import settings
from sim.policy.scenario.scenario import load_scenario

SEED: Final = 20170609
COLUMNS: Final = (
    "segment", "sector", "exporter", "registered_month", "opened", "log_scale", "capability",
    "capability_start", "skill", "productivity", "productivity_sd", "jobs", "income", "arrears", "helped",
    "support_hours", "subsidised_wage", "cash", "buffer")  # fmt: skip


def as_enacted() -> tuple[Settings, EnvironmentAssumptions]:
    """The plan as enacted, central values: settings and world."""
    scenario = load_scenario("as_enacted")
    return settings(scenario, None), scenario.world


def run(scale: float) -> RunOutput:
    """One run of the plan as enacted at a scale, the initial population included."""
    policy, world = as_enacted()
    return simulate(policy, world, RandomStreams(SEED, 0), uncertain=False, scale=scale)


def of_firms(firms: int, scale: float = 1.0) -> City:
    """City on 1 January 2017 with this many open firms, chosen at random, and nothing else."""
    policy, world = as_enacted()
    city = City(policy, world, RandomStreams(SEED, 0), uncertain=False, scale=scale)
    open_now = city.context.firms.rows_in(OPEN)
    if len(open_now) < firms:
        raise ValueError(f"{len(open_now)} firms are open at scale {scale}, {firms} requested")
    draw = city.context.streams.bits(city.context.firms.id[open_now], "bench")
    kept = np.sort(open_now[np.argsort(draw)[:firms]])
    city.context.firms.keep(kept)
    all_ = city.context.firms
    all_.weight[:] = 1
    sales = firms_rules.potential(all_.log_scale, all_.capability, all_.productivity, all_.jobs)
    young = all_.registered_month >= -YOUNG_MONTHS
    weight = all_.weight.astype(np.int64)
    city.sales.base = firms_rules.sales_by_sector(sales, young, weight, all_.sector).astype(np.float64)
    city.context.accounts.ledger = Ledger(flows.FLOWS, {"startups": all_.cash_held()})
    city.context.accounts.ledger.held("startups", all_.cash_held)
    return city


@dataclass
class Tally:
    """Firms open and firms closed, month by month.

    Attributes:
        traded: firms that were open.
        closures: of these, firms that closed.
    """

    traded: list[int] = field(default_factory=list)
    closures: list[int] = field(default_factory=list)


def trade(city: City, months: int) -> Tally:
    """Growth, cost, hiring and exit by the submodel of firms, month by month; no firm enters."""
    tally = Tally()
    recalled = np.zeros(0, dtype=np.intp)
    for month in range(months):
        first, end = (int(day) for day in MONTH_START[month : month + 2])
        city.context.clock.turn(month, first, end - 1)
        trading = city.context.firms.trading(month, first, end - 1)
        value_added = city.sales.settle(trading)
        profit = city.costs.settle(trading, value_added)
        closures = city.exit.close(trading, profit, recalled)
        city.exit.distribute(closures)
        city.context.accounts.close_month()
        tally.traded.append(len(trading.rows))
        tally.closures.append(len(closures.rows))
    return tally


def jobs(city: City) -> list[int]:
    """Owner and staff of every open firm."""
    firms = city.context.firms
    numbers: list[int] = firms.jobs[firms.rows_in(OPEN)].tolist()
    return numbers


def columns(city: City) -> list[dict[str, Any]]:
    """Columns of every open firm as a mapping, for models with one object for each firm."""
    firms = city.context.firms
    values = [getattr(firms, name).tolist() for name in COLUMNS]
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*values, strict=True)]
