"""Registration: the queues of the registry and of the licence offices.

A founder's file waits for a clerk of the registry, takes the days of the other steps, and is
registered; lines under licence then wait at the licence offices. Measures: M01 (licences, production
licences), M02 (days, clerks, online files).
Evidence: ADMIN02-04, JOB01-02.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.service_desk import ServiceDesk
from sim.model.entry.parameters import (
    ELECTRONIC_SHARE,
    INDIVIDUAL_SHARE_OF_DAYS,
    LICENCE_CLERKS,
    LICENCE_DAYS,
    LICENCES_A_DAY,
    LICENSED,
    OPEN_AT_ONCE_E,
    OPEN_AT_ONCE_G,
    OPEN_EVER_E,
    OPEN_EVER_G,
    OPENING_DAYS,
    PATIENCE,
    PRODUCTION_LICENCE_DAYS,
    PRODUCTION_LICENSED,
    REGISTRY_CLERKS,
    REGISTRY_FILES_A_DAY,
)
from sim.model.entry.rules import files_a_day, opening_wait
from sim.model.environment import geography
from sim.model.population.firm_table import FILED, GIVEN_UP, NEVER, REGISTERED, G

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints, Rows
    from sim.model.context import Context

_LICENSED: Final = np.array([LICENSED.get(s.slug, 0.0) for s in geography.sectors()])


def founder_traits(
    context: Context, ids: Ints, segment: npt.NDArray[np.int8], sector: npt.NDArray[np.int8]
) -> dict[str, Any]:
    """What each founder brings to the register: patience, speed, when it means to open, the licence it needs."""
    chance, p, individual = context.streams, context.parameters, segment == G
    u = chance.uniform(ids, "opening")
    at_once = np.where(individual, p[OPEN_AT_ONCE_G.id], p[OPEN_AT_ONCE_E.id])
    ever = np.where(individual, p[OPEN_EVER_G.id], p[OPEN_EVER_E.id])
    lot = chance.uniform(ids, "licensed")
    production = context.environment.tradable[sector] & (lot < PRODUCTION_LICENSED)
    return {
        "wait": opening_wait(u, at_once, ever) * (365.25 / 12),
        "patience": p[PATIENCE.id] * np.exp(0.5 * chance.normal(ids, "patience")),
        "steps": np.exp(0.3 * chance.normal(ids, "steps"))
        * np.where(individual, INDIVIDUAL_SHARE_OF_DAYS, 1.0),
        "licence": np.where(production, 2, lot < _LICENSED[sector]).astype(np.int8),
    }


class Registration:
    """The registry and the licence offices: service desks, and the days on which firms may open."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def open_desks(self) -> None:
        """Open the registry and the licence offices."""
        model, p, weigh = self.context.model, self.context.parameters, self.context.firms.weight_of
        self.registry = ServiceDesk(model, "registry", p[REGISTRY_FILES_A_DAY.id], self.registered, weigh)
        self.licence = ServiceDesk(model, "licence", p[LICENCES_A_DAY.id], self.licensed, weigh)

    @property
    def desks(self) -> list[ServiceDesk]:
        """Its service desks."""
        return [self.registry, self.licence]

    def opening_days(self, day: float) -> float:
        """Working days of opening a firm, which a founder considers before founding."""
        return self.context.levers.at(OPENING_DAYS, day)

    def open_on(self, rows: Rows, day: Floats) -> None:
        """Note the day on which firms will open; a day after the run never comes."""
        self.context.firms.opened[rows] = np.where(day <= clock.DAYS, np.ceil(day), NEVER)

    def registered(self, day: int, rows: Ints, came: Ints) -> None:
        """The registry has handled these files: the other steps follow, then the licence where one is needed."""
        firms = self.context.firms
        done = day + np.floor(
            clock.working_days(self.context.levers.at(OPENING_DAYS, day)) * firms.steps[rows]
        )
        firms.registered[rows] = done
        self.registry.approve(rows)
        if self.context.events:
            self.context.events.firms(
                firms.id[rows], "registration.registered", day=done, waited=day - came, rule="entry.rules.files_a_day",
                steps=done - day)  # fmt: skip
        self.open_on(rows, done + firms.wait[rows])
        bound = firms.licence[rows] > 0
        if bound.any():
            rows, done = rows[bound], done[bound]
            firms.opened[rows] = NEVER  # until the licence is there
            self.licence.hand_in(done, self.context.ties(firms.id[rows], "licence"), rows)

    def licensed(self, day: int, rows: Ints, came: Ints) -> None:
        """The licence office has handled these files: after the procedure's days the firm may open."""
        firms = self.context.firms
        days = np.where(
            firms.licence[rows] == 2,
            self.context.levers.at(PRODUCTION_LICENCE_DAYS, day),
            self.context.levers.at(LICENCE_DAYS, day),
        )
        self.open_on(rows, np.maximum(day + days, firms.registered[rows] + firms.wait[rows]))
        self.licence.approve(rows)
        if self.context.events:
            self.context.events.firms(
                firms.id[rows], "entry.registration.Registration", day=day + days, waited=day - came, rule="entry.registration.Registration")  # fmt: skip

    def begin(self) -> None:
        """Posts at the two windows as policy sets them this month."""
        day, p = self.context.clock.first_day, self.context.parameters
        registry, licence = self.registry, self.licence
        registry.staff(self.context.levers.at(REGISTRY_CLERKS, day))
        registry.files_a_day = files_a_day(
            p[REGISTRY_FILES_A_DAY.id], self.context.levers.at(ELECTRONIC_SHARE, day)
        )
        licence.staff(self.context.levers.at(LICENCE_CLERKS, day))

    def settle(self) -> Rows:
        """Who was registered this month; who has waited too long gives up. Returns the rows registered."""
        firms = self.context.firms
        filed = firms.rows_in(FILED)
        rows = filed.compress(firms.registered.take(filed) <= self.context.clock.last_day)
        firms.state[rows] = REGISTERED
        firms.registered_month[rows] = self.context.clock.month
        line = self.registry.line
        waiting = line.waiting(self.context.clock.last_day)
        if len(waiting):
            tired = self.context.clock.last_day - firms.filed[waiting] > firms.patience[waiting]
            tired &= waiting >= 0  # a phantom never tires
            if tired.any():
                firms.state[waiting[tired]] = GIVEN_UP
                if self.context.events:
                    gone = waiting[tired]
                    self.context.events.firms(
                        firms.id[gone], "registration.given_up", day=self.context.clock.last_day, rule="entry.registration.Registration",
                        waited=self.context.clock.last_day - firms.filed[gone])  # fmt: skip
                line.withdraw(tired)
        return rows
