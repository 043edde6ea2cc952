"""Agents of business support: protection centres and the cases that they handle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import simpy

from sim.engine.service_desk import ServiceDesk
from sim.model.business_support.parameters import CASE_WORK, CENTRE_CLERKS, CENTRE_SECTORS
from sim.model.business_support.rules import case_length

if TYPE_CHECKING:
    from sim.engine.arrays import Floats, Ints
    from sim.model.business_support.intellectual_property import IntellectualProperty


class ProtectionCentre(ServiceDesk):
    """Rapid protection centre, whose two case officers handle the intellectual property cases of one sector.

    Each file at the desk is a case.

    Attributes:
        sector: number of the sector whose cases it handles.
        closed: whether the centre has closed, so that its cases follow the ordinary procedure.
    """

    def __init__(self, rights: IntellectualProperty, number: int) -> None:
        rate = 1 / rights.context.parameters[CASE_WORK.id]
        super().__init__(rights.context.model, "ip", rate, self._handled, rights.weigh)
        self.rights, self.sector, self.closed = rights, rights.sectors[number % len(CENTRE_SECTORS)], False
        self.staff(CENTRE_CLERKS)

    def _handled(self, day: int, files: Ints, came: Ints) -> None:
        """Begin the procedure of the cases that case officers have handled."""
        self.approve(files)
        for file in files.tolist():
            self.rights.cases[file].handled.succeed()

    def remove(self) -> None:
        """Close the centre; its pending cases follow the ordinary procedure."""
        day = int(self.rights.context.env.now)
        for file in (*self.queue.waiting(day).tolist(), *self.queue.to_come(day).tolist()):
            self.rights.cases[file].handled.succeed()
        self.closed = True
        self.staff(0)
        super().remove()


@dataclass(slots=True)
class Case:
    """Infringement of a firm's intellectual property right, until the infringing product is off the market.

    Attributes:
        row: row of the firm that holds the right.
        began: day on which the infringement began.
        g: standard normal draw that determines the length of the case.
        handled: event triggered when a case officer of the centre has handled the case.
        ended: day on which the case ends; infinite if not known yet.
    """

    row: int
    began: int
    g: Floats
    handled: simpy.Event
    ended: float = np.inf

    def length(self, days: float) -> float:
        """Return the length of the procedure of this case in days, if the average length is ``days``."""
        return float(np.rint(case_length(days, self.g)).item())
