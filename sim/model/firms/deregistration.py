"""Deregistration of firms that have closed or will never open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.engine import clock
from sim.engine.service_desk import ServiceDesk
from sim.model.firms.parameters import (
    DEREGISTRATION_CLERKS,
    DEREGISTRATION_DAYS,
    DEREGISTRATION_FILES_A_DAY,
    LAG_E,
    LAG_G,
    NEVER_OPENED,
    SIMPLE_SHARE,
)
from sim.model.firms.rules import deregistration_lag, notice_days, simple_deregistration
from sim.model.population.firm_table import DEREGISTERED, DEREGISTRATION_PENDING, NEVER, G

if TYPE_CHECKING:
    from sim.engine.arrays import Rows
    from sim.model.context import Context


class Deregistration:
    """Submodel of deregistration: lags, the service desk, and removal from the register after notice."""

    def __init__(self, context: Context) -> None:
        self.context = context

    def open_desk(self) -> None:
        """Open the service desk for deregistrations."""
        rate = self.context.parameters[DEREGISTRATION_FILES_A_DAY.id]
        self.desk = ServiceDesk(
            self.context.model, "deregistration", rate, self.decided, self.context.firms.weight_of)  # fmt: skip

    def never_to_open(self, registered: Rows) -> None:
        """Draw the month in which newly registered firms that will never open apply for deregistration."""
        never = registered[np.isinf(self.context.firms.wait[registered])]
        self.will_leave(never, NEVER_OPENED)

    def begin(self) -> None:
        """Set the staff of the desk for the month."""
        self.desk.staff(self.context.levers.at(DEREGISTRATION_CLERKS, self.context.clock.first_day))

    def will_leave(self, rows: Rows, wait: float) -> None:
        """Draw the month in which firms will apply for deregistration.

        Args:
            rows: rows of firms that have closed or will never open.
            wait: factor on the mean time until application.
        """
        firms, p = self.context.firms, self.context.parameters
        mean = wait * np.where(firms.segment.take(rows) == G, p[LAG_G.id], p[LAG_E.id])
        u = self.context.streams.uniform(firms.id.take(rows), "deregister")
        firms.leaves[rows] = np.minimum(self.context.clock.month + deregistration_lag(u, mean), NEVER)

    def strike_off(self) -> Rows:
        """Strike off firms whose notice period has ended; return the rows of firms that apply this month."""
        firms, today = self.context.firms, self.context.clock
        gone = np.flatnonzero((firms.deregistered <= today.last_day) & (firms.state != DEREGISTERED))
        firms.state[gone] = DEREGISTERED
        return np.flatnonzero(firms.leaves == today.month)

    def hand_in(self, rows: Rows) -> None:
        """Submit applications for deregistration to the desk, each on a random day of the following month."""
        firms, today = self.context.firms, self.context.clock
        ids = firms.id.take(rows)
        length = clock.month_length(min(today.month + 1, clock.MONTHS - 1))
        days = today.last_day + 1 + np.floor(length * self.context.streams.uniform(ids, "deregister", "day"))
        firms.deregistered[rows] = DEREGISTRATION_PENDING
        self.desk.hand_in(days, self.context.ties(ids, "deregistration"), rows)

    def decided(self, day: int, rows: npt.NDArray[np.int64], submitted: npt.NDArray[np.int64]) -> None:
        """Approve applications processed by the desk and start their notice period."""
        self.notice(day, rows)
        self.desk.approve(rows)

    def notice(self, day: int, rows: npt.NDArray[np.int64]) -> None:
        """Set the day on which firms are struck off, given the day of approval."""
        firms = self.context.firms
        levers, u = self.context.levers, self.context.streams.uniform(firms.id.take(rows), "simple")
        simple = simple_deregistration(u, levers.at(SIMPLE_SHARE, day), firms.segment.take(rows) == G)
        days = notice_days(simple, levers.at(DEREGISTRATION_DAYS, day))
        firms.deregistered[rows] = np.minimum(day + days, DEREGISTRATION_PENDING - 1).astype(np.int16)
        if self.context.events:
            self.context.events.firms(
                firms.id[rows], "exit.deregistered", day=firms.deregistered[rows], rule="firms.rules.notice_days", days=days)  # fmt: skip
