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
from sim.model.entry.parameters import (
    ELECTRONIC_SHARE,
    INDIVIDUAL_SHARE_OF_DAYS,
    LICENCE_CLERKS,
    LICENCE_DAYS,
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
    from sim.model.city import City

_LICENSED: Final = np.array([LICENSED.get(s.slug, 0.0) for s in geography.sectors()])


def dispositions(
    city: City, ids: Ints, segment: npt.NDArray[np.int8], sector: npt.NDArray[np.int8]
) -> dict[str, Any]:
    """What each founder brings to the register: patience, speed, when it means to open, the licence it needs."""
    chance, p, individual = city.chance, city.drawn, segment == G
    u = chance.uniform(ids, "opening")
    at_once = np.where(individual, p[OPEN_AT_ONCE_G.id], p[OPEN_AT_ONCE_E.id])
    ever = np.where(individual, p[OPEN_EVER_G.id], p[OPEN_EVER_E.id])
    lot = chance.uniform(ids, "licensed")
    production = city.environment.tradable[sector] & (lot < PRODUCTION_LICENSED)
    return {
        "wait": opening_wait(u, at_once, ever) * (365.25 / 12),
        "patience": p[PATIENCE.id] * np.exp(0.5 * chance.normal(ids, "patience")),
        "steps": np.exp(0.3 * chance.normal(ids, "steps"))
        * np.where(individual, INDIVIDUAL_SHARE_OF_DAYS, 1.0),
        "licence": np.where(production, 2, lot < _LICENSED[sector]).astype(np.int8),
    }


def open_on(city: City, rows: Rows, day: Floats) -> None:
    """Note the day on which firms will open; a day after the run never comes."""
    city.firms.opened[rows] = np.where(day <= clock.DAYS, np.ceil(day), NEVER)


def registered(city: City, day: int, rows: Ints, came: Ints) -> None:
    """The registry has handled these files: the other steps follow, then the licence where one is needed."""
    firms = city.firms
    done = day + np.floor(clock.working_days(city.at(OPENING_DAYS, day)) * firms.steps[rows])
    firms.registered[rows] = done
    city.windows["registry"].approve(rows)
    if city.diary:
        city.diary.firms(
            firms.id[rows], "registration.registered", day=done, waited=day - came, rule="registration.files_a_day",
            steps=done - day)  # fmt: skip
    open_on(city, rows, done + firms.wait[rows])
    bound = firms.licence[rows] > 0
    if bound.any():
        rows, done = rows[bound], done[bound]
        firms.opened[rows] = NEVER  # until the licence is there
        city.windows["licence"].hand_in(done, city.ties(firms.id[rows], "licence"), rows)


def licensed(city: City, day: int, rows: Ints, came: Ints) -> None:
    """The licence office has handled these files: after the procedure's days the firm may open."""
    firms = city.firms
    days = np.where(
        firms.licence[rows] == 2, city.at(PRODUCTION_LICENCE_DAYS, day), city.at(LICENCE_DAYS, day)
    )
    open_on(city, rows, np.maximum(day + days, firms.registered[rows] + firms.wait[rows]))
    city.windows["licence"].approve(rows)
    if city.diary:
        city.diary.firms(
            firms.id[rows], "registration.licensed", day=day + days, waited=day - came, rule="registration.licensed")  # fmt: skip


def begin(city: City) -> None:
    """Posts at the two windows as policy sets them this month."""
    day, p = city.first_day, city.drawn
    registry, licence = city.windows["registry"], city.windows["licence"]
    registry.staff(city.at(REGISTRY_CLERKS, day))
    registry.files_a_day = files_a_day(p[REGISTRY_FILES_A_DAY.id], city.at(ELECTRONIC_SHARE, day))
    licence.staff(city.at(LICENCE_CLERKS, day))


def settle(city: City) -> Rows:
    """Who was registered this month; who has waited too long gives up. Returns the rows registered."""
    firms = city.firms
    filed = firms.rows_in(FILED)
    rows = filed.compress(firms.registered.take(filed) <= city.last_day)
    firms.state[rows] = REGISTERED
    firms.registered_month[rows] = city.month
    line = city.windows["registry"].line
    waiting = line.waiting(city.last_day)
    if len(waiting):
        tired = city.last_day - firms.filed[waiting] > firms.patience[waiting]
        tired &= waiting >= 0  # a phantom never tires
        if tired.any():
            firms.state[waiting[tired]] = GIVEN_UP
            if city.diary:
                gone = waiting[tired]
                city.diary.firms(
                    firms.id[gone], "registration.given_up", day=city.last_day, rule="registration.settle",
                    waited=city.last_day - firms.filed[gone])  # fmt: skip
            line.withdraw(tired)
    return rows
