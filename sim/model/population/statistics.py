"""Census: what is counted of the population at each month's end, and survival at the run's end.

Young firms (under 60 months from registration) are the startups of all tables; the fixed universe
(founded 2012-01 or later, whatever age) is what policies are compared over, or a saved firm would
vanish as it turns five.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine import clock
from sim.model.population.firm_table import FILED, OPEN, G
from sim.model.population.parameters import (
    AGED_OUT,
    BY,
    DEREGISTRATIONS,
    ENTITIES,
    ENTRIES,
    EXITS,
    FIRMS,
    FIRMS_ALL,
    FORMS,
    JOBS,
    JOBS_ALL,
    JOBS_NET,
    REGISTRATIONS,
    YOUNG_MONTHS,
)
from sim.model.population.rules import by_cell, is_young, older_entities

if TYPE_CHECKING:
    from sim.engine.arrays import Ints, Rows
    from sim.model.context import Context
    from sim.model.population.firm_table import FirmTable, Trading


def forms(firms: FirmTable, rows: Rows) -> Ints:
    """Weighted count of rows by form."""
    individual = firms.segment[rows] == G
    return np.bincount(individual, weights=firms.weight[rows], minlength=2).astype(np.int64)


def observe(context: Context, trading: Trading) -> None:
    """Keep what is asked of a firm later: its peak, and its jobs 12 months after opening or when last seen."""
    firms, month = context.firms, context.clock.month
    firms.jobs_peak[trading.rows] = np.maximum(firms.jobs_peak.take(trading.rows), trading.jobs)
    first_year = trading.rows.compress(firms.opened_month.take(trading.rows) >= month - 12)
    still = first_year.compress(firms.state.take(first_year) == OPEN)
    firms.jobs_at_12[still] = firms.jobs.take(still)


class Statistics:
    """What is counted of the population, month by month."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.jobs_by_month = np.zeros((clock.MONTHS, context.firms.capacity), dtype=np.int16)
        self.on_register = forms(context.firms, np.flatnonzero(context.firms.state != FILED))

    def note_jobs(self) -> None:
        """Keep the month's jobs of the open firms for the panel."""
        firms, missing = self.context.firms, self.context.firms.capacity - self.jobs_by_month.shape[1]
        if missing > 0:  # the table has grown since
            self.jobs_by_month = np.pad(self.jobs_by_month, ((0, 0), (0, missing)))
        np.multiply(
            firms.jobs, firms.state == OPEN, out=self.jobs_by_month[self.context.clock.month, : len(firms)]
        )

    def note_year(self, rows: Rows) -> None:
        """How the firms stand at a year's end, for the diary."""
        assert self.context.events is not None
        firms = self.context.firms
        self.context.events.firms(
            firms.id[rows], "growth.year", day=self.context.clock.last_day, rule="firms.rules.desired_jobs",
            jobs=firms.jobs[rows], income=firms.income[rows], cash=firms.cash[rows] / 100,
            debt=firms.debt[rows] / 100, value_added=firms.value_added[rows])  # fmt: skip

    def settle(
        self, registered: Rows, opened: Rows, trading: Trading, closing: Rows, displaced: float
    ) -> None:
        """Count the month: who registered, opened, traded and closed in it, and the jobs displaced elsewhere."""
        firms, month, put = self.context.firms, self.context.clock.month, self.context.recorder.put
        stays = np.flatnonzero(firms.state.take(trading.rows) == OPEN)
        open_now, weight = trading.rows.take(stays), trading.weight.take(stays)
        jobs_now = firms.jobs.take(open_now)
        age = month - firms.registered_month.take(open_now)
        self.note_jobs()
        was_young = closing[is_young(month - 1 - firms.registered_month[closing])]
        left = np.flatnonzero(
            (firms.deregistered >= self.context.clock.first_day)
            & (firms.deregistered <= self.context.clock.last_day)
        )
        put(REGISTRATIONS, month, forms(firms, registered))
        put(ENTRIES, month, forms(firms, opened))
        put(EXITS, month, forms(firms, was_young))
        put(AGED_OUT, month, forms(firms, open_now.compress(age == YOUNG_MONTHS)))
        put(DEREGISTRATIONS, month, forms(firms, left))
        self.on_register += forms(firms, registered) - forms(firms, left)
        older = older_entities(self.context.initial["older_entities"], month + 1)
        put(ENTITIES, month, self.on_register + older)
        put(FIRMS_ALL, month, weight.sum())
        put(JOBS_ALL, month, np.dot(weight, jobs_now))

        young = np.flatnonzero(is_young(age))
        cells, weight, jobs_now = (
            firms.cell.take(open_now.take(young)),
            weight.take(young),
            jobs_now.take(young),
        )
        shape = (len(FORMS), *(self.context.recorder[firms_by].shape[1] for firms_by, _ in BY.values()))
        counts = [by_cell(cells, w, shape) for w in (weight, weight * jobs_now)]
        for outcome, count in zip((FIRMS, JOBS), counts, strict=True):
            put(outcome, month, count.sum(axis=(1, 2, 3)))
        for axis, pair in enumerate(BY.values(), start=1):
            others = tuple({0, 1, 2, 3} - {axis})
            for outcome, count in zip(pair, counts, strict=True):
                put(outcome, month, count.sum(axis=others))
        put(JOBS_NET, month, counts[1].sum() - displaced)
