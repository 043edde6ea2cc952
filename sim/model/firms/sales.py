"""Sales: a month of sales and hiring of the firms that are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.model.firms import parameters, rules
from sim.model.population.parameters import WAGE

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Rows
    from sim.model.context import Context
    from sim.model.population.firm_table import Trading


class Sales:
    """Sales and hiring of the month.

    Args:
        context: see :class:`Context`.
        base: sales of young firms by sector at the end of 2016, yuan of value added a month.
    """

    def __init__(self, context: Context, base: Floats) -> None:
        self.context = context
        self.base = base

    def settle(self, trading: Trading) -> Floats:
        """A month of sales and hiring for the firms that are open. Returns value added of the month, yuan."""
        firms, month, p = self.context.firms, self.context.clock.month, self.context.parameters
        rows, ids, jobs = trading.rows, trading.ids, trading.jobs
        log_scale, c = firms.log_scale.take(rows), self.advised_capability(rows)
        g = self.context.streams.normal(ids, "luck", month)
        productivity = rules.next_productivity(
            firms.productivity.take(rows), firms.productivity_sd.take(rows), g
        )
        usual = rules.potential(log_scale, c, productivity, jobs)
        sales = rules.sales_by_sector(usual, trading.young, trading.weight, trading.sector)
        m, older = self.market(sales)
        demand = rules.demand_met(self.context.environment.demand(month, m), trading.sector, trading.exporter)
        demand *= 1 - firms.sales_lost.take(rows)
        reach = p[parameters.REACH_EFFECT.id] * self.context.levers.at(
            parameters.REACH, self.context.clock.first_day
        )
        if reach:
            demand *= np.where(trading.young, np.float32(rules.further_reach(reach)), np.float32(1))
        taken = reach * m * sales + self.deliver(trading, usual, demand)
        self.displace(older, taken)
        wage = np.take(WAGE, trading.segment) - firms.subsidised_wage.take(rows)
        wanted = rules.wanted_jobs(log_scale, c, productivity, demand, wage)
        u = self.context.streams.uniform(ids, "hire", month)
        hire = self.hiring_speed(trading.segment)
        firms.jobs[rows] = rules.next_jobs(
            jobs, wanted, firms.cash.take(rows) >= 0, u, hire, p[parameters.FIRING.id]
        )
        firms.productivity[rows] = productivity
        firms.value_added[rows] = made = rules.value_added(usual, demand, trading.open_share)
        return made

    def hiring_speed(self, segment: npt.NDArray[np.int8]) -> float | Floats:
        """Speed of hiring, a month; enterprises hire trainees and insured staff, individual businesses neighbours and kin."""
        p, day = self.context.parameters, self.context.clock.first_day
        apprentices, transfer = (
            self.context.levers.at(parameters.APPRENTICES, day),
            self.context.levers.at(parameters.TRANSFER_DAYS, day),
        )
        days = rules.hiring_days(apprentices, transfer, p[parameters.HIRING_RESPONSE.id])
        self.context.recorder.put(parameters.HIRING_DAYS, self.context.clock.month, days)
        if days == parameters.SEARCH_DAYS:
            return p[parameters.HIRING.id]
        faster = np.array(
            [1.0, parameters.SEARCH_DAYS / days, parameters.SEARCH_DAYS / days], dtype=np.float32
        )  # G, E, T
        return np.take(np.float32(p[parameters.HIRING.id]) * faster, segment)

    def deliver(self, trading: Trading, usual: Floats, demand: Floats) -> Floats:
        """Firms with orders in their books sell more than usual this month: ``demand`` rises. Returns that by sector, yuan."""
        firms = self.context.firms
        book = firms.order_book.take(trading.rows)
        some = np.flatnonzero(book)
        if not len(some):
            return np.zeros(len(parameters.INCUMBENT_SHARE))
        able = usual[some] * demand[some]
        done = rules.delivery(book[some], able)
        firms.order_book[trading.rows[some]] = book[some] - done
        demand[some] *= 1 + done / able
        by_sector = rules.sales_by_sector(done, True, trading.weight[some], trading.sector[some])
        self.context.recorder.put(parameters.DELIVERED, self.context.clock.month, by_sector.sum())
        return by_sector

    def advised_capability(self, rows: Rows) -> Floats:
        """Capability of the month; only firms that have had advice move, and forget it in about a year."""
        firms = self.context.firms
        had = firms.support_hours.take(rows)
        if had.any():
            some = np.flatnonzero(had)
            which, hours = rows[some], had[some]
            start = firms.capability_start[which]
            skill, gamma = firms.skill[which], self.context.parameters[parameters.ADVICE.id]
            c = rules.next_capability(firms.capability[which], start, skill, hours, gamma)
            firms.capability[which] = c
            hours *= np.float32(parameters.FORGETTING)
            firms.support_hours[which] = np.where((hours > parameters.LEAST_HOURS) | (c > start), hours, 0)
        return np.asarray(firms.capability.take(rows))

    def market(self, sales: Floats) -> tuple[Floats, Floats]:
        """Demand factor of young and of older firms, by sector."""
        p = self.context.parameters
        delta = np.array(
            [p[parameters.DISPLACEMENT[market].id] for market in self.context.environment.markets]
        )
        young = sales / self.base / parameters.TAU ** (self.context.clock.month + 1)
        m, older = self.context.variants.demand(
            young,
            self.context.environment.output(self.context.clock.month),
            p[parameters.YOUNG_SHARE.id],
            delta,
        )
        self.context.recorder.put(parameters.DEMAND, self.context.clock.month, m)
        return m, older

    def displace(self, m: Floats, taken: Floats) -> None:
        """What older firms lose in jobs, to the press of young firms and to what these took from them."""
        p, base, output = (
            self.context.parameters,
            self.base,
            self.context.environment.output(self.context.clock.month),
        )
        older = m
        if taken.any():
            older = rules.incumbents_demand(m, taken, base, output, p[parameters.YOUNG_SHARE.id])
        before = p[parameters.INCUMBENTS.id] * parameters.INCUMBENT_SHARE
        _, fewer = rules.incumbent_jobs(before, output, older)
        self.context.recorder.put(parameters.DISPLACED, self.context.clock.month, fewer)
