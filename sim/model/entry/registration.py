"""Registration: service desks of the registry and the licence offices.

A clerk at the registry processes a founder's application, and the firm is registered once the remaining steps
are complete. Firms in licensed business lines then apply to the licence office. Measures: M01 (licences,
production licences), M02 (days, clerks, online applications). Evidence: ADMIN02-04, JOB01-02.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine import clock
from sim.engine.service_desk import ServiceDesk
from sim.model.entry import rules
from sim.model.entry.parameters import (
    ELECTRONIC_SHARE,
    LICENCE_CLERKS,
    LICENCE_DAYS,
    LICENCES_A_DAY,
    OPEN_AT_ONCE_E,
    OPEN_AT_ONCE_G,
    OPEN_EVER_E,
    OPEN_EVER_G,
    OPENING_DAYS,
    PATIENCE,
    PRODUCTION_LICENCE_DAYS,
    REGISTRY_CLERKS,
    REGISTRY_FILES_A_DAY,
)
from sim.model.population.firm_table import FILED, GIVEN_UP, NEVER, REGISTERED, G
from sim.model.population.parameters import MONTH_DAYS

if TYPE_CHECKING:
    from sim.engine.arrays import Codes, Floats, Ints, Rows
    from sim.model.context import Context


def founder_traits(context: Context, ids: Ints, segment: Codes, sector: Codes) -> dict[str, Any]:
    """Draw founders' patience, relative opening days, time until opening, and required licence."""
    streams, p, individual = context.streams, context.parameters, segment == G
    at_once = np.where(individual, p[OPEN_AT_ONCE_G.id], p[OPEN_AT_ONCE_E.id])
    ever = np.where(individual, p[OPEN_EVER_G.id], p[OPEN_EVER_E.id])
    tradable = context.environment.tradable[sector]
    return {
        "wait": rules.opening_wait(streams.uniform(ids, "opening"), at_once, ever) * MONTH_DAYS,
        "patience": rules.patience(p[PATIENCE.id], streams.normal(ids, "patience")),
        "steps": rules.steps(individual, streams.normal(ids, "steps")),
        "licence": rules.licence_needed(streams.uniform(ids, "licensed"), tradable, sector),
    }


class Registration:
    """Submodel of registration: service desks of the registry and licence offices, and opening days."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def open_desks(self) -> None:
        """Open the service desks of the registry and the licence offices."""
        model, p, weigh = self.context.model, self.context.parameters, self.context.firms.weight_of
        self.registry = ServiceDesk(model, "registry", p[REGISTRY_FILES_A_DAY.id], self.registered, weigh)
        self.licence = ServiceDesk(model, "licence", p[LICENCES_A_DAY.id], self.licensed, weigh)

    @property
    def desks(self) -> list[ServiceDesk]:
        """Service desks of the registry and the licence offices."""
        return [self.registry, self.licence]

    def opening_days(self, day: float) -> float:
        """Return the official number of working days to open a firm, which affects founding decisions."""
        return self.context.levers.at(OPENING_DAYS, day)

    def open_on(self, rows: Rows, day: Floats) -> None:
        """Set the opening day of firms; firms that would open after the end of the run never open."""
        self.context.firms.opened[rows] = np.where(day <= clock.DAYS, np.ceil(day), NEVER)

    def registered(self, day: int, rows: Ints, submitted: Ints) -> None:
        """Approve applications processed by the registry and schedule the remaining steps.

        Args:
            day: day of the decision.
            rows: rows of the firms.
            submitted: days on which the firms applied.
        """
        firms = self.context.firms
        done = day + np.floor(
            clock.working_days(self.context.levers.at(OPENING_DAYS, day)) * firms.steps[rows]
        )
        firms.registered[rows] = done
        self.registry.approve(rows)
        if self.context.events:
            self.context.events.firms(
                firms.id[rows], "registration.registered", day=done, waited=day - submitted, rule="entry.rules.files_a_day",
                steps=done - day)  # fmt: skip
        self.open_on(rows, done + firms.wait[rows])
        bound = firms.licence[rows] > 0
        if bound.any():
            rows, done = rows[bound], done[bound]
            firms.opened[rows] = NEVER  # until the licence is granted
            self.licence.hand_in(done, self.context.ties(firms.id[rows], "licence"), rows)

    def licensed(self, day: int, rows: Ints, submitted: Ints) -> None:
        """Approve applications processed by the licence office and set the opening day.

        Args:
            day: day of the decision.
            rows: rows of the firms.
            submitted: days on which the firms applied.
        """
        firms, levers = self.context.firms, self.context.levers
        production, service = levers.at(PRODUCTION_LICENCE_DAYS, day), levers.at(LICENCE_DAYS, day)
        days = np.where(firms.licence[rows] == 2, production, service)
        self.open_on(rows, rules.opening_day(day, days, firms.registered[rows], firms.wait[rows]))
        self.licence.approve(rows)
        if self.context.events:
            self.context.events.firms(
                firms.id[rows], "registration.licensed", day=day + days, waited=day - submitted, rule="entry.rules.opening_day")  # fmt: skip

    def begin(self) -> None:
        """Set the staff of both desks and the registry's processing rate for the month."""
        day, p, levers = self.context.clock.first_day, self.context.parameters, self.context.levers
        self.registry.staff(levers.at(REGISTRY_CLERKS, day))
        online = levers.at(ELECTRONIC_SHARE, day)
        self.registry.files_a_day = rules.files_a_day(p[REGISTRY_FILES_A_DAY.id], online)
        self.licence.staff(levers.at(LICENCE_CLERKS, day))

    def settle(self) -> Rows:
        """Mark firms registered this month, withdraw impatient founders' applications and return the rows."""
        firms, clock_ = self.context.firms, self.context.clock
        filed = firms.rows_in(FILED)
        rows = filed.compress(firms.registered.take(filed) <= clock_.last_day)
        firms.state[rows] = REGISTERED
        firms.registered_month[rows] = clock_.month
        self._give_up()
        return rows

    def _give_up(self) -> None:
        """Withdraw the applications of founders whose waiting time at the registry exceeds their patience."""
        firms, day, queue = self.context.firms, self.context.clock.last_day, self.registry.queue
        waiting = queue.waiting(day)
        if not len(waiting):
            return
        impatient = rules.gives_up(day - firms.filed[waiting], firms.patience[waiting])
        impatient &= waiting >= 0  # placebo files are not withdrawn
        if not impatient.any():
            return
        gone = waiting[impatient]
        firms.state[gone] = GIVEN_UP
        if self.context.events:
            self.context.events.firms(
                firms.id[gone], "registration.given_up", day=day, rule="entry.rules.gives_up", waited=day - firms.filed[gone])  # fmt: skip
        queue.withdraw(impatient)
