"""Deregistration: closed firms ask to leave the register, and leave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.model.firms.parameters import (
    DEREGISTRATION_CLERKS,
    DEREGISTRATION_DAYS,
    LAG_E,
    LAG_G,
    ORDINARY_DAYS,
    SIMPLE_SHARE,
)
from sim.model.firms.rules import deregistration_lag
from sim.model.population.firm_table import ASKED, DEREGISTERED, NEVER, G

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.city import City


def begin(city: City) -> None:
    """Clerks at the window as policy sets them this month."""
    city.windows["deregistration"].staff(city.at(DEREGISTRATION_CLERKS, city.first_day))


def will_leave(city: City, rows: Rows, wait: float) -> None:
    """Draw the month in which these firms, closed or never to open, will ask for deregistration."""
    firms, p = city.firms, city.drawn
    mean = wait * np.where(firms.segment.take(rows) == G, p[LAG_G.id], p[LAG_E.id])
    u = city.chance.uniform(firms.id.take(rows), "deregister")
    firms.leaves[rows] = np.minimum(city.month + deregistration_lag(u, mean), NEVER)


def deregister(city: City) -> None:
    """Who asks to leave the register comes to the window next month; those whose day has come are gone."""
    firms = city.firms
    gone = np.flatnonzero((firms.deregistered <= city.last_day) & (firms.state != DEREGISTERED))
    firms.state[gone] = DEREGISTERED
    leave(city, np.flatnonzero(firms.leaves == city.month))


def leave(city: City, rows: Rows) -> None:
    """Hand in the files; before 2017 there is no line, only the notice."""
    firms = city.firms
    if city.month < 0:
        notice(city, city.last_day, rows)
        return
    length = clock.month_length(min(city.month + 1, clock.MONTHS - 1))
    days = (
        city.last_day + 1 + np.floor(length * city.chance.uniform(firms.id.take(rows), "deregister", "day"))
    )
    firms.deregistered[rows] = ASKED
    city.windows["deregistration"].hand_in(days, city.ties(firms.id.take(rows), "deregistration"), rows)


def decided(city: City, day: int, rows: npt.NDArray[np.int64], came: npt.NDArray[np.int64]) -> None:
    """The window has handled these files: they leave the register after the notice."""
    notice(city, day, rows)
    city.windows["deregistration"].approve(rows)


def notice(city: City, day: int, rows: npt.NDArray[np.int64]) -> None:
    """The day on which firms leave the register whose files are through on a day."""
    firms = city.firms
    simple = city.chance.uniform(firms.id.take(rows), "simple") < city.at(SIMPLE_SHARE, day)
    simple |= firms.segment.take(rows) == G  # an individual business never needs more
    days = np.where(simple, city.at(DEREGISTRATION_DAYS, day), ORDINARY_DAYS)
    firms.deregistered[rows] = np.minimum(day + days, ASKED - 1).astype(np.int16)
    if city.diary and city.month >= 0:
        city.diary.firms(
            firms.id[rows], "exit.deregistered", day=firms.deregistered[rows], rule="exit.deregistration_lag", days=days)  # fmt: skip
