"""Population statistics at the end of each month.

Tables count young firms (less than 60 months since registration) as startups. Policy comparisons include all
firms founded since January 2012, whatever their age, so that firms induced by policy do not drop out at age
five.
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
    from sim.engine.event_log import EventLog
    from sim.engine.recorder import Recorder
    from sim.model.calendar import Calendar
    from sim.model.population.firm_table import FirmTable, Trading


def forms(firms: FirmTable, rows: Rows) -> Ints:
    """Return the weighted number of enterprises and of individual businesses."""
    individual = firms.segment[rows] == G
    return np.bincount(individual, weights=firms.weight[rows], minlength=2).astype(np.int64)


def observe(firms: FirmTable, month: int, trading: Trading) -> None:
    """Update each firm's peak jobs and its jobs 12 months after opening, or when last open before that.

    Args:
        firms: firm table.
        month: month counted from January 2017.
        trading: firms open in the month.
    """
    firms.jobs_peak[trading.rows] = np.maximum(firms.jobs_peak.take(trading.rows), trading.jobs)
    first_year = trading.rows.compress(firms.opened_month.take(trading.rows) >= month - 12)
    still = first_year.compress(firms.state.take(first_year) == OPEN)
    firms.jobs_at_12[still] = firms.jobs.take(still)


class Statistics:
    """Submodel that records monthly statistics of the population.

    Args:
        firms: firm table.
        today: current month.
        recorder: recorder of outcomes.
        older: entities registered before 2012 and on the register at the end of 2016.
        events: event log for case histories, if requested.

    Attributes:
        jobs_by_month: jobs of each firm in each month, shape (months, rows); 0 if the firm is not open.
        on_register: number of registered entities founded since 2012, by form.
    """

    def __init__(
        self, firms: FirmTable, today: Calendar, recorder: Recorder, older: float, events: EventLog | None
    ) -> None:
        self.firms, self.today, self.recorder, self.older, self.events = firms, today, recorder, older, events
        self.jobs_by_month = np.zeros((clock.MONTHS, firms.capacity), dtype=np.int16)
        self.on_register = forms(firms, np.flatnonzero(firms.state != FILED))

    def record_jobs(self) -> None:
        """Record the current jobs of open firms for the firm panel."""
        firms, missing = self.firms, self.firms.capacity - self.jobs_by_month.shape[1]
        if missing > 0:  # the table has grown
            self.jobs_by_month = np.pad(self.jobs_by_month, ((0, 0), (0, missing)))
        np.multiply(firms.jobs, firms.state == OPEN, out=self.jobs_by_month[self.today.month, : len(firms)])

    def log_year(self, rows: Rows) -> None:
        """Log the state of firms at the end of a year."""
        assert self.events is not None
        firms = self.firms
        self.events.firms(
            firms.id[rows], "growth.year", day=self.today.last_day, rule="firms.rules.desired_jobs",
            jobs=firms.jobs[rows], income=firms.income[rows], cash=firms.cash[rows] / 100,
            debt=firms.debt[rows] / 100, value_added=firms.value_added[rows])  # fmt: skip

    def settle(
        self, registered: Rows, opened: Rows, trading: Trading, closing: Rows, displaced: float
    ) -> None:
        """Record the statistics of the month.

        Args:
            registered: rows of firms registered in the month.
            opened: rows of firms opened in the month.
            trading: firms open in the month.
            closing: rows of firms closed in the month.
            displaced: jobs displaced among older firms.
        """
        firms, month, put = self.firms, self.today.month, self.recorder.put
        stays = np.flatnonzero(firms.state.take(trading.rows) == OPEN)
        open_now, weight = trading.rows.take(stays), trading.weight.take(stays)
        jobs_now = firms.jobs.take(open_now)
        age = month - firms.registered_month.take(open_now)
        self.record_jobs()
        was_young = closing[is_young(month - 1 - firms.registered_month[closing])]
        left = np.flatnonzero(
            (firms.deregistered >= self.today.first_day) & (firms.deregistered <= self.today.last_day)
        )
        put(REGISTRATIONS, month, forms(firms, registered))
        put(ENTRIES, month, forms(firms, opened))
        put(EXITS, month, forms(firms, was_young))
        put(AGED_OUT, month, forms(firms, open_now.compress(age == YOUNG_MONTHS)))
        put(DEREGISTRATIONS, month, forms(firms, left))
        self.on_register += forms(firms, registered) - forms(firms, left)
        older = older_entities(self.older, month + 1)
        put(ENTITIES, month, self.on_register + older)
        put(FIRMS_ALL, month, weight.sum())
        put(JOBS_ALL, month, np.dot(weight, jobs_now))

        young = np.flatnonzero(is_young(age))
        cells, weight, jobs_now = (
            firms.cell.take(open_now.take(young)),
            weight.take(young),
            jobs_now.take(young),
        )
        shape = (len(FORMS), *(self.recorder[firms_by].shape[1] for firms_by, _ in BY.values()))
        counts = [by_cell(cells, w, shape) for w in (weight, weight * jobs_now)]
        for outcome, count in zip((FIRMS, JOBS), counts, strict=True):
            put(outcome, month, count.sum(axis=(1, 2, 3)))
        for axis, pair in enumerate(BY.values(), start=1):
            others = tuple({0, 1, 2, 3} - {axis})
            for outcome, count in zip(pair, counts, strict=True):
                put(outcome, month, count.sum(axis=others))
        put(JOBS_NET, month, counts[1].sum() - displaced)
