"""Monthly sales and hiring of open firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.model.firms import rules
from sim.model.firms.parameters import (
    ADVICE,
    APPRENTICES,
    DELIVERED,
    DEMAND,
    DISPLACED,
    DISPLACEMENT,
    FIRING,
    HIRING,
    HIRING_DAYS,
    HIRING_RESPONSE,
    INCUMBENT_SHARE,
    INCUMBENTS,
    REACH,
    REACH_EFFECT,
    TRANSFER_DAYS,
    YOUNG_SHARE,
)
from sim.model.population.parameters import WAGE

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Rows
    from sim.model.context import Context
    from sim.model.population.firm_table import Trading


class Sales:
    """Submodel of firms' monthly sales and hiring.

    Args:
        context: context of the run.
        base: potential sales of young firms by sector at the end of 2016, in yuan of value added a month.
    """

    def __init__(self, context: Context, base: Floats) -> None:
        self.context = context
        self.base = base

    def settle(self, trading: Trading) -> Floats:
        """Simulate sales and hiring of the open firms and return their value added, in yuan."""
        firms, month, p = self.context.firms, self.context.clock.month, self.context.parameters
        rows, ids, jobs = trading.rows, trading.ids, trading.jobs
        log_scale, c = firms.log_scale.take(rows), self.advised_capability(rows)
        productivity = rules.next_productivity(
            firms.productivity.take(rows),
            firms.productivity_sd.take(rows),
            self.context.streams.normal(ids, "luck", month),
        )
        usual = rules.potential(log_scale, c, productivity, jobs)
        demand = self.demand(trading, usual)
        wage = np.take(WAGE, trading.segment) - firms.subsidised_wage.take(rows)
        desired = rules.desired_jobs(log_scale, c, productivity, demand, wage)
        u = self.context.streams.uniform(ids, "hire", month)
        firms.jobs[rows] = rules.next_jobs(
            jobs, desired, firms.cash.take(rows) >= 0, u, self.hiring_speed(trading.segment), p[FIRING.id]
        )
        firms.productivity[rows] = productivity
        firms.value_added[rows] = made = rules.value_added(usual, demand, trading.open_share)
        return made

    def demand(self, trading: Trading, usual: Floats) -> Floats:
        """Return each open firm's demand relative to normal, and record the jobs displaced among older firms.

        Args:
            trading: firms open in the month.
            usual: potential sales in yuan of value added.
        """
        firms, month, rows = self.context.firms, self.context.clock.month, trading.rows
        sales = rules.sales_by_sector(usual, trading.young, trading.weight, trading.sector)
        m, older = self.market(sales)
        demand = rules.demand_met(self.context.environment.demand(month, m), trading.sector, trading.exporter)
        demand *= 1 - firms.sales_lost.take(rows)
        reach = self.context.parameters[REACH_EFFECT.id] * self.context.levers.at(
            REACH, self.context.clock.first_day
        )
        if reach:
            demand *= np.where(trading.young, np.float32(rules.further_reach(reach)), np.float32(1))
        taken = reach * m * sales + self.deliver(trading, usual, demand)
        self.displace(older, taken)
        return demand

    def hiring_speed(self, segment: Codes) -> float | Floats:
        """Return the monthly hiring speed: a scalar, or one value per firm if it differs by segment."""
        p, day = self.context.parameters, self.context.clock.first_day
        apprentices, transfer = (self.context.levers.at(lever, day) for lever in (APPRENTICES, TRANSFER_DAYS))
        days = rules.hiring_days(apprentices, transfer, p[HIRING_RESPONSE.id])
        self.context.recorder.put(HIRING_DAYS, self.context.clock.month, days)
        return rules.hiring_speed(p[HIRING.id], days, segment)

    def deliver(self, trading: Trading, usual: Floats, demand: Floats) -> Floats:
        """Deliver orders, raising ``demand`` in place; return the value added delivered by sector in yuan."""
        firms = self.context.firms
        book = firms.order_book.take(trading.rows)
        some = np.flatnonzero(book)
        if not len(some):
            return np.zeros(len(INCUMBENT_SHARE))
        able = usual[some] * demand[some]
        done = rules.delivery(book[some], able)
        firms.order_book[trading.rows[some]] = book[some] - done
        demand[some] *= 1 + done / able
        by_sector = rules.sales_by_sector(done, True, trading.weight[some], trading.sector[some])
        self.context.recorder.put(DELIVERED, self.context.clock.month, by_sector.sum())
        return by_sector

    def advised_capability(self, rows: Rows) -> Floats:
        """Update the capability of advised firms and return the capability of all given firms."""
        firms = self.context.firms
        had = firms.support_hours.take(rows)
        if had.any():
            some = np.flatnonzero(had)
            which, hours = rows[some], had[some]
            start = firms.capability_start[which]
            skill, gamma = firms.skill[which], self.context.parameters[ADVICE.id]
            c = rules.next_capability(firms.capability[which], start, skill, hours, gamma)
            firms.capability[which] = c
            firms.support_hours[which] = rules.next_hours(hours, c, start)
        return np.asarray(firms.capability.take(rows))

    def market(self, sales: Floats) -> tuple[Floats, Floats]:
        """Return the demand factors of young and older firms, by sector.

        Args:
            sales: potential sales of young firms by sector in yuan.
        """
        context, p, month = self.context, self.context.parameters, self.context.clock.month
        delta = np.array([p[DISPLACEMENT[market].id] for market in context.environment.markets])
        young = rules.relative_sales(sales, self.base, month + 1)
        m, older = context.variants.demand(young, context.environment.output(month), p[YOUNG_SHARE.id], delta)
        context.recorder.put(DEMAND, month, m)
        return m, older

    def displace(self, m: Floats, taken: Floats) -> None:
        """Record the jobs displaced among older firms.

        Args:
            m: demand factor of older firms by sector.
            taken: value added in yuan gained from older firms through market reach and orders, by sector.
        """
        p, month = self.context.parameters, self.context.clock.month
        output = self.context.environment.output(month)
        if taken.any():
            m = rules.incumbents_demand(m, taken, self.base, output, p[YOUNG_SHARE.id])
        _, fewer = rules.incumbent_jobs(p[INCUMBENTS.id] * INCUMBENT_SHARE, output, m)
        self.context.recorder.put(DISPLACED, month, fewer)
